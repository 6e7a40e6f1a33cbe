// The capture's own weaknesses; none of them is a device's fault.
#include "tests/support/frames.h"
#include "tests/support/scenario.h"

#include <gtest/gtest.h>

namespace buswitness::test {
namespace {

const std::string healthy = "0.0 C>S CONNECT\n+0.1 C>S POLL 10\n+0.1 C>S CLOSE\n";

TEST(CaptureRules, HealthyPairHasNoFindingAtAll)
{
    EXPECT_EQ(all_findings(healthy), "");
}

TEST(CaptureRules, OneSidedFromEitherSide)
{
    for (const char *side : {"ONLY C\n", "ONLY S\n"}) {
        const std::string found = findings(side + healthy);
        EXPECT_TRUE(found.empty() || found == "capture-one-sided") << side << found;
        EXPECT_NE(all_findings(side + healthy).find("capture-one-sided"), std::string::npos) << side;
    }
}

TEST(CaptureRules, SynsWithRepetitionsAreATimeoutAndNotOneSided)
{
    EXPECT_EQ(all_findings("0.0 C>S SYN\n1.0 C>S SYN again\n3.0 C>S SYN again\n9.0 TICK\n").find("capture-one-sided"),
              std::string::npos);
}

TEST(CaptureRules, MidstreamIsANote)
{
    const std::string text = "0.0 C>S CONNECT\nBEGIN\n+0.1 C>S POLL 10\n";
    EXPECT_EQ(findings(text), "");
    EXPECT_EQ(all_findings(text), "capture-midstream");
}

TEST(CaptureRules, LossIsShownByAcknowledgements)
{
    const std::string text =
        "0.0 C>S CONNECT\n+0.1 C>S POLL 5\n+1 C>S read\n+0.01 S>C answer lost\n+0.04 C>S ACK\n+1 C>S POLL 5\n";
    EXPECT_NE(all_findings(text).find("capture-loss"), std::string::npos);
    EXPECT_EQ(findings(text).find("modbus"), std::string::npos);
}

// Lost by the network and sent again: the capture lacks nothing.
TEST(CaptureRules, RepairedNetworkLossIsNoCaptureLoss)
{
    EXPECT_EQ(all_findings("0.0 C>S CONNECT\n+0.1 C>S POLL 5\n" +
                           repeated("+1 C>S read lost unheard\n+0.21 C>S again\n+0.01 S>C answer\n", 2) +
                           "+1 C>S POLL 5\n"),
              "");
}

TEST(CaptureRules, SnappedPacketsAreANote)
{
    const std::string text = "SNAPLEN 70\n0.0 C>S CONNECT\n+0.1 C>S POLL 10 q50\n";
    EXPECT_EQ(findings(text), "");
    EXPECT_EQ(all_findings(text), "capture-truncated");
}

TEST(CaptureRules, CopiesAreANote)
{
    const std::string text =
        "0.0 C>S CONNECT\n" + repeated("+1 C>S read\n+0.0001 C>S copy\n+0.01 S>C answer\n+0.0001 S>C copy\n", 5);
    EXPECT_EQ(findings(text), "");
    EXPECT_EQ(all_findings(text), "capture-duplicates");
}

TEST(CaptureRules, ClockThatGoesBackIsTold)
{
    const std::string text = "100.0 C>S CONNECT\n+0.1 C>S POLL 5\n20.0 C>S POLL 5\n";
    EXPECT_EQ(findings(text).find("modbus"), std::string::npos) << findings(text);
    EXPECT_NE(all_findings(text).find("capture-clock-step"), std::string::npos);
}

// Time goes back while a request is open: its answer is neither late nor missing.
TEST(CaptureRules, ClockThatGoesBackWithinATransaction)
{
    EXPECT_EQ(
        findings("100.0 C>S CONNECT\n+0.1 C>S POLL 5\n110.0 C>S read\n50.0 S>C answer\n+1 C>S POLL 5\n").find("modbus"),
        std::string::npos);
}

// Every weakness at once, of a healthy pair.
TEST(CaptureRules, WeaknessesOfTheCaptureAreNoFaultOfDevices)
{
    const std::string mirrored = repeated("+1 C>S read\n+0.0001 C>S copy\n+0.01 S>C answer\n+0.0001 S>C copy\n", 3);
    const std::string lossy =
        repeated("+1 C>S read lost\n+0.01 S>C answer\n+1 C>S read\n+0.01 S>C answer lost\n+1 C>S POLL\n", 4);
    for (const char *setting : {"", "ONLY C\n", "ONLY S\n", "SNAPLEN 58\n", "SNAPLEN 64\n", "DROPPED 9\n"}) {
        const std::string text =
            std::string(setting) + "0.0 C>S CONNECT\n+0.1 C>S POLL 3\nBEGIN\n" + mirrored + lossy + "+1 C>S read\n";
        for (const diagnose::Finding &finding : diagnosed(text).findings)
            EXPECT_TRUE(finding.severity == diagnose::Severity::note || finding.by == diagnose::By::tap)
                << setting << ": " << finding.summary;
    }
}

}  // namespace
}  // namespace buswitness::test
