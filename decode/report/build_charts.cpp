// What the charts show, as figures: bars of a latency histogram, connection attempts over time.
#include "decode/report/build_parts.h"

#include <algorithm>

namespace buswitness::report {

using net::Outcome;

std::vector<LatencyBar> latency_bars(const Histogram &times)
{
    constexpr std::size_t most = 32;
    std::vector<LatencyBar> fine;
    times.each_bucket([&fine](Duration low, Duration high, std::uint64_t count) {
        fine.push_back({milliseconds(low), milliseconds(high), count});
    });
    const std::size_t joined = (fine.size() + most - 1) / most;
    if (joined <= 1)
        return fine;
    std::vector<LatencyBar> bars;
    for (std::size_t i = 0; i < fine.size(); ++i) {
        if (i % joined == 0)
            bars.push_back({fine[i].from_ms, fine[i].to_ms, 0});
        bars.back().to_ms = fine[i].to_ms;
        bars.back().count += fine[i].count;
    }
    return bars;
}

namespace {

constexpr std::size_t time_bins = 60;
constexpr std::size_t outcome_series = 5;

// The place of an outcome among the series; `outcome_series`: none.
std::size_t series_of(Outcome outcome)
{
    switch (outcome) {
    case Outcome::established: return 0;
    case Outcome::refused: return 1;
    case Outcome::pending: return 2;
    case Outcome::unreachable: return 3;
    case Outcome::incomplete: return 4;
    case Outcome::midstream: break;
    }
    return outcome_series;
}

Moment begun(const net::Connection &c)
{
    for (const Moment moment : {c.syn, c.syn_ack, c.trouble->reset_answer})
        if (moment.seen())
            return moment;
    return c.trouble->icmp.moment;
}

}  // namespace

TimeBins attempts_over_time(const Facts &facts)
{
    TimeBins bins;
    const Duration whole = facts.first.seen() ? elapsed(facts.first, facts.last) : Duration(0);
    if (whole <= Duration(0))
        return bins;
    bins.start = Timestamp(facts.first.time);
    bins.width = whole / static_cast<std::int64_t>(time_bins) + Duration(1);
    bins.counts.assign(time_bins, std::vector<std::uint64_t>(outcome_series));
    bool any = false;
    for (const ConnectionFacts &c : facts.connections) {
        const std::size_t place = series_of(c.tcp.outcome);
        const Moment start = begun(c.tcp);
        if (!c.tcp.counted || place == outcome_series || !start.seen())
            continue;
        const auto bin = elapsed(bins.start, Timestamp(start.time)) / bins.width;
        ++bins.counts[static_cast<std::size_t>(std::clamp<std::int64_t>(bin, 0, time_bins - 1))][place];
        any = true;
    }
    return any ? bins : TimeBins{};
}

TimeBins requests_over_time(const ModbusTotals &totals)
{
    TimeBins bins;
    bins.start = totals.over_time.start();
    bins.width = totals.over_time.width();
    for (std::size_t i = 0; i < totals.over_time.used(); ++i) {
        const auto &column = totals.over_time.column(i);
        bins.counts.emplace_back(column.begin(), column.end());
    }
    return bins;
}

}  // namespace buswitness::report
