#include "capture/timeline.h"

#include <gtest/gtest.h>

namespace buswitness::capture {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Timestamp noon{seconds(1'780'000'000)};

TEST(Timeline, AClockThatIsNotSetIsBelieved)
{
    Timeline line;
    EXPECT_FALSE(line.compare(noon, seconds(100)));
    EXPECT_FALSE(line.compare(noon + hours(1), seconds(100) + hours(1)));
    EXPECT_EQ(line.time(noon + hours(2)), noon + hours(2));
}

TEST(Timeline, SlowCorrectionIsFollowed)
{
    Timeline line;
    Duration drift{};
    for (int i = 0; i < 1000; ++i, drift += milliseconds(1))
        EXPECT_FALSE(line.compare(noon + seconds(i) + drift, seconds(i)));
    EXPECT_EQ(line.time(noon), noon);
}

TEST(Timeline, TimesGoOnAsIfTheClockHadNotBeenSet)
{
    for (const Duration step :
         {Duration(hours(1)), Duration(-hours(24 * 365)), Duration(milliseconds(700)), Duration(-seconds(2))}) {
        Timeline line;
        (void)line.compare(noon, seconds(0));
        const auto found = line.compare(noon + seconds(1) + step, seconds(1));
        ASSERT_TRUE(found);
        EXPECT_EQ(*found, step);
        EXPECT_EQ(line.time(noon + seconds(2) + step), noon + seconds(2));
        // Stamped before, delivered after the step was noticed.
        EXPECT_EQ(line.time(noon + milliseconds(980)), noon + milliseconds(980));
    }
}

TEST(Timeline, SeveralStepsAddUp)
{
    Timeline line;
    (void)line.compare(noon, seconds(0));
    EXPECT_TRUE(line.compare(noon + hours(1) + seconds(10), seconds(10)));
    EXPECT_TRUE(line.compare(noon + seconds(20), seconds(20)));
    EXPECT_EQ(line.time(noon + seconds(30)), noon + seconds(30));
    EXPECT_EQ(line.time(noon + hours(1) + seconds(19)), noon + seconds(19));
}

TEST(Timeline, ReadingsOfTheClockThatCannotBeSetStayOnTheLine)
{
    Timeline timeline;
    timeline.compare(noon, std::chrono::seconds(100));
    EXPECT_EQ(timeline.of_monotonic(std::chrono::seconds(101)), noon + std::chrono::seconds(1));
    ASSERT_TRUE(timeline.compare(noon + std::chrono::hours(1), std::chrono::seconds(102)));
    EXPECT_EQ(timeline.of_monotonic(std::chrono::seconds(103)), noon + std::chrono::seconds(3));
}

}  // namespace
}  // namespace buswitness::capture
