#include "decode/live/tracker.h"

#include <gtest/gtest.h>

namespace buswitness::live {
namespace {

using diagnose::Finding;
using diagnose::FindingId;
using diagnose::Severity;
using std::chrono::seconds;

constexpr Timestamp noon{seconds(1'780'000'000)};

Finding finding(FindingId id, std::optional<std::uint8_t> unit = {}, bool recovered = false)
{
    Finding made;
    made.id = id;
    made.severity = Severity::error;
    made.unit = unit;
    made.recovered = recovered;
    return made;
}

std::string told(const std::vector<Change> &changes)
{
    std::string text;
    for (const Change &change : changes)
        text += std::string(text.empty() ? "" : ", ") + std::string(to_string(change.kind)) +
                (change.finding.unit ? " " + std::to_string(*change.finding.unit) : "");
    return text;
}

TEST(Tracker, TellsAFindingOnceAndItsEndOnce)
{
    Tracker tracker;
    EXPECT_EQ(told(tracker.update({}, noon)), "");
    EXPECT_EQ(told(tracker.update({finding(FindingId::modbus_no_response, 1)}, noon)), "appeared 1");
    EXPECT_EQ(told(tracker.update({finding(FindingId::modbus_no_response, 1)}, noon)), "");
    EXPECT_EQ(tracker.holding(Severity::error), 1U);
    EXPECT_EQ(told(tracker.update({finding(FindingId::modbus_no_response, 1, true)}, noon)), "over 1");
    EXPECT_EQ(tracker.holding(Severity::error), 0U);
    EXPECT_EQ(told(tracker.update({finding(FindingId::modbus_no_response, 1, true)}, noon)), "");
    EXPECT_EQ(told(tracker.update({finding(FindingId::modbus_no_response, 1)}, noon)), "again 1");
}

TEST(Tracker, WhatIsNoLongerFoundIsOver)
{
    Tracker tracker;
    (void)tracker.update({finding(FindingId::modbus_no_response, 1), finding(FindingId::modbus_no_response, 2)}, noon);
    EXPECT_EQ(told(tracker.update({finding(FindingId::modbus_no_response, 2)}, noon + seconds(29))), "");
    EXPECT_EQ(told(tracker.update({finding(FindingId::modbus_no_response, 2)}, noon + seconds(31))), "over 1");
    EXPECT_EQ(told(tracker.update({finding(FindingId::modbus_no_response, 2)}, noon + seconds(90))), "");
}

TEST(Tracker, TheSameOfAnotherSubjectIsAnotherFinding)
{
    Tracker tracker;
    (void)tracker.update({finding(FindingId::modbus_no_response, 1)}, noon);
    EXPECT_EQ(told(tracker.update({finding(FindingId::modbus_no_response, 1), finding(FindingId::modbus_no_response, 2),
                                   finding(FindingId::modbus_exception, 1)},
                                  noon)),
              "appeared 2, appeared 1");
}

TEST(Tracker, WhatIsTrueOfEveryLiveCaptureIsNotTold)
{
    Tracker tracker;
    EXPECT_EQ(
        told(tracker.update({finding(FindingId::capture_no_modbus), finding(FindingId::capture_midstream)}, noon)), "");
}

TEST(Tracker, TheNewestComeFirst)
{
    Tracker tracker;
    for (int i = 0; i < 5; ++i)
        (void)tracker.update({finding(FindingId::modbus_no_response, static_cast<std::uint8_t>(i))},
                             noon + seconds(60 * i));
    const auto newest = tracker.newest(2);
    ASSERT_EQ(newest.size(), 2U);
    EXPECT_EQ(newest[0]->finding.unit, 4);
    EXPECT_EQ(newest[1]->finding.unit, 3);
    EXPECT_TRUE(newest[1]->over);
}

std::vector<Finding> refused_at(std::size_t from, std::size_t to)
{
    std::vector<Finding> many;
    for (std::size_t i = from; i < to; ++i) {
        many.push_back(finding(FindingId::tcp_connection_refused));
        many.back().server = Endpoint{{}, static_cast<std::uint16_t>(i)};
    }
    return many;
}

// A scan must not bury what matters.
TEST(Tracker, OfVeryManyOfAKindOnlyTheFirstAreTold)
{
    Tracker tracker;
    const std::vector<Change> changes = tracker.update(refused_at(0, 1000), noon);
    EXPECT_EQ(changes.size(), Tracker::most_of_one_id + 1);
    EXPECT_EQ(changes.back().kind, Change::Kind::crowd);
    EXPECT_EQ(tracker.left_out(), 1000 - Tracker::most_of_one_id);
    std::vector<Finding> findings = refused_at(0, 1000);
    findings.push_back(finding(FindingId::modbus_no_response, 7));
    EXPECT_EQ(told(tracker.update(findings, noon)), "appeared 7");
}

TEST(Tracker, MemoryIsBoundedHoweverManyComeAndGo)
{
    Tracker tracker;
    std::size_t appeared = 0;
    for (std::size_t i = 0; i < 300; ++i)
        appeared += tracker.update(refused_at(i * 10, i * 10 + 10), noon + seconds(60 * i)).size();
    EXPECT_GT(appeared, 3000U);
    EXPECT_LE(tracker.newest(10'000).size(), Tracker::most_known);
}

}  // namespace
}  // namespace buswitness::live
