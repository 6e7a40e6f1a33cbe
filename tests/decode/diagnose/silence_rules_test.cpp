// Requests without an answer: whose silence it is, and when it is none.
#include "tests/support/frames.h"
#include "tests/support/scenario.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace buswitness::test {
namespace {

const std::string connected = "0.0 C>S CONNECT\n";
// A request that TCP delivers and nobody answers.
const std::string unanswered = "+2 C>S read\n+0.04 S>C ACK\n";

TEST(SilenceRules, NoResponseWhenNothingIsAnswered)
{
    EXPECT_EQ(subjects(connected + repeated(unanswered, 4)), "modbus-no-response 10.1.1.10>10.1.1.50:502 unit 1");
}

TEST(SilenceRules, NoResponseWhenTheClientReconnectsEachTime)
{
    EXPECT_EQ(findings(repeated("+1 C>S CONNECT\n+0.001 C>S read\n+0.04 S>C ACK\n+1 C>S CLOSE\n", 3)),
              "modbus-no-response");
}

// The acknowledgement may be seen only with the closing: never a firm packet of its own.
TEST(SilenceRules, NoResponseWithoutAPureAcknowledgement)
{
    EXPECT_EQ(findings(repeated("+1 C>S CONNECT\n+0.001 C>S read\n+1 C>S CLOSE\n", 3)), "modbus-no-response");
}

TEST(SilenceRules, NoResponseNamesTheFunctionWhenOthersAreAnswered)
{
    constexpr auto text = R"(
        0.0   C>S  CONNECT
        +0.1  C>S  POLL 2
        +1    C>S  ask f4 a100 q2
        +0.04 S>C  ACK
        +2    C>S  read t10
        +0.01 S>C  answer t10
        +1    C>S  ask f4 a100 q2
        +0.04 S>C  ACK
        +2    C>S  read t20
        +0.01 S>C  answer t20
    )";
    const Diagnosis diagnosis = diagnosed(text);
    ASSERT_EQ(ids_of(diagnosis.findings, false), "modbus-no-response");
    EXPECT_EQ(diagnosis.findings[0].function_code, 4);
}

TEST(SilenceRules, UnitSilentWhenOthersBehindTheServerAnswer)
{
    EXPECT_EQ(subjects(connected +
                       repeated("+1 C>S POLL u1\n+1 C>S POLL u2\n+1 C>S read u5\n+0.04 S>C ACK\n+1 C>S POLL u1\n", 3)),
              "modbus-unit-silent 10.1.1.10>10.1.1.50:502 unit 5");
}

TEST(SilenceRules, UnitSilentWhenOtherClientsAreAnswered)
{
    EXPECT_EQ(subjects("0.0 C2>S CONNECT\n+0.1 C2>S POLL 3 u1\n+0.1 C>S CONNECT\n" +
                       repeated("+2 C>S read u9\n+0.04 S>C ACK\n", 3)),
              "modbus-unit-silent 10.1.1.10>10.1.1.50:502 unit 9");
}

// Another client reads the same unit well: the unit is not silent, this client's requests are.
TEST(SilenceRules, UnitThatAnswersSomebodyElseIsNotSilent)
{
    EXPECT_EQ(findings("0.0 C2>S CONNECT\n+0.1 C2>S POLL 3 u1\n+0.1 C>S CONNECT\n" + repeated(unanswered, 3) +
                       "+0.1 C2>S POLL 2 u1\n"),
              "modbus-no-response");
}

// A gateway that keeps silent at times, and goes on.
TEST(SilenceRules, FewUnansweredAmongManyIsAWarning)
{
    const std::string text = connected + "+1 C>S POLL 30\n+1 C>S read t500\n+0.04 S>C ACK\n+2 C>S POLL 30 \n";
    EXPECT_EQ(judged(text, "modbus-no-response"), "warning certain server recovered");
}

// ---- none of these is silence of the device

TEST(SilenceRules, OpenRequestAtTheEndIsNothing)
{
    EXPECT_EQ(all_findings(connected + "+0.1 C>S POLL 3\n+0.1 C>S read\n"), "");
    EXPECT_EQ(all_findings(connected + "+0.1 C>S POLL 3\n+0.1 C>S read\n+0.04 S>C ACK\n+3 TICK\n"), "")
        << "the client waits; no later request of it says otherwise";
}

TEST(SilenceRules, ADeliveredRequestIsNotWaitedForLongerThanAnyTimeOut)
{
    EXPECT_EQ(all_findings(connected + "+0.1 C>S POLL 3\n+0.1 C>S read\n+0.04 S>C ACK\n+60 TICK\n"),
              "modbus-no-response");
    EXPECT_EQ(all_findings(connected + "+0.1 C>S POLL 3\n+0.1 C>S read\n+60 TICK\n").find("modbus-no-response"),
              std::string::npos)
        << "nothing shows that the server got it";
    EXPECT_EQ(all_findings(connected + "+0.1 C>S POLL 3\n+0.1 C>S read\n+0.04 S>C ACK\n+7200 TICK\n+1 TICK\n"), "")
        << "two recordings joined: the answer may have come between them";
}

TEST(SilenceRules, WritesToUnitZeroExpectNoAnswer)
{
    const std::string text = connected + repeated("+1 C>S write u0 a5 v1\n+0.04 S>C ACK\n+1 C>S POLL u1\n", 3);
    EXPECT_EQ(findings(text), "");
    EXPECT_NE(all_findings(text).find("modbus-broadcast"), std::string::npos);
}

TEST(SilenceRules, UnitZeroAndUnit255ThatAnswerAreHealthy)
{
    EXPECT_EQ(all_findings(connected + "+0.1 C>S POLL 3 u0\n+0.1 C>S POLL 3 u255\n"), "");
    EXPECT_EQ(findings(connected + "+0.1 C>S write u0 a5 v1\n+0.01 S>C answer\n+1 C>S POLL 3\n"), "");
}

TEST(SilenceRules, OneSidedCaptureSaysNothingOfAnswers)
{
    EXPECT_EQ(findings("ONLY C\n" + connected + "+0.1 C>S POLL 10\n"), "");
    EXPECT_EQ(findings("ONLY S\n" + connected + "+0.1 C>S POLL 10\n"), "");
}

TEST(SilenceRules, AnswersThatTheCaptureLostAreNoSilence)
{
    EXPECT_EQ(findings(connected + "+0.1 C>S POLL 5\n" +
                       repeated("+1 C>S read\n+0.01 S>C answer lost\n+0.04 C>S ACK\n+1 C>S POLL\n", 3)),
              "capture-loss")
        << "a warning, as it limits the verdict";
}

// The recorder missed answers and the client's acknowledgement comes with the next request.
TEST(SilenceRules, LostAnswerShownByTheNextRequest)
{
    EXPECT_EQ(
        findings(connected + "+0.1 C>S POLL 5\n" + repeated("+1 C>S read\n+0.01 S>C answer lost\n+1 C>S POLL\n", 3)),
        "capture-loss");
}

TEST(SilenceRules, RequestThatTheCaptureLostIsNoUnsolicitedAnswer)
{
    EXPECT_EQ(
        findings(connected + "+0.1 C>S POLL 5\n" + repeated("+1 C>S read lost\n+0.01 S>C answer\n+1 C>S POLL\n", 3)),
        "");
}

TEST(SilenceRules, CaptureThatBeginsInTheMiddleIsHealthy)
{
    EXPECT_EQ(findings(connected + "+0.1 C>S POLL 2\n+0.1 C>S read\nBEGIN\n+0.01 S>C answer\n+0.1 C>S POLL 5\n"), "");
    EXPECT_EQ(findings(connected + "+0.1 C>S POLL 2\n+0.1 C>S read\nBEGIN\n+0.01 S>C answer\n"), "");
}

TEST(SilenceRules, SnappedAnswersAreAnswers)
{
    EXPECT_EQ(findings("SNAPLEN 64\n" + connected + "+0.1 C>S POLL 10 q100\n"), "");
    EXPECT_EQ(findings("SNAPLEN 54\n" + connected + "+0.1 C>S POLL 10 q100\n"), "")
        << "headers only: nothing of Modbus is left";
}

TEST(SilenceRules, KernelDropsHoldBackVerdicts)
{
    EXPECT_EQ(findings("DROPPED 30\n" + connected + "+0.1 C>S POLL 10\n"), "capture-loss")
        << "and nothing about the device";
}

// All requests left together; answers come in any order.
TEST(SilenceRules, PipeliningWithAnswersOutOfOrderIsHealthy)
{
    EXPECT_EQ(all_findings(connected + repeated(R"(
        +1     C>S  read t1 a0
        +0.001 C>S  read t2 a10
        +0.001 C>S  read t3 a20
        +0.01  S>C  answer t3
        +0.001 S>C  answer t1
        +0.001 S>C  answer t2
    )",
                                                4)),
              "");
}

TEST(SilenceRules, PipeliningCutByTheEndIsHealthy)
{
    EXPECT_EQ(all_findings(connected + R"(
        +1     C>S  POLL 5
        +1     C>S  read t1 a0
        +0.001 C>S  read t2 a10
        +0.001 C>S  read t3 a20
        +0.01  S>C  answer t2
    )"),
              "");
}

// The capture begins while six requests are outstanding: their answers belong to nobody in the file.
TEST(SilenceRules, PipeliningThatBeginsInTheMiddleIsHealthy)
{
    std::string text = connected;
    for (int i = 1; i <= 6; ++i)
        text += "+0.001 C>S read t" + std::to_string(i) + "\n";
    text += "BEGIN\n";
    for (int i = 1; i <= 12; ++i)
        text += "+0.01 C>S read t" + std::to_string(i + 6) + "\n+0.001 S>C answer t" + std::to_string(i) + "\n";
    EXPECT_EQ(findings(text), "");
}

// A server that always answers with identifier 0 is found in such a capture, too.
TEST(SilenceRules, ConstantAnswerIsFoundInACaptureThatBeginsInTheMiddle)
{
    EXPECT_EQ(findings(connected + "BEGIN\n" + repeated("+1 C>S read\n+0.01 S>C answer t0\n", 6)),
              "modbus-transaction-mismatch");
}

TEST(SilenceRules, PipeliningUnansweredWhenOnlyTheFirstIsServed)
{
    EXPECT_EQ(findings(connected + repeated(R"(
        +1     C>S  read t1 a0
        +0.001 C>S  read t2 a10
        +0.001 C>S  read t3 a20
        +0.01  S>C  answer t1
        +3     C>S  POLL t9
    )",
                                            4)),
              "modbus-pipelining-unanswered");
}

// Identifiers are constant in many clients and servers.
TEST(SilenceRules, ConstantTransactionIdentifierIsHealthy)
{
    EXPECT_EQ(all_findings(connected + "+0.1 C>S POLL 10 t0\n"), "");
    EXPECT_EQ(all_findings(connected + repeated("+1 C>S POLL t1 a0\n+0.1 C>S POLL t1 a50 q4\n", 5)), "");
}

TEST(SilenceRules, FirstRequestIgnoredOnEachConnection)
{
    EXPECT_EQ(findings(repeated(R"(
        +1     C>S  CONNECT
        +0.001 C>S  read a7
        +0.04  S>C  ACK
        +1     C>S  read a7
        +0.01  S>C  answer newest
        +1     C>S  POLL 2
        +0.1   C>S  CLOSE
    )",
                                3)),
              "modbus-first-request-ignored");
}

// The server closes when it cannot answer: a matter of the connection, told once.
TEST(SilenceRules, RequestCutByTheServersCloseIsToldOnce)
{
    EXPECT_EQ(findings(connected + "+0.1 C>S POLL 3\n+1 C>S read\n+0.1 S>C FIN ACK\n+0 C>S FIN ACK\n+0 S>C ACK\n")
                  .find("modbus-no-response"),
              std::string::npos);
}

TEST(SilenceRules, RequestThatNeverArrivedIsAMatterOfTheConnection)
{
    EXPECT_EQ(findings(connected + R"(
        +0.1  C>S  POLL 3
        10.0  C>S  read unheard
        10.21 C>S  again unheard
        10.6  C>S  again unheard
        11.5  C>S  again unheard
        13.0  C>S  again unheard
        15.0  C>S  FIN ACK unheard
        20.0  TICK
    )"),
              "tcp-connection-lost");
}

// ---- UDP

TEST(SilenceRules, UdpRequestsWithoutAnswer)
{
    EXPECT_EQ(findings("0.0 C>S POLL 3 udp u1\n" + repeated("+1 C>S read udp u3\n", 4) + "+1 C>S POLL 2 udp u1\n"),
              "modbus-unit-silent");
    EXPECT_EQ(findings(repeated("+1 C>S read udp\n", 5)), "modbus-no-response");
}

// Nothing came back at all: the capture may show one direction only, and nothing acknowledges a datagram.
TEST(SilenceRules, UdpWithoutAnythingFromTheServerIsNotCertain)
{
    const std::string text = repeated("+1 C>S read udp\n", 5);
    EXPECT_EQ(judged(text, "modbus-no-response"), "error likely server");
    const Diagnosis diagnosis = diagnosed(text);
    ASSERT_FALSE(diagnosis.findings.empty());
    EXPECT_EQ(diagnosis.findings[0].summary.find("TCP"), std::string::npos) << diagnosis.findings[0].summary;
}

// Nothing in a datagram tells that one before it is missing: as many answers may be lost as the capture dropped
// packets.
TEST(SilenceRules, UdpAnswersMayBeAmongThePacketsThatTheCaptureDropped)
{
    const std::string text = "0.0 C>S POLL 9 udp\n" + repeated("+1 C>S read udp\n+1 C>S POLL 3 udp\n", 2);
    EXPECT_EQ(findings(text), "modbus-no-response");
    EXPECT_EQ(findings("DROPPED 1\n" + text), "capture-loss modbus-no-response");
    EXPECT_EQ(findings("DROPPED 2\n" + text), "capture-loss");
}

TEST(SilenceRules, UdpThatIsAnsweredIsHealthy)
{
    EXPECT_EQ(all_findings("0.0 C>S POLL 10 udp\n"), "");
    EXPECT_EQ(findings("ONLY S\n0.0 C>S POLL 10 udp\n"), "");
}

// ---- what a silent unit's finding shows

TEST(SilenceRules, ShowsTheRequestAndWhatOtherUnitsAnsweredMeanwhile)
{
    const Diagnosis diagnosis = diagnosed(R"(
0.000   C>S  CONNECT
+0.1    C>S  POLL 4 u1
+0.1    C>S  read u5 a300 q7
+0.1    S>C  ACK
+2      C>S  read u5 a300 q7
+0.1    S>C  ACK
+2      C>S  POLL 4 u1
+0.1    C>S  read u5 a300 q7
+0.1    S>C  ACK
+2      C>S  POLL 4 u1
)");
    ASSERT_EQ(ids_of(diagnosis.findings, false), "modbus-unit-silent");
    const diagnose::Finding &finding = diagnosis.findings[0];
    ASSERT_TRUE(finding.asked.has_value());
    EXPECT_EQ(finding.asked->address, 300);
    EXPECT_EQ(finding.asked->quantity, 7);
    EXPECT_EQ(finding.evidence.front().pdu, "03 01 2c 00 07");
    EXPECT_EQ(finding.evidence.back().text, "unit 1 answers: the last of 12 answers");
    EXPECT_TRUE(std::ranges::is_sorted(finding.evidence, {}, &diagnose::Evidence::packet));
}

}  // namespace
}  // namespace buswitness::test
