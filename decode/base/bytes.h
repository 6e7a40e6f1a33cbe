// Octets and the only way to read them: a cursor with sticky failure.
// A Reader never reads past its end; after the first short read ok() stays false and every value is 0.
#pragma once

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

namespace buswitness {

using Bytes = std::span<const std::uint8_t>;

class Reader {
public:
    explicit Reader(Bytes octets) : octets_(octets) {}

    [[nodiscard]] bool ok() const { return ok_; }
    [[nodiscard]] std::size_t left() const { return octets_.size() - at_; }
    [[nodiscard]] std::size_t position() const { return at_; }
    [[nodiscard]] Bytes rest() const { return octets_.subspan(at_); }

    std::uint8_t u8() { return static_cast<std::uint8_t>(big(1)); }
    std::uint16_t be16() { return static_cast<std::uint16_t>(big(2)); }
    std::uint32_t be32() { return static_cast<std::uint32_t>(big(4)); }
    std::uint64_t be64() { return big(8); }
    std::uint16_t le16() { return static_cast<std::uint16_t>(little(2)); }
    std::uint32_t le32() { return static_cast<std::uint32_t>(little(4)); }

    Bytes take(std::size_t count)
    {
        if (!has(count))
            return {};
        const Bytes taken = octets_.subspan(at_, count);
        at_ += count;
        return taken;
    }
    void skip(std::size_t count) { (void)take(count); }

private:
    bool has(std::size_t count)
    {
        if (ok_ && octets_.size() - at_ >= count)
            return true;
        ok_ = false;
        at_ = octets_.size();
        return false;
    }
    std::uint64_t big(std::size_t count)
    {
        if (!has(count))
            return 0;
        std::uint64_t value = 0;
        for (std::size_t i = 0; i < count; ++i)
            value = value << 8 | octets_[at_ + i];
        at_ += count;
        return value;
    }
    std::uint64_t little(std::size_t count)
    {
        if (!has(count))
            return 0;
        std::uint64_t value = 0;
        for (std::size_t i = count; i-- > 0;)
            value = value << 8 | octets_[at_ + i];
        at_ += count;
        return value;
    }

    Bytes octets_;
    std::size_t at_ = 0;
    bool ok_ = true;
};

// Big-endian reads at an offset that the caller has already compared with size().
inline std::uint16_t be16_at(Bytes octets, std::size_t at)
{
    assert(at + 2 <= octets.size());
    std::uint16_t value = 0;
    std::memcpy(&value, octets.data() + at, sizeof value);
    return std::endian::native == std::endian::big ? value : __builtin_bswap16(value);
}

inline std::uint32_t be32_at(Bytes octets, std::size_t at)
{
    assert(at + 4 <= octets.size());
    std::uint32_t value = 0;
    std::memcpy(&value, octets.data() + at, sizeof value);
    return std::endian::native == std::endian::big ? value : __builtin_bswap32(value);
}

inline bool begins_with(Bytes octets, std::string_view start)
{
    return octets.size() >= start.size() &&
           std::equal(start.begin(), start.end(), octets.begin(),
                      [](char letter, std::uint8_t octet) { return static_cast<std::uint8_t>(letter) == octet; });
}

}  // namespace buswitness
