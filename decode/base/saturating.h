// Counters that stay at their highest value.
#pragma once

#include <cstdint>

namespace buswitness {

[[nodiscard]] inline std::uint16_t more(std::uint16_t count)
{
    return count == 0xFFFF ? count : static_cast<std::uint16_t>(count + 1);
}

}  // namespace buswitness
