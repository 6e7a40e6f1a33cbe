// What the whole report comes to. A capture in which nothing could be judged never reads as "no fault".
#include "decode/diagnose/catalogue.h"
#include "decode/report/words.h"

#include <fmt/format.h>

#include <algorithm>

namespace buswitness::report {

namespace {

using diagnose::Finding;
using diagnose::Severity;
using Sentences = std::vector<std::string>;

const Finding *most_important(const Report &report)
{
    const auto found = std::ranges::find_if(report.findings, [](const Finding &finding) {
        return finding.severity != Severity::note && !about_the_capture(finding.id);
    });
    return found == report.findings.end() ? nullptr : &*found;
}

std::string with_certainty(const Finding &finding)
{
    switch (finding.certainty) {
    case diagnose::Certainty::certain: return title(finding) + ".";
    case diagnose::Certainty::likely: return fmt::format("{} (likely).", title(finding));
    case diagnose::Certainty::possible: return fmt::format("{} (possible, not proven).", title(finding));
    }
    return {};
}

std::string counts_of_findings(std::uint64_t errors, std::uint64_t warnings)
{
    if (errors == 0)
        return plural(warnings, "warning");
    if (warnings == 0)
        return plural(errors, "error");
    return fmt::format("{} and {}", plural(errors, "error"), plural(warnings, "warning"));
}

void add_others(Sentences &out, const Report &report, const Finding &first)
{
    constexpr std::size_t limit = 4;
    Sentences others;
    for (const Finding &finding : report.findings) {
        if (finding.severity == Severity::note || about_the_capture(finding.id) || &finding == &first)
            continue;
        const std::string words = with_certainty(finding);
        if (std::ranges::find(others, words) == others.end() && title(finding) != title(first))
            others.push_back(words);
    }
    for (std::size_t i = 0; i < std::min(others.size(), limit); ++i)
        out.push_back("Also: " + others[i]);
    if (others.size() > limit)
        out.push_back(fmt::format("And {} more, see below.", others.size() - limit));
}

void add_findings(Sentences &out, const Report &report, const Finding &first)
{
    const std::uint64_t errors = findings_of(report, Severity::error);
    const std::uint64_t warnings = findings_of(report, Severity::warning);
    const bool single = errors + warnings == 1;
    out.push_back(fmt::format("{}. {}{}", counts_of_findings(errors, warnings),
                              single ? "" : "Most important: ", with_certainty(first)));
    if (!first.summary.empty())
        out.push_back(first.summary);
    if (first.recovered)
        out.push_back("It worked again later in the capture.");
    // What works again needs no repair, but a cause.
    if (first.recovered && first.id < diagnose::FindingId::tcp_connection_lost)
        out.push_back(fmt::format("First thing to do: Find out what happened there {}.", time_range(first, report)));
    else
        out.push_back("First thing to do: " + action(first));
    add_others(out, report, first);
}

constexpr std::uint64_t enough_for_percentile = 100;  // of fewer the 99th percentile is but the slowest

std::string times_of_one(const ResponseTimes &times)
{
    if (times.samples < enough_for_percentile)
        return fmt::format("Response time: median {}, slowest {}.", figure_ms(times.median), figure_ms(times.max));
    return fmt::format("Response time: median {}, 99th percentile {}, slowest {}.", figure_ms(times.median),
                       figure_ms(times.p99), figure_ms(times.max));
}

// The medians of units cannot be joined into one, so several units give a range.
std::string response_times(const Report &report)
{
    std::vector<const ResponseTimes *> timed;
    for (const UnitRow &unit : report.units) {
        if (unit.times.samples != 0)
            timed.push_back(&unit.times);
    }
    if (timed.empty())
        return {};
    if (timed.size() == 1)
        return times_of_one(*timed.front());
    const auto [low, high] = std::ranges::minmax_element(timed, {}, [](const auto *times) { return times->median; });
    const auto worst = std::ranges::max_element(timed, {}, [](const auto *times) { return times->p99; });
    const auto slowest = std::ranges::max_element(timed, {}, [](const auto *times) { return times->max; });
    const std::string lowest = figure_ms((*low)->median), highest = figure_ms((*high)->median);
    std::string text = lowest == highest
                           ? fmt::format("Response times of {} units: median {}", timed.size(), lowest)
                           : fmt::format("Response times by unit: medians from {} to {}", lowest, highest);
    if ((*worst)->samples >= enough_for_percentile)
        text += fmt::format(", highest 99th percentile {}", figure_ms((*worst)->p99));
    return text + fmt::format(", slowest answer {}.", figure_ms((*slowest)->max));
}

std::string fates_of_requests(const Report &report)
{
    const auto &requests = report.totals.requests;
    std::string text = fmt::format("{} of {} answered", requests.answered, plural(requests.total, "request"));
    if (requests.exception != 0)
        text += fmt::format(", {} answered with an exception", requests.exception);
    if (requests.no_response != 0)
        text += fmt::format(", {} not answered", requests.no_response);
    if (requests.undecided != 0)
        text += fmt::format(", {} undecided", requests.undecided);
    return text + ".";
}

void add_figures(Sentences &out, const Report &report)
{
    out.push_back(fates_of_requests(report));
    if (const std::string times = response_times(report); !times.empty())
        out.push_back(times);
}

void add_no_fault(Sentences &out, const Report &report)
{
    const auto &requests = report.totals.requests;
    if (requests.answered + requests.exception == 0) {
        out.push_back(fmt::format("No conclusion: the capture holds {}, but not one answer to judge them by, and "
                                  "nothing in it proves why.",
                                  plural(requests.total, "Modbus request")));
    } else if (requests.no_response != 0) {
        out.push_back("No finding of weight, but not every request was answered.");
    } else {
        out.push_back(fmt::format("No fault found in {}.", plural(requests.total, "Modbus request")));
    }
    add_figures(out, report);
    if (const std::uint64_t notes = findings_of(report, Severity::note); notes != 0)
        out.push_back(fmt::format("{} below.", plural(notes, "note")));
}

void add_no_requests(Sentences &out, const Report &report)
{
    if (report.totals.packets.modbus != 0 || report.totals.responses.normal + report.totals.responses.unmatched != 0) {
        out.push_back("No conclusion about Modbus is possible: the capture holds Modbus packets, but no request that "
                      "could be paired with an answer.");
        return;
    }
    out.push_back("No conclusion about Modbus is possible: the capture holds no Modbus request. That says neither "
                  "that Modbus works nor that it does not.");
    const auto &attempts = report.totals.attempts;
    if (attempts.total != 0)
        out.push_back(fmt::format("Of {}, {} succeeded.", plural(attempts.total, "TCP connection attempt"),
                                  attempts.established));
}

void add_limits(Sentences &out, const Report &report)
{
    for (const Finding &finding : report.findings) {
        if (about_the_capture(finding.id) && finding.severity != Severity::note)
            out.push_back(fmt::format("The capture limits this verdict: {}.", title(finding)));
    }
    for (const File &file : report.files) {
        if (!file.complete)
            out.push_back(fmt::format("{} could be read only in part; what lies behind the damage is not judged.",
                                      file.name.empty() ? "A file" : file.name));
    }
    if (report.evicted != 0)
        out.push_back(fmt::format("{} left memory early because there were too many at once; what they did later is "
                                  "not judged.",
                                  plural(report.evicted, "connection")));
    if (report.beyond_limits)
        out.push_back("There are more hosts, clients, servers, units or serial lines than are kept in memory; the "
                      "others are in the totals only, and are not judged.");
}

}  // namespace

std::vector<std::string> verdict(const Report &report)
{
    Sentences out;
    const Finding *first = most_important(report);
    if (report.packets == 0 && report.totals.serial.octets == 0 && first == nullptr) {
        out.push_back("No conclusion is possible: not one packet was read.");
    } else if (first != nullptr) {
        add_findings(out, report, *first);
        if (report.totals.requests.total != 0)
            add_figures(out, report);
        else
            out.push_back("No Modbus request is in the capture.");
    } else if (report.totals.requests.total == 0) {
        add_no_requests(out, report);
    } else {
        add_no_fault(out, report);
    }
    add_limits(out, report);
    return out;
}

}  // namespace buswitness::report
