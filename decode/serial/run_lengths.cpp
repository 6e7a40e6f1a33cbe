#include "decode/serial/run_lengths.h"

#include <algorithm>
#include <cmath>

namespace buswitness::serial {
namespace {

constexpr std::array<std::uint32_t, 16> usual_rates = {300,     600,     1'200,   2'400,  4'800,  9'600,
                                                       14'400,  19'200,  28'800,  38'400, 57'600, 76'800,
                                                       115'200, 187'500, 230'400, 460'800};
// Within these the receiver's octets still say something of the line.
constexpr double least_ratio = 1.15, most_ratio = 8;
constexpr double first_run = 1, later_run = 0.7;  // a later run's ends are both uncertain

}  // namespace

void RunLengths::add(const TapCharacter &character)
{
    std::array<int, 12> bits{};
    std::size_t size = 1;  // the start bit
    for (int bit = 0; bit < tap_.data_bits; ++bit)
        bits[size++] = character.octet >> bit & 1;
    const bool has_parity = tap_.parity != Parity::none;
    if (has_parity && character.parity >= 0)
        bits[size++] = character.parity;
    if (character.stop >= 0 && (!has_parity || character.parity >= 0))
        bits[size++] = character.stop;
    ++characters_;
    for (std::size_t begin = 0, end = 0; begin < size; begin = end) {
        while (end < size && bits[end] == bits[begin])
            ++end;
        if (end == size) {
            low_ += begin == 0;  // it goes on: its length is not known
            return;
        }
        counts_[std::min(end - begin, counts_.size() - 1)] += begin == 0 ? first_run : later_run;
    }
}

// Runs of k bits are about half as frequent as runs of k - 1.
double RunLengths::likelihood(double samples_per_bit) const
{
    constexpr double next_length = 0.55, edge = 0.15, stray = 0.03;
    std::array<double, 12> expected{};
    double sum = 0, weight = 1;
    for (int bits = 1; bits <= 9; ++bits, weight *= next_length) {
        const double samples = bits * samples_per_bit;
        for (const double length : {std::floor(samples + 0.5 - edge), std::floor(samples + 0.5 + edge)}) {
            if (length < 1 || length > 1 + tap_.data_bits)
                continue;
            expected[static_cast<std::size_t>(length)] += weight / 2;
            sum += weight / 2;
        }
    }
    double result = 0;
    for (std::size_t length = 1; length < counts_.size(); ++length)
        result += counts_[length] * std::log((1 - stray) * (sum > 0 ? expected[length] / sum : 0) + stray / 9);
    return result;
}

RateEstimate RunLengths::estimate() const
{
    constexpr std::uint32_t enough = 8;
    constexpr double worth_telling = 3;
    RateEstimate estimate;
    estimate.characters = characters_;
    if (characters_ < enough || tap_.baud == 0)
        return estimate;
    estimate.only_low = low_ * 10 > characters_ * 6;
    double best = 0;
    for (const std::uint32_t rate : usual_rates) {
        const double ratio = static_cast<double>(tap_.baud) / rate;
        if (ratio < least_ratio || ratio > most_ratio)
            continue;
        const double odds = likelihood(ratio) - likelihood(1);
        if (estimate.baud == 0 || odds > best) {
            estimate.baud = rate;
            best = odds;
        }
    }
    estimate.log_odds = best;
    if (best < worth_telling)
        estimate.baud = 0;
    return estimate;
}

}  // namespace buswitness::serial
