// Time as data: nanoseconds since 1970-01-01 UTC. Nothing in decode asks the clock.
// Files carry any value; differences saturate instead of overflowing.
#pragma once

#include <chrono>
#include <cstdint>
#include <limits>

namespace buswitness {

using Duration = std::chrono::nanoseconds;
using Timestamp = std::chrono::sys_time<Duration>;

// later - earlier, saturated at the limits of 64 bits (292 years).
inline Duration elapsed(Timestamp earlier, Timestamp later)
{
    const std::int64_t from = earlier.time_since_epoch().count();
    const std::int64_t to = later.time_since_epoch().count();
    std::int64_t difference = 0;
    if (__builtin_sub_overflow(to, from, &difference))
        return to < from ? Duration(std::numeric_limits<std::int64_t>::min())
                         : Duration(std::numeric_limits<std::int64_t>::max());
    return Duration(difference);
}

// time + step * count, saturated likewise.
inline Timestamp later(Timestamp time, Duration step, std::int64_t count)
{
    std::int64_t value = 0;
    if (__builtin_mul_overflow(step.count(), count, &value) ||
        __builtin_add_overflow(time.time_since_epoch().count(), value, &value))
        return (step.count() < 0) == (count < 0) ? Timestamp::max() : Timestamp::min();
    return Timestamp(Duration(value));
}

inline Timestamp saturated(std::int64_t seconds, std::int64_t nanoseconds)
{
    std::int64_t value = 0;
    if (__builtin_mul_overflow(seconds, std::int64_t{1'000'000'000}, &value) ||
        __builtin_add_overflow(value, nanoseconds, &value))
        value = seconds < 0 ? std::numeric_limits<std::int64_t>::min() : std::numeric_limits<std::int64_t>::max();
    return Timestamp(Duration(value));
}

inline double seconds(Duration duration)
{
    return std::chrono::duration<double>(duration).count();
}
inline double milliseconds(Duration duration)
{
    return std::chrono::duration<double, std::milli>(duration).count();
}

}  // namespace buswitness
