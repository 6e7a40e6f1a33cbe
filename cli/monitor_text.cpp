#include "cli/monitor_text.h"

#include "decode/base/text.h"
#include "decode/diagnose/catalogue.h"
#include "decode/report/report.h"
#include "decode/report/words.h"

#include <fmt/format.h>

#include <algorithm>

namespace buswitness::cli {

namespace {

using diagnose::Finding;
using diagnose::Severity;

double share(std::uint64_t part, std::uint64_t all)
{
    return all == 0 ? 100.0 : 100.0 * static_cast<double>(part) / static_cast<double>(all);
}

double rate(std::uint64_t count, double seconds)
{
    return seconds > 0 ? static_cast<double>(count) / seconds : 0;
}

}  // namespace

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

}  // namespace buswitness::cli
