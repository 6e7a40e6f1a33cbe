#include "decode/diagnose/checklist.h"

#include "decode/diagnose/diagnose.h"
#include "tests/support/line_tap.h"
#include "tests/support/scenario.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace buswitness::diagnose {
namespace {

constexpr std::string_view refused = R"(
    0.0   C>S  SYN
    +0.01 S>C  RST ACK
    1.0   C>S  SYN
    +0.01 S>C  RST ACK
    +5    TICK
)";

constexpr std::string_view healthy = R"(
    0.0   C>S  CONNECT
    +0.1  C>S  POLL 5 every 1.0
    +0.1  C>S  CLOSE
    +1    TICK
)";

const Checklist &list(const report::Report &report, std::string_view id)
{
    return *std::ranges::find(report.checklists, id, &Checklist::id);
}

// One word for each line, in the list's order.
std::string statuses(std::string_view text, std::string_view id)
{
    std::string words;
    const auto report = test::diagnosed(text).report;
    for (const ChecklistItem &item : list(report, id).items)
        words += (words.empty() ? "" : " ") + std::string(to_string(item.status));
    return words;
}

ChecklistItem item(std::string_view text, Check check)
{
    const auto report = test::diagnosed(text).report;
    const bool tcp = check <= Check::binding;
    const auto &items = list(report, tcp ? "tcp-connection" : "rtu-line").items;
    return *std::ranges::find(items, row(check).question, &ChecklistItem::question);
}

bool holds(const std::string &text, std::string_view part)
{
    return text.find(part) != std::string::npos;
}

TEST(TcpChecklist, IsAllOkWhereModbusIsAnswered)
{
    EXPECT_EQ(statuses(healthy, "tcp-connection"), "ok ok ok ok ok ok ok ok ok");
}

TEST(TcpChecklist, BlamesTheListeningPortWhenRefused)
{
    EXPECT_EQ(statuses(refused, "tcp-connection"), "ok ok suspect problem suspect suspect suspect not-visible suspect");
    const ChecklistItem listening = item(refused, Check::listening);
    EXPECT_EQ(listening.findings, std::vector{FindingId::tcp_connection_refused});
    EXPECT_TRUE(holds(listening.text, "packet 2")) << listening.text;
}

TEST(TcpChecklist, TellsWhatToRunWhereItCannotSee)
{
    const ChecklistItem places = item(refused, Check::connection_limit);
    EXPECT_EQ(places.status, CheckStatus::not_visible);
    EXPECT_TRUE(holds(places.text, "`ss -tn | grep :502`")) << places.text;
}

TEST(TcpChecklist, SeesNoFurtherThanAnAbsentHost)
{
    constexpr std::string_view down = R"(
        0.0  ARP who-has S tell C
        1.0  ARP who-has S tell C
        2.0  ARP who-has S tell C
        3.0  C>S SYN
        4.0  C>S SYN again
        9.0  TICK
    )";
    const std::string words = statuses(down, "tcp-connection");
    EXPECT_TRUE(words.starts_with("suspect problem not-visible not-visible not-visible")) << words;
}

TEST(TcpChecklist, UsesThePingOfTheUser)
{
    constexpr std::string_view pinged = R"(
        0.0  C>S PING
        +0.01 S>C PONG
        1.0  C>S SYN
        2.0  C>S SYN again
        4.0  C>S SYN again
        9.0  TICK
    )";
    const ChecklistItem reachable = item(pinged, Check::reachable);
    EXPECT_EQ(reachable.status, CheckStatus::ok);
    EXPECT_TRUE(holds(reachable.text, "Ping of 10.1.1.50: 1 of 1 answered (packet 2)")) << reachable.text;
    EXPECT_EQ(item(pinged, Check::listening).status, CheckStatus::not_visible);
    EXPECT_EQ(item(pinged, Check::network_firewall).status, CheckStatus::suspect);
}

TEST(TcpChecklist, UsesTheTestConnectionOfTheUser)
{
    constexpr std::string_view probed = R"(
        0.0   C>S CONNECT
        +2    C>S CLOSE
        +1    TICK
    )";
    const ChecklistItem listening = item(probed, Check::listening);
    EXPECT_EQ(listening.status, CheckStatus::ok);
    EXPECT_TRUE(holds(listening.text, "1 test connection to 10.1.1.50:502 without data")) << listening.text;
    EXPECT_EQ(item(probed, Check::application).status, CheckStatus::not_visible);
}

TEST(TcpChecklist, CountsConnectionsThatAreOpenAtOnce)
{
    constexpr std::string_view two = R"(
        0.0   C>S CONNECT
        +0.1  C>S POLL 2 every 0.1
        +0.1  C2>S CONNECT
        +0.1  C2>S POLL 2 every 0.1
        +0.1  C>S CLOSE
        +0.1  C2>S CLOSE
        +1    TICK
    )";
    EXPECT_TRUE(holds(item(two, Check::connection_limit).text, "2 connections open at once at most"));
}

TEST(TcpChecklist, ClaimsNothingOfACaptureWithoutServer)
{
    const std::string words = statuses("0.0 ARP who-has R tell C\n1.0 TICK\n", "tcp-connection");
    EXPECT_EQ(words, "not-visible not-visible not-visible not-visible not-visible not-visible not-visible not-visible "
                     "not-visible");
}

// By line: port exists, number, free, baud, parity, unit, polarity, termination, ground, cable.
std::string heard_statuses(const test::LineBench &line)
{
    std::string words;
    const Facts facts = test::facts_of(line);
    for (const ChecklistItem &item : line_checklist(facts, diagnose(facts)).items)
        words += (words.empty() ? "" : " ") + std::string(to_string(item.status));
    return words;
}

constexpr std::string_view two_polls = R"(
    10  rtu 01 03 0000 0002
    25  rtu 01 03 04 0001 0002
    60  rtu 01 03 0000 0002
    75  rtu 01 03 04 0001 0003
)";

TEST(LineChecklist, NeverCallsOkWhatATapCannotSee)
{
    test::LineBench line;
    line.script(two_polls);
    EXPECT_EQ(heard_statuses(line), "ok ok not-visible ok not-visible ok ok not-visible not-visible not-visible");
}

TEST(LineChecklist, ASilentUnitMakesSuspectWhatIsItsOwn)
{
    test::LineBench line;
    line.script(two_polls);
    line.script("100 rtu 05 03 0000 0002\n300 rtu 05 03 0000 0002\n500 rtu 05 03 0000 0002\n700 rtu 01 03 0000 0002\n");
    EXPECT_EQ(heard_statuses(line),
              "ok ok not-visible suspect suspect suspect suspect not-visible not-visible suspect");
}

TEST(LineChecklist, ALineIsNoNetwork)
{
    test::LineBench line;
    line.script(two_polls);
    const Facts facts = test::facts_of(line);
    for (const ChecklistItem &item : tcp_checklist(facts, {}).items)
        EXPECT_EQ(item.status, CheckStatus::not_applicable);
}

TEST(LineChecklist, DoesNotApplyToANetworkWithoutGateway)
{
    const std::string words = statuses(healthy, "rtu-line");
    EXPECT_EQ(words.find("ok"), std::string::npos);
    EXPECT_TRUE(words.starts_with("not-applicable")) << words;
}

TEST(LineChecklist, SuspectsTheUnitBehindAGatewayAndNeverCallsTheWiringOk)
{
    constexpr std::string_view silent = R"(
        0.0   C>S CONNECT
        +0.1  C>S read u1
        +0.01 S>C answer
        +0.1  C>S read u5
        +1.5  C>S read u5
        +1.5  C>S read u5
        +1.5  C>S read u1
        +0.01 S>C answer newest
        +1    TICK
    )";
    EXPECT_EQ(item(silent, Check::unit).status, CheckStatus::suspect);
    for (const Check check :
         {Check::baud, Check::parity, Check::polarity, Check::termination, Check::ground, Check::cable}) {
        EXPECT_EQ(item(silent, check).status, CheckStatus::not_visible);
        EXPECT_FALSE(item(silent, check).text.empty());
    }
}

TEST(Checklists, HaveTheLinesOfTheGuides)
{
    EXPECT_EQ(tcp_checks().size(), 9U);
    EXPECT_EQ(line_checks().size(), 10U);
    for (const CheckRow &check : tcp_checks())
        EXPECT_EQ(&row(check.check), &check);
    for (const CheckRow &check : line_checks()) {
        EXPECT_EQ(&row(check.check), &check);
        EXPECT_FALSE(check.how.empty());
        EXPECT_TRUE(check.ok.empty()) << "a network capture never proves a line of the serial list";
    }
}

}  // namespace
}  // namespace buswitness::diagnose
