// Numbers in the byte order that a file declares. The caller has compared the offsets with size().
#pragma once

#include "decode/base/bytes.h"

#include <bit>
#include <cassert>
#include <cstdint>
#include <cstring>

namespace buswitness::capture {

struct ByteOrder {
    bool big = false;

    [[nodiscard]] std::uint16_t u16(Bytes octets, std::size_t at) const
    {
        const auto value = load<std::uint16_t>(octets, at);
        return swaps() ? __builtin_bswap16(value) : value;
    }
    [[nodiscard]] std::uint32_t u32(Bytes octets, std::size_t at) const
    {
        const auto value = load<std::uint32_t>(octets, at);
        return swaps() ? __builtin_bswap32(value) : value;
    }
    [[nodiscard]] std::uint64_t u64(Bytes octets, std::size_t at) const
    {
        const auto value = load<std::uint64_t>(octets, at);
        return swaps() ? __builtin_bswap64(value) : value;
    }

private:
    [[nodiscard]] bool swaps() const { return big != (std::endian::native == std::endian::big); }

    template <typename T>
    static T load(Bytes octets, std::size_t at)
    {
        T value = 0;
        assert(at + sizeof value <= octets.size());
        std::memcpy(&value, octets.data() + at, sizeof value);
        return value;
    }
};

}  // namespace buswitness::capture
