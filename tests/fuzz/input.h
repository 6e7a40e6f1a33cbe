// Takes a fuzz input apart: choices first, then octets that run out gracefully.
#pragma once

#include "decode/base/bytes.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>

namespace buswitness::fuzz {

class Input {
public:
    explicit Input(Bytes octets) : octets_(octets) {}

    [[nodiscard]] bool empty() const { return octets_.empty(); }
    [[nodiscard]] Bytes rest() const { return octets_; }

    std::uint8_t u8()
    {
        const Bytes one = take(1);
        return one.empty() ? std::uint8_t{0} : one[0];
    }
    std::uint16_t u16()
    {
        const unsigned high = u8();
        return static_cast<std::uint16_t>(high << 8 | u8());
    }
    Bytes take(std::size_t count)
    {
        const Bytes taken = octets_.first(std::min(count, octets_.size()));
        octets_ = octets_.subspan(taken.size());
        return taken;
    }

private:
    Bytes octets_;
};

// Octets in memory of their own, so that a sanitizer sees each octet read behind them.
class Exact {
public:
    explicit Exact(Bytes octets)
        : size_(octets.size()), octets_(std::make_unique_for_overwrite<std::uint8_t[]>(octets.size()))
    {
        std::ranges::copy(octets, octets_.get());
    }
    [[nodiscard]] Bytes octets() const { return {octets_.get(), size_}; }

private:
    std::size_t size_;
    std::unique_ptr<std::uint8_t[]> octets_;
};

// A property that must hold for every input.
inline void require(bool holds, const char *property)
{
    if (holds)
        return;
    std::fprintf(stderr, "does not hold: %s\n", property);
    std::abort();
}

inline bool inside(Bytes part, Bytes whole)
{
    return part.empty() || (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

}  // namespace buswitness::fuzz
