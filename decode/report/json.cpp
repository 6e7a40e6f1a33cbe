#include "decode/base/text.h"
#include "decode/diagnose/catalogue.h"
#include "decode/report/compare.h"
#include "decode/report/report.h"
#include "decode/report/words.h"

#include <nlohmann/json.hpp>

#include <cmath>

namespace buswitness::report {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t json_name_limit = 4096;  // a path of PATH_MAX octets stays whole
constexpr std::size_t json_text_limit = 4096;

Json name(const std::string &text)
{
    return escaped(text, json_name_limit);
}

Json words(const std::string &text)
{
    return escaped(text, json_text_limit);
}

Json words_or_null(std::string_view text)
{
    return text.empty() ? Json(nullptr) : words(std::string(text));
}

Json list_of_words(const std::vector<std::string> &texts)
{
    Json list = Json::array();
    for (const std::string &text : texts)
        list.push_back(words(text));
    return list;
}

template <typename T>
Json number_or_null(const std::optional<T> &value)
{
    return value ? Json(*value) : Json(nullptr);
}

Json time_or_null(const std::optional<Timestamp> &time)
{
    return time ? Json(rfc3339(*time)) : Json(nullptr);
}

double milliseconds_to_ns(double value)  // no digits below a nanosecond; never NaN, which JSON has no word for
{
    return std::isfinite(value) ? std::round(value * 1e6) / 1e6 : 0.0;
}

Json capture_object(const Report &report)
{
    Json files = Json::array();
    for (const File &file : report.files) {
        files.push_back({{"name", name(file.name)},
                         {"packets", file.packets},
                         {"octets", file.octets},
                         {"complete", file.complete},
                         {"damage", words_or_null(file.damage)}});
    }
    Json interfaces = Json::array();
    for (const Interface &one : report.interfaces)
        interfaces.push_back({{"name", name(one.name)}, {"link_type", one.link_type}, {"dropped", one.dropped}});

    Json duration = nullptr;
    if (report.first && report.last)
        duration = seconds(elapsed(*report.first, *report.last));
    return {
        {"files", std::move(files)},         {"packets", report.packets},         {"first", time_or_null(report.first)},
        {"last", time_or_null(report.last)}, {"duration_s", std::move(duration)}, {"interfaces", std::move(interfaces)},
        {"dropped", report.dropped}};
}

Json totals_object(const Totals &totals)
{
    const auto &packets = totals.packets;
    const auto &attempts = totals.attempts;
    const auto &requests = totals.requests;
    const auto &responses = totals.responses;
    const auto &serial = totals.serial;
    return {{"packets",
             {{"modbus", packets.modbus},
              {"tcp_other", packets.tcp_other},
              {"arp", packets.arp},
              {"icmp", packets.icmp},
              {"other", packets.other},
              {"undecodable", packets.undecodable},
              {"duplicates", packets.duplicates}}},
            {"connection_attempts",
             {{"total", attempts.total},
              {"established", attempts.established},
              {"refused", attempts.refused},
              {"timed_out", attempts.timed_out},
              {"unreachable", attempts.unreachable},
              {"incomplete", attempts.incomplete},
              {"undecided", attempts.undecided}}},
            {"requests",
             {{"total", requests.total},
              {"answered", requests.answered},
              {"exception", requests.exception},
              {"no_response", requests.no_response},
              {"undecided", requests.undecided},
              {"capture_loss", requests.capture_loss}}},
            {"responses",
             {{"normal", responses.normal},
              {"exceptions", responses.exceptions},
              {"unmatched", responses.unmatched},
              {"late", responses.late}}},
            {"serial_frames",
             {{"total", serial.good + serial.crc_error},
              {"good", serial.good},
              {"crc_error", serial.crc_error},
              {"noise_octets", serial.noise_octets},
              {"octets", serial.octets}}}};
}

Json function_rows(const Report &report)
{
    Json rows = Json::array();
    for (const FunctionRow &one : report.functions) {
        rows.push_back({{"function_code", one.function_code},
                        {"requests", one.requests},
                        {"responses", one.responses},
                        {"exceptions", one.exceptions}});
    }
    return rows;
}

Json exception_rows(const Report &report)
{
    Json rows = Json::array();
    for (const ExceptionRow &one : report.exceptions) {
        rows.push_back(
            {{"function_code", one.function_code}, {"exception_code", one.exception_code}, {"count", one.count}});
    }
    return rows;
}

Json times_or_null(const ResponseTimes &times)
{
    if (times.samples == 0)
        return nullptr;
    return {{"samples", times.samples},
            {"min", milliseconds_to_ns(times.min)},
            {"median", milliseconds_to_ns(times.median)},
            {"p95", milliseconds_to_ns(times.p95)},
            {"p99", milliseconds_to_ns(times.p99)},
            {"max", milliseconds_to_ns(times.max)}};
}

Json unit_rows(const Report &report)
{
    Json rows = Json::array();
    for (const UnitRow &one : report.units) {
        rows.push_back({{"server", one.line.empty() ? Json(to_string(one.server)) : Json(nullptr)},
                        {"line", words_or_null(one.line)},
                        {"transport", words_or_null(one.transport)},
                        {"unit", one.unit},
                        {"requests", one.requests},
                        {"answered", one.answered},
                        {"exception", one.exception},
                        {"no_response", one.no_response},
                        {"undecided", one.undecided},
                        {"response_time_ms", times_or_null(one.times)}});
    }
    return rows;
}

Json connection_rows(const Report &report)
{
    Json rows = Json::array();
    for (const ConnectionRow &one : report.connections) {
        rows.push_back({{"client", to_string(one.client)},
                        {"server", to_string(one.server)},
                        {"attempts", one.attempts},
                        {"outcome", words_or_null(one.outcome)},
                        {"established", one.established},
                        {"refused", one.refused},
                        {"timed_out", one.timed_out},
                        {"unreachable", one.unreachable},
                        {"incomplete", one.incomplete},
                        {"midstream", one.midstream},
                        {"protocol", words_or_null(one.protocol)},
                        {"requests", one.requests},
                        {"answered", one.answered}});
    }
    return rows;
}

Json evidence_rows(const diagnose::Finding &finding)
{
    Json rows = Json::array();
    for (const diagnose::Evidence &one : finding.evidence) {
        rows.push_back({{finding.line.empty() ? "packet" : "frame", one.packet == 0 ? Json(nullptr) : Json(one.packet)},
                        {"time", one.packet == 0 ? Json(nullptr) : Json(rfc3339(one.time))},
                        {"text", words(one.text)},
                        {"pdu", words_or_null(one.pdu)}});
    }
    return rows;
}

// A finding that counts nothing (no Modbus in the file) has no moment of its own.
Json moment_or_null(const diagnose::Finding &finding, Timestamp time)
{
    const bool unset = finding.count == 0 && finding.first == Timestamp{} && finding.last == Timestamp{};
    return unset ? Json(nullptr) : Json(rfc3339(time));
}

Json finding_object(const diagnose::Finding &finding)
{
    return {{"id", std::string(diagnose::row(finding.id).name)},
            {"severity", std::string(to_string(finding.severity))},
            {"certainty", std::string(to_string(finding.certainty))},
            {"by", words_or_null(to_string(finding.by))},
            {"recovered", finding.recovered},
            {"client", finding.client ? Json(to_string(*finding.client)) : Json(nullptr)},
            {"server", finding.server ? Json(to_string(*finding.server)) : Json(nullptr)},
            {"unit", number_or_null(finding.unit)},
            {"line", words_or_null(finding.line)},
            {"function_code", number_or_null(finding.function_code)},
            {"exception_code", number_or_null(finding.exception_code)},
            {"field", words_or_null(finding.field)},
            {"count", finding.count},
            {"first", moment_or_null(finding, finding.first)},
            {"last", moment_or_null(finding, finding.last)},
            {"title", words(title(finding))},
            {"summary", words(finding.summary)},
            {"evidence", evidence_rows(finding)},
            {"refuted_by", words(refuted_by(finding))},
            {"possible_causes", list_of_words(finding.possible_causes)},
            {"next_steps", list_of_words(next_steps(finding))}};
}

Json finding_rows(const Report &report)
{
    Json rows = Json::array();
    for (const diagnose::Finding &one : report.findings)
        rows.push_back(finding_object(one));
    return rows;
}

Json left_out_rows(const Report &report)
{
    Json rows = Json::array();
    for (const LeftOut &rest : report.findings_left_out)
        rows.push_back({{"id", diagnose::row(rest.id).name},
                        {"severity", diagnose::to_string(rest.severity)},
                        {"findings", rest.findings}});
    return rows;
}

Json checklist_rows(const Report &report)
{
    Json lists = Json::array();
    for (const diagnose::Checklist &list : report.checklists) {
        Json items = Json::array();
        for (const diagnose::ChecklistItem &item : list.items) {
            Json ids = Json::array();
            for (const diagnose::FindingId id : item.findings)
                ids.push_back(diagnose::row(id).name);
            items.push_back({{"check", item.question},
                             {"status", diagnose::to_string(item.status)},
                             {"text", words(item.text)},
                             {"findings", std::move(ids)}});
        }
        lists.push_back({{"id", list.id}, {"title", list.title}, {"items", std::move(items)}});
    }
    return lists;
}

Json comparison_or_null(const Report &report)
{
    if (!report.comparison)
        return nullptr;
    const Comparison &comparison = *report.comparison;
    Json changes = Json::array();
    for (const Change &change : comparison.changes)
        changes.push_back({{"what", words(change.what)},
                           {"before", words(change.before)},
                           {"now", words(change.now)},
                           {"change", to_string(change.kind)}});
    return {{"outcome", to_string(comparison.outcome)},
            {"verdict", comparison_verdict(comparison)},
            {"baseline", name(comparison.baseline)},
            {"faults",
             {{"gone", comparison.faults_gone},
              {"remaining", comparison.faults_remaining},
              {"new", comparison.faults_new}}},
            {"changes", std::move(changes)},
            {"changes_left_out", comparison.left_out}};
}

}  // namespace

namespace {

std::string_view to_string(Transport transport)
{
    switch (transport) {
    case Transport::tcp: return "tcp";
    case Transport::udp: return "udp";
    case Transport::rtu: return "rtu";
    case Transport::ascii: break;
    }
    return "ascii";
}

}  // namespace

std::string to_json(const TransactionRow &row)
{
    const auto outcome = [&row]() -> std::string_view {
        switch (row.outcome) {
        case TransactionOutcome::answered: return "answered";
        case TransactionOutcome::exception: return "exception";
        case TransactionOutcome::no_response: return "no-response";
        case TransactionOutcome::late: return "late";
        case TransactionOutcome::stale: return "stale";
        case TransactionOutcome::undecided: break;
        }
        return "undecided";
    }();
    const bool answered = row.response.seen();
    const bool on_line = row.transport == Transport::rtu || row.transport == Transport::ascii;
    const Json object = {
        {"time", rfc3339(row.request.time)},
        {"transport", to_string(row.transport)},
        {"client", on_line ? Json(nullptr) : Json(to_string(row.client))},
        {"server", on_line ? Json(nullptr) : Json(to_string(row.server))},
        {"line", on_line ? name(row.line) : Json(nullptr)},
        {"unit", row.unit},
        {"function_code", row.function},
        {"address", number_or_null(row.address)},
        {"quantity", number_or_null(row.quantity)},
        {"outcome", outcome},
        {"exception_code", number_or_null(row.exception_code)},
        {"response_time_ms",
         answered ? Json(milliseconds_to_ns(milliseconds(elapsed(row.request, row.response)))) : Json(nullptr)},
        {"request_packet", row.request.packet},
        {"response_packet", answered ? Json(row.response.packet) : Json(nullptr)}};
    return object.dump();
}

std::string to_json(const diagnose::Finding &finding)
{
    return finding_object(finding).dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string to_json(const Report &report)
{
    const Json document = {
        {"format", "buswitness-report"},
        {"version", 1},
        {"verdict", list_of_words(verdict(report))},
        {"capture", capture_object(report)},
        {"reproduction",
         {{"command", words_or_null(report.reproduction.command)},
          {"version", words_or_null(report.reproduction.version)}}},
        {"totals", totals_object(report.totals)},
        {"functions", function_rows(report)},
        {"exceptions", exception_rows(report)},
        {"units", unit_rows(report)},
        {"connections", connection_rows(report)},
        {"connections_left_out", report.connections_left_out},
        {"evicted_connections", report.evicted},
        {"beyond_limits", report.beyond_limits},
        {"findings", finding_rows(report)},
        {"findings_left_out", left_out_rows(report)},
        {"checklists", checklist_rows(report)},
        {"comparison", comparison_or_null(report)},
        {"capture_view", {{"shows", list_of_words(report.view.shows)}, {"hides", list_of_words(report.view.hides)}}}};
    return document.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace buswitness::report
