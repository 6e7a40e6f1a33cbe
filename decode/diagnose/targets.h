// What a capture shows of each Modbus server as somebody who tries to connect sees it: the evidence of a checklist.
#pragma once

#include "decode/facts.h"

#include <vector>

namespace buswitness::diagnose {

struct Target {
    Endpoint server;
    std::uint32_t attempts = 0;   // TCP connection attempts, and UDP pairs
    std::uint32_t accepted = 0;   // connections that came about or were open before the capture
    std::uint32_t most_open = 0;  // at the same time, of those visible
    bool from_elsewhere = false;  // accepted from another host than the server itself
    Moment accepted_first;
    Moment local_accepted, local_answer;       // over loopback, on the server's own machine
    std::uint64_t requests = 0, answered = 0;  // with exceptions
    Moment answer;                             // one of them
    std::uint32_t probes = 0;  // accepted, no data, closed by the client: telnet, nc, Test-NetConnection
    Moment probe;
    std::uint32_t pings = 0, pongs = 0;
    Moment ping, pong;
    Moment alive;  // latest packet of the host itself
};

// Servers on Modbus ports or that speak Modbus, in the order in which they were first tried.
std::vector<Target> targets_of(const Facts &facts);

}  // namespace buswitness::diagnose
