#include "decode/report/words.h"

#include "decode/base/text.h"
#include "decode/diagnose/catalogue.h"
#include "decode/modbus/names.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace buswitness::report {

using diagnose::Finding;
using diagnose::FindingId;

std::string plural(std::uint64_t count, std::string_view noun)
{
    return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::string percent(std::uint64_t part, std::uint64_t whole)
{
    if (whole == 0)
        return "-";
    if (part == whole)
        return "100 %";
    // Rounded down, so that 99.99 % never reads as all of them.
    const double exact = 100.0 * static_cast<double>(part) / static_cast<double>(whole);
    return fmt::format("{:.1f} %", std::floor(exact * 10) / 10);
}

std::string moment(Timestamp time)
{
    std::string text = rfc3339(time);  // 2026-06-02T08:15:30.000123456Z
    const std::size_t t = text.find('T');
    if (t == std::string::npos || !text.ends_with('Z'))
        return text;
    text[t] = ' ';
    text.pop_back();
    if (const std::size_t dot = text.find('.'); dot != std::string::npos && text.size() > dot + 7)
        text.resize(dot + 7);
    return text;
}

std::string figure_ms(double value)
{
    if (value < 1)
        return fmt::format("{:.2f} ms", value);
    return value < 100 ? fmt::format("{:.1f} ms", value) : fmt::format("{:.0f} ms", value);
}

std::string title(const Finding &finding)
{
    return diagnose::fill(diagnose::row(finding.id).title, finding);
}

std::string action(const Finding &finding)
{
    return diagnose::fill(diagnose::row(finding.id).action, finding);
}

std::string evidence_words(const diagnose::Evidence &one)
{
    return one.pdu.empty() ? one.text : fmt::format("{}; PDU `{}`", one.text, one.pdu);
}

std::string meaning(const Finding &finding)
{
    std::string text = diagnose::fill(diagnose::row(finding.id).meaning, finding);
    if (finding.id == FindingId::modbus_exception && finding.exception_code)
        text = fmt::format("{} {}", diagnose::exception_meaning(*finding.exception_code), text);
    return text;
}

std::string refuted_by(const Finding &finding)
{
    return diagnose::fill(diagnose::row(finding.id).refuted_by, finding);
}

std::string subject(const Finding &finding, bool utf8)
{
    std::vector<std::string> parts;
    if (finding.client && finding.server) {
        parts.push_back(
            fmt::format("{} {} {}", to_string(*finding.client), utf8 ? "\u2192" : "->", to_string(*finding.server)));
    } else if (finding.client) {
        parts.push_back(fmt::format("client {}", to_string(*finding.client)));
    } else if (finding.server) {
        parts.push_back(fmt::format("server {}", to_string(*finding.server)));
    }
    if (!finding.line.empty())
        parts.push_back(fmt::format("line {}", escaped(finding.line)));
    if (finding.unit)
        parts.push_back(diagnose::fill("unit {unit}", finding));
    if (finding.function_code)
        parts.push_back(diagnose::fill("function {function}", finding));
    if (finding.exception_code)
        parts.push_back(diagnose::fill("exception {exception}", finding));
    if (!finding.field.empty())
        parts.push_back(fmt::format("field: {}", finding.field));
    if (parts.empty())
        return "the capture as a whole";
    return fmt::format("{}", fmt::join(parts, ", "));
}

std::string where_of(const UnitRow &row)
{
    return row.line.empty() ? to_string(row.server) : escaped(row.line);
}

std::string_view record_of(const Finding &finding)
{
    return finding.line.empty() ? "packet" : "frame";
}

std::string clock_in(const Report &report, Timestamp time)
{
    const bool several_days =
        report.first && report.last && moment(*report.first).substr(0, 10) != moment(*report.last).substr(0, 10);
    return several_days ? moment(time) : clock_time(time);
}

std::string time_range(const Finding &finding, const Report &report)
{
    if (finding.first == Timestamp{} && finding.last == Timestamp{})
        return {};
    if (finding.first == finding.last)
        return fmt::format("at {}", clock_in(report, finding.first));
    return fmt::format("from {} to {} ({})", clock_in(report, finding.first), clock_in(report, finding.last),
                       human(elapsed(finding.first, finding.last)));
}

std::vector<std::string> next_steps(const Finding &finding)
{
    std::vector<std::string> steps;
    const auto add = [&steps](std::string step) {
        if (std::ranges::find(steps, step) == steps.end())
            steps.push_back(std::move(step));
    };
    for (const std::string &step : finding.extra_next_steps)
        add(step);
    // What helps against an exception depends on its code; the general words serve codes that nobody knows.
    const bool by_code = finding.id == FindingId::modbus_exception && finding.exception_code;
    if (by_code) {
        for (const std::string_view step : diagnose::exception_next_steps(*finding.exception_code))
            add(diagnose::fill(step, finding));
    }
    if (!by_code || !diagnose::known_exception(*finding.exception_code)) {
        for (const std::string_view step : diagnose::row(finding.id).next_steps)
            add(diagnose::fill(step, finding));
    }
    return steps;
}

std::string certainty_words(diagnose::Certainty certainty)
{
    switch (certainty) {
    case diagnose::Certainty::certain: return "certain: the capture proves it";
    case diagnose::Certainty::likely: return "likely: the best explanation, others remain";
    case diagnose::Certainty::possible: return "possible: fits what is seen, not proven";
    }
    return {};
}

std::string recovered_words(const Finding &finding)
{
    if (finding.recovered)
        return "it worked again later";
    return finding.severity == diagnose::Severity::error ? "no recovery seen before the capture ended" : "";
}

std::string seen_words(const Finding &finding, const Report &report)
{
    std::string text = finding.count == 1 ? "once" : fmt::format("{} times", finding.count);
    if (const std::string range = time_range(finding, report); !range.empty())
        text += ", " + range;
    if (const std::string recovered = recovered_words(finding); !recovered.empty() && !about_the_capture(finding.id))
        text += "; " + recovered;
    return text;
}

std::string_view side_words(diagnose::By by)
{
    switch (by) {
    case diagnose::By::unknown: return "";
    case diagnose::By::client: return "the client";
    case diagnose::By::server: return "the server, or what is behind it";
    case diagnose::By::middlebox: return "a firewall or router, on the way or on the host itself";
    case diagnose::By::tap: return "how the capture was made, not a device";
    }
    return "";
}

std::string_view status_words(diagnose::CheckStatus status)
{
    switch (status) {
    case diagnose::CheckStatus::ok: return "ok";
    case diagnose::CheckStatus::problem: return "problem";
    case diagnose::CheckStatus::suspect: return "suspect";
    case diagnose::CheckStatus::not_visible: return "not visible";
    case diagnose::CheckStatus::not_applicable: return "n/a";
    }
    return {};
}

std::string not_applicable_as_a_whole(const diagnose::Checklist &list)
{
    const bool applies = std::ranges::any_of(list.items, [](const diagnose::ChecklistItem &item) {
        return item.status != diagnose::CheckStatus::not_applicable;
    });
    return applies || list.items.empty() ? std::string() : list.items.front().text;
}

std::vector<const Finding *> in_reading_order(const Report &report)
{
    std::vector<const Finding *> ranked;
    for (const bool of_capture : {false, true})
        for (const Finding &finding : report.findings)
            if (about_the_capture(finding.id) == of_capture)
                ranked.push_back(&finding);
    return ranked;
}

std::size_t same_advice(const std::vector<const Finding *> &ranked, std::size_t index)
{
    const Finding &finding = *ranked[index];
    for (std::size_t i = 0; i < index; ++i) {
        const Finding &other = *ranked[i];
        if (other.id == finding.id && other.exception_code == finding.exception_code &&
            other.extra_next_steps == finding.extra_next_steps)
            return i + 1;
    }
    return 0;
}

bool about_the_capture(FindingId id)
{
    return id >= FindingId::capture_one_sided;
}

std::uint64_t findings_of(const Report &report, diagnose::Severity severity)
{
    auto count = static_cast<std::uint64_t>(std::ranges::count_if(report.findings, [severity](const Finding &finding) {
        return finding.severity == severity && !about_the_capture(finding.id);
    }));
    for (const LeftOut &rest : report.findings_left_out)
        count += rest.severity == severity && !about_the_capture(rest.id) ? rest.findings : 0;
    return count;
}

}  // namespace buswitness::report
