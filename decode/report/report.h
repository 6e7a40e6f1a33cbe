// The report as data: what every output format shows. Built from Facts and findings; figures add up here.
#pragma once

#include "decode/diagnose/checklist.h"
#include "decode/diagnose/finding.h"
#include "decode/journal.h"

#include <array>
#include <optional>
#include <string>
#include <vector>

namespace buswitness::report {

struct File {
    std::string name;
    std::uint64_t packets = 0, octets = 0;
    bool complete = true;
    std::string damage;    // why and at which octet reading stopped; empty when complete
    std::string sha256{};  // of the file as it is on the disk, lower case hex; empty: not asked for, not a file, or not
                           // readable
};

struct Interface {
    std::string name;
    std::uint32_t link_type = 0;
    std::uint64_t dropped = 0;
};

struct Totals {
    struct {
        std::uint64_t modbus = 0, tcp_other = 0, arp = 0, icmp = 0, other = 0, undecodable = 0;
        std::uint64_t duplicates = 0;  // copies of a packet already seen; also counted in their bin
    } packets;                         // the six bins add up to the packets of the capture
    struct {
        std::uint64_t total = 0, established = 0, refused = 0, timed_out = 0, unreachable = 0, incomplete = 0;
        std::uint64_t undecided = 0;  // of timed_out: the file ends too soon to tell
    } attempts;
    struct {
        std::uint64_t total = 0, answered = 0, exception = 0, no_response = 0, undecided = 0;
        std::uint64_t capture_loss = 0;  // of undecided: the answer may be among the packets the capture lost
    } requests;                          // total = answered + exception + no_response + undecided
    struct {
        std::uint64_t normal = 0, exceptions = 0, unmatched = 0;
        std::uint64_t late = 0;  // of normal and exceptions: after the client had moved on
    } responses;
    struct {
        std::uint64_t good = 0, crc_error = 0;  // together all frames
        std::uint64_t noise_octets = 0;         // that belong to no frame
        std::uint64_t octets = 0;               // heard on serial lines
    } serial;
};

struct FunctionRow {
    std::uint8_t function_code = 0;
    std::uint64_t requests = 0, responses = 0, exceptions = 0;  // exceptions are a part of the responses
};

struct ExceptionRow {
    std::uint8_t function_code = 0, exception_code = 0;
    std::uint64_t count = 0;
};

struct ResponseTimes {  // milliseconds
    std::uint64_t samples = 0;
    double min = 0, median = 0, p95 = 0, p99 = 0, max = 0;
};

struct LatencyBar {  // answers that took from `from_ms` up to `to_ms`
    double from_ms = 0, to_ms = 0;
    std::uint64_t count = 0;
};

struct UnitFunction {
    std::uint8_t function_code = 0;
    std::uint64_t requests = 0, answered = 0, exceptions = 0, no_response = 0;
};

struct UnitRow {
    Endpoint server;
    std::string line;       // of units on a serial line, which have no server: its name
    std::string transport;  // "tcp", "udp", "rtu-over-tcp", "ascii-over-tcp", "rtu", "ascii"
    std::uint8_t unit = 0;
    std::uint64_t requests = 0, answered = 0, exception = 0, no_response = 0, undecided = 0;
    ResponseTimes times;
    std::vector<LatencyBar> latency;      // without gaps, at most 32 bars; empty: no answer
    std::vector<UnitFunction> functions;  // by code
    double interval_ms = 0;               // mean time between requests; 0: fewer than two
};

struct ConnectionRow {  // one per client address and server endpoint
    Address client;
    Endpoint server;
    std::uint64_t attempts = 0, established = 0, refused = 0, timed_out = 0, unreachable = 0, incomplete = 0;
    std::uint64_t midstream = 0;  // open before the capture began
    std::uint64_t requests = 0, answered = 0;
    std::string outcome;   // of the last attempt: "established", "refused", ...; "midstream"
    std::string protocol;  // "modbus", "rtu-over-tcp", "tls", "http", ... ; empty: nothing recognised
};

// Counts of events in equal parts of the capture's time.
struct TimeBins {
    Timestamp start;
    Duration width{};
    std::vector<std::vector<std::uint64_t>> counts;  // one row per bin, one count per series
};

// What the place and the quality of the capture let it show, and what they hide.
struct CaptureView {
    std::vector<std::string> shows, hides;
};

// How somebody else gets the same report.
struct Reproduction {
    std::string command, version;
};

// One difference between an earlier capture and this one.
struct Change {
    enum class Kind : std::uint8_t { fresh, gone, remains, better, worse, changed };
    std::string what, before, now;
    Kind kind{};
    bool fault = false;  // a finding; else a fact that may be meant
};

struct Comparison {
    enum class Outcome : std::uint8_t { fixed, not_fixed, changed, same };
    Outcome outcome = Outcome::same;
    std::size_t faults_gone = 0, faults_remaining = 0, faults_new = 0;  // errors and warnings, not about the capture
    bool shown_to_work = false;                                         // what the gone faults were about is answered
    std::vector<Change> changes;                                        // faults first
    std::size_t left_out = 0;
    std::string baseline;  // the names of the earlier capture's files
};

// Findings of one id beyond those that are told one by one.
struct LeftOut {
    diagnose::FindingId id{};
    diagnose::Severity severity{};
    std::uint64_t findings = 0;
};

struct Report {
    std::vector<File> files;
    std::vector<Interface> interfaces;
    std::uint64_t packets = 0;
    std::uint64_t dropped = 0;
    std::optional<Timestamp> first, last;
    Totals totals;
    std::vector<FunctionRow> functions;
    std::vector<ExceptionRow> exceptions;
    std::vector<UnitRow> units;
    std::vector<ConnectionRow> connections;
    std::uint64_t connections_left_out = 0;   // rows beyond the limit of the tables
    std::uint64_t evicted = 0;                // connections dropped from memory because there were too many
    bool beyond_limits = false;               // more pairs, units, lines or hosts than are kept in memory
    std::vector<diagnose::Finding> findings;  // most important first, at most 20 of one id
    std::vector<LeftOut> findings_left_out;   // the rest of these
    std::vector<diagnose::Checklist> checklists;
    CaptureView view;
    TimeBins requests_over_time;  // series: answered, exception, no answer, undecided
    TimeBins attempts_over_time;  // series: established, refused, timed out, unreachable, incomplete
    Reproduction reproduction;
    std::optional<Comparison> comparison;  // with an earlier capture
};

std::string to_text(const Report &report, bool colour,
                    bool utf8 = true);                  // for a terminal; everything from outside is escaped
std::string to_markdown(const Report &report);          // GitHub's kind; no text from outside becomes markup
std::string to_html(const Report &report);              // one self-contained file without scripts
std::string to_json(const TransactionRow &row);         // one line
std::string to_json(const diagnose::Finding &finding);  // one line, the object of `findings`
std::string to_json(const Report &report);              // CONTRACT: format "buswitness-report", version 1

}  // namespace buswitness::report
