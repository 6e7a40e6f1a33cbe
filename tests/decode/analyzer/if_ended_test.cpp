// What a live view says at any moment is what a report would say if the capture ended there, and asking changes
// nothing.
#include "capture/capture_file.h"
#include "decode/analyzer.h"
#include "decode/diagnose/diagnose.h"
#include "decode/report/build.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

namespace buswitness::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

std::string told(const Facts &facts)
{
    return report::to_json(report::build({}, facts, diagnose::diagnose(facts)));
}

std::vector<std::string> samples()
{
    std::vector<std::string> names;
    for (const auto &folder : std::filesystem::directory_iterator(std::string(BUSWITNESS_SOURCE_DIR) + "/samples"))
        for (const char *name : {"capture.pcap", "capture.pcapng"})
            if (std::filesystem::exists(folder.path() / name))
                names.push_back((folder.path() / name).string());
    std::ranges::sort(names);
    return names;
}

// Reads the first `count` packets; asks at every `step` when that is not 0.
std::string told_after(const std::string &name, std::uint64_t count, std::uint64_t step)
{
    capture::CaptureSet captures({name});
    Analyzer analyzer({});
    net::RawPacket packet;
    while (analyzer.facts().packets.all < count && captures.next(packet)) {
        analyzer.add(packet);
        if (step != 0 && analyzer.facts().packets.all % step == 0)
            (void)analyzer.if_ended(packet.time);
    }
    if (step != 0)
        return told(analyzer.if_ended(analyzer.facts().last.time));
    analyzer.finish();
    return told(analyzer.facts());
}

TEST(IfEnded, SaysOfEverySampleWhatAReportWouldWhereverItIsAsked)
{
    ASSERT_GT(samples().size(), 20U);
    for (const std::string &name : samples())
        for (const std::uint64_t count : {3, 17, 40, 100'000})
            ASSERT_EQ(told_after(name, count, 7), told_after(name, count, 0)) << name << ", " << count << " packets";
}

TEST(IfEnded, TimeThatPassesIsEvidence)
{
    const std::string name = std::string(BUSWITNESS_SOURCE_DIR) + "/samples/healthy/capture.pcapng";
    capture::CaptureSet captures({name});
    Analyzer analyzer({});
    net::RawPacket packet;
    // Until a request is open.
    while (captures.next(packet) && analyzer.facts().modbus.requests <= analyzer.facts().modbus.answered)
        analyzer.add(packet);
    const Timestamp last = analyzer.facts().last.time;
    EXPECT_EQ(analyzer.if_ended(last + milliseconds(100)).modbus.no_response, 0U);
    const Facts later = analyzer.if_ended(last + seconds(60));
    EXPECT_LE(later.modbus.no_response, 1U);
    EXPECT_EQ(later.modbus.requests,
              later.modbus.answered + later.modbus.exception + later.modbus.no_response + later.modbus.undecided);
    EXPECT_EQ(analyzer.facts().modbus.no_response, 0U);
}

TEST(IfEnded, TheConnectionsFollowedAreBounded)
{
    Analyzer analyzer({.modbus_ports = {}, .hash_key = 0, .connections = 8});
    capture::CaptureSet captures({std::string(BUSWITNESS_SOURCE_DIR) + "/samples/tcp-connection-limit/capture.pcap"});
    net::RawPacket packet;
    while (captures.next(packet)) {
        analyzer.add(packet);
        EXPECT_LE(analyzer.if_ended(packet.time).connections.size(), 8U);
    }
}

}  // namespace
}  // namespace buswitness::test
