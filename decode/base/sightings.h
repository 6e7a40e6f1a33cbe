// A few moments to show for a count.
#pragma once

#include "decode/base/moment.h"

#include <array>

namespace buswitness {

// The first three and the latest.
struct Sightings {
    std::uint32_t count = 0;
    std::array<Moment, 3> firsts{};
    Moment last;

    void add(const Moment &moment)
    {
        if (count < firsts.size())
            firsts[count] = moment;
        count += count == 0xFFFF'FFFF ? 0 : 1;
        last = moment;
    }
    [[nodiscard]] Moment first() const { return firsts[0]; }
};

}  // namespace buswitness
