#include "decode/report/compare.h"

#include "tests/decode/report/example.h"
#include "tests/support/scenario.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace buswitness::report {
namespace {

constexpr std::string_view refused = "0.0 C>S SYN\n+0.01 S>C RST ACK\n1.0 C>S SYN\n+0.01 S>C RST ACK\n+5 TICK\n";
constexpr std::string_view healthy = "0.0 C>S CONNECT\n+0.1 C>S POLL 20 every 0.5\n+0.1 C>S CLOSE\n+1 TICK\n";

Comparison compared(std::string_view before, std::string_view now)
{
    return compare(test::diagnosed(before).report, test::diagnosed(now).report);
}

std::string changes_of(const Comparison &comparison)
{
    std::string text;
    for (const Change &change : comparison.changes)
        text +=
            std::string(to_string(change.kind)) + " " + change.what + ": " + change.before + ", " + change.now + "\n";
    return text;
}

TEST(Compare, FixedWhenTheFaultIsGoneAndRequestsAreAnswered)
{
    const Comparison comparison = compared(refused, healthy);
    EXPECT_EQ(comparison.outcome, Comparison::Outcome::fixed);
    EXPECT_EQ(comparison_verdict(comparison),
              "Fixed: the fault of the earlier capture is gone, none is new, and requests are answered.");
    EXPECT_TRUE(changes_of(comparison).starts_with("gone Nothing listens on 10.1.1.50:502")) << changes_of(comparison);
}

TEST(Compare, NotFixedWhileTheFaultIsThere)
{
    const Comparison comparison = compared(refused, refused);
    EXPECT_EQ(comparison.outcome, Comparison::Outcome::not_fixed);
    EXPECT_EQ(comparison_verdict(comparison), "Not fixed: 1 fault of the earlier capture is still there.");
}

TEST(Compare, NotFixedWhenAFaultOfThePastIsThereAmongOthers)
{
    const std::string more = std::string(refused) + "+1 C2>S SYN\n+0.01 S>C2 RST ACK\n+5 TICK\n";
    EXPECT_EQ(comparison_verdict(compared(refused, more)),
              "Not fixed: 1 fault of the earlier capture is still there, and 1 new.");
}

TEST(Compare, ChangedWhenAFaultIsNew)
{
    EXPECT_EQ(comparison_verdict(compared(healthy, refused)),
              "Changed: 1 fault that the earlier capture does not have.");
}

// Nobody tried again: that is no proof of the fix.
TEST(Compare, SilenceIsNoFix)
{
    const Comparison comparison = compared(refused, "0.0 ARP who-has R tell C\n+1 ARP R is-at R\n+1 TICK\n");
    EXPECT_EQ(comparison.outcome, Comparison::Outcome::changed);
    EXPECT_NE(comparison_verdict(comparison).find("no answered request"), std::string::npos);
}

TEST(Compare, AnotherServerThatWorksIsNoFix)
{
    const Comparison comparison = compared(refused, "0.0 C>S2 CONNECT\n+0.1 C>S2 POLL 20 every 0.5\n+1 TICK\n");
    EXPECT_EQ(comparison.outcome, Comparison::Outcome::changed);
    EXPECT_FALSE(comparison.shown_to_work);
}

TEST(Compare, TheSameWhenNothingDiffers)
{
    const Comparison comparison = compared(healthy, healthy);
    EXPECT_EQ(comparison.outcome, Comparison::Outcome::same);
    EXPECT_TRUE(comparison.changes.empty()) << changes_of(comparison);
}

TEST(Compare, TellsClientsUnitsFunctionsIntervalsAndTimes)
{
    constexpr std::string_view now = R"(
        0.0   C2>S CONNECT
        +0.1  C2>S read u1
        +0.2  S>C2 answer
        +2    C2>S read u1
        +0.2  S>C2 answer
        +2    C2>S read u3
        +0.2  S>C2 answer
        +2    C2>S write u1 a1 v1
        +0.2  S>C2 answer
        +0.1  C2>S CLOSE
        +1    TICK
    )";
    const std::string changes = changes_of(compared(healthy, now));
    for (const std::string_view part :
         {"gone Client 10.1.1.10 with 10.1.1.50:502", "new Client 10.1.1.11 with 10.1.1.50:502",
          "new 10.1.1.50:502 unit 3: not asked, 1 request", "worse 10.1.1.50:502 unit 1: response time, median: ",
          "new 10.1.1.50:502 unit 1: function 6 Write Single Register: not asked, 1 request",
          "changed 10.1.1.50:502 unit 1: time between requests: "})
        EXPECT_NE(changes.find(part), std::string::npos) << part << "\n" << changes;
}

TEST(Compare, TellsHowManyRequestsFail)
{
    Report before = example::healthy(), now = example::healthy();
    now.units[0].answered = 270;
    now.units[0].no_response = 30;
    EXPECT_EQ(changes_of(compare(before, now)), "worse 10.0.0.2:502 unit 1: requests that failed: 0.0 %, 10.0 %\n");
    EXPECT_EQ(changes_of(compare(now, before)), "better 10.0.0.2:502 unit 1: requests that failed: 10.0 %, 0.0 %\n");
}

TEST(Compare, StandsInEveryFormat)
{
    Report report = example::healthy();
    report.units[0].functions = {{.function_code = 3, .requests = 300, .answered = 300}};
    report.comparison = compare(example::faulty(), report);
    report.comparison->baseline = "before.pcap";
    for (const std::string &text : {to_text(report, false), to_markdown(report), to_html(report), to_json(report)}) {
        EXPECT_NE(text.find("Fixed: each of the 2 faults"), std::string::npos);
        EXPECT_NE(text.find("before.pcap"), std::string::npos);
        EXPECT_NE(text.find("Nothing listens on 10.0.0.2:502"), std::string::npos);
    }
}

}  // namespace
}  // namespace buswitness::report
