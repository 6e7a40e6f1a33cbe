// A report with one of everything, for the tests of the formats.
#pragma once

#include "decode/report/report.h"

namespace buswitness::report::example {

inline constexpr Address client = Address::v4(0x0A000001);
inline constexpr Endpoint server{Address::v4(0x0A000002), 502};

inline Timestamp start()
{
    return Timestamp(std::chrono::seconds(1'780'388'130) + std::chrono::nanoseconds(123'456));
}

inline diagnose::Finding refused()
{
    diagnose::Finding finding;
    finding.id = diagnose::FindingId::tcp_connection_refused;
    finding.severity = diagnose::Severity::error;
    finding.certainty = diagnose::Certainty::certain;
    finding.by = diagnose::By::server;
    finding.client = client;
    finding.server = server;
    finding.count = 3;
    finding.first = start();
    finding.last = start() + std::chrono::seconds(4);
    finding.summary = "All 3 connection attempts were refused.";
    finding.evidence = {{12, start(), "SYN answered by RST,ACK after 0.2 ms"},
                        {112, start() + std::chrono::seconds(4), "SYN answered by RST,ACK after 0.3 ms"}};
    finding.possible_causes = {"the service is not running"};
    finding.extra_next_steps = {"First of all, look at the lamp."};
    return finding;
}

inline diagnose::Finding exception()
{
    diagnose::Finding finding;
    finding.id = diagnose::FindingId::modbus_exception;
    finding.severity = diagnose::Severity::warning;
    finding.certainty = diagnose::Certainty::likely;
    finding.server = server;
    finding.unit = 1;
    finding.function_code = 3;
    finding.exception_code = 2;
    finding.count = 1;
    finding.first = finding.last = start() + std::chrono::seconds(1);
    finding.recovered = true;
    return finding;
}

inline diagnose::Finding midstream()
{
    diagnose::Finding finding;
    finding.id = diagnose::FindingId::capture_midstream;
    finding.certainty = diagnose::Certainty::certain;
    finding.count = 1;
    finding.first = finding.last = start();
    return finding;
}

// 300 requests, all answered, nothing to complain about.
inline Report healthy()
{
    Report report;
    File file;
    file.name = "line3.pcapng";
    file.packets = 640;
    file.octets = 61'234;
    report.files.push_back(file);
    report.interfaces.push_back({.name = "eth0", .link_type = 1});
    report.packets = 640;
    report.first = start();
    report.last = start() + std::chrono::milliseconds(61'200);
    report.totals.packets.modbus = 600;
    report.totals.packets.tcp_other = 40;
    report.totals.attempts.total = report.totals.attempts.established = 1;
    report.totals.requests.total = report.totals.requests.answered = 300;
    report.totals.responses.normal = 300;
    report.functions.push_back({.function_code = 3, .requests = 300, .responses = 300});
    UnitRow unit;
    unit.server = server;
    unit.transport = "tcp";
    unit.unit = 1;
    unit.requests = unit.answered = 300;
    unit.times = {.samples = 300, .min = 0.8, .median = 1.2, .p95 = 3, .p99 = 9.1, .max = 210};
    report.units.push_back(unit);
    ConnectionRow connection;
    connection.client = client;
    connection.server = server;
    connection.attempts = connection.established = 1;
    connection.requests = connection.answered = 300;
    connection.outcome = "established";
    connection.protocol = "modbus";
    report.connections.push_back(connection);
    return report;
}

inline Report faulty()
{
    Report report = healthy();
    report.packets = 812;
    report.dropped = 5;
    report.files[0].packets = 812;
    report.totals.packets = {
        .modbus = 600, .tcp_other = 150, .arp = 40, .icmp = 2, .other = 19, .undecodable = 1, .duplicates = 7};
    report.totals.attempts = {
        .total = 10, .established = 4, .refused = 3, .timed_out = 1, .unreachable = 1, .incomplete = 1, .undecided = 1};
    report.totals.requests = {
        .total = 300, .answered = 280, .exception = 12, .no_response = 6, .undecided = 2, .capture_loss = 1};
    report.totals.responses = {.normal = 283, .exceptions = 12, .unmatched = 3, .late = 4};
    report.exceptions.push_back({.function_code = 3, .exception_code = 2, .count = 12});
    report.findings = {refused(), exception(), midstream()};
    return report;
}

}  // namespace buswitness::report::example
