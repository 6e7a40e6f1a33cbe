#include "capture/pcapng_clock.h"

#include <algorithm>
#include <limits>

namespace buswitness::capture {

namespace {

std::uint64_t power_of_ten(unsigned exponent)
{
    std::uint64_t power = 1;
    for (unsigned i = 0; i < exponent; ++i)
        power *= 10;
    return power;
}

}  // namespace

void PcapngClock::set_resolution(std::uint8_t resolution)
{
    const unsigned exponent = resolution & 0x7F;
    multiplier_ = 1'000'000'000;
    divisor_ = 1;
    shift_ = 0;
    if ((resolution & 0x80) != 0)
        shift_ = exponent;
    else if (exponent <= 9)
        multiplier_ = power_of_ten(9 - exponent);
    else {
        // Finer than 10^-28 s, 64 bits of ticks are less than a nanosecond: always 0.
        multiplier_ = exponent <= 28 ? 1 : 0;
        divisor_ = power_of_ten(std::min(exponent, 28U) - 9);
    }
}

Timestamp PcapngClock::time(std::uint64_t ticks) const
{
    Wide nanoseconds = (Wide{ticks} * multiplier_) >> shift_;  // below 2^94, so never negative
    if (divisor_ != 1)
        nanoseconds = static_cast<std::uint64_t>(nanoseconds) / divisor_;
    nanoseconds += offset_;
    using Limits = std::numeric_limits<std::int64_t>;
    return Timestamp(Duration(static_cast<std::int64_t>(std::clamp<Wide>(nanoseconds, Limits::min(), Limits::max()))));
}

}  // namespace buswitness::capture
