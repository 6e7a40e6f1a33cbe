#include "decode/serial/run_lengths.h"

#include "tests/support/line_tap.h"

#include <gtest/gtest.h>

namespace buswitness::serial {
namespace {

test::LineBench spoken(std::uint32_t baud)
{
    test::LineBench line({baud, 8, Parity::even, 1});
    for (int i = 0; i < 12; ++i)
        line.rtu(std::chrono::milliseconds(100 * i),
                 {1, 3, 0, static_cast<std::uint8_t>(11 * i), 0, static_cast<std::uint8_t>(1 + i)});
    return line;
}

RateEstimate estimated(std::uint32_t line_baud, std::uint32_t tap_baud)
{
    const LineSettings tap{tap_baud, 8, Parity::even, 1};
    RunLengths runs(tap);
    const test::LineBench heard = test::heard_by(spoken(line_baud), tap, false);
    for (const test::HeardOctet &octet : heard.heard())
        runs.add(tap_character(octet.octet, octet.mark, tap, true));
    return runs.estimate();
}

TEST(RunLengths, TellTheRateOfASlowerLine)
{
    EXPECT_EQ(estimated(9'600, 19'200).baud, 9'600U);
    EXPECT_EQ(estimated(19'200, 57'600).baud, 19'200U);
    EXPECT_EQ(estimated(9'600, 38'400).baud, 9'600U);
    EXPECT_GT(estimated(9'600, 19'200).log_odds, 12);
}

TEST(RunLengths, FindNothingBetterThanTheRightRate)
{
    EXPECT_EQ(estimated(19'200, 19'200).baud, 0U);
}

TEST(RunLengths, SayWhenTheLineIsSlowerByFar)
{
    EXPECT_TRUE(estimated(4'800, 57'600).only_low);
    EXPECT_FALSE(estimated(19'200, 57'600).only_low);
}

TEST(RunLengths, NeedSomeCharacters)
{
    EXPECT_EQ(RunLengths({19'200, 8, Parity::even, 1}).estimate().baud, 0U);
}

}  // namespace
}  // namespace buswitness::serial
