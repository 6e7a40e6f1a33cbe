// The rate of a line from the characters of a receiver that samples faster than it: runs of equal bits are as many
// samples long as bit times fit.
#pragma once

#include "decode/serial/tap_character.h"

#include <array>

namespace buswitness::serial {

struct RateEstimate {
    std::uint32_t baud = 0;  // 0: nothing fits better than the receiver's own rate
    double log_odds = 0;     // against the receiver's own rate, natural logarithm
    bool only_low = false;   // whole characters are low: the line is slower by far
    std::uint32_t characters = 0;
};

class RunLengths {
public:
    explicit RunLengths(const LineSettings &tap) : tap_(tap) {}
    void add(const TapCharacter &character);
    [[nodiscard]] RateEstimate estimate() const;

private:
    [[nodiscard]] double likelihood(double samples_per_bit) const;

    LineSettings tap_;
    std::array<double, 12> counts_{};  // runs by their length in samples
    std::uint32_t characters_ = 0, low_ = 0;
};

}  // namespace buswitness::serial
