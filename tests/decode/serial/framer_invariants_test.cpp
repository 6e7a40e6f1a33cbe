// Whatever was heard: every octet is in exactly one item, in order; how it was handed over does not matter; what is
// told adds up.
#include "tests/support/line_bench.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace buswitness::serial {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using test::BenchAdapter;
using test::HeardChunk;
using test::LineBench;
using test::Told;
using test::ToldItem;
using test::words_of;

using Random = std::mt19937;

std::uint8_t any_octet(Random &random)
{
    return static_cast<std::uint8_t>(random());
}

// Polls of all kinds, damaged, with vendor functions, spikes and garbage.
LineBench busy_line(std::uint32_t seed, BenchAdapter adapter)
{
    Random random(seed);
    LineBench bench({.baud = 19'200}, adapter);
    Duration at = milliseconds(5);
    for (int poll = 0; poll < 120; ++poll) {
        const auto unit = static_cast<std::uint8_t>(1 + random() % 4);
        std::vector<std::uint8_t> request = {unit, 3, 0, any_octet(random), 0, 4};
        std::vector<std::uint8_t> answer = {unit, 3, 8, 0, 1, any_octet(random), 0, 0, 0, any_octet(random), 0};
        const std::uint32_t kind = random() % 8;
        if (kind == 0)
            answer = request = {unit, 6, 0, 1, 0, any_octet(random)};
        if (kind == 1)
            request = answer = {unit, 0x41, any_octet(random), any_octet(random), any_octet(random)};
        const bool broken = random() % 10 == 0;
        broken ? bench.damaged(at, request) : bench.rtu(at, request);
        at += bench.duration(request.size() + 2) + milliseconds(3) + microseconds(random() % 9'000);
        if (kind != 2)
            random() % 10 == 0 ? bench.damaged(at, answer) : bench.rtu(at, answer);
        at += bench.duration(answer.size() + 2);
        if (kind == 3)
            bench.octets(at, {0x00, 0xFF});
        if (kind == 4) {
            std::vector<std::uint8_t> garbage(random() % 300);
            std::ranges::generate(garbage, [&] { return any_octet(random); });
            at += milliseconds(4);
            bench.octets(at, garbage, parity_error);
            at += bench.duration(garbage.size());
        }
        at += milliseconds(4) + microseconds(random() % 40'000);
    }
    return bench;
}

std::vector<BenchAdapter> adapters()
{
    return {{.latency = milliseconds(1)}, {.latency = milliseconds(16)}, {.latency = milliseconds(1), .packet = 32}};
}

std::vector<ToldItem> framed_in_parts(const LineBench &bench, std::size_t part, std::size_t window)
{
    Framer framer({.settings = bench.settings(), .window = window});
    Told told;
    for (const HeardChunk &chunk : bench.chunks())
        for (std::size_t at = 0; at < chunk.octets.size(); at += part) {
            const std::size_t size = std::min(part, chunk.octets.size() - at);
            framer.add({.time = chunk.time,
                        .octets = Bytes(chunk.octets).subspan(at, size),
                        .marks = Bytes(chunk.marks).subspan(at, size)},
                       told);
        }
    framer.finish(told);
    return told.items;
}

std::string whole_words(const std::vector<ToldItem> &items)
{
    std::string words;
    for (const ToldItem &item : items)
        words += words_of({item}) + std::to_string(item.frame.start.time_since_epoch().count()) + ' ' +
                 std::to_string(item.frame.gap_min.count()) + ' ' + std::to_string(item.frame.gap_max.count()) + ' ' +
                 std::to_string(item.frame.confidence) + '\n';
    return words;
}

TEST(FramerInvariants, EveryOctetIsInExactlyOneItemInOrder)
{
    for (const BenchAdapter &adapter : adapters())
        for (std::uint32_t seed = 1; seed <= 6; ++seed) {
            const LineBench bench = busy_line(seed, adapter);
            std::vector<std::uint8_t> said, said_marks, told, told_marks;
            for (const test::HeardOctet &heard : bench.heard()) {
                said.push_back(heard.octet);
                said_marks.push_back(heard.mark);
            }
            std::uint64_t number = 0;
            for (const ToldItem &item : framed(bench)) {
                told.insert(told.end(), item.octets.begin(), item.octets.end());
                told_marks.insert(told_marks.end(), item.marks.begin(), item.marks.end());
                EXPECT_EQ(item.frame.number, ++number);
            }
            EXPECT_EQ(told, said);
            EXPECT_EQ(told_marks, said_marks);
        }
}

TEST(FramerInvariants, OctetByOctetEqualsAllAtOnce)
{
    for (const BenchAdapter &adapter : adapters())
        for (const std::size_t window : {std::size_t{2'048}, FramerOptions{}.window}) {
            const LineBench bench = busy_line(7, adapter);
            const std::string whole = whole_words(framed(bench, window));
            EXPECT_EQ(whole_words(framed_in_parts(bench, 1, window)), whole);
            EXPECT_EQ(whole_words(framed_in_parts(bench, 3, window)), whole);
        }
}

TEST(FramerInvariants, SmallWindowsTellTheSameFrames)
{
    for (const BenchAdapter &adapter : adapters()) {
        const LineBench bench = busy_line(11, adapter);
        std::size_t whole = 0, parts = 0;
        for (const ToldItem &item : framed(bench))
            whole += item.frame.kind == ItemKind::frame;
        for (const ToldItem &item : framed(bench, 2'048))
            parts += item.frame.kind == ItemKind::frame;
        EXPECT_NEAR(static_cast<double>(parts), static_cast<double>(whole), 2);
    }
}

TEST(FramerInvariants, BoundsAndEstimatesAgreeAndTimeGoesForward)
{
    for (const BenchAdapter &adapter : adapters()) {
        Timestamp last = Timestamp::min();
        for (const ToldItem &item : framed(busy_line(13, adapter))) {
            const SerialFrame &frame = item.frame;
            EXPECT_LE(frame.start_bounds.earliest, frame.start_bounds.latest);
            EXPECT_LE(frame.end_bounds.earliest, frame.end_bounds.latest);
            EXPECT_LE(frame.gap_min, frame.gap_max);
            EXPECT_LE(frame.start, frame.end);
            EXPECT_GE(frame.end_bounds.latest, last);
            last = frame.end_bounds.latest;
        }
    }
}

TEST(FramerInvariants, AnswersNameEarlierRequestsOfTheSameUnitOnce)
{
    const std::vector<ToldItem> items = framed(busy_line(17, {}));
    std::vector<bool> answered(items.size() + 1);
    std::size_t count = 0;
    for (const ToldItem &item : items) {
        if (item.frame.answers == 0)
            continue;
        ASSERT_LT(item.frame.answers, item.frame.number);
        const SerialFrame &request = items[item.frame.answers - 1].frame;
        EXPECT_EQ(request.direction, FrameDirection::request);
        EXPECT_EQ(request.unit, item.frame.unit);
        EXPECT_EQ(request.function, item.frame.function);
        EXPECT_FALSE(answered[item.frame.answers]);
        answered[item.frame.answers] = true;
        ++count;
    }
    EXPECT_GT(count, 50U);
}

TEST(FramerInvariants, ACopyGoesOnAsTheOriginal)
{
    const LineBench bench = busy_line(19, {});
    const std::vector<HeardChunk> chunks = bench.chunks();
    Framer framer({.settings = bench.settings(), .window = 2'048});
    Told told;
    for (std::size_t i = 0; i < chunks.size() / 2; ++i)
        framer.add(chunks[i].chunk(), told);
    Told told_by_copy;
    {
        Framer copy(framer);
        for (std::size_t i = chunks.size() / 2; i < chunks.size(); ++i)
            copy.add(chunks[i].chunk(), told_by_copy);
        copy.finish(told_by_copy);
    }
    told.items.clear();
    for (std::size_t i = chunks.size() / 2; i < chunks.size(); ++i)
        framer.add(chunks[i].chunk(), told);
    framer.finish(told);
    EXPECT_EQ(whole_words(told_by_copy.items), whole_words(told.items));
}

TEST(FramerInvariants, EndlessGarbageOfOneInstantIsToldAsItComes)
{
    Framer framer({.settings = {.baud = 9'600}});
    Told told;
    Random random(3);
    std::vector<std::uint8_t> garbage(10'000);
    std::size_t given = 0;
    for (int i = 0; i < 60; ++i) {
        std::ranges::generate(garbage, [&] { return any_octet(random); });
        framer.add({.time = Timestamp(milliseconds(1)), .octets = garbage}, told);
        given += garbage.size();
    }
    std::size_t heard = 0;
    for (const ToldItem &item : told.items)
        heard += item.octets.size();
    EXPECT_GT(heard, given - 150'000);
    framer.finish(told);
    heard = 0;
    for (const ToldItem &item : told.items)
        heard += item.octets.size();
    EXPECT_EQ(heard, given);
}

}  // namespace
}  // namespace buswitness::serial
