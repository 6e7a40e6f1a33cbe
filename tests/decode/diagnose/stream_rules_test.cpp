// Closed windows and repetitions.
#include "tests/support/frames.h"
#include "tests/support/scenario.h"

#include <gtest/gtest.h>

namespace buswitness::test {
namespace {

TEST(StreamRules, ZeroWindowThatStaysClosed)
{
    EXPECT_EQ(findings(R"(
        0.0   C>S  CONNECT
        +0.1  C>S  POLL 3
        5.0   S>C  ACK win 0
        5.3   C>S  KEEPALIVE
        5.31  S>C  ACK win 0
        6.0   C>S  KEEPALIVE
        6.01  S>C  ACK win 0
        8.0   C>S  KEEPALIVE
        8.01  S>C  ACK win 0
        9.0   S>C  ACK
        9.1   C>S  POLL
    )"),
              "tcp-zero-window");
}

TEST(StreamRules, WindowClosedForAMomentIsNothing)
{
    EXPECT_EQ(findings(R"(
        0.0   C>S  CONNECT
        +0.1  C>S  POLL 3
        5.0   S>C  ACK win 0
        5.2   S>C  ACK
        5.3   C>S  POLL
    )"),
              "");
}

// RST carries window 0 as a rule.
TEST(StreamRules, WindowOfAResetIsNothing)
{
    EXPECT_EQ(findings("0.0 C>S CONNECT\n+0.1 C>S POLL 3\n+0.1 C>S RST ACK\n+5 TICK\n"), "");
}

TEST(StreamRules, RetransmissionsThatTcpRepairsAreANote)
{
    const std::string text =
        "0.0 C>S CONNECT\n" + repeated("+1 C>S read unheard\n+0.21 C>S again\n+0.01 S>C answer\n", 4);
    EXPECT_EQ(findings(text), "");
    EXPECT_EQ(all_findings(text), "tcp-retransmissions");
}

TEST(StreamRules, CopiesByTheCaptureAreNoRetransmissions)
{
    const std::string text =
        "0.0 C>S CONNECT\n" + repeated("+1 C>S read\n+0.0001 C>S copy\n+0.01 S>C answer\n+0.0001 S>C copy\n", 4);
    EXPECT_EQ(findings(text), "");
    EXPECT_EQ(all_findings(text), "capture-duplicates");
}

// A request in two copies is asked once, answered once.
TEST(StreamRules, CopiesAreCountedOnce)
{
    const Diagnosis diagnosis = diagnosed(
        "0.0 C>S CONNECT\n" + repeated("+1 C>S read\n+0.0001 C>S copy\n+0.01 S>C answer\n+0.0001 S>C copy\n", 4));
    EXPECT_EQ(diagnosis.report.totals.requests.total, 4U);
    EXPECT_EQ(diagnosis.report.totals.requests.answered, 4U);
    EXPECT_EQ(diagnosis.report.totals.packets.duplicates, 8U);
}

// Long answers vanish on the way, short ones pass.
TEST(StreamRules, MtuBlackholeWhenOnlyLongSegmentsVanish)
{
    const std::string big(2 * 1400, '0');
    EXPECT_EQ(findings("PORTS 502\n0.0 C>S CONNECT\n+0.1 C>S POLL 3\n5.0 C>S DATA 0009000005730164" + big +
                       " unheard\n" + repeated("+1 C>S again unheard\n", 6) + "+9 TICK\n"),
              "tcp-mtu-blackhole");
}

}  // namespace
}  // namespace buswitness::test
