// The network interfaces of this machine, and why one cannot be captured on.
#pragma once

#include "decode/base/result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace buswitness::capture {

struct NetworkInterface {
    std::string name;
    std::string description;             // may be empty
    std::vector<std::string> addresses;  // IPv4 and IPv6, as text
    bool up = false;
    bool running = false;  // a cable is plugged in, the other side is up
    bool loopback = false;
    bool every = false;  // not one interface but all of them ("any")
    bool wireless = false;
};

// Sorted as libpcap sorts them: up and running ones first. Needs no permission.
Result<std::vector<NetworkInterface>> network_interfaces();

// Why no interface can be captured on by this process, with the exact cure; nothing when it may.
std::optional<Error> capture_refused();

// The one command that gives this program, and only it, the right to capture.
std::string cure();

}  // namespace buswitness::capture
