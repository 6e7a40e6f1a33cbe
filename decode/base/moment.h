// A packet and its time, as facts keep them by the thousand: 12 octets.
#pragma once

#include "decode/base/timestamp.h"

#include <cstdint>

namespace buswitness {

using PacketNumber = std::uint64_t;  // counts from 1 over all files, as Wireshark counts

class PackedTime {
public:
    PackedTime() = default;
    PackedTime(Timestamp time)
        : high_(static_cast<std::int32_t>(time.time_since_epoch().count() >> 32)),
          low_(static_cast<std::uint32_t>(time.time_since_epoch().count()))
    {
    }
    operator Timestamp() const
    {
        return Timestamp(Duration(static_cast<std::int64_t>(static_cast<std::uint64_t>(high_) << 32 | low_)));
    }

private:
    std::int32_t high_ = 0;
    std::uint32_t low_ = 0;
};

struct Moment {
    std::uint32_t packet = 0;  // 0: never; numbers beyond 2^32 - 1 stay at that value
    PackedTime time;

    Moment() = default;
    Moment(PacketNumber number, Timestamp at)
        : packet(number > 0xFFFF'FFFF ? 0xFFFF'FFFF : static_cast<std::uint32_t>(number)), time(at)
    {
    }
    [[nodiscard]] bool seen() const { return packet != 0; }
};

inline Duration elapsed(const Moment &earlier, const Moment &later)
{
    return elapsed(Timestamp(earlier.time), Timestamp(later.time));
}

}  // namespace buswitness
