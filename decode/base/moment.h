// A packet and its time, as facts keep them by the thousand: 12 octets.
#pragma once

#include "decode/base/timestamp.h"

#include <array>
#include <cstdint>
#include <cstring>

namespace buswitness {

using PacketNumber = std::uint64_t;  // counts from 1 over all files, as Wireshark counts

// Written and read as a whole: in two halves, every copy made right after would wait for both to reach the cache.
class PackedTime {
public:
    PackedTime() = default;
    PackedTime(Timestamp time)
    {
        const std::int64_t count = time.time_since_epoch().count();
        std::memcpy(halves_.data(), &count, sizeof count);
    }
    operator Timestamp() const
    {
        std::int64_t count = 0;
        std::memcpy(&count, halves_.data(), sizeof count);
        return Timestamp(Duration(count));
    }

private:
    std::array<std::uint32_t, 2> halves_{};
};

struct Moment {
    PackedTime time;
    std::uint32_t packet = 0;  // 0: never; numbers beyond 2^32 - 1 stay at that value

    Moment() = default;
    Moment(PacketNumber number, Timestamp at)
        : time(at), packet(number > 0xFFFF'FFFF ? 0xFFFF'FFFF : static_cast<std::uint32_t>(number))
    {
    }
    [[nodiscard]] bool seen() const { return packet != 0; }
};

inline Duration elapsed(const Moment &earlier, const Moment &later)
{
    return elapsed(Timestamp(earlier.time), Timestamp(later.time));
}

}  // namespace buswitness
