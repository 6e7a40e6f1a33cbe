// The first few octets of something longer, kept as evidence.
#pragma once

#include "decode/base/bytes.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace buswitness {

template <std::uint8_t Limit>
class FirstOctets {
public:
    FirstOctets() = default;
    explicit FirstOctets(Bytes octets)
        : length_(static_cast<std::uint8_t>(std::min<std::size_t>(octets.size(), Limit + 1U)))
    {
        if (octets.size() >= Limit) [[likely]]
            std::memcpy(octets_.data(), octets.data(), Limit);  // its size is known: a move or two
        else
            std::copy_n(octets.begin(), length_, octets_.begin());
    }
    [[nodiscard]] Bytes octets() const { return Bytes(octets_).first(std::min(length_, Limit)); }
    [[nodiscard]] bool cut() const { return length_ > Limit; }  // there were more

private:
    std::array<std::uint8_t, Limit> octets_{};
    std::uint8_t length_ = 0;  // Limit + 1: more
};

}  // namespace buswitness
