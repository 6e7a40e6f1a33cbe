// TCP sequence numbers: serial arithmetic modulo 2^32 (RFC 9293, 3.4).
#pragma once

#include <cstdint>

namespace buswitness::net {

// a - b as a signed distance: positive when a is later.
inline std::int32_t distance(std::uint32_t a, std::uint32_t b)
{
    return static_cast<std::int32_t>(a - b);
}
inline bool before(std::uint32_t a, std::uint32_t b)
{
    return distance(a, b) < 0;
}
inline bool after(std::uint32_t a, std::uint32_t b)
{
    return distance(a, b) > 0;
}

}  // namespace buswitness::net
