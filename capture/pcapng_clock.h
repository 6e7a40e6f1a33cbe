// How an interface counts time: if_tsresol (ticks of 10^-n or 2^-n seconds) and if_tsoffset (seconds).
// Any value is read without overflow; times outside 64 bits of nanoseconds saturate.
#pragma once

#include "decode/base/timestamp.h"

#include <cstdint>

namespace buswitness::capture {

class PcapngClock {
public:
    void set_resolution(std::uint8_t resolution);  // bit 7: a power of 2
    void set_offset(std::int64_t seconds) { offset_ = Wide{seconds} * 1'000'000'000; }
    [[nodiscard]] Timestamp time(std::uint64_t ticks) const;

private:
    __extension__ using Wide = __int128;

    // nanoseconds = ticks * multiplier / divisor / 2^shift
    std::uint64_t multiplier_ = 1000;
    std::uint64_t divisor_ = 1;
    unsigned shift_ = 0;
    Wide offset_ = 0;  // nanoseconds
};

}  // namespace buswitness::capture
