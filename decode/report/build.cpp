#include "decode/report/build.h"

#include "decode/diagnose/line_context.h"
#include "decode/report/build_parts.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <map>

namespace buswitness::report {

using net::Outcome;

namespace {

constexpr std::size_t most_connection_rows = 4096;
constexpr std::size_t most_unit_rows = 4096;
// A SYN this close to the end of the capture may still be answered.
constexpr Duration too_soon = std::chrono::seconds(3);

bool undecided(const net::Connection &c, const Facts &facts)
{
    return c.outcome == Outcome::pending && elapsed(Timestamp(c.syn_last().time), facts.until()) < too_soon;
}

template <typename Row>
void count(Row &row, Outcome outcome, std::uint64_t n)
{
    switch (outcome) {
    case Outcome::midstream: break;
    case Outcome::pending: row.timed_out += n; break;
    case Outcome::refused: row.refused += n; break;
    case Outcome::unreachable: row.unreachable += n; break;
    case Outcome::incomplete: row.incomplete += n; break;
    case Outcome::established: row.established += n; break;
    }
}

std::string outcome_word(Outcome outcome)
{
    switch (outcome) {
    case Outcome::midstream: return "midstream";
    case Outcome::pending: return "timed_out";
    case Outcome::refused: return "refused";
    case Outcome::unreachable: return "unreachable";
    case Outcome::incomplete: return "incomplete";
    case Outcome::established: return "established";
    }
    return {};
}

void build_totals(Report &report, const Facts &facts)
{
    Totals &totals = report.totals;
    const PacketTotals &p = facts.packets;
    totals.packets = {p.modbus, p.tcp_other, p.arp, p.icmp, p.other, p.undecodable, p.duplicates};
    assert(p.modbus + p.tcp_other + p.arp + p.icmp + p.other + p.undecodable == p.all);

    for (const ConnectionFacts &c : facts.connections) {
        if (!c.tcp.counted)
            continue;
        ++totals.attempts.total;
        count(totals.attempts, c.tcp.outcome, 1);
        totals.attempts.undecided += undecided(c.tcp, facts) ? 1 : 0;
    }
    const auto add_evicted = [&](std::size_t outcome, std::uint64_t n) {
        totals.attempts.total += n;
        count(totals.attempts, static_cast<Outcome>(outcome), n);
    };
    for (std::size_t o = 1; o < facts.evicted_outcomes.size(); ++o)
        add_evicted(o, facts.evicted_outcomes[o]);
    for (const PairFacts &pair : facts.pairs)
        for (std::size_t o = 1; o < pair.evicted->size(); ++o)
            add_evicted(o, (*pair.evicted)[o]);
    const auto &a = totals.attempts;
    assert(a.total == a.established + a.refused + a.timed_out + a.unreachable + a.incomplete);

    const ModbusTotals &m = facts.modbus;
    totals.requests = {m.requests, m.answered, m.exception, m.no_response, m.undecided, m.capture_loss};
    assert(m.requests == m.answered + m.exception + m.no_response + m.undecided);
    totals.responses = {m.normal_responses, m.exception_responses, m.unmatched, m.late};
    for (const LineFacts &line : facts.lines) {
        totals.serial.good += line.frames;
        totals.serial.crc_error += line.bad;
        totals.serial.noise_octets += line.noise_octets;
        totals.serial.octets += line.octets;
    }
    assert(m.normal_responses + m.exception_responses == m.answered + m.exception + m.unmatched);
}

void build_functions(Report &report, const ModbusTotals &modbus)
{
    for (std::size_t f = 0; f < modbus.functions.size(); ++f) {
        const auto &[requests, responses, exceptions] = modbus.functions[f];
        if (requests + responses + exceptions != 0)
            report.functions.push_back({static_cast<std::uint8_t>(f), requests, responses + exceptions, exceptions});
    }
    for (std::size_t code = 0; code < modbus.exceptions.size(); ++code)
        for (std::size_t f = 0; f < modbus.exceptions[code].size(); ++f)
            if (modbus.exceptions[code][f] != 0)
                report.exceptions.push_back(
                    {static_cast<std::uint8_t>(f), static_cast<std::uint8_t>(code), modbus.exceptions[code][f]});
    std::ranges::sort(report.exceptions, {},
                      [](const ExceptionRow &r) { return std::pair(r.function_code, r.exception_code); });
}

std::string transport_of(const PairFacts &pair)
{
    if (pair.line != no_index)
        return pair.framings[2] > pair.framings[1] ? "ascii" : "rtu";
    if (pair.udp)
        return "udp";
    const auto &f = pair.framings;
    if (f[1] > f[0] && f[1] >= f[2])
        return "rtu-over-tcp";
    return f[2] > f[0] ? "ascii-over-tcp" : "tcp";
}

void add_functions_of(UnitRow &row, const UnitFacts &unit)
{
    for (const FunctionFacts &f : unit.functions) {
        auto entry = std::ranges::lower_bound(row.functions, f.function, {}, &UnitFunction::function_code);
        if (entry == row.functions.end() || entry->function_code != f.function)
            entry = row.functions.insert(entry, {.function_code = f.function});
        entry->requests += f.requests;
        entry->answered += f.answered;
        entry->exceptions += f.exceptions;
        entry->no_response += f.no_response;
    }
}

void build_units(Report &report, const Facts &facts)
{
    struct Merged {
        UnitRow row;
        Histogram times;
        Moment first, last;  // requests
    };
    std::map<std::tuple<Endpoint, std::uint32_t, std::string, std::uint8_t>, Merged> merged;
    for (const UnitFacts &unit : facts.units) {
        const PairFacts &pair = facts.pairs[unit.pair];
        const std::string transport = transport_of(pair);
        const auto key = std::tuple(pair.server, pair.line + 1, transport, unit.unit);
        if (unit.requests == 0 || (merged.size() >= most_unit_rows && !merged.contains(key)))
            continue;
        Merged &m = merged[key];
        m.row.server = pair.server;
        if (pair.line != no_index)
            m.row.line = diagnose::name_of(facts.lines[pair.line]);
        m.row.transport = transport;
        m.row.unit = unit.unit;
        m.row.requests += unit.requests;
        m.row.answered += unit.answered;
        m.row.exception += unit.exceptions;
        const UnitTroubles &t = *unit.trouble;
        m.row.no_response += t.no_response + t.ended + t.mismatched;
        m.row.undecided += t.open_at_end + t.capture_loss + t.one_sided + t.broadcast + t.not_delivered + t.damaged;
        m.times.add(unit.times);
        add_functions_of(m.row, unit);
        if (!m.first.seen() || pair.first_request.packet < m.first.packet)
            m.first = pair.first_request;
        if (unit.last_request.packet > m.last.packet)
            m.last = unit.last_request;
    }
    for (auto &[key, m] : merged) {
        const Histogram &t = m.times;
        m.row.times = {t.count(),
                       milliseconds(t.min()),
                       milliseconds(t.percentile(0.5)),
                       milliseconds(t.percentile(0.95)),
                       milliseconds(t.percentile(0.99)),
                       milliseconds(t.max())};
        m.row.latency = latency_bars(t);
        if (m.row.requests > 1 && m.first.seen() && m.last.seen())
            m.row.interval_ms = milliseconds(elapsed(m.first, m.last)) / static_cast<double>(m.row.requests - 1);
        report.units.push_back(std::move(m.row));
    }
}

std::string protocol_of(const PairFacts &pair)
{
    if (pair.modbus) {
        const std::string transport = transport_of(pair);
        return transport == "tcp" || transport == "udp" ? "modbus" : transport;
    }
    if (pair.trouble->tls->hellos != 0)
        return "tls";
    return pair.trouble->foreign.empty() ? std::string()
                                         : std::string(modbus::foreign_name(pair.trouble->foreign.front().protocol));
}

void build_connections(Report &report, const Facts &facts)
{
    std::vector<ConnectionRow> rows(facts.pairs.size());
    for (std::size_t i = 0; i < facts.pairs.size(); ++i) {
        const PairFacts &pair = facts.pairs[i];
        if (pair.line != no_index)
            continue;
        rows[i].client = pair.client;
        rows[i].server = pair.server;
        rows[i].requests = pair.requests;
        rows[i].answered = pair.answered;
        rows[i].protocol = protocol_of(pair);
        for (std::size_t o = 1; o < pair.evicted->size(); ++o) {
            rows[i].attempts += (*pair.evicted)[o];
            count(rows[i], static_cast<Outcome>(o), (*pair.evicted)[o]);
        }
        if (pair.udp)
            rows[i].outcome = "udp";
    }
    for (const ConnectionFacts &c : facts.connections) {
        if (c.pair == no_index || c.udp)
            continue;
        ConnectionRow &row = rows[c.pair];
        row.attempts += c.tcp.counted ? 1 : 0;
        row.midstream += c.tcp.outcome == Outcome::midstream ? 1 : 0;
        if (c.tcp.counted)
            count(row, c.tcp.outcome, 1);
        row.outcome = outcome_word(c.tcp.outcome);
    }
    std::erase_if(rows, [](const ConnectionRow &r) { return r.outcome.empty() && r.attempts == 0; });
    std::ranges::stable_sort(rows, {},
                             [](const ConnectionRow &r) { return std::pair(r.requests == 0, r.protocol.empty()); });
    if (rows.size() > most_connection_rows) {
        report.connections_left_out = rows.size() - most_connection_rows;
        rows.resize(most_connection_rows);
    }
    report.connections = std::move(rows);
}

// Twenty of a kind tell a reader as much as a thousand; the rest is counted.
void keep_findings(Report &report, std::vector<diagnose::Finding> findings)
{
    constexpr std::size_t most_of_one_id = 20;
    std::array<std::size_t, diagnose::finding_count> kept{};
    for (diagnose::Finding &finding : findings) {
        if (kept[static_cast<std::size_t>(finding.id)]++ < most_of_one_id) {
            report.findings.push_back(std::move(finding));
            continue;
        }
        auto entry = std::ranges::find_if(report.findings_left_out, [&](const LeftOut &l) {
            return l.id == finding.id && l.severity == finding.severity;
        });
        if (entry == report.findings_left_out.end()) {
            report.findings_left_out.push_back({finding.id, finding.severity, 0});
            entry = report.findings_left_out.end() - 1;
        }
        ++entry->findings;
    }
}

}  // namespace

Report build(const CaptureSummary &capture, const Facts &facts, std::vector<diagnose::Finding> findings)
{
    Report report;
    report.files = capture.files;
    report.interfaces = capture.interfaces;
    report.packets = facts.packets.all;
    report.dropped = facts.notes.dropped;
    if (facts.first.seen()) {
        report.first = Timestamp(facts.first.time);
        report.last = Timestamp(facts.last.time);
    }
    report.evicted = facts.evicted;
    report.beyond_limits = facts.left_out != 0 || facts.hosts.left_out() != 0;
    build_totals(report, facts);
    build_functions(report, facts.modbus);
    report.requests_over_time = requests_over_time(facts.modbus);
    report.attempts_over_time = attempts_over_time(facts);
    report.checklists = diagnose::checklists(facts, findings);
    report.view = view_of(report, facts, findings);
    keep_findings(report, std::move(findings));
    // After the findings, which may be many, gave back their memory.
    build_units(report, facts);
    build_connections(report, facts);
    return report;
}

}  // namespace buswitness::report
