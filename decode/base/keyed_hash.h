// Hashing of what comes from outside, with a key that a sender does not know, so that nobody can aim at one bucket.
#pragma once

#include "decode/base/address.h"

namespace buswitness {

inline std::uint64_t mix(std::uint64_t value, std::uint64_t key)
{
    __extension__ using Wide = unsigned __int128;
    const Wide product = static_cast<Wide>(value ^ key) * 0x9E37'79B9'7F4A'7C15ULL;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

struct AddressHash {
    std::uint64_t key = 0;
    std::size_t operator()(const Address &a) const { return mix(a.low, mix(a.high, key)); }
};

struct EndpointHash {
    std::uint64_t key = 0;
    std::size_t operator()(const Endpoint &e) const
    {
        return mix(e.address.low, mix(e.address.high ^ static_cast<std::uint64_t>(e.port) << 48, key));
    }
};

}  // namespace buswitness
