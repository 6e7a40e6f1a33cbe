// From the octets of a file, or from a script of packets, to the facts: every packet, request and response is accounted
// for in every run. Some go on to the findings, whose evidence is in packets that exist, and fewer to the report, twice
// with different hash keys: the same words both times, clean of control characters.
#include "capture/capture_file.h"
#include "decode/analyzer.h"
#include "decode/diagnose/diagnose.h"
#include "decode/report/build.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/script.h"

#include <string>

using namespace buswitness;

namespace {

enum class Depth : std::uint8_t { facts, findings, report };

// A report costs as much as fifty analyses: libFuzzer pays for it in every 512th run, a replay in every 64th. All
// octets decide, so that the children of an input that went deep need not go as deep.
#ifdef BUSWITNESS_FUZZ
constexpr std::uint32_t runs_per_report = 512, runs_per_finding = 16;
#else
constexpr std::uint32_t runs_per_report = 64, runs_per_finding = 2;
#endif

Depth depth_for(Bytes octets)
{
    std::uint32_t hash = 0;
    for (const std::uint8_t octet : octets)
        hash = (hash ^ octet) * 0x0100'0193U;
    hash ^= hash >> 16;
    return hash % runs_per_report == 0 ? Depth::report : hash % runs_per_finding == 0 ? Depth::findings : Depth::facts;
}

void check_units(const Facts &facts)
{
    std::uint64_t requests = 0, answered = 0, exceptions = 0;
    for (const UnitFacts &u : facts.units) {
        const UnitTroubles &t = *u.trouble;
        const std::uint64_t ended = std::uint64_t{u.answered} + u.exceptions + t.no_response + t.ended + t.mismatched +
                                    t.open_at_end + t.capture_loss + t.one_sided + t.broadcast + t.not_delivered +
                                    t.damaged;
        fuzz::require(u.pair < facts.pairs.size(), "a unit belongs to a pair");
        fuzz::require(u.requests == ended, "every request of a unit ends once");
        std::uint64_t by_function = 0;
        for (const FunctionFacts &function : u.functions)
            by_function += function.requests;
        fuzz::require(u.requests == by_function, "a unit's requests are those of its functions");
        fuzz::require(u.times.count() == std::uint64_t{u.answered} + u.exceptions, "every answer has its time");
        requests += u.requests;
        answered += u.answered;
        exceptions += u.exceptions;
    }
    const ModbusTotals &m = facts.modbus;
    fuzz::require(requests == m.requests && answered == m.answered && exceptions == m.exception,
                  "the total is that of the units");
}

void check_pairs(const Facts &facts)
{
    std::uint64_t by_pair = 0, on_lines = 0, responses = 0, by_connection = 0;
    for (const PairFacts &pair : facts.pairs) {
        by_pair += pair.requests;
        on_lines += pair.line == no_index ? 0 : pair.requests;
        responses += pair.responses;
    }
    for (const ConnectionFacts &connection : facts.connections)
        by_connection += connection.requests;
    const ModbusTotals &m = facts.modbus;
    fuzz::require(by_pair == m.requests && by_connection + on_lines == m.requests,
                  "the total is that of the pairs, and of connections and lines");
    fuzz::require(responses == m.normal_responses + m.exception_responses, "the responses are those of the pairs");
}

void check(const Facts &facts, std::uint64_t packets)
{
    const PacketTotals &p = facts.packets;
    fuzz::require(p.all == packets, "every packet is counted");
    fuzz::require(p.modbus + p.tcp_other + p.arp + p.icmp + p.other + p.undecodable == packets,
                  "every packet is in one bin");
    const ModbusTotals &m = facts.modbus;
    fuzz::require(m.requests == m.answered + m.exception + m.no_response + m.undecided, "every request ends once");
    fuzz::require(m.normal_responses + m.exception_responses == m.answered + m.exception + m.unmatched,
                  "every response ends once");
    std::uint64_t requests = 0, normal = 0, exceptions = 0;
    for (const auto &function : m.functions) {
        requests += function[0];
        normal += function[1];
        exceptions += function[2];
    }
    fuzz::require(requests == m.requests && normal == m.normal_responses && exceptions == m.exception_responses,
                  "the total is that of the functions");
    if (facts.left_out == 0 && facts.evicted == 0) {
        check_units(facts);
        check_pairs(facts);
    }
}

struct Heard {
    std::uint64_t packets = 0, octets = 0;
};

template <typename Source>
Heard analyze(Analyzer &analyzer, Source &source)
{
    net::RawPacket packet;
    Heard heard;
    for (; source.next(packet); ++heard.packets) {
        heard.octets += packet.data.size();
        analyzer.add(packet);
    }
    return heard;
}

// In a finding about a serial line the number is that of a frame on it, and a frame has at least one octet.
void check_evidence(const std::vector<diagnose::Finding> &findings, const Heard &heard)
{
    for (const diagnose::Finding &finding : findings) {
        const std::uint64_t last = finding.line.empty() ? heard.packets : heard.octets;
        for (const diagnose::Evidence &evidence : finding.evidence)
            fuzz::require(evidence.packet >= 1 && evidence.packet <= last, "evidence is in a packet of the capture");
    }
}

// The words of the report, where it goes that deep.
std::string told(Bytes octets, std::uint64_t hash_key, Depth depth)
{
    Analyzer analyzer({.modbus_ports = {}, .hash_key = hash_key});
    report::CaptureSummary summary;
    Heard heard;
    if (auto opened = capture::open_memory(octets, "fuzz", 4096)) {
        capture::CaptureFile &file = *opened.value();
        heard = analyze(analyzer, file);
        const capture::FileInfo &info = file.info();
        analyzer.note_capture({.damaged = !info.complete, .damage = info.damage, .dropped = 0});
        summary.files.push_back({info.name, info.packets, info.octets, info.complete, info.damage});
        for (const capture::InterfaceInfo &interface : info.interfaces)
            summary.interfaces.push_back({interface.name, interface.link_type, 0});
    } else {
        fuzz::Script script{fuzz::Input(octets)};
        heard = analyze(analyzer, script);
    }
    analyzer.finish();
    check(analyzer.facts(), heard.packets);
    if (depth == Depth::facts)
        return {};
    const std::vector<diagnose::Finding> findings = diagnose::diagnose(analyzer.facts());
    check_evidence(findings, heard);
    const report::Report report = report::build(summary, analyzer.facts(), findings);
    if (depth == Depth::findings)
        return {};
    return report::to_text(report, false) + report::to_json(report) + report::to_markdown(report) +
           report::to_html(report);
}

bool clean(const std::string &text)
{
    for (const char character : text)
        if (static_cast<unsigned char>(character) < 0x20 && character != '\n')
            return false;
    return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const Bytes octets(data, size);
    const Depth depth = depth_for(octets);
    const std::string words = told(octets, 1, depth);
    if (depth == Depth::report)
        fuzz::require(words == told(octets, 0x9E37'79B9'7F4A'7C15, depth),
                      "the report does not depend on the hash key");
    fuzz::require(clean(words), "no control characters in a report");
    return 0;
}
