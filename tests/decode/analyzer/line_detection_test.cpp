#include "decode/analyzer/line_detection.h"

#include "tests/support/line_tap.h"

#include <gtest/gtest.h>

#include <map>
#include <tuple>

namespace buswitness::analyzer {
namespace {

using serial::LineSettings;
using serial::Parity;
using std::chrono::milliseconds;

LineSettings settings(std::uint32_t baud, Parity parity, std::uint8_t stop_bits = 1, std::uint8_t data_bits = 8)
{
    return {baud, data_bits, parity, stop_bits};
}

std::vector<std::uint8_t> request(int i)
{
    return {static_cast<std::uint8_t>(1 + i % 3), 3, 0, static_cast<std::uint8_t>(11 * i % 90), 0, 4};
}

std::vector<std::uint8_t> answer(int i)
{
    const auto low = static_cast<std::uint8_t>(37 * i + 5);
    return {static_cast<std::uint8_t>(1 + i % 3), 3, 8, 0, low, 0x12, 0x34, 0, 0, 0x80,
            static_cast<std::uint8_t>(~low)};
}

test::LineBench polled(const LineSettings &bus, int polls = 80)
{
    test::LineBench line(bus);
    for (int i = 0; i < polls; ++i) {
        const Duration at = milliseconds(250 * i + 100);
        line.rtu(at, request(i));
        line.rtu(at + line.duration(8) + milliseconds(6), answer(i));
    }
    return line;
}

test::LineBench polled_in_ascii(const LineSettings &bus)
{
    test::LineBench line(bus);
    for (int i = 0; i < 60; ++i) {
        line.ascii(milliseconds(300 * i + 100), request(i));
        line.ascii(milliseconds(300 * i + 100) + line.duration(17) + milliseconds(6), answer(i));
    }
    return line;
}

struct Tap {
    bool exchanged = false;
    bool marks = true;
    test::BenchAdapter adapter{};
    std::uint32_t refuses = 0;  // a rate
};

struct Found {
    DetectedLine line;
    double seconds = 0;
    bool done = false;
    std::vector<Listened> stays;
};

// A tap that obeys, on a line that is heard from its begin.
Found detected(const test::LineBench &line, const Tap &tap = {}, Duration most = std::chrono::seconds(40))
{
    using Key = std::tuple<std::uint32_t, Parity>;
    std::map<Key, std::vector<test::HeardChunk>> heard;
    const Timestamp begin = line.heard().empty() ? Timestamp() : line.heard().front().time - milliseconds(90);
    Timestamp now = begin;
    LineDetection detection;
    while (!detection.done() && now - begin < most) {
        const LineSettings wanted = detection.wanted();
        if (wanted.baud == tap.refuses) {
            detection.refused();
            continue;
        }
        auto [known, fresh] = heard.try_emplace(Key{wanted.baud, wanted.parity});
        if (fresh)
            known->second = test::heard_by(line, wanted, tap.exchanged, tap.adapter).chunks();
        detection.begin(now);
        auto next = std::ranges::find_if(known->second, [&](const auto &chunk) { return chunk.time > now; });
        for (bool changed = false; !changed && !detection.done() && now - begin < most;) {
            const Timestamp tick = now + milliseconds(10);
            now = tick;
            if (next != known->second.end() && next->time <= tick) {
                now = next->time;
                serial::LineChunk chunk = next->chunk();
                if (!tap.marks)
                    chunk.marks = {};
                detection.chunk(chunk);
                ++next;
            }
            changed = detection.advance(now);
        }
    }
    return {detection.result(), std::chrono::duration<double>(now - begin).count(), detection.done(),
            detection.take_finished()};
}

std::string words(const DetectedLine &line)
{
    if (!line.found)
        return "not found";
    std::string text =
        std::to_string(line.listen.baud) + (line.ascii ? " ascii" : "") + (line.inverted ? " swapped" : "");
    const std::string data = std::to_string(line.listen.data_bits);
    for (const auto &[fits, rest] : {std::pair(line.formats.none_1, "N1"), std::pair(line.formats.none_2, "N2"),
                                     std::pair(line.formats.even, "E1"), std::pair(line.formats.odd, "O1")})
        text += fits ? " " + data + rest : "";
    return text;
}

TEST(LineDetection, FindsRateAndParityWithAReceiverThatMarks)
{
    for (const std::uint32_t baud : {1'200U, 4'800U, 9'600U, 19'200U, 38'400U, 57'600U, 115'200U}) {
        const std::string rate = std::to_string(baud);
        const Found even = detected(polled(settings(baud, Parity::even)));
        EXPECT_EQ(words(even.line), rate + " 8E1");
        EXPECT_TRUE(even.line.certain);
        EXPECT_EQ(even.line.listen, settings(baud, Parity::even));
        EXPECT_LT(even.seconds, 8) << baud;
        EXPECT_EQ(words(detected(polled(settings(baud, Parity::odd))).line), rate + " 8O1");
        const std::string none = words(detected(polled(settings(baud, Parity::none))).line);
        EXPECT_TRUE(none == rate + " 8N1 8N2" || none == rate + " 8N1") << none;
        const std::string two = words(detected(polled(settings(baud, Parity::none, 2))).line);
        EXPECT_TRUE(two == rate + " 8N1 8N2" || two == rate + " 8N2") << two;
    }
}

TEST(LineDetection, NamesNoParityThatTheAdapterCannotTell)
{
    const Tap blind{.exchanged = false, .marks = false, .adapter = {}, .refuses = 0};
    for (const std::uint32_t baud : {9'600U, 19'200U, 57'600U}) {
        const std::string rate = std::to_string(baud);
        EXPECT_EQ(words(detected(polled(settings(baud, Parity::none)), blind).line), rate + " 8N1");
        for (const LineSettings &bus :
             {settings(baud, Parity::even), settings(baud, Parity::odd), settings(baud, Parity::none, 2)}) {
            const Found found = detected(polled(bus), blind);
            EXPECT_EQ(words(found.line), rate + " 8N2 8E1 8O1");
            EXPECT_EQ(found.line.proof, FormatProof::no_marks_at_all);
            EXPECT_EQ(found.line.listen, settings(baud, Parity::even)) << "eleven bits, as all of them";
        }
    }
}

TEST(LineDetection, WorksWithAnAdapterThatKeepsOctetsForLong)
{
    const Tap slow{.exchanged = false, .marks = true, .adapter = {.latency = milliseconds(16)}, .refuses = 0};
    EXPECT_EQ(words(detected(polled(settings(9'600, Parity::even)), slow).line), "9600 8E1");
    EXPECT_EQ(words(detected(polled(settings(38'400, Parity::odd)), slow).line), "38400 8O1");
}

TEST(LineDetection, TellsAsciiAndItsSevenBits)
{
    EXPECT_EQ(words(detected(polled_in_ascii(settings(9'600, Parity::even, 1, 7))).line), "9600 ascii 7E1");
    EXPECT_EQ(words(detected(polled_in_ascii(settings(19'200, Parity::odd, 1, 7))).line), "19200 ascii 7O1");
    const Found eight = detected(polled_in_ascii(settings(19'200, Parity::even)));
    EXPECT_EQ(words(eight.line), "19200 ascii 8E1");
}

TEST(LineDetection, ProvesExchangedWires)
{
    const Tap exchanged{.exchanged = true, .marks = true, .adapter = {}, .refuses = 0};
    const Found found = detected(polled(settings(19'200, Parity::even), 200), exchanged);
    EXPECT_EQ(words(found.line), "19200 swapped 8E1");
    EXPECT_TRUE(found.line.certain);
    EXPECT_EQ(found.line.proof, FormatProof::reading);
}

TEST(LineDetection, ConcludesNothingFromSilence)
{
    const Found found = detected(test::LineBench(), {}, std::chrono::seconds(30));
    EXPECT_FALSE(found.line.heard);
    EXPECT_FALSE(found.line.found);
    EXPECT_FALSE(found.done);
    EXPECT_TRUE(found.stays.empty()) << "no rate is left because of silence";
}

TEST(LineDetection, ClaimsNothingForOctetsThatAreNoModbus)
{
    test::LineBench line(settings(19'200, Parity::none));
    std::uint32_t state = 7;
    for (int i = 0; i < 400; ++i) {
        std::vector<std::uint8_t> octets;
        for (int k = 0; k < 24; ++k) {
            state = state * 1'664'525 + 1'013'904'223;
            octets.push_back(static_cast<std::uint8_t>(state >> 24));
        }
        line.octets(milliseconds(100 * i), octets);
    }
    const Found found = detected(line);
    EXPECT_TRUE(found.line.heard);
    EXPECT_EQ(words(found.line), "not found");
}

TEST(LineDetection, OneFrameAgainAndAgainIsLikelyOnly)
{
    test::LineBench line(settings(9'600, Parity::even));
    for (int i = 0; i < 60; ++i)
        line.rtu(milliseconds(250 * i), {5, 3, 0, 1, 0, 2});
    const Found found = detected(line);
    EXPECT_EQ(words(found.line), "9600 8E1");
    EXPECT_FALSE(found.line.certain);
    EXPECT_EQ(found.line.different, 1U);
}

TEST(LineDetection, LeavesOutRatesThatTheDriverRefuses)
{
    const Tap tap{.exchanged = false, .marks = true, .adapter = {}, .refuses = 115'200};
    const Found found = detected(polled(settings(38'400, Parity::even)), tap);
    EXPECT_EQ(words(found.line), "38400 8E1");
    EXPECT_TRUE(std::ranges::any_of(found.stays, [](const Listened &stay) {
        return stay.verdict == Listened::Verdict::refused && stay.settings.baud == 115'200;
    }));
}

TEST(LineDetection, KnowsTheRateWhereParityCannotBeSet)
{
    test::LineBench line = polled(settings(19'200, Parity::none));
    LineDetection detection;
    Timestamp now = line.heard().front().time - milliseconds(90);
    detection.begin(now);
    for (const test::HeardChunk &heard : line.chunks()) {
        serial::LineChunk chunk = heard.chunk();
        chunk.marks = {};
        now = chunk.time;
        detection.chunk(chunk);
        for (int i = 0; i < 8 && !detection.done(); ++i)
            if (detection.advance(now + milliseconds(10 * i))) {
                detection.refused();
                detection.begin(now);
            }
    }
    EXPECT_TRUE(detection.done());
    EXPECT_EQ(words(detection.result()), "19200 8N1 8N2 8E1 8O1");
    EXPECT_EQ(detection.result().proof, FormatProof::not_possible);
}

TEST(RateSearch, FollowsWhatAFasterTapMeasured)
{
    RateSearch search;
    EXPECT_EQ(search.current(), settings(19'200, Parity::none));
    search.go_on({.baud = 9'600, .log_odds = 20, .only_low = false, .characters = 30});
    EXPECT_EQ(search.current(), settings(9'600, Parity::none));
    search.go_on({});
    EXPECT_EQ(search.current(), settings(9'600, Parity::even)) << "the rate was measured";
}

TEST(RateSearch, MeasuresFromAboveWhatIsTooFast)
{
    RateSearch search;
    search.go_on({});
    EXPECT_EQ(search.current().baud, 115'200U);
    search.go_on({.baud = 0, .log_odds = 0, .only_low = true, .characters = 30});
    EXPECT_EQ(search.current().baud, 9'600U);
}

TEST(RateSearch, StaysAtARateWhoseParityTheDriverRefuses)
{
    const LineRate measured{.baud = 19'200, .log_odds = 20, .only_low = false, .characters = 30};
    RateSearch search;
    search.go_on({});
    search.go_on(measured);
    EXPECT_EQ(search.current(), settings(19'200, Parity::even));
    search.refused();
    search.go_on(measured);
    EXPECT_EQ(search.current(), settings(19'200, Parity::none));
    EXPECT_GT(search.patience(), 2U);
}

TEST(RateSearch, VisitsEveryRateBeforeAnyIsVisitedAgain)
{
    RateSearch search;
    std::map<std::pair<std::uint32_t, Parity>, int> visits;
    for (int i = 0; i < 32; ++i) {
        ++visits[{search.current().baud, search.current().parity}];
        search.go_on({});
    }
    EXPECT_EQ(visits.size(), 32U);
}

}  // namespace
}  // namespace buswitness::analyzer
