// Figures that add up: every total is printed as the sum of its parts.
#include "decode/modbus/names.h"
#include "decode/report/text_parts.h"
#include "decode/report/words.h"

#include <fmt/format.h>

#include <algorithm>

namespace buswitness::report {

namespace {

constexpr std::size_t label_width = 21;
constexpr std::size_t connection_limit = 20;
constexpr std::size_t unit_limit = 40;

struct Part {
    std::uint64_t count;
    std::string_view name;
};

// "300 = 280 answered + 12 exceptions + 8 not answered"; parts of 0 are left out.
std::string sum(const std::vector<Part> &parts)
{
    std::uint64_t total = 0;
    std::vector<std::string> words;
    for (const Part &part : parts) {
        total += part.count;
        if (part.count != 0)
            words.push_back(fmt::format("{} {}", part.count, part.name));
    }
    return words.empty() ? "0" : fmt::format("{} = {}", total, fmt::join(words, " + "));
}

void add_aside(std::string &text, std::uint64_t count, std::string_view words)
{
    if (count != 0)
        text += fmt::format("; {} {}", count, words);
}

std::string packets_line(const Totals &totals)
{
    const auto &bins = totals.packets;
    std::string text = sum({{bins.modbus, "Modbus"},
                            {bins.tcp_other, "other TCP"},
                            {bins.arp, "ARP/ND"},
                            {bins.icmp, "ICMP"},
                            {bins.other, "other"},
                            {bins.undecodable, "undecodable"}});
    add_aside(text, bins.duplicates, "of them copies made by the capture");
    return text;
}

std::string attempts_line(const Totals &totals)
{
    const auto &bins = totals.attempts;
    std::string text = sum({{bins.established, "established"},
                            {bins.refused, "refused"},
                            {bins.timed_out, "timed out"},
                            {bins.unreachable, "unreachable"},
                            {bins.incomplete, "incomplete"}});
    add_aside(text, bins.undecided, "of those timed out came too near to the end to tell");
    return text;
}

std::string requests_line(const Totals &totals)
{
    const auto &bins = totals.requests;
    std::string text = sum({{bins.answered, "answered"},
                            {bins.exception, "answered with an exception"},
                            {bins.no_response, "not answered"},
                            {bins.undecided, "undecided"}});
    add_aside(text, bins.capture_loss, "of the undecided because the capture lost packets");
    return text;
}

std::string responses_line(const Totals &totals)
{
    const auto &bins = totals.responses;
    std::string text =
        sum({{bins.normal, "normal"}, {bins.exceptions, "exceptions"}, {bins.unmatched, "without a visible request"}});
    add_aside(text, bins.late, "of them after the client had moved on");
    return text;
}

std::string function_words(std::uint8_t code)
{
    return fmt::format("{} {}", code, modbus::function_name(code));
}

std::string number(std::uint64_t value)
{
    return std::to_string(value);
}

void add_left_out(Page &page, std::uint64_t count)
{
    if (count != 0)
        page.paragraph(fmt::format("and {} more, not shown here", count), 0, Tone::dim);
}

void add_exceptions(Page &page, const Report &report)
{
    if (report.exceptions.empty())
        return;
    Table table{{{"Function"}, {"Exception"}, {"Count", true}}, {}};
    for (const ExceptionRow &row : report.exceptions) {
        table.rows.push_back({function_words(row.function_code),
                              fmt::format("{} {}", row.exception_code, modbus::exception_name(row.exception_code)),
                              number(row.count)});
    }
    page.caption("Exceptions");
    page.table(table, 0);
}

void add_response_times(Page &page, const std::vector<UnitRow> &units)
{
    Table table{{{"Server"},
                 {"Unit", true},
                 {"Answers", true},
                 {"Min", true},
                 {"Median", true},
                 {"95 %", true},
                 {"99 %", true},
                 {"Max", true}},
                {}};
    for (const UnitRow &row : units) {
        const ResponseTimes &times = row.times;
        if (times.samples != 0 && table.rows.size() < unit_limit) {
            table.rows.push_back({to_string(row.server), number(row.unit), number(times.samples), figure_ms(times.min),
                                  figure_ms(times.median), figure_ms(times.p95), figure_ms(times.p99),
                                  figure_ms(times.max)});
        }
    }
    if (table.rows.empty())
        return;
    page.caption("Response times");
    page.table(table, 0);
}

}  // namespace

void add_totals(Page &page, const Report &report)
{
    page.heading("Totals");
    const auto labelled = [&page](std::string_view label, const std::string &text) {
        page.item(label, text, 0, label_width);
    };
    labelled("Packets", packets_line(report.totals));
    labelled("Connection attempts", attempts_line(report.totals));
    labelled("Modbus requests", requests_line(report.totals));
    labelled("Modbus responses", responses_line(report.totals));
    if (report.evicted != 0)
        labelled("Left memory early", plural(report.evicted, "connection"));
}

void add_functions(Page &page, const Report &report)
{
    if (!report.functions.empty()) {
        Table table{{{"Function"}, {"Requests", true}, {"Responses", true}, {"Exceptions", true}}, {}};
        for (const FunctionRow &row : report.functions) {
            table.rows.push_back({function_words(row.function_code), number(row.requests), number(row.responses),
                                  number(row.exceptions)});
        }
        page.caption("Functions");
        page.table(table, 0);
    }
    add_exceptions(page, report);
}

void add_units(Page &page, const Report &report)
{
    if (report.units.empty())
        return;
    Table table{{{"Server"},
                 {"Unit", true},
                 {"Via"},
                 {"Requests", true},
                 {"Answered", true},
                 {"Exception", true},
                 {"No answer", true},
                 {"Undecided", true}},
                {}};
    const std::size_t shown = std::min(report.units.size(), unit_limit);
    for (std::size_t i = 0; i < shown; ++i) {
        const UnitRow &row = report.units[i];
        table.rows.push_back({to_string(row.server), number(row.unit), row.transport, number(row.requests),
                              number(row.answered), number(row.exception), number(row.no_response),
                              number(row.undecided)});
    }
    page.caption("Units");
    page.table(table, 0);
    add_left_out(page, report.units.size() - shown);
    add_response_times(page, report.units);
}

void add_connections(Page &page, const Report &report)
{
    if (report.connections.empty())
        return;
    Table table{{{page.utf8() ? "Client \u2192 server" : "Client -> server"},
                 {"Attempts", true},
                 {"Failed", true},
                 {"Last outcome"},
                 {"Protocol"},
                 {"Requests", true},
                 {"Answered", true}},
                {}};
    const std::size_t shown = std::min(report.connections.size(), connection_limit);
    for (std::size_t i = 0; i < shown; ++i) {
        const ConnectionRow &row = report.connections[i];
        table.rows.push_back(
            {fmt::format("{} {} {}", to_string(row.client), page.utf8() ? "\u2192" : "->", to_string(row.server)),
             number(row.attempts), number(row.refused + row.timed_out + row.unreachable + row.incomplete), row.outcome,
             row.protocol.empty() ? "-" : row.protocol, number(row.requests), number(row.answered)});
    }
    page.caption("Connections");
    page.table(table, 0);
    add_left_out(page, report.connections.size() - shown + report.connections_left_out);
}

}  // namespace buswitness::report
