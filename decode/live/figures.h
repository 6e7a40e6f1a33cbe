// The figures of a moment, and what came between two moments.
#pragma once

#include "decode/facts.h"

namespace buswitness::live {

struct Figures {
    std::uint64_t packets = 0, modbus_packets = 0, dropped = 0;
    std::uint64_t requests = 0, answered = 0, exceptions = 0, no_response = 0;
    std::uint64_t attempts = 0, established = 0, refused = 0, timed_out = 0, unreachable = 0;
    std::uint64_t open_connections = 0;  // now
    Histogram response_times;            // of all units
};
Figures figures_of(const Facts &facts, std::uint64_t dropped);

// Only the counts: what was added since `before`. A count that went down (an answer came after all) gives 0.
Figures since(const Figures &before, const Figures &now);

}  // namespace buswitness::live
