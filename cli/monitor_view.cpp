#include "cli/monitor_view.h"

#include "cli/monitor_text.h"
#include "decode/base/text.h"
#include "decode/diagnose/line_context.h"
#include "decode/report/layout.h"
#include "decode/report/report.h"
#include "decode/report/words.h"

#include <fmt/format.h>

#include <algorithm>

namespace buswitness::cli {

namespace {

using diagnose::Severity;

std::string server_or_line(const Facts &facts, const UnitFacts &unit)
{
    const PairFacts &pair = facts.pairs[unit.pair];
    return pair.line == no_index ? to_string(pair.server) : escaped(diagnose::name_of(facts.lines[pair.line]));
}

// What exceeds the width goes: a line that the terminal breaks would push the last ones out of sight.
std::string cut(std::string_view text, std::size_t columns)
{
    std::size_t end = 0;
    for (std::size_t column = 0; end < text.size(); ++end)
        if ((static_cast<unsigned char>(text[end]) & 0xC0) != 0x80 && ++column > columns)
            break;
    return std::string(text.substr(0, end));
}

// The lines of one screen, as many as there is room for.
class ViewLines {
public:
    ViewLines(int rows, int columns)
        : room_(static_cast<std::size_t>(std::max(rows, 12)) - 1), columns_(static_cast<std::size_t>(columns))
    {
    }

    [[nodiscard]] std::size_t left() const { return room_; }
    [[nodiscard]] std::size_t columns() const { return columns_; }

    void add(std::string_view line) { add(cut(line, columns_), {}, false); }
    void add(const std::string &line, std::optional<Severity> severity, bool colour)
    {
        if (room_ == 0)
            return;
        --room_;
        text_ += (severity ? coloured(line, *severity, colour) : line) + "\x1b[K\n";
    }
    [[nodiscard]] std::string text() && { return "\x1b[H" + std::move(text_) + "\x1b[J"; }

private:
    std::size_t room_, columns_;
    std::string text_;
};

double per_second(std::uint64_t count, double seconds)
{
    return seconds > 0 ? static_cast<double>(count) / seconds : 0;
}

std::string percent(std::uint64_t part, std::uint64_t all)
{
    return all == 0
               ? "-"
               : fmt::format("{:.1f} %", 100.0 * static_cast<double>(std::min(part, all)) / static_cast<double>(all));
}

void head(const View &view, ViewLines &lines)
{
    const live::Figures &added = view.added, &all = view.all;
    lines.add(fmt::format("buswitness  {}  {} UTC  for {}", escaped(view.source), clock_time(view.now).substr(0, 8),
                          human(view.running)));
    lines.add(fmt::format("{:.1f} requests/s   {} answered   {} exceptions   {} without an answer",
                          per_second(added.requests, view.seconds),
                          percent(added.answered + added.exceptions, added.requests), all.exceptions, all.no_response));
    lines.add(fmt::format("{} packets ({:.0f}/s)   {} lost by this machine   {} connections open", all.packets,
                          per_second(added.packets, view.seconds), all.dropped, all.open_connections));
    lines.add("");
}

std::string unit_row(const Facts &facts, const UnitFacts &unit)
{
    const auto ms = [&](Duration d) {
        return unit.times.count() == 0 ? std::string("-") : fmt::format("{:.1f}", milliseconds(d));
    };
    return fmt::format("{:<21} {:>4} {:>8} {:>8} {:>10} {:>7} {:>7} {:>7}", server_or_line(facts, unit), unit.unit,
                       unit.requests, percent(std::uint64_t{unit.answered} + unit.exceptions, unit.requests),
                       unit.exceptions, ms(unit.times.percentile(0.5)), ms(unit.times.percentile(0.95)),
                       ms(unit.times.max()));
}

void units(const View &view, std::size_t room, ViewLines &lines)
{
    std::vector<const UnitFacts *> all;
    for (const UnitFacts &unit : view.facts->units)
        if (unit.pair != no_index && unit.requests != 0)
            all.push_back(&unit);
    const std::size_t shown = all.size() <= room ? all.size() : room - 1;
    std::ranges::partial_sort(all, all.begin() + static_cast<std::ptrdiff_t>(shown), std::ranges::greater(),
                              &UnitFacts::requests);
    lines.add(fmt::format("{:<21} {:>4} {:>8} {:>8} {:>10} {:>7} {:>7} {:>7}", "server", "unit", "requests", "answered",
                          "exceptions", "med. ms", "95 % ms", "max ms"));
    for (std::size_t i = 0; i < shown; ++i)
        lines.add(unit_row(*view.facts, *all[i]));
    if (all.size() > shown)
        lines.add(fmt::format("... and {} more", all.size() - shown));
    lines.add("");
}

void findings(const View &view, ViewLines &lines)
{
    constexpr std::size_t hang = 17;  // under the words
    const std::size_t width = lines.columns() > hang + 20 ? lines.columns() : hang + 20;
    lines.add(fmt::format("Findings: {} errors, {} warnings, {} notes hold now", view.tracker->holding(Severity::error),
                          view.tracker->holding(Severity::warning), view.tracker->holding(Severity::note)));
    for (const live::Tracker::Known *known : view.tracker->newest(lines.left())) {
        const std::string words = fmt::format("{}{} ({})", known->over ? "over: " : "",
                                              escaped(report::title(known->finding)), subject(known->finding));
        std::string before =
            fmt::format("{} {:<7} ", clock_time(known->since).substr(0, 8), to_string(known->finding.severity));
        for (const std::string &part : report::wrapped(words, width - hang, width - hang)) {
            lines.add(cut(before + part, lines.columns()), known->finding.severity, view.colour && !known->over);
            before.assign(hang, ' ');
        }
    }
}

}  // namespace

std::string screen(const View &view)
{
    ViewLines lines(view.rows, view.columns);
    head(view, lines);
    units(view, lines.left() / 2, lines);
    findings(view, lines);
    return std::move(lines).text();
}

}  // namespace buswitness::cli
