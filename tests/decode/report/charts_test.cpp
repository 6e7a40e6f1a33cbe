#include "decode/report/charts.h"

#include "tests/decode/report/example.h"
#include "tests/support/scenario.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace buswitness::report {
namespace {

const Chart *chart_of(const std::vector<Chart> &all, std::string_view caption)
{
    const auto found =
        std::ranges::find_if(all, [&](const Chart &chart) { return chart.caption.starts_with(caption); });
    return found == all.end() ? nullptr : &*found;
}

TEST(Charts, AreNotMadeOfNothing)
{
    EXPECT_TRUE(charts(Report{}).empty());
}

// Files carry any time: the last column may end behind the last time there is.
TEST(Charts, EndWithTime)
{
    Report report;
    report.requests_over_time.start = Timestamp::max() - std::chrono::hours(1);
    report.requests_over_time.width = std::chrono::hours(24 * 365);
    report.requests_over_time.counts = {{1, 0, 0, 0}, {2, 0, 0, 0}};
    const auto all = charts(report);
    ASSERT_EQ(all.size(), 1U);
    EXPECT_NE(all[0].svg.find("23:47:16"), std::string::npos) << all[0].svg;
}

TEST(Charts, ShowConnectionAttemptsByOutcome)
{
    const auto report = test::diagnosed(R"(
        0.0   C>S  SYN
        +0.01 S>C  RST ACK
        5.0   C2>S CONNECT
        +0.1  C2>S POLL 6 every 0.2
        +0.1  C2>S CLOSE
        +1    TICK
    )")
                            .report;
    const auto all = charts(report);
    const Chart *attempts = chart_of(all, "Connection attempts over time");
    ASSERT_NE(attempts, nullptr);
    ASSERT_EQ(attempts->legend.size(), 2U);
    EXPECT_EQ(attempts->legend[0].words, "established");
    EXPECT_EQ(attempts->legend[1].words, "refused");
    EXPECT_NE(chart_of(all, "Response times of 10.1.1.50:502 unit 1"), nullptr);
}

TEST(Charts, KeyOnlyWhatIsThere)
{
    const auto all = charts(example::healthy());
    const Chart *units = chart_of(all, "Requests per unit");
    ASSERT_NE(units, nullptr);
    ASSERT_EQ(units->legend.size(), 1U);
    EXPECT_EQ(units->legend[0].words, "answered");
}

TEST(LatencyBars, HaveNoGapsAndLoseNoAnswer)
{
    const auto report = test::diagnosed("0.0 C>S CONNECT\n+0.1 C>S POLL 40 every 0.3\n+1 TICK\n").report;
    ASSERT_EQ(report.units.size(), 1U);
    const auto &bars = report.units[0].latency;
    ASSERT_FALSE(bars.empty());
    EXPECT_LE(bars.size(), 32U);
    std::uint64_t count = 0;
    for (std::size_t i = 0; i < bars.size(); ++i) {
        EXPECT_LT(bars[i].from_ms, bars[i].to_ms);
        if (i != 0) {
            EXPECT_DOUBLE_EQ(bars[i].from_ms, bars[i - 1].to_ms);
        }
        count += bars[i].count;
    }
    EXPECT_EQ(count, report.units[0].times.samples);
}

}  // namespace
}  // namespace buswitness::report
