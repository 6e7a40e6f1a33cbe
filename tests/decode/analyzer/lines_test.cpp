// Serial interfaces in a capture: framed, counted, and the sums hold.
#include "decode/analyzer.h"

#include "decode/report/report.h"
#include "decode/serial/rtac.h"
#include "tests/support/line_bench.h"

#include <gtest/gtest.h>

namespace buswitness::test {
namespace {

std::vector<std::uint8_t> rtac(const HeardChunk &chunk)
{
    std::vector<std::uint8_t> record = {0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0};
    record.insert(record.end(), chunk.octets.begin(), chunk.octets.end());
    return record;
}

std::vector<std::uint8_t> raw(const HeardChunk &chunk)
{
    const auto count = static_cast<std::uint16_t>(chunk.octets.size());
    std::vector<std::uint8_t> record = {static_cast<std::uint8_t>(count >> 8), static_cast<std::uint8_t>(count)};
    record.insert(record.end(), chunk.octets.begin(), chunk.octets.end());
    return record;
}

class Capture {
public:
    explicit Capture(AnalyzerOptions options = {}) : analyzer(std::move(options)) {}
    void add(std::uint32_t link_type, const std::vector<std::uint8_t> &data, Timestamp time,
             std::uint32_t interface = 0)
    {
        analyzer.add({.data = data,
                      .original_length = static_cast<std::uint32_t>(data.size()),
                      .time = time,
                      .link_type = link_type,
                      .interface = interface,
                      .number = link_type == serial::link_raw_chunk ? 0 : ++number_});
    }
    void add(const LineBench &bench, std::uint32_t interface = 0)
    {
        for (const HeardChunk &chunk : bench.chunks())
            add(serial::link_rtac_serial, rtac(chunk), chunk.time, interface);
    }
    const Facts &finish()
    {
        analyzer.finish();
        return analyzer.facts();
    }

    Analyzer analyzer;

private:
    PacketNumber number_ = 0;
};

LineBench polls()
{
    LineBench bench;
    bench.script(R"(
        10  rtu 01 03 0000 0002
        25  rtu 01 03 04 0001 0002
        60  rtu 01 03 0000 0002
        75  rtu 01 83 02
        110 rtu 02 06 0001 0005
        150 rtu 00 06 0001 0005
        200 rtu 01 03 0000 0002
        215 damaged 01 03 04 0001 0002
        250 raw ff
    )");
    return bench;
}

TEST(Lines, FramesUnitsAndTimesAreCounted)
{
    Capture capture;
    capture.analyzer.describe_interface(
        0, {.name = "ttyUSB0", .description = "19200 8E1", .speed = 19'200, .link_type = serial::link_rtac_serial});
    capture.add(polls());
    const Facts &facts = capture.finish();
    ASSERT_EQ(facts.lines.size(), 1U);
    const LineFacts &line = facts.lines.front();
    EXPECT_EQ(line.name, "ttyUSB0");
    EXPECT_EQ(line.settings, (serial::LineSettings{19'200, 8, serial::Parity::even, 1}));
    EXPECT_EQ(line.frames, 7U);
    EXPECT_EQ(line.requests, 5U);
    EXPECT_EQ(line.responses, 2U);
    EXPECT_EQ(line.answered, 2U);
    EXPECT_EQ(line.broadcasts, 1U);
    EXPECT_EQ(line.bad, 1U);
    EXPECT_EQ(line.noise, 1U);
    ASSERT_EQ(line.units.size(), 3U);
    const LineUnitFacts &unit = line.units.front();
    EXPECT_EQ(unit.unit, 1);
    EXPECT_EQ(unit.requests, 3U);
    EXPECT_EQ(unit.clean, 2U);
    EXPECT_EQ(unit.damaged, 1U);
    EXPECT_EQ(unit.bad, 1U);
    ASSERT_EQ(facts.units.size(), 3U);
    const UnitFacts &asked = facts.units[0];
    EXPECT_EQ(asked.requests, 3U);
    EXPECT_EQ(asked.answered, 1U);
    EXPECT_EQ(asked.exceptions, 1U);
    EXPECT_EQ(asked.trouble->damaged, 1U);
    EXPECT_EQ(asked.times.count(), 2U);
    EXPECT_NEAR(buswitness::milliseconds(asked.times.min()), 10.4, 1.5);
}

TEST(Lines, TheClockOfTheTapsHostWasSet)
{
    Capture capture;
    const std::vector<std::uint8_t> chunk = {0, 1, 0x55};
    capture.analyzer.add({.data = chunk,
                          .original_length = 3,
                          .time = Timestamp(std::chrono::seconds(10)),
                          .link_type = serial::link_raw_chunk,
                          .number = 0,
                          .clock_set = std::chrono::seconds(-3)});
    EXPECT_EQ(capture.finish().clock.set.count, 1U);
}

TEST(Lines, TransactionsAreToldAsOfTheLine)
{
    for (const bool ascii : {false, true}) {
        LineBench bench;
        bench.script(ascii ? "10 ascii 01 03 0000 0002\n60 ascii 01 03 04 0001 0002\n"
                             "200 ascii 01 03 0000 0002\n260 ascii 01 03 04 0001 0002\n"
                             "400 ascii 02 03 0000 0002\n"
                           : "10 rtu 01 03 0000 0002\n25 rtu 01 03 04 0001 0002\n"
                             "60 rtu 01 03 0000 0002\n75 rtu 01 03 04 0001 0002\n"
                             "200 rtu 02 03 0000 0002\n");
        Capture capture({.modbus_ports = {}, .hash_key = 1, .connections = 64, .transactions = true});
        capture.analyzer.describe_interface(
            0, {.name = "ttyUSB0", .description = "19200 8E1", .speed = 19'200, .link_type = serial::link_rtac_serial});
        capture.add(bench);
        capture.finish();
        const std::string transport = ascii ? "ascii" : "rtu";
        const std::string place =
            R"("transport":")" + transport + R"(","client":null,"server":null,"line":"ttyUSB0","unit":)";
        std::string told;
        for (const TransactionRow &row : capture.analyzer.take_transactions()) {
            const std::string text = report::to_json(row);
            told += text.find(place + "1") != std::string::npos   ? "1 "
                    : text.find(place + "2") != std::string::npos ? "2 "
                                                                  : text;
        }
        EXPECT_EQ(told, "1 1 2 ");
    }
}

// An overrun, or an adapter that was unplugged: the answer may be among what the tap did not hear.
TEST(Lines, NobodyIsSaidToHaveKeptSilentWhereTheTapLostOctets)
{
    for (const bool lost : {false, true}) {
        LineBench bench;
        bench.script("10 rtu 01 03 0000 0002\n25 rtu 01 03 04 0001 0002\n60 rtu 01 03 0000 0002\n");
        bench.rtu(std::chrono::seconds(20), {1, 3, 0, 0, 0, 2});
        bench.script("20015 rtu 01 03 04 0001 0002\n");
        Capture capture;
        bool marked = false;
        const std::vector<HeardChunk> chunks = bench.chunks();
        for (const HeardChunk &chunk : chunks) {
            std::vector<std::uint8_t> data = raw(chunk);
            if (lost && !marked && chunk.time - chunks.front().time > std::chrono::seconds(10)) {
                marked = true;
                data.resize(data.size() + chunk.octets.size());
                data[2 + chunk.octets.size()] = serial::octets_lost;
            }
            capture.add(serial::link_raw_chunk, data, chunk.time);
        }
        const Facts &facts = capture.finish();
        EXPECT_EQ(facts.modbus.answered, 2U);
        EXPECT_EQ(facts.modbus.no_response, lost ? 0U : 1U);
        EXPECT_EQ(facts.modbus.undecided, lost ? 1U : 0U);
        EXPECT_EQ(facts.lines.front().units.front().unanswered, lost ? 0U : 1U);
    }
}

TEST(Lines, OctetsAndPacketsAddUp)
{
    Capture capture;
    capture.add(polls());
    capture.add(serial::link_rtac_serial, {1, 2, 3},
                Timestamp(std::chrono::milliseconds(1)) + std::chrono::hours(24 * 365 * 51));
    const Facts &facts = capture.finish();
    const LineFacts &line = facts.lines.front();
    EXPECT_EQ(line.octets, polls().heard().size());
    EXPECT_EQ(line.frame_octets + line.bad_octets + line.noise_octets, line.octets);
    EXPECT_EQ(line.requests + line.responses + line.undirected, line.frames);
    EXPECT_EQ(line.undecodable, 1U);
    EXPECT_EQ(facts.packets.undecodable, 1U);
    EXPECT_EQ(facts.packets.modbus, line.records);
    EXPECT_EQ(facts.packets.all, facts.packets.modbus + facts.packets.undecodable);
}

TEST(Lines, EachInterfaceIsALineOfItsOwn)
{
    Capture capture;
    capture.add(polls(), 0);
    capture.add(polls(), 3);
    const Facts &facts = capture.finish();
    ASSERT_EQ(facts.lines.size(), 2U);
    EXPECT_EQ(facts.lines[1].interface, 3U);
    EXPECT_EQ(facts.lines[0].frames, facts.lines[1].frames);
}

TEST(Lines, RawChunksReplaceTheFramesThatWereReadFromTheSameInterface)
{
    Capture capture;
    for (const HeardChunk &chunk : polls().chunks())
        capture.add(serial::link_rtac_serial, rtac(chunk), chunk.time);
    for (const HeardChunk &chunk : polls().chunks())
        capture.add(serial::link_raw_chunk, raw(chunk), chunk.time);
    for (const HeardChunk &chunk : polls().chunks())
        capture.add(serial::link_rtac_serial, rtac(chunk), chunk.time);
    const Facts &facts = capture.finish();
    const LineFacts &line = facts.lines.front();
    EXPECT_EQ(line.frames, 7U);
    EXPECT_EQ(line.octets, polls().heard().size());
    EXPECT_EQ(line.frame_octets + line.bad_octets + line.noise_octets, line.octets);
    EXPECT_EQ(facts.packets.all, 2 * polls().chunks().size());  // a raw chunk is no packet
}

TEST(Lines, ManyInterfacesAreLeftOutAndCounted)
{
    Capture capture;
    for (std::uint32_t interface = 0; interface < 70; ++interface)
        capture.add(serial::link_user0, {1, 3}, Timestamp(std::chrono::milliseconds(interface)), interface);
    const Facts &facts = capture.finish();
    EXPECT_EQ(facts.lines.size(), 64U);
    EXPECT_EQ(facts.left_out, 6U);
    EXPECT_EQ(facts.packets.other, 70U);
}

TEST(Lines, AskingInBetweenTellsWhatAnEndThereWould)
{
    Capture asked, ended;
    asked.add(polls());
    ended.add(polls());
    const Facts snapshot = asked.analyzer.if_ended(asked.analyzer.facts().last.time);
    const LineFacts &line = ended.finish().lines.front();
    EXPECT_EQ(snapshot.lines.front().frames, line.frames);
    EXPECT_EQ(snapshot.lines.front().answered, line.answered);
    EXPECT_EQ(asked.finish().lines.front().frames, line.frames);
}

}  // namespace
}  // namespace buswitness::test
