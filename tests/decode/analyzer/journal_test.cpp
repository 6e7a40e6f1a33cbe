// Each transaction leaves one row when it is settled; what the capture was away for is nobody's silence.
#include "decode/analyzer.h"
#include "tests/support/scenario.h"

#include <gtest/gtest.h>

namespace buswitness::test {
namespace {

void feed(Analyzer &analyzer, const Scenario &scenario)
{
    PacketNumber number = 0;
    for (const ScenarioPacket &packet : scenario.packets) {
        net::RawPacket raw;
        raw.data = packet.octets;
        raw.original_length = packet.original_length;
        raw.time = packet.time;
        raw.link_type = 1;
        raw.number = ++number;
        analyzer.add(raw);
    }
}

std::vector<std::string> rows(std::string_view text)
{
    Analyzer analyzer({.modbus_ports = {}, .hash_key = 1, .connections = 64, .transactions = true});
    feed(analyzer, scenario(text));
    analyzer.finish();
    std::vector<std::string> told;
    for (const TransactionRow &row : analyzer.take_transactions())
        told.push_back(report::to_json(row));
    EXPECT_TRUE(analyzer.take_transactions().empty());
    return told;
}

bool holds(const std::string &text, std::string_view part)
{
    return text.find(part) != std::string::npos;
}

TEST(Journal, EachTransactionLeavesOneRowWithItsPackets)
{
    const auto told = rows(R"(
0.000   C>S  CONNECT
+0.1    C>S  read t7 a100 q10
+0.01   S>C  answer
+0.1    C>S  read t8 u5 a9 q1
+0.01   S>C  exception c2
+0.1    C>S  read t9 u6 a9 q1
+0.1    S>C  ACK
+2      C>S  read t10 u6 a9 q1
+0.01   S>C  answer newest
+0.1    C>S  CLOSE
)");
    ASSERT_EQ(told.size(), 4U);
    EXPECT_TRUE(
        holds(told[0], R"("transport":"tcp","client":"10.1.1.10","server":"10.1.1.50:502","line":null,"unit":1)"))
        << told[0];
    EXPECT_TRUE(holds(told[0], R"("address":100,"quantity":10,"outcome":"answered","exception_code":null)")) << told[0];
    EXPECT_TRUE(holds(told[0], R"("response_time_ms":10.0,"request_packet":4,"response_packet":5)")) << told[0];
    EXPECT_TRUE(holds(told[1], R"("unit":5,"function_code":3)")) << told[1];
    EXPECT_TRUE(holds(told[1], R"("outcome":"exception","exception_code":2)")) << told[1];
    EXPECT_TRUE(holds(told[2], R"("outcome":"no-response")")) << told[2];
    EXPECT_TRUE(holds(told[2], R"("response_time_ms":null)")) << told[2];
    EXPECT_TRUE(holds(told[3], R"("outcome":"answered")")) << told[3];
}

TEST(Journal, TellsAtOnceThatTheClientGaveUpAndAgainWhenTheAnswerComesAfterAll)
{
    const auto told = rows(R"(
0.000   C>S  CONNECT
+0.1    C>S  POLL 3 every 0.2
+0.1    C>S  read t21 a7 q1
+0.04   S>C  ACK
+1      C>S  read t22 a8 q1
+0.01   S>C  answer t21
+0.01   S>C  answer t22
)");
    ASSERT_EQ(told.size(), 6U);
    EXPECT_TRUE(holds(told[3], R"("address":7,"quantity":1,"outcome":"no-response")")) << told[3];
    EXPECT_TRUE(holds(told[4], R"("address":7,"quantity":1,"outcome":"stale")")) << told[4];
    EXPECT_TRUE(holds(told[5], R"("address":8,"quantity":1,"outcome":"answered")")) << told[5];
}

TEST(Journal, KeepsNothingUnlessAsked)
{
    Analyzer analyzer({});
    feed(analyzer, scenario("0.000 C>S CONNECT\n+0.1 C>S POLL 3 every 0.1\n"));
    analyzer.finish();
    EXPECT_TRUE(analyzer.take_transactions().empty());
}

TEST(Interruption, NobodyIsSaidToHaveKeptSilentWhileTheCaptureWasAway)
{
    const Scenario waiting = scenario("0.000 C>S CONNECT\n+0.1 C>S POLL 3 every 0.1\n"
                                      "+0.1 C>S read t9\n+0.01 S>C ACK\n");
    for (const bool away : {false, true}) {
        Analyzer analyzer({.modbus_ports = {}, .hash_key = 1});
        feed(analyzer, waiting);
        if (away)
            analyzer.interrupted();
        const Timestamp now = waiting.packets.back().time + std::chrono::seconds(30);
        const Facts facts = analyzer.if_ended(now);
        EXPECT_EQ(facts.modbus.no_response, away ? 0U : 1U);
        EXPECT_EQ(facts.modbus.undecided, away ? 1U : 0U);
    }
}

TEST(Interruption, TheLatestOfManyCounts)
{
    Analyzer analyzer({.modbus_ports = {}, .hash_key = 1});
    std::string polls = "0.000 C>S CONNECT\n";
    for (int minute = 0; minute < 100; ++minute)  // each pause is as long as an interruption
        polls += "+90 C>S POLL 2 every 0.1\n";
    const Scenario waiting = scenario(polls + "+90 C>S read t9\n+0.01 S>C ACK\n");
    feed(analyzer, waiting);
    analyzer.interrupted();
    const Facts facts = analyzer.if_ended(waiting.packets.back().time + std::chrono::seconds(30));
    EXPECT_EQ(facts.modbus.no_response, 0U);
    EXPECT_EQ(facts.modbus.undecided, 1U);
}

}  // namespace
}  // namespace buswitness::test
