// What holds for every capture: each sample, cut at every packet, is concluded without a crash and its figures add up;
// a healthy one stays healthy wherever the recording ends; the report does not depend on the hash key.
#include "capture/capture_file.h"
#include "decode/analyzer.h"
#include "decode/diagnose/catalogue.h"
#include "decode/diagnose/diagnose.h"
#include "decode/report/build.h"
#include "tests/support/capture_bytes.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

namespace buswitness::test {
namespace {

using diagnose::By;
using diagnose::Finding;
using diagnose::Severity;

struct Sample {
    std::string name;
    std::vector<ReadPacket> packets;
};

std::vector<Sample> read_samples()
{
    std::vector<Sample> samples;
    for (const auto &folder : std::filesystem::directory_iterator(BUSWITNESS_SOURCE_DIR "/samples")) {
        if (!folder.is_directory())
            continue;
        for (const auto &file : std::filesystem::directory_iterator(folder.path())) {
            if (!file.path().filename().string().starts_with("capture.pcap"))
                continue;
            auto opened = capture::CaptureFile::open(file.path().string());
            if (opened)
                samples.push_back({folder.path().filename().string(), read_all(*opened.value())});
        }
    }
    std::ranges::sort(samples, {}, &Sample::name);
    return samples;
}

const std::vector<Sample> &samples()
{
    static const std::vector<Sample> all = read_samples();
    return all;
}

struct Conclusion {
    std::vector<Finding> findings;
    report::Report report;
};

// The packets from `first` on, `count` of them.
Conclusion conclude(const Sample &sample, std::size_t first, std::size_t count, std::uint64_t hash_key = 1)
{
    Analyzer analyzer({.modbus_ports = {}, .hash_key = hash_key});
    PacketNumber number = 0;
    const std::size_t end = count < sample.packets.size() - first ? first + count : sample.packets.size();
    for (std::size_t i = first; i < end; ++i) {
        net::RawPacket packet = sample.packets[i].packet;
        packet.number = ++number;
        analyzer.add(packet);
    }
    analyzer.finish();
    Conclusion result;
    result.findings = diagnose::diagnose(analyzer.facts());
    result.report = report::build({}, analyzer.facts(), result.findings);
    return result;
}

// A finding is told by its id, its subject and its words.
std::string told(const Conclusion &conclusion)
{
    return report::to_json(conclusion.report) + report::to_text(conclusion.report, false);
}

std::string problems(const Conclusion &conclusion)
{
    std::string text;
    for (const Finding &finding : conclusion.findings)
        if (finding.severity != Severity::note)
            text += std::string(diagnose::row(finding.id).name) + ": " + finding.summary + "\n";
    return text;
}

void expect_sums(const Conclusion &conclusion, std::size_t packets)
{
    const report::Totals &t = conclusion.report.totals;
    const auto &p = t.packets;
    EXPECT_EQ(p.modbus + p.tcp_other + p.arp + p.icmp + p.other + p.undecodable, packets);
    const auto &a = t.attempts;
    EXPECT_EQ(a.established + a.refused + a.timed_out + a.unreachable + a.incomplete, a.total);
    const auto &r = t.requests;
    EXPECT_EQ(r.answered + r.exception + r.no_response + r.undecided, r.total);
    EXPECT_EQ(r.answered + r.exception + t.responses.unmatched, t.responses.normal + t.responses.exceptions);
    std::uint64_t asked = 0, by_function = 0;
    for (const report::UnitRow &unit : conclusion.report.units) {
        EXPECT_EQ(unit.answered + unit.exception + unit.no_response + unit.undecided, unit.requests);
        asked += unit.requests;
    }
    for (const report::FunctionRow &function : conclusion.report.functions)
        by_function += function.requests;
    EXPECT_EQ(asked, r.total);
    EXPECT_EQ(by_function, r.total);
}

// Evidence leads to packets that exist, in order, and time runs within the capture.
void expect_evidence(const Conclusion &conclusion, std::size_t packets)
{
    for (const Finding &finding : conclusion.findings) {
        EXPECT_TRUE(finding.count > 0 || packets == 0) << finding.summary;
        PacketNumber last = 0;
        for (const diagnose::Evidence &evidence : finding.evidence) {
            EXPECT_GE(evidence.packet, 1U) << finding.summary << evidence.text;
            if (finding.line.empty()) {  // else it counts the frames of the line
                EXPECT_LE(evidence.packet, packets) << finding.summary << evidence.text;
            }
            EXPECT_GE(evidence.packet, last) << finding.summary;
            last = evidence.packet;
        }
    }
}

// Every packet of the small samples, some hundred places in the others.
std::size_t stride(const Sample &sample)
{
    return std::max<std::size_t>(1, sample.packets.size() / 150);
}

class EachSample : public testing::TestWithParam<std::size_t> {
protected:
    [[nodiscard]] const Sample &sample() const { return samples().at(GetParam()); }
};

class HealthySample : public EachSample {};

std::vector<std::size_t> healthy_samples()
{
    std::vector<std::size_t> healthy;
    for (std::size_t i = 0; i < samples().size(); ++i)
        if (samples()[i].name.starts_with("healthy"))
            healthy.push_back(i);
    return healthy;
}

std::string sample_name(const testing::TestParamInfo<std::size_t> &tested)
{
    std::string name = samples().at(tested.param).name;
    std::ranges::replace(name, '-', '_');
    return name;
}

TEST_P(EachSample, AddsUpWhereverItIsCut)
{
    for (std::size_t k = 0; k <= sample().packets.size(); k += stride(sample())) {
        SCOPED_TRACE("the first " + std::to_string(k) + " packets");
        const Conclusion head = conclude(sample(), 0, k);
        expect_sums(head, k);
        expect_evidence(head, k);
        if (HasFailure())
            return;
    }
}

TEST_P(EachSample, AddsUpWhereverItBegins)
{
    for (std::size_t k = 0; k <= sample().packets.size(); k += stride(sample())) {
        SCOPED_TRACE("without the first " + std::to_string(k) + " packets");
        const Conclusion tail = conclude(sample(), k, SIZE_MAX);
        expect_sums(tail, sample().packets.size() - k);
        expect_evidence(tail, sample().packets.size() - k);
        if (HasFailure())
            return;
    }
}

TEST_P(EachSample, ReadsTheSameTwiceAndWithAnyHashKey)
{
    const std::string once = told(conclude(sample(), 0, SIZE_MAX, 1));
    EXPECT_EQ(told(conclude(sample(), 0, SIZE_MAX, 1)), once);
    for (const std::uint64_t key : {0x9E37'79B9'7F4A'7C15ULL, 0ULL, ~0ULL, 12345ULL})
        EXPECT_EQ(told(conclude(sample(), 0, SIZE_MAX, key)), once) << key;
}

// Where the recording begins or ends says nothing about the devices.
TEST_P(HealthySample, StaysHealthyWhereverItIsCut)
{
    const std::size_t packets = sample().packets.size();
    for (std::size_t k = 0; k <= packets; ++k) {
        EXPECT_EQ(problems(conclude(sample(), 0, k)), "") << "the first " << k << " packets";
        EXPECT_EQ(problems(conclude(sample(), k, SIZE_MAX)), "") << "without the first " << k << " packets";
        if (HasFailure())
            return;
    }
}

// What its maker expects or accepts, and the more general findings that a shorter capture allows.
std::set<std::string> allowed(const std::string &sample)
{
    std::set<std::string> ids;
    std::ifstream readme(BUSWITNESS_SOURCE_DIR "/samples/" + sample + "/README.md");
    for (std::string line; std::getline(readme, line);) {
        if (!line.starts_with("expected:") && !line.starts_with("accepted:"))
            continue;
        std::ranges::replace(line, ',', ' ');
        std::istringstream words(line.substr(line.find(':') + 1));
        for (std::string id; words >> id;)
            ids.insert(id);
    }
    // An answer that comes late may come after the end.
    if (ids.contains("modbus-late-response"))
        ids.insert("modbus-no-response");
    for (bool grown = true; grown;) {
        grown = false;
        for (const diagnose::CatalogueRow &row : diagnose::catalogue()) {
            if (!ids.contains(std::string(row.name)))
                continue;
            std::string parents(row.parents);
            std::ranges::replace(parents, ',', ' ');
            std::istringstream words(parents);
            for (std::string id; words >> id;)
                grown |= ids.insert(id).second;
        }
    }
    return ids;
}

void expect_allowed(const Conclusion &conclusion, const std::set<std::string> &ids)
{
    for (const Finding &finding : conclusion.findings)
        EXPECT_TRUE(finding.severity == Severity::note || finding.by == By::tap ||
                    ids.contains(std::string(diagnose::row(finding.id).name)))
            << diagnose::row(finding.id).name << ": " << finding.summary;
}

TEST_P(EachSample, AccusesNobodyElseWhereverItIsCut)
{
    const std::set<std::string> ids = allowed(sample().name);
    for (std::size_t k = 0; k <= sample().packets.size(); k += stride(sample())) {
        SCOPED_TRACE("the first " + std::to_string(k) + " packets");
        expect_allowed(conclude(sample(), 0, k), ids);
        if (HasFailure())
            return;
    }
}

TEST_P(EachSample, AccusesNobodyElseWhereverItBegins)
{
    const std::set<std::string> ids = allowed(sample().name);
    for (std::size_t k = 0; k <= sample().packets.size(); k += stride(sample())) {
        SCOPED_TRACE("without the first " + std::to_string(k) + " packets");
        expect_allowed(conclude(sample(), k, SIZE_MAX), ids);
        if (HasFailure())
            return;
    }
}

// A window of a healthy capture, neither its beginning nor its end.
TEST_P(HealthySample, StaysHealthyInAnyWindow)
{
    const std::size_t packets = sample().packets.size();
    for (std::size_t first = 0; first < packets; first += 3)
        for (std::size_t count = 1; first + count < packets; count += 1 + count / 4) {
            EXPECT_EQ(problems(conclude(sample(), first, count)), "") << count << " packets from " << first + 1;
            if (HasFailure())
                return;
        }
}

// Packets that the recorder lost never become a fault of a healthy device.
TEST_P(HealthySample, StaysHealthyWithAnyPacketMissing)
{
    for (std::size_t missing = 0; missing < sample().packets.size(); ++missing) {
        Analyzer analyzer({.modbus_ports = {}, .hash_key = 1});
        PacketNumber number = 0;
        for (std::size_t i = 0; i < sample().packets.size(); ++i) {
            if (i == missing)
                continue;
            net::RawPacket packet = sample().packets[i].packet;
            packet.number = ++number;
            analyzer.add(packet);
        }
        analyzer.finish();
        for (const Finding &finding : diagnose::diagnose(analyzer.facts()))
            EXPECT_TRUE(finding.severity == Severity::note || finding.by == By::tap)
                << "without packet " << missing + 1 << ": " << diagnose::row(finding.id).name << ": "
                << finding.summary;
    }
}

INSTANTIATE_TEST_SUITE_P(Samples, EachSample, testing::Range<std::size_t>(0, samples().size()), sample_name);

INSTANTIATE_TEST_SUITE_P(Samples, HealthySample, testing::ValuesIn(healthy_samples()), sample_name);

TEST(Samples, AreThere)
{
    EXPECT_GE(samples().size(), 40U);
    EXPECT_GE(healthy_samples().size(), 3U);
}

}  // namespace
}  // namespace buswitness::test
