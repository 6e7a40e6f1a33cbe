#include "decode/net/half_stream.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>

namespace buswitness::net {
namespace {

using namespace std::chrono_literals;

// A half stream that begins at sequence number `isn`; sequence numbers in the tests count from there.
class Stream : private StreamSink {
public:
    explicit Stream(std::uint32_t isn = 1000) : isn_(isn) { half.start(isn); }

    Stream &at(Duration time)
    {
        now_ = Moment(++packet_, Timestamp(1000s + time));
        half.settle(now_, false, *this);
        return *this;
    }
    SegmentKind segment(std::uint32_t sequence, std::string_view text, std::size_t length = 0)
    {
        const std::vector<std::uint8_t> octets(text.begin(), text.end());
        if (packet_ == 0)
            at(0ns);
        return half.segment(isn_ + sequence, octets, static_cast<std::uint32_t>(length != 0 ? length : octets.size()),
                            now_, *this);
    }
    void ack(std::uint32_t sequence) { half.acknowledged(isn_ + sequence, now_); }
    void fin(std::uint32_t sequence) { half.finished(isn_ + sequence); }
    void end() { half.settle(now_, true, *this); }

    HalfStream half;
    std::string told;  // octets as text, "<3 lost>", "<3 snapped>"

private:
    void chunk(const StreamChunk &chunk) override
    {
        expected_end_ += static_cast<std::uint32_t>(chunk.octets.size()) + chunk.missing;
        told.append(chunk.octets.begin(), chunk.octets.end());
        EXPECT_EQ(chunk.missing != 0, chunk.reason != Missing::nothing);
        EXPECT_TRUE(chunk.moment.seen());
        EXPECT_EQ(chunk.sequence_end, half.next());
        if (chunk.missing != 0)
            told += "<" + std::to_string(chunk.missing) + (chunk.reason == Missing::snapped ? " snapped>" : " lost>");
    }

    std::uint32_t isn_;
    std::uint32_t expected_end_ = 0;
    std::uint32_t packet_ = 0;
    Moment now_;
};

TEST(HalfStream, DeliversInOrder)
{
    Stream s;
    EXPECT_EQ(s.segment(0, "one "), SegmentKind::fresh);
    EXPECT_EQ(s.segment(4, "two"), SegmentKind::fresh);
    EXPECT_EQ(s.told, "one two");
    EXPECT_EQ(s.half.next(), 1007U);
    EXPECT_EQ(s.half.highest(), 1007U);
}

TEST(HalfStream, BeginsWithItsFirstSegmentWhenNothingWasKnown)
{
    HalfStream half;
    struct : StreamSink {
        void chunk(const StreamChunk &chunk) override { told.append(chunk.octets.begin(), chunk.octets.end()); }
        std::string told;
    } sink;
    EXPECT_FALSE(half.started());
    const std::uint8_t octets[] = {'x'};
    EXPECT_EQ(half.segment(77, octets, 1, Moment(1, {}), sink), SegmentKind::fresh);
    EXPECT_TRUE(half.started());
    EXPECT_EQ(half.next(), 78U);
    EXPECT_EQ(sink.told, "x");
}

struct Sent {
    std::uint32_t sequence;
    std::string text;
    SegmentKind kind;
    std::size_t length = 0;
};

TEST(HalfStream, TellsEachOctetOnceWhateverIsRepeated)
{
    using enum SegmentKind;
    struct Row {
        const char *why;
        std::vector<Sent> sent;
        std::string told;
    };
    const Row rows[] = {
        {"retransmission", {{0, "abcd", fresh}, {0, "abcd", retransmitted}, {4, "ef", fresh}}, "abcdef"},
        {"a part again", {{0, "abcd", fresh}, {1, "bc", retransmitted}}, "abcd"},
        {"overlap: the first copy wins", {{0, "abcd", fresh}, {2, "XXef", fresh}}, "abcdef"},
        {"put together anew", {{0, "ab", fresh}, {2, "cd", fresh}, {0, "XXXXef", fresh}}, "abcdef"},
        {"before the beginning", {{0xFFFF'FFFE, "XXab", fresh}}, "ab"},
        {"two exchanged", {{2, "cd", ahead}, {0, "ab", filled}}, "abcd"},
        {"backwards", {{4, "ef", ahead}, {2, "cd", retransmitted}, {0, "ab", filled}}, "abcdef"},
        {"ahead and again", {{2, "cd", ahead}, {2, "XX", retransmitted}, {0, "ab", filled}}, "abcd"},
        {"ahead, again and longer", {{2, "cd", ahead}, {2, "XXef", ahead}, {0, "ab", filled}}, "abcdef"},
        {"ahead, again and shorter", {{2, "cd", ahead}, {2, "X", retransmitted}, {0, "ab", filled}}, "abcd"},
        {"the filling overlaps", {{2, "cd", ahead}, {0, "abXX", filled}}, "abcd"},
        {"the filling reaches farther", {{2, "cd", ahead}, {0, "abXXef", fresh}}, "abcdef"},
        {"around what waits", {{3, "d", ahead}, {1, "bcXe", ahead}, {0, "a", filled}}, "abcde"},
        {"between what waits", {{2, "c", ahead}, {5, "f", ahead}, {1, "bXdeXg", ahead}, {0, "a", filled}}, "abcdefg"},
        {"snapped around what waits",
         {{3, "d", ahead}, {1, "b", ahead, 5}, {0, "a", filled}},
         "ab<1 snapped>d<2 snapped>"},
        {"two holes", {{2, "c", ahead}, {4, "e", ahead}, {0, "ab", filled}, {3, "d", filled}}, "abcde"},
        {"snapped", {{0, "ab", fresh, 5}, {5, "f", fresh}}, "ab<3 snapped>f"},
        {"snapped to nothing", {{0, "", fresh, 5}, {5, "f", fresh}}, "<5 snapped>f"},
        {"snapped, overlapping", {{0, "abc", fresh}, {1, "XXd", fresh, 5}}, "abcd<2 snapped>"},
        {"snapped within the overlap", {{0, "abc", fresh}, {1, "X", fresh, 5}}, "abc<3 snapped>"},
        {"snapped and ahead", {{2, "c", ahead, 3}, {0, "ab", filled}, {5, "f", fresh}}, "abc<2 snapped>f"},
    };
    for (const Row &row : rows)
        for (const std::uint32_t isn : {1000U, 0U, 0xFFFF'FFFFU, 0xFFFF'FFFDU, 0x7FFF'FFFEU}) {  // wraps anywhere
            SCOPED_TRACE(row.why);
            Stream s(isn);
            for (const Sent &sent : row.sent)
                EXPECT_EQ(s.segment(sent.sequence, sent.text, sent.length), sent.kind) << sent.sequence;
            EXPECT_EQ(s.told, row.told);
            EXPECT_FALSE(s.half.waiting());
            EXPECT_EQ(s.half.lost_octets(), 0U);
        }
}

TEST(HalfStream, TellsAHoleThatThePeerAcknowledgedAsLost)
{
    struct Row {
        const char *why;
        bool waiting;  // data behind the hole
        Duration later;
        std::string told;
    };
    const Row rows[] = {
        {"neighbours may be exchanged", true, 2ms, "ab"}, {"data waits behind it", true, 3ms, "ab<2 lost>ef"},
        {"the ACK may be early", false, 59ms, "ab"},      {"nothing came", false, 60ms, "ab<2 lost>"},
        {"time went back", false, -1ms, "ab<2 lost>"},
    };
    for (const Row &row : rows) {
        SCOPED_TRACE(row.why);
        Stream s;
        s.at(0ms).segment(0, "ab");
        if (row.waiting)
            s.segment(4, "ef");
        s.at(10ms).ack(4);
        EXPECT_TRUE(s.half.overrun());
        s.at(10ms + row.later);
        EXPECT_EQ(s.told, row.told);
        EXPECT_EQ(s.half.lost_octets(), row.told == "ab" ? 0U : 2U);
        EXPECT_EQ(s.half.hole().seen(), row.told != "ab");
        EXPECT_EQ(s.half.hole().packet, row.told == "ab" ? 0U : 3U);
    }
}

TEST(HalfStream, DoesNotTellAHoleThatIsFilledInTime)
{
    Stream s;
    s.at(0ms).segment(0, "ab");
    s.at(1ms).ack(4);
    s.at(2ms);
    EXPECT_EQ(s.segment(2, "cd"), SegmentKind::fresh);
    s.at(10s).end();
    EXPECT_EQ(s.told, "abcd");
    EXPECT_FALSE(s.half.hole().seen());
}

TEST(HalfStream, NeverSkipsWhatNobodyAcknowledged)
{
    Stream s;
    s.at(0ms).segment(0, "ab");
    s.segment(4, "ef");
    s.at(1ms).ack(2);
    s.at(100s).end();
    EXPECT_EQ(s.told, "ab");
    EXPECT_TRUE(s.half.waiting());
    s.ack(3);  // only one of the two octets is proven
    s.at(101s).end();
    EXPECT_EQ(s.told, "ab<1 lost>");
    s.ack(4);
    s.at(102s).end();
    EXPECT_EQ(s.told, "ab<1 lost><1 lost>ef");
}

TEST(HalfStream, GivesUpSeveralHolesAtOnce)
{
    Stream s;
    s.at(0ms).segment(1, "b");
    s.segment(3, "d");
    s.segment(6, "g");
    s.ack(9);
    s.at(3ms);
    EXPECT_EQ(s.told, "<1 lost>b<1 lost>d<2 lost>g<2 lost>");
    EXPECT_EQ(s.half.lost_octets(), 6U);
}

TEST(HalfStream, AtTheEndSkipsWithoutGrace)
{
    Stream s;
    s.at(0ms).segment(0, "ab");
    s.ack(5);
    s.end();
    EXPECT_EQ(s.told, "ab<3 lost>");
}

TEST(HalfStream, AcksThatGoBackChangeNothing)
{
    Stream s;
    s.at(0ms).segment(0, "ab");
    s.ack(4);
    s.ack(1);
    EXPECT_EQ(s.half.acked(), 1004U);
    s.at(60ms);
    EXPECT_EQ(s.told, "ab<2 lost>");
}

TEST(HalfStream, TheOctetOfAFinIsNoHole)
{
    struct Row {
        const char *why;
        std::string text;
        std::uint32_t fin, ack;  // fin 0: not in the file
        std::string told;
        bool overrun;
    };
    const Row rows[] = {
        {"acknowledged", "ab", 2, 3, "ab", false},
        {"its packet is not in the file", "ab", 0, 3, "ab", true},
        {"data was lost before it", "ab", 4, 5, "ab<2 lost>", false},
        {"one octet was lost before it", "ab", 3, 4, "ab<1 lost>", false},
        {"data lost before it, not acknowledged itself", "ab", 4, 4, "ab<2 lost>", false},
    };
    for (const Row &row : rows)
        for (const std::uint32_t isn : {1000U, 0xFFFF'FFFDU}) {
            SCOPED_TRACE(row.why);
            Stream s(isn);
            s.at(0ms).segment(0, row.text);
            if (row.fin != 0)
                s.fin(row.fin);
            s.ack(row.ack);
            s.at(1s).end();
            EXPECT_EQ(s.told, row.told);
            EXPECT_EQ(s.half.overrun(), row.overrun);
        }
}

TEST(HalfStream, PassesOverAStrayUnlessTheNextContinuesIt)
{
    constexpr std::uint32_t far = 100 * 1024 * 1024;
    Stream s;
    EXPECT_EQ(s.segment(0, "ab"), SegmentKind::fresh);
    EXPECT_EQ(s.segment(far, "XX"), SegmentKind::stray);
    EXPECT_EQ(s.segment(2, "cd"), SegmentKind::fresh);
    EXPECT_EQ(s.segment(2 * far, "XX"), SegmentKind::stray);
    EXPECT_EQ(s.segment(3 * far, "XX"), SegmentKind::stray);
    EXPECT_EQ(s.told, "abcd");
    EXPECT_EQ(s.half.highest(), 1004U);
    EXPECT_EQ(s.segment(3 * far + 2, "ef"), SegmentKind::fresh);
    EXPECT_EQ(s.segment(3 * far + 4, "gh"), SegmentKind::fresh);
    EXPECT_EQ(s.told, "abcdefgh");
}

TEST(HalfStream, GivesUpTheFirstHoleWhenTooMuchWaitsBehindIt)
{
    struct Row {
        const char *why;
        std::size_t size, fits;  // octets of a segment; how many of them are kept
    };
    const Row rows[] = {{"segments", 1, 256}, {"octets", 1024, 64}};
    for (const Row &row : rows) {
        SCOPED_TRACE(row.why);
        Stream s;
        const std::string text(row.size, 'x');
        for (std::size_t i = 0; i < row.fits; ++i)
            s.segment(static_cast<std::uint32_t>(5 + i * row.size), text);
        EXPECT_EQ(s.told, "");
        s.segment(static_cast<std::uint32_t>(5 + row.fits * row.size + 1), "y");
        EXPECT_EQ(s.told, "<5 lost>" + std::string(row.fits * row.size, 'x'));
        s.segment(static_cast<std::uint32_t>(5 + row.fits * row.size), "z");
        EXPECT_EQ(s.told, "<5 lost>" + std::string(row.fits * row.size, 'x') + "zy");
        EXPECT_EQ(s.half.lost_octets(), 5U);
    }
}

TEST(HalfStream, LosesNothingOfTheSegmentThatIsTooMuch)
{
    for (const std::uint32_t first : {3U, 5U}) {  // before what waits, or at its first octet
        Stream s;
        for (std::uint32_t i = 0; i < 256; ++i)
            s.segment(5 + i * 2, "w");
        s.segment(first, std::string(600, 'y'));
        const std::size_t told = s.told.find('>') + 1;
        EXPECT_EQ(s.told.substr(0, told), "<" + std::to_string(first) + " lost>");
        EXPECT_EQ(s.told.size() - told, 600U);
        EXPECT_EQ(s.half.next(), 1000 + first + 600);
    }
}

TEST(HalfStream, WaitsWithASegmentLargerThanAllThatIsKept)
{
    Stream s;
    EXPECT_EQ(s.segment(1, std::string(100'000, 'x')), SegmentKind::ahead);
    EXPECT_EQ(s.segment(0, "a"), SegmentKind::filled);
    EXPECT_EQ(s.told, "a" + std::string(100'000, 'x'));
}

TEST(HalfStream, StartedAgainForgetsWhatWaited)
{
    Stream s;
    s.at(0ms).segment(0, "ab");
    s.segment(10, "old");
    s.ack(20);
    s.half.start(1000 + 5000);
    s.segment(5000, "new");
    s.at(1s).end();
    EXPECT_EQ(s.told, "abnew");
    s.ack(5010);
    s.at(2s).end();
    EXPECT_EQ(s.told, "abnew<7 lost>");
    EXPECT_FALSE(s.half.waiting());
}

// Octet by octet equals all at once: any split into segments, in any order, with repetitions, tells the same octets.
TEST(HalfStream, TellsTheSameOctetsForEverySplit)
{
    std::mt19937 random(4);
    for (int round = 0; round < 500; ++round) {
        std::string text(1 + random() % 200, ' ');
        for (char &c : text)
            c = static_cast<char>('a' + random() % 26);
        struct Part {
            std::size_t begin, length;
        };
        std::vector<Part> parts;
        for (std::size_t begin = 0; begin < text.size();) {
            const std::size_t length = std::min<std::size_t>(1 + random() % 20, text.size() - begin);
            parts.push_back({begin, length});
            begin += length;
        }
        const std::size_t repeated = random() % 10;
        for (std::size_t i = 0; i < repeated; ++i) {
            const std::size_t begin = random() % text.size();
            parts.push_back({begin, 1 + random() % (text.size() - begin)});
        }
        std::shuffle(parts.begin(), parts.end(), random);
        Stream s(static_cast<std::uint32_t>(random()) | 0xFFFF'FF00U);
        for (const Part &part : parts)
            s.segment(static_cast<std::uint32_t>(part.begin), std::string_view(text).substr(part.begin, part.length));
        s.ack(static_cast<std::uint32_t>(text.size()));
        s.end();
        ASSERT_EQ(s.told, text);
        ASSERT_EQ(s.half.lost_octets(), 0U);
        ASSERT_FALSE(s.half.waiting());
    }
}

}  // namespace
}  // namespace buswitness::net
