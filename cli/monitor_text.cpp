#include "cli/monitor_text.h"

#include "decode/base/text.h"
#include "decode/diagnose/catalogue.h"
#include "decode/diagnose/line_context.h"
#include "decode/report/report.h"
#include "decode/report/words.h"

#include <fmt/format.h>

#include <algorithm>

namespace buswitness::cli {

namespace {

using diagnose::Finding;
using diagnose::Severity;

std::string coloured(std::string_view text, Severity severity, bool colour)
{
    if (!colour)
        return std::string(text);
    const std::string_view code = severity == Severity::error ? "31" : severity == Severity::warning ? "33" : "36";
    return fmt::format("\x1b[{}m{}\x1b[0m", code, text);
}

std::string subject(const Finding &finding)
{
    std::string text;
    if (finding.client)
        text = to_string(*finding.client) + " -> ";
    if (finding.server)
        text += to_string(*finding.server);
    text += escaped(finding.line);
    if (finding.unit)
        text += fmt::format(", unit {}", *finding.unit);
    return text;
}

std::string server_or_line(const Facts &facts, const UnitFacts &unit)
{
    const PairFacts &pair = facts.pairs[unit.pair];
    return pair.line == no_index ? to_string(pair.server) : escaped(diagnose::name_of(facts.lines[pair.line]));
}

double share(std::uint64_t part, std::uint64_t all)
{
    return all == 0 ? 100.0 : 100.0 * static_cast<double>(part) / static_cast<double>(all);
}

double rate(std::uint64_t count, double seconds)
{
    return seconds > 0 ? static_cast<double>(count) / seconds : 0;
}

// Cut to the width of the terminal; what stands here is ASCII or counts as such.
std::string cut(std::string text, int columns)
{
    if (text.size() > static_cast<std::size_t>(columns))
        text.resize(static_cast<std::size_t>(columns));
    return text;
}

std::string units_table(const View &view, std::size_t rows)
{
    std::vector<const UnitFacts *> units;
    for (const UnitFacts &unit : view.facts->units)
        if (unit.pair != no_index && unit.requests != 0)
            units.push_back(&unit);
    const std::size_t shown = std::min(units.size(), rows);
    std::ranges::partial_sort(units, units.begin() + static_cast<std::ptrdiff_t>(shown), std::ranges::greater(),
                              &UnitFacts::requests);
    std::string text = fmt::format("{:<28} {:>4} {:>10} {:>9} {:>9} {:>9} {:>9}\x1b[K\n", "server", "unit", "requests",
                                   "answered", "median", "p95", "max");
    for (std::size_t i = 0; i < shown; ++i) {
        const UnitFacts &unit = *units[i];
        const auto ms = [](Duration d) { return fmt::format("{:.1f} ms", milliseconds(d)); };
        text += cut(fmt::format("{:<28} {:>4} {:>10} {:>7.1f} % {:>9} {:>9} {:>9}", server_or_line(*view.facts, unit),
                                unit.unit, unit.requests, share(unit.answered + unit.exceptions, unit.requests),
                                ms(unit.times.percentile(0.5)), ms(unit.times.percentile(0.95)), ms(unit.times.max())),
                    view.columns) +
                "\x1b[K\n";
    }
    if (units.size() > shown)
        text += fmt::format("... and {} more\x1b[K\n", units.size() - shown);
    return text;
}

}  // namespace

std::string change_line(const live::Change &change, bool colour)
{
    const Finding &f = change.finding;
    const std::string_view severity = to_string(f.severity);
    if (change.kind == live::Change::Kind::crowd)
        return fmt::format("{} {} more than {} findings {} hold: further ones are in the report (-o), not told here",
                           rfc3339(change.time), coloured(severity, f.severity, colour), live::Tracker::most_of_one_id,
                           diagnose::row(f.id).name);
    const std::string_view kind = change.kind == live::Change::Kind::appeared ? "" : to_string(change.kind);
    return fmt::format("{} {} {}{}{} [{}, {}] {}", rfc3339(change.time), coloured(severity, f.severity, colour), kind,
                       kind.empty() ? "" : ": ", escaped(report::title(f)), diagnose::row(f.id).name,
                       to_string(f.certainty), subject(f));
}

std::string interval_line(Timestamp now, const live::Figures &added, double seconds, std::uint64_t open_connections)
{
    return fmt::format("{} {:.1f} requests/s, {:.1f} % answered, {} exceptions, {} without an answer, {:.0f} "
                       "packets/s, {} connections open{}",
                       rfc3339(now), rate(added.requests, seconds),
                       share(std::min(added.requests, added.answered + added.exceptions), added.requests),
                       added.exceptions, added.no_response, rate(added.packets, seconds), open_connections,
                       added.dropped != 0 ? fmt::format(", {} packets lost by this machine", added.dropped) : "");
}

std::string change_json(const live::Change &change)
{
    return fmt::format(R"({{"type":"finding","time":"{}","change":"{}","finding":{}}})", rfc3339(change.time),
                       to_string(change.kind), report::to_json(change.finding));
}

std::string transaction_json(const TransactionRow &row)
{
    return fmt::format(R"({{"type":"transaction","transaction":{}}})", report::to_json(row));
}

std::string interval_json(Timestamp now, const live::Figures &added, double seconds, const live::Figures &all)
{
    return fmt::format(
        R"({{"type":"interval","time":"{}","seconds":{:.3f},"packets":{},"dropped":{},"requests":{},"answered":{},"exceptions":{},"no_response":{},)"
        R"("connection_attempts":{},"established":{},"refused":{},"timed_out":{},"unreachable":{},"open_connections":{},"total_packets":{},"total_requests":{}}})",
        rfc3339(now), seconds, added.packets, added.dropped, added.requests, added.answered, added.exceptions,
        added.no_response, added.attempts, added.established, added.refused, added.timed_out, added.unreachable,
        all.open_connections, all.packets, all.requests);
}

std::string screen(const View &view)
{
    const live::Figures &a = view.added;
    const auto rows = static_cast<std::size_t>(std::max(view.rows, 12));
    const std::size_t findings = std::max<std::size_t>(4, (rows - 8) / 2);
    std::string text = "\x1b[H";
    text += cut(fmt::format("buswitness  {}  {} UTC  for {}", escaped(view.source), clock_time(view.now).substr(0, 8),
                            human(view.running)),
                view.columns) +
            "\x1b[K\n";
    text += cut(fmt::format("{:.1f} requests/s   {:.1f} % answered   {} exceptions   {} without an answer",
                            rate(a.requests, view.seconds),
                            share(std::min(a.requests, a.answered + a.exceptions), a.requests), view.all.exceptions,
                            view.all.no_response),
                view.columns) +
            "\x1b[K\n";
    text += cut(fmt::format("{} packets ({:.0f}/s)   {} lost by this machine   {} connections open", view.all.packets,
                            rate(a.packets, view.seconds), view.all.dropped, view.all.open_connections),
                view.columns) +
            "\x1b[K\n\x1b[K\n";
    text += units_table(view, rows - 8 - std::min(findings, rows - 10));
    text += fmt::format("\x1b[K\nFindings: {} errors, {} warnings, {} notes hold now\x1b[K\n",
                        view.tracker->holding(Severity::error), view.tracker->holding(Severity::warning),
                        view.tracker->holding(Severity::note));
    for (const live::Tracker::Known *known : view.tracker->newest(findings)) {
        const std::string line = cut(fmt::format("{} {:<7} {}{} ({})", clock_time(known->since).substr(0, 8),
                                                 to_string(known->finding.severity), known->over ? "over: " : "",
                                                 escaped(report::title(known->finding)), subject(known->finding)),
                                     view.columns);
        text += (view.colour && !known->over ? coloured(line, known->finding.severity, true) : line) + "\x1b[K\n";
    }
    return text + "\x1b[J";
}

}  // namespace buswitness::cli
