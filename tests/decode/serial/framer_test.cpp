// What is said on a line, and what the framer tells of it.
#include "decode/serial/framer.h"

#include "tests/support/line_bench.h"

#include <gtest/gtest.h>

namespace buswitness::serial {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using test::BenchAdapter;
using test::LineBench;
using test::ToldItem;

constexpr BenchAdapter slow{.latency = milliseconds(16)};

std::string items(std::string_view script, BenchAdapter adapter = {}, LineSettings settings = {})
{
    LineBench bench(settings, adapter);
    bench.script(script);
    return words_of(framed(bench));
}

TEST(Framer, ARequestIsFollowedByItsAnswer)
{
    EXPECT_EQ(items(R"(
        10 rtu 01 03 0000 0002
        25 rtu 01 03 04 0001 0002
    )"),
              "request 1/3\nresponse 1/3 to 1\n");
}

TEST(Framer, PartsWhatASlowAdapterGluesAndJoinsWhatItBreaks)
{
    const std::string_view polls = R"(
        10    rtu 01 03 0000 0002
        18.5  rtu 01 03 04 0001 0002
        31    rtu 02 04 0000 0010
        40    rtu 02 04 20 00000000 11112222 33334444 55556666 00000000 11112222 33334444 55556666
        68    rtu 03 10 0001 0002 04 0001 0002
        80.5  rtu 03 10 0001 0002
        100   rtu 01 83 02
    )";
    const std::string expected = "request 1/3\nresponse 1/3 to 1\nrequest 2/4\nresponse 2/4 to 3\nrequest 3/16\n"
                                 "response 3/16 to 5\nexception 1/3\n";
    EXPECT_EQ(items(polls), expected);
    EXPECT_EQ(items(polls, slow), expected);
}

TEST(Framer, EchoesHaveTheDirectionThatTheOrderGives)
{
    for (const BenchAdapter &adapter : {BenchAdapter{}, slow})
        EXPECT_EQ(items(R"(
            10  rtu 01 06 0001 0005
            24  rtu 01 06 0001 0005
            60  rtu 01 05 0002 FF00
            74  rtu 01 05 0002 FF00
            110 rtu 01 08 0001 0000
            124 rtu 01 08 0001 0000
            160 rtu 01 16 0004 00F2 0025
            174 rtu 01 16 0004 00F2 0025
        )",
                        adapter),
                  "request 1/6\nresponse 1/6 to 1\nrequest 1/5\nresponse 1/5 to 3\n"
                  "request 1/8\nresponse 1/8 to 5\nrequest 1/22\nresponse 1/22 to 7\n");
}

TEST(Framer, ABroadcastIsNotAnswered)
{
    EXPECT_EQ(items(R"(
        10 rtu 00 06 0001 0005
        50 rtu 01 03 0000 0001
        65 rtu 01 03 02 0007
    )"),
              "request 0/6\nrequest 1/3\nresponse 1/3 to 2\n");
}

TEST(Framer, ARepeatedRequestIsARequest)
{
    std::string script, expected;
    for (int i = 0; i < 8; ++i) {
        const int at = 700 * i;
        script += std::to_string(at + 10) + " rtu 01 03 0000 0001\n" + std::to_string(at + 25) + " rtu 01 03 02 0007\n";
        script +=
            std::to_string(at + 100) + " rtu 09 06 0001 0005\n" + std::to_string(at + 400) + " rtu 09 06 0001 0005\n";
        expected += "request 1/3\nresponse 1/3 to " + std::to_string(4 * i + 1) + "\nrequest 9/6\nrequest 9/6\n";
    }
    EXPECT_EQ(items(script), expected);
}

TEST(Framer, AVendorFunctionIsFramedByItsSilencesAndItsCrc)
{
    EXPECT_EQ(items(R"(
        10 rtu 01 03 0000 0002
        25 rtu 01 03 04 0001 0002
        60 rtu 01 42 17 18 19 20 21
        80 rtu 01 42 99
        110 rtu 01 03 0000 0002
        125 rtu 01 03 04 0001 0002
    )"),
              "request 1/3\nresponse 1/3 to 1\nrequest 1/66\nresponse 1/66 to 3\nrequest 1/3\nresponse 1/3 to 5\n");
}

TEST(Framer, ARequestThatAsksForTooMuchIsAFrame)
{
    EXPECT_EQ(items("10 rtu 01 03 0000 00C8\n 30 rtu 01 83 03"), "request 1/3\nexception 1/3 to 1\n");
}

TEST(Framer, ADamagedFrameIsBadAndTheRestIsFound)
{
    EXPECT_EQ(items(R"(
        10  rtu 01 03 0000 0002
        25  damaged 01 03 04 0001 0002
        60  rtu 01 03 0000 0002
        75  rtu 01 03 04 0001 0002
    )"),
              "request 1/3\nbad 1/3\nrequest 1/3\nresponse 1/3 to 3\n");
}

TEST(Framer, NoiseHasNames)
{
    const LineSettings line{.baud = 19'200, .parity = Parity::none};  // 0.521 ms a character
    EXPECT_EQ(items(R"(
        10    rtu 01 03 0000 0002
        14.3  raw 00
        25    rtu 01 03 04 0001 0002
        60    raw ff fe
        99.4  raw f8
        100   rtu 01 03 0000 0002
        115   raw 01 03 04 00
        150   rtu 01 03 0000 0002
        165   rtu 01 03 04 0001 0002
    )",
                    {}, line),
              "request 1/3\nnoise tail-spike 1\nresponse 1/3 to 1\nnoise spike 2\nnoise lead-spike 1\nrequest 1/3\n"
              "bad 1/3\nrequest 1/3\nresponse 1/3 to 8\n");
}

TEST(Framer, AsciiFramesAreFoundAlsoWhenParityIsHeardAsData)
{
    for (const bool parity_heard : {false, true}) {
        LineBench bench({.baud = 9'600, .parity = Parity::none});
        bench.ascii(milliseconds(10), {1, 3, 0, 0, 0, 2}, parity_heard);
        bench.ascii(milliseconds(60), {1, 3, 4, 0, 1, 0, 2}, parity_heard);
        const std::vector<ToldItem> told = framed(bench);
        EXPECT_EQ(words_of(told), "request 1/3\nresponse 1/3 to 1\n");
        EXPECT_TRUE(told.front().frame.ascii);
        EXPECT_EQ(told.front().octets.front() & 0x7F, ':');
        EXPECT_EQ(told.front().octets.back() & 0x7F, '\n');
    }
}

TEST(Framer, OneFrameThatChecksProvesNothingInALotOfGarbage)
{
    LineBench bench({.baud = 19'200});
    std::uint32_t random = 1;
    std::vector<std::uint8_t> garbage(20'000);
    for (std::uint8_t &octet : garbage)
        octet = static_cast<std::uint8_t>((random = random * 1'664'525 + 1'013'904'223) >> 24);
    bench.octets({}, garbage);
    bench.rtu(bench.duration(garbage.size()), {0x35, 0x11});  // no field that could be checked
    bench.octets(bench.duration(garbage.size() + 4), garbage);
    for (const ToldItem &item : framed(bench))
        EXPECT_NE(item.frame.kind, ItemKind::frame);
}

TEST(Framer, TimesLieWithinTheirBoundsAndBoundsHoldTheTruth)
{
    for (const int latency : {1, 16}) {
        LineBench bench({.baud = 19'200}, {.latency = milliseconds(latency)});
        std::vector<Duration> starts;
        for (int poll = 0; poll < 40; ++poll) {
            starts.push_back(milliseconds(60 * poll + 10) + microseconds(371 * poll));
            bench.rtu(starts.back(), {1, 3, 0, 0, 0, 2});
            starts.push_back(starts.back() + bench.duration(8) + milliseconds(6));
            bench.rtu(starts.back(), {1, 3, 4, 0, 1, 0, 2});
        }
        const Timestamp origin = bench.heard().front().time - bench.duration(1) - starts.front();
        const std::vector<ToldItem> told = framed(bench);
        ASSERT_EQ(told.size(), starts.size());
        for (std::size_t i = 0; i < told.size(); ++i) {
            const SerialFrame &frame = told[i].frame;
            const Timestamp truth = origin + starts[i];
            EXPECT_LE(frame.start_bounds.earliest, truth);
            EXPECT_GE(frame.start_bounds.latest, truth);
            EXPECT_LE(frame.start_bounds.earliest, frame.start);
            EXPECT_GE(frame.start_bounds.latest, frame.start);
            EXPECT_LE(frame.gap_min, frame.gap);
            EXPECT_GE(frame.gap_max, frame.gap);
            EXPECT_NEAR(seconds(elapsed(truth, frame.start)) * 1e3, 0, latency * 0.6);
        }
    }
}

TEST(Framer, SaysWhetherTheAdapterLetsASilenceBeJudged)
{
    const std::string_view script = R"(
        10   rtu 01 03 0000 0002
        20   rtu 01 03 04 0001 0002
        200  rtu 01 03 0000 0002
    )";
    LineBench fast, blurred({}, slow);
    fast.script(script);
    blurred.script(script);
    const Duration t3_5 = milliseconds(2);
    const std::vector<ToldItem> seen = framed(fast), blurry = framed(blurred);
    ASSERT_EQ(seen.size(), 3U);
    ASSERT_EQ(blurry.size(), 3U);
    EXPECT_EQ(gap_against(seen[0].frame, t3_5), SilenceVerdict::not_visible);  // nothing was heard before
    EXPECT_EQ(gap_against(seen[2].frame, t3_5), SilenceVerdict::longer);
    EXPECT_EQ(gap_against(blurry[1].frame, t3_5), SilenceVerdict::not_visible);
    EXPECT_EQ(gap_against(blurry[2].frame, t3_5), SilenceVerdict::longer);
}

TEST(Framer, AReadThatCameLateProvesNoSilence)
{
    LineBench bench({.baud = 9'600});
    for (int poll = 0; poll < 60; ++poll) {
        bench.rtu(milliseconds(100 * poll), {1, 3, 0, 0, 0, 2});
        bench.rtu(milliseconds(100 * poll + 20), {1, 3, 4, 0, 1, 0, 2});
    }
    std::vector<test::HeardChunk> chunks;
    const Timestamp late = bench.heard()[17 * 40 + 16].time + milliseconds(10);  // request and answer of a poll
    for (const test::HeardChunk &chunk : bench.chunks()) {
        const bool merged = chunk.time > late - milliseconds(60) && chunk.time < late;
        if (merged && chunks.back().time == late) {
            chunks.back().octets.insert(chunks.back().octets.end(), chunk.octets.begin(), chunk.octets.end());
            chunks.back().marks.resize(chunks.back().octets.size());
        } else {
            chunks.push_back(chunk);
            chunks.back().time = merged ? late : chunk.time;
        }
    }
    Framer framer({.settings = bench.settings()});
    test::Told told;
    for (const test::HeardChunk &chunk : chunks)
        framer.add(chunk.chunk(), told);
    framer.finish(told);
    ASSERT_EQ(told.items.size(), 120U);
    const SerialFrame &response = told.items[81].frame;
    EXPECT_NE(gap_against(response, milliseconds(4)), SilenceVerdict::shorter);
}

TEST(Framer, LineErrorsStayWithTheirOctets)
{
    LineBench bench;
    bench.rtu(milliseconds(10), {1, 3, 0, 0, 0, 2});
    bench.octets(milliseconds(40), {0x00}, framing_error | break_condition);
    const std::vector<ToldItem> told = framed(bench);
    ASSERT_EQ(told.size(), 2U);
    EXPECT_EQ(told[0].frame.errors, no_mark);
    EXPECT_EQ(told[1].frame.errors, framing_error | break_condition);
    EXPECT_EQ(told[1].marks, std::vector<std::uint8_t>{framing_error | break_condition});
}

TEST(Framer, ASilenceEndsWhatIsHeardLive)
{
    LineBench bench;
    bench.script("10 rtu 01 03 0000 0002");
    Framer framer({.settings = bench.settings()});
    test::Told told;
    const std::vector<test::HeardChunk> chunks = bench.chunks();
    for (const test::HeardChunk &chunk : chunks)
        framer.add(chunk.chunk(), told);
    framer.advance(chunks.back().time + milliseconds(5), told);
    EXPECT_TRUE(told.items.empty());
    framer.advance(chunks.back().time + milliseconds(100), told);
    EXPECT_EQ(words_of(told.items), "request 1/3\n");
}

TEST(Framer, AClockThatWasSetBackBeginsTheLineAnew)
{
    LineBench bench;
    bench.script("10 rtu 01 03 0000 0002");
    Framer framer({.settings = bench.settings()});
    test::Told told;
    for (int i = 0; i < 2; ++i)
        for (const test::HeardChunk &chunk : bench.chunks())
            framer.add(chunk.chunk(), told);
    framer.finish(told);
    EXPECT_EQ(words_of(told.items), "request 1/3\nrequest 1/3\n");
    EXPECT_FALSE(told.items[1].frame.has_gap);
}

}  // namespace
}  // namespace buswitness::serial
