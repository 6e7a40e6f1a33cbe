#include "decode/report/tables.h"

#include "decode/modbus/names.h"
#include "decode/report/words.h"

#include <fmt/format.h>

#include <algorithm>

namespace buswitness::report {

namespace {

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
                            {bins.timed_out, "without an answer"},
                            {bins.unreachable, "unreachable"},
                            {bins.incomplete, "incomplete"}});
    add_aside(text, bins.undecided,
              "of those without an answer came so late that an answer may have followed the end of the capture");
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

Table function_table(const Report &report)
{
    Table table{"Functions", {{"Function"}, {"Requests", true}, {"Responses", true}, {"Exceptions", true}}, {}};
    for (const FunctionRow &row : report.functions) {
        table.rows.push_back(
            {function_words(row.function_code), number(row.requests), number(row.responses), number(row.exceptions)});
    }
    return table;
}

Table exception_table(const Report &report)
{
    Table table{"Exceptions", {{"Function"}, {"Exception"}, {"Count", true}}, {}};
    for (const ExceptionRow &row : report.exceptions) {
        table.rows.push_back({function_words(row.function_code),
                              fmt::format("{} {}", row.exception_code, modbus::exception_name(row.exception_code)),
                              number(row.count)});
    }
    return table;
}

Table unit_table(const Report &report, std::size_t limit)
{
    Table table{"Units",
                {{"Server"},
                 {"Unit", true},
                 {"Via"},
                 {"Requests", true},
                 {"Ok", true, "Answered"},
                 {"Except.", true, "Exception"},
                 {"Silent", true, "No answer"},
                 {"Open", true, "Undecided"}},
                {}};
    const std::size_t shown = std::min(report.units.size(), limit);
    for (std::size_t i = 0; i < shown; ++i) {
        const UnitRow &row = report.units[i];
        table.rows.push_back({where_of(row), number(row.unit), row.transport, number(row.requests),
                              number(row.answered), number(row.exception), number(row.no_response),
                              number(row.undecided)});
    }
    table.left_out = report.units.size() - shown;
    return table;
}

Table times_table(const Report &report, std::size_t limit)
{
    Table table{"Response times",
                {{"Server"},
                 {"Unit", true},
                 {"Answers", true},
                 {"Min", true},
                 {"Median", true},
                 {"95 %", true},
                 {"99 %", true},
                 {"Max", true}},
                {}};
    for (const UnitRow &row : report.units) {
        const ResponseTimes &times = row.times;
        if (times.samples == 0)
            continue;
        if (table.rows.size() == limit) {
            ++table.left_out;
            continue;
        }
        table.rows.push_back({where_of(row), number(row.unit), number(times.samples), figure_ms(times.min),
                              figure_ms(times.median), figure_ms(times.p95), figure_ms(times.p99),
                              figure_ms(times.max)});
    }
    return table;
}

Table connection_table(const Report &report, std::size_t limit, std::string_view arrow)
{
    Table table{"Connections",
                {{fmt::format("Client {} server", arrow)},
                 {"Tries", true, "Attempts"},
                 {"Failed", true},
                 {"Last", false, "Last outcome"},
                 {"Protocol"},
                 {"Requests", true},
                 {"Ok", true, "Answered"}},
                {}};
    const std::size_t shown = std::min(report.connections.size(), limit);
    for (std::size_t i = 0; i < shown; ++i) {
        const ConnectionRow &row = report.connections[i];
        table.rows.push_back({fmt::format("{} {} {}", to_string(row.client), arrow, to_string(row.server)),
                              number(row.attempts),
                              number(row.refused + row.timed_out + row.unreachable + row.incomplete), row.outcome,
                              row.protocol.empty() ? "-" : row.protocol, number(row.requests), number(row.answered)});
    }
    table.left_out = report.connections.size() - shown + report.connections_left_out;
    return table;
}

}  // namespace

std::vector<Table> tables(const Report &report, const TableLimits &limits, bool utf8)
{
    std::vector<Table> all = {function_table(report), exception_table(report), unit_table(report, limits.units),
                              times_table(report, limits.units),
                              connection_table(report, limits.connections, utf8 ? "\u2192" : "->")};
    std::erase_if(all, [](const Table &table) { return table.rows.empty(); });
    return all;
}

std::vector<TotalLine> total_lines(const Report &report)
{
    std::vector<TotalLine> all = {{"Packets", packets_line(report.totals)},
                                  {"Connection attempts", attempts_line(report.totals)},
                                  {"Modbus requests", requests_line(report.totals)},
                                  {"Modbus responses", responses_line(report.totals)}};
    if (report.evicted != 0)
        all.push_back({"Left memory early", plural(report.evicted, "connection")});
    return all;
}

}  // namespace buswitness::report
