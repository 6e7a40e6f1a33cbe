#include "decode/base/time_counts.h"

#include <gtest/gtest.h>

#include <numeric>

namespace buswitness {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

const Timestamp begin{seconds(1'780'000'000)};

template <std::size_t Kinds>
std::uint64_t all(const TimeCounts<Kinds> &counts)
{
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < counts.columns; ++i)
        sum = std::accumulate(counts.column(i).begin(), counts.column(i).end(), sum);
    return sum;
}

TEST(TimeCounts, NothingCountedIsEmpty)
{
    const TimeCounts<2> counts;
    EXPECT_TRUE(counts.empty());
    EXPECT_EQ(counts.used(), 0U);
}

TEST(TimeCounts, ColumnsGrowToTheWidthsThatPeopleRead)
{
    TimeCounts<1> counts;
    counts.add(begin, 0);
    EXPECT_EQ(counts.width(), milliseconds(1));
    const std::pair<Duration, Duration> steps[] = {
        {milliseconds(119), milliseconds(1)}, {milliseconds(120), milliseconds(2)},
        {seconds(1), milliseconds(10)},       {seconds(119), seconds(1)},
        {seconds(600), seconds(10)},          {hours(1), seconds(60)},
        {hours(24), seconds(1200)},           {hours(24 * 9), hours(2)},
    };
    for (const auto &[after, width] : steps) {
        counts.add(begin + after, 0);
        EXPECT_EQ(counts.width(), width) << after.count();
        EXPECT_LE(counts.used(), counts.columns);
    }
    EXPECT_EQ(all(counts), 9U);
}

TEST(TimeCounts, EachEventLiesInItsColumnAlsoAfterColumnsWereJoined)
{
    TimeCounts<2> counts;
    for (int i = 0; i < 600; ++i)
        counts.add(begin + seconds(i), static_cast<std::size_t>(i) % 2);
    ASSERT_EQ(counts.width(), seconds(10));
    ASSERT_EQ(counts.used(), 60U);
    for (std::size_t i = 0; i < counts.used(); ++i) {
        EXPECT_EQ(counts.column(i)[0], 5U) << i;
        EXPECT_EQ(counts.column(i)[1], 5U) << i;
    }
}

TEST(TimeCounts, EventsThatAreToldLateOrLieBeforeTheFirstAreCounted)
{
    TimeCounts<1> counts;
    counts.add(begin + seconds(100), 0);
    counts.add(begin + seconds(200), 0);
    counts.add(begin + seconds(150), 0);
    counts.add(begin, 0);
    EXPECT_EQ(counts.start(), begin + seconds(100));
    EXPECT_EQ(counts.column(0)[0], 2U);
    EXPECT_EQ(all(counts), 4U);
}

TEST(TimeCounts, TimesAtTheLimitsOfTheClockAreCounted)
{
    TimeCounts<1> counts;
    for (const Timestamp time : {Timestamp::min(), Timestamp::max(), begin, Timestamp::max(), Timestamp::min()})
        counts.add(time, 0);
    EXPECT_EQ(all(counts), 5U);
    EXPECT_LE(counts.used(), counts.columns);
}

}  // namespace
}  // namespace buswitness
