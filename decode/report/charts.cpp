#include "decode/report/charts.h"

#include "decode/base/text.h"
#include "decode/report/svg.h"
#include "decode/report/words.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace buswitness::report {

namespace {

// One unit is a pixel on a phone, where a chart fills the width; on a desk they stand side by side.
constexpr double chart_width = 360;
constexpr double left = 40;  // room for the figures of the vertical axis
constexpr double right = 352;
constexpr double top = 8;
constexpr double axis = 118;  // the horizontal axis
constexpr double column_height = 140;

using Counts = std::vector<std::uint64_t>;

std::uint64_t sum(const Counts &counts)
{
    return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
}

void add_axis(Svg &svg, std::uint64_t most)
{
    svg.line(left, axis, right, axis, "ax");
    svg.line(left, top, right, top, "grid");
    svg.text(left - 4, top + 4, std::to_string(most), Anchor::end);
    svg.text(left - 4, axis, "0", Anchor::end);
}

// Columns over time, each made of the series' counts; the tallest fills the height.
std::string over_time(const std::string &caption, const TimeBins &bins, const std::vector<Legend> &series,
                      const Report &report)
{
    Svg svg(chart_width, column_height, caption);
    std::uint64_t most = 1;
    for (const Counts &counts : bins.counts)
        most = std::max(most, sum(counts));
    add_axis(svg, most);
    const double width = (right - left) / static_cast<double>(bins.counts.size());
    for (std::size_t i = 0; i < bins.counts.size(); ++i) {
        double y = axis;
        const Timestamp from = later(bins.start, bins.width, static_cast<std::int64_t>(i));
        for (std::size_t s = 0; s < series.size(); ++s) {
            if (bins.counts[i][s] == 0)
                continue;
            const double height =
                std::max((axis - top) * static_cast<double>(bins.counts[i][s]) / static_cast<double>(most), 1.0);
            y -= height;
            svg.rect(left + width * static_cast<double>(i), y, std::max(width - 0.6, 0.8), height, series[s].style,
                     fmt::format("{}: {} {}", clock_in(report, from), bins.counts[i][s], series[s].words));
        }
    }
    const Timestamp end = later(bins.start, bins.width, static_cast<std::int64_t>(bins.counts.size()));
    svg.text(left, axis + 14, clock_time(bins.start).substr(0, 8));
    svg.text(right, axis + 14, clock_time(end).substr(0, 8), Anchor::end);
    svg.text((left + right) / 2, axis + 14, fmt::format("UTC, {} per column", human(bins.width)), Anchor::middle);
    return std::move(svg).finished();
}

std::vector<Legend> shown_series(const TimeBins &bins, const std::vector<Legend> &series)
{
    std::vector<Legend> shown;
    for (std::size_t s = 0; s < series.size(); ++s)
        if (std::ranges::any_of(bins.counts, [s](const Counts &counts) { return counts[s] != 0; }))
            shown.push_back(series[s]);
    return shown;
}

Chart time_chart(std::string caption, const TimeBins &bins, const std::vector<Legend> &series, const Report &report)
{
    std::string svg = over_time(caption, bins, series, report);
    return {std::move(caption), {}, shown_series(bins, series), std::move(svg)};
}

const std::vector<Legend> unit_series = {
    {"ok", "answered"}, {"warn", "exception"}, {"bad", "no answer"}, {"open", "undecided"}};

Counts counts_of(const UnitRow &unit)
{
    return {unit.answered, unit.exception, unit.no_response, unit.undecided};
}

Chart unit_chart(const Report &report)
{
    constexpr std::size_t most_units = 16;
    constexpr double row_height = 32, bar_height = 12;
    std::vector<const UnitRow *> rows;
    for (const UnitRow &unit : report.units)
        rows.push_back(&unit);
    std::ranges::stable_sort(rows, std::greater{},
                             [](const UnitRow *unit) { return unit->no_response + unit->exception; });
    const std::size_t left_out = rows.size() > most_units ? rows.size() - most_units : 0;
    rows.resize(rows.size() - left_out);
    Svg svg(chart_width, row_height * static_cast<double>(rows.size()) + 4,
            "Requests per unit and what became of them");
    std::vector<bool> used(unit_series.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const UnitRow &unit = *rows[i];
        const double y = row_height * static_cast<double>(i);
        const Counts counts = counts_of(unit);
        const std::uint64_t total = std::max<std::uint64_t>(sum(counts), 1);
        svg.text(4, y + 12, fmt::format("{} unit {}", where_of(unit), unit.unit));
        svg.text(right, y + 12, plural(unit.requests, "request"), Anchor::end);
        double x = 4;
        for (std::size_t s = 0; s < counts.size(); ++s) {
            if (counts[s] == 0)
                continue;
            const double width = (right - 4) * static_cast<double>(counts[s]) / static_cast<double>(total);
            svg.rect(x, y + 16, std::max(width, 1.0), bar_height, unit_series[s].style,
                     fmt::format("{} {}", counts[s], unit_series[s].words));
            x += width;
            used[s] = true;
        }
    }
    Chart chart{"Requests per unit", {}, {}, std::move(svg).finished()};
    for (std::size_t s = 0; s < used.size(); ++s)
        if (used[s])
            chart.legend.push_back(unit_series[s]);
    if (left_out != 0)
        chart.note = fmt::format("The units with most failures; {} more are in the table.", left_out);
    return chart;
}

Chart latency_chart(const UnitRow &unit)
{
    const std::string caption = fmt::format("Response times of {} unit {}", where_of(unit), unit.unit);
    Svg svg(chart_width, column_height, caption);
    std::uint64_t most = 1;
    for (const LatencyBar &bar : unit.latency)
        most = std::max(most, bar.count);
    add_axis(svg, most);
    const double step = std::min((right - left) / static_cast<double>(unit.latency.size()), 40.0);
    for (std::size_t i = 0; i < unit.latency.size(); ++i) {
        const LatencyBar &bar = unit.latency[i];
        if (bar.count == 0)
            continue;
        const double height = std::max((axis - top) * static_cast<double>(bar.count) / static_cast<double>(most), 1.0);
        svg.rect(
            left + step * static_cast<double>(i), axis - height, std::max(step - 1, 0.8), height, "ok",
            fmt::format("{} to {}: {}", figure_ms(bar.from_ms), figure_ms(bar.to_ms), plural(bar.count, "answer")));
    }
    const double end = left + step * static_cast<double>(unit.latency.size());
    svg.text(left, axis + 14, figure_ms(unit.latency.front().from_ms));
    if (end - left > 120)
        svg.text(end, axis + 14, figure_ms(unit.latency.back().to_ms), Anchor::end);
    else
        svg.text(end + 6, axis, fmt::format("up to {}", figure_ms(unit.latency.back().to_ms)));
    return {
        caption,
        fmt::format("Answers by time, each column about 6 % wider than the last or more; median {}, 99 % within {}.",
                    figure_ms(unit.times.median), figure_ms(unit.times.p99)),
        {},
        std::move(svg).finished()};
}

void add_latency(std::vector<Chart> &all, const Report &report)
{
    constexpr std::size_t most_charts = 4;
    constexpr std::uint64_t enough = 5;  // fewer answers make no distribution
    std::vector<const UnitRow *> rows;
    for (const UnitRow &unit : report.units)
        if (unit.times.samples >= enough && !unit.latency.empty())
            rows.push_back(&unit);
    std::ranges::stable_sort(rows, std::greater{}, [](const UnitRow *unit) { return unit->times.samples; });
    for (std::size_t i = 0; i < std::min(rows.size(), most_charts); ++i)
        all.push_back(latency_chart(*rows[i]));
}

}  // namespace

std::vector<Chart> charts(const Report &report)
{
    std::vector<Chart> all;
    if (report.requests_over_time.counts.size() > 1)
        all.push_back(time_chart("Requests over time", report.requests_over_time, unit_series, report));
    if (!report.units.empty())
        all.push_back(unit_chart(report));
    add_latency(all, report);
    if (!report.attempts_over_time.counts.empty())
        all.push_back(time_chart("Connection attempts over time", report.attempts_over_time,
                                 {{"ok", "established"},
                                  {"bad", "refused"},
                                  {"warn", "no answer"},
                                  {"far", "unreachable"},
                                  {"open", "incomplete"}},
                                 report));
    return all;
}

}  // namespace buswitness::report
