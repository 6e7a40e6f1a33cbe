#include "cli/serial_recording.h"

#include "capture/raw_chunk.h"
#include "capture/rtac_record.h"
#include "cli/serial_summary.h"
#include "decode/base/text.h"
#include "tests/support/hex.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace buswitness::cli {
namespace {

using std::chrono::milliseconds;

constexpr Timestamp start{std::chrono::seconds(1'780'000'000)};

const std::vector<capture::InterfaceSettings> interfaces = {
    {.name = "eth0", .filter = {}, .link_type = 1, .snap_length = 0},
    {.name = "ttyUSB0",
     .filter = {},
     .link_type = serial::link_rtac_serial,
     .snap_length = 0,
     .description = "19200 8N1",
     .speed = 19'200}};

class SerialRecordingTest : public testing::Test {
protected:
    void hear(std::string_view octets, milliseconds at, std::uint32_t interface = 1)
    {
        const auto data = capture::raw_chunk_data(test::hex(octets), {});
        net::RawPacket chunk;
        chunk.data = data;
        chunk.time = start + at;
        chunk.link_type = serial::link_raw_chunk;
        chunk.interface = interface;
        recording.chunk(chunk);
    }
    // A poll and its answer, six of them.
    void hear_polls()
    {
        for (int i = 0; i < 6; ++i) {
            hear("01 03 00 00 00 01 84 0a", milliseconds(i * 100));
            hear("01 03 02 00 07 f9 86", milliseconds(i * 100 + 15));
        }
    }

    std::vector<std::string> records;
    SerialRecording recording{
        interfaces, [this](const net::RawPacket &record, std::string_view comment, std::uint32_t errors) {
            EXPECT_EQ(record.interface, 1U);
            EXPECT_EQ(record.link_type, serial::link_rtac_serial);
            records.push_back(fmt::format("{} {} {:x} {}", record.data[8], hex(record.data.subspan(12)), errors >> 24,
                                          comment.substr(0, comment.find(','))));
        }};
};

TEST_F(SerialRecordingTest, EachFrameBecomesARecordWithItsDirection)
{
    hear_polls();
    recording.finish();
    ASSERT_EQ(records.size(), 12U);
    for (std::size_t i = 0; i < records.size(); i += 2) {
        EXPECT_EQ(records[i], "1 01 03 00 00 00 01 84 0a 0 frame");
        EXPECT_EQ(records[i + 1], "2 01 03 02 00 07 f9 86 0 frame");
    }
}

TEST_F(SerialRecordingTest, ADamagedFrameCarriesTheErrorBit)
{
    hear_polls();
    hear("01 03 00 00 00 01 84 0a", milliseconds(600));
    hear("01 03 02 00 06 f9 86", milliseconds(615));
    recording.finish();
    ASSERT_EQ(records.size(), 14U);
    EXPECT_EQ(records.back(), "2 01 03 02 00 06 f9 86 1 damaged frame");
}

TEST_F(SerialRecordingTest, WhatSilenceHasEndedIsWrittenAfterASecond)
{
    hear_polls();
    EXPECT_TRUE(records.empty());
    recording.advance(start + milliseconds(2500));
    EXPECT_EQ(records.size(), 12U);
}

TEST_F(SerialRecordingTest, OtherInterfacesHaveNoLine)
{
    hear("01 03 00 00 00 01 84 0a", milliseconds(0), 0);
    hear("01 03 00 00 00 01 84 0a", milliseconds(0), 7);
    recording.finish();
    EXPECT_TRUE(records.empty());
}

TEST(SerialSummary, SaysWhatWasHeardAndWhatNobodyCanTell)
{
    capture::SerialReport line;
    line.name = "ttyUSB0";
    line.counts = {.octets = 1000, .chunks = 100, .parity_errors = 1, .breaks = 2, .largest_chunk = 62};
    serial::ChunkHabit habit;
    EXPECT_EQ(summary_of(line, habit)[0], "ttyUSB0 at 19200 8E1: 1000 octets in 100 chunks, 1 parity error, 2 breaks; "
                                          "losses are not known, the driver does not count them");
    EXPECT_EQ(summary_of(line, habit)[1], "ttyUSB0: too little was heard to measure how the adapter hands octets over");
    line.counts.counts_losses = true;
    line.latency.timer_ms = 16;
    habit = {.latency = milliseconds(16), .packet = 62, .measured = true};
    EXPECT_NE(summary_of(line, habit)[0].find("; none lost"), std::string::npos);
    EXPECT_EQ(summary_of(line, habit)[1],
              "ttyUSB0: octets wait up to 16.0 ms in the adapter (measured, its timer says 16 ms), at most 62 at once: "
              "silences of t3.5 = 2.01 ms cannot be judged with it");
    habit.latency = milliseconds(1);
    line.counts.overruns = 3;
    EXPECT_NE(summary_of(line, habit)[0].find("octets lost 3 times"), std::string::npos);
    EXPECT_NE(summary_of(line, habit)[1].find("can be judged"), std::string::npos);
}

}  // namespace
}  // namespace buswitness::cli
