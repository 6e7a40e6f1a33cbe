#include "decode/analyzer/rate_search.h"

#include <algorithm>
#include <array>

namespace buswitness::analyzer {
namespace {

using serial::LineSettings;
using serial::Parity;

// The first is the specification's default. The others by how often they are met.
constexpr std::array<std::uint32_t, 15> rates = {19'200, 9'600,  115'200, 38'400, 57'600,  4'800, 2'400,  1'200,
                                                 14'400, 28'800, 76'800,  600,    230'400, 300,   187'500};
constexpr std::uint32_t fastest = 460'800;  // only to measure from
constexpr std::uint32_t longest_stay = 8;

LineSettings settings_of(std::uint32_t baud, Parity parity)
{
    return {.baud = baud, .data_bits = 8, .parity = parity, .stop_bits = 1};
}

}  // namespace

RateSearch::RateSearch()
{
    for (const Parity parity : {Parity::none, Parity::even}) {
        for (const std::uint32_t baud : rates)
            candidates_.push_back({settings_of(baud, parity)});
        candidates_.push_back({settings_of(fastest, parity)});
    }
    visit(candidates_.front());
}

RateSearch::Candidate *RateSearch::find(std::uint32_t baud, Parity parity)
{
    const auto found = std::ranges::find(candidates_, settings_of(baud, parity), &Candidate::settings);
    return found == candidates_.end() ? nullptr : &*found;
}

void RateSearch::visit(Candidate &candidate)
{
    ++candidate.visits;
    current_ = candidate.settings;
}

std::uint32_t RateSearch::patience() const
{
    const auto here = std::ranges::find(candidates_, current_, &Candidate::settings);
    if (here == candidates_.end())
        return 1;
    if (here->measured == 0)
        return std::min(here->visits, longest_stay);
    // The rate is right and nothing reads: exchanged wires take many bursts to prove.
    return here->visits > 1 ? longest_stay : 2;
}

void RateSearch::go_on(const LineRate &heard)
{
    if (heard.only_low)
        most_ = std::min(most_, current_.baud - 1);
    Candidate *next = heard.only_low ? slower_by_far() : measured(heard);
    if (next == nullptr)
        next = with_parity();
    if (next == nullptr && !heard.only_low)
        next = faster();
    visit(next != nullptr ? *next : least_visited());
}

RateSearch::Candidate *RateSearch::measured(const LineRate &heard)
{
    constexpr double worth_a_try = 3;
    if (heard.baud == 0 || heard.log_odds < worth_a_try)
        return nullptr;
    Candidate *plain = find(heard.baud, Parity::none), *even = find(heard.baud, Parity::even);
    if (plain == nullptr || even == nullptr)
        return nullptr;
    // Each measurement is worth a stay with and one without parity.
    ++plain->measured;
    ++even->measured;
    Candidate *next = even->visits < plain->visits ? even : plain;
    return next->visits < plain->measured ? next : nullptr;
}

// Not faster than it can be, unless these were all tried often: noise may have misled.
RateSearch::Candidate &RateSearch::least_visited()
{
    constexpr std::uint32_t often = 3;
    const auto rank = [this](const Candidate &one) { return one.visits + (one.settings.baud > most_ ? often : 0); };
    return *std::ranges::min_element(candidates_, {}, rank);
}

// The rate was measured, and nothing reads with it.
RateSearch::Candidate *RateSearch::with_parity()
{
    const Candidate *plain = find(current_.baud, Parity::none);
    Candidate *even = find(current_.baud, Parity::even);
    return plain != nullptr && even != nullptr && plain->measured != 0 && even->visits == 0 ? even : nullptr;
}

RateSearch::Candidate *RateSearch::slower_by_far()
{
    constexpr std::array<std::uint32_t, 7> steps = {19'200, 9'600, 4'800, 2'400, 1'200, 600, 300};
    constexpr std::uint32_t far = 5;
    for (const std::uint32_t baud : steps)
        if (Candidate *candidate = find(baud, Parity::none);
            candidate != nullptr && baud < current_.baud / far && candidate->visits == 0)
            return candidate;
    return nullptr;
}

// A tap that is slower than the line loses what would tell its rate: measured from above.
RateSearch::Candidate *RateSearch::faster()
{
    constexpr std::array<std::uint32_t, 2> steps = {115'200, fastest};
    for (const std::uint32_t baud : steps)
        if (Candidate *candidate = find(baud, Parity::none);
            candidate != nullptr && baud > current_.baud && candidate->visits == 0)
            return candidate;
    return nullptr;
}

void RateSearch::refused()
{
    constexpr std::uint32_t never = 1'000'000;
    for (Candidate &one : candidates_)
        if (one.settings == current_ || (current_.parity == Parity::none && one.settings.baud == current_.baud))
            one.visits = never;
    visit(least_visited());
}

}  // namespace buswitness::analyzer
