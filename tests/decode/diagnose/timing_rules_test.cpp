// Answers that come too late for their client, and clients that do not wait.
#include "tests/support/frames.h"
#include "tests/support/scenario.h"

#include <gtest/gtest.h>

namespace buswitness::test {
namespace {

const std::string connected = "0.0 C>S CONNECT\n";

TEST(TimingRules, LateWhenTheClientHadRepeatedTheRequest)
{
    const std::string text = findings(connected + repeated(R"(
        +1     C>S  read t1 a7
        +0.04  S>C  ACK
        +1     C>S  read t2 a7
        +0.3   S>C  answer t1
        +0.5   S>C  answer t2
    )",
                                                           3));
    EXPECT_NE(text.find("modbus-late-response"), std::string::npos) << text;
    EXPECT_EQ(text.find("modbus-no-response"), std::string::npos) << text;
    EXPECT_EQ(text.find("modbus-duplicate-response"), std::string::npos) << text;
}

TEST(TimingRules, LateWhenTheClientHadClosed)
{
    const std::string text = findings(repeated(R"(
        +1    C>S  CONNECT
        +0.1  C>S  read
        +1    C>S  FIN ACK
        +0    S>C  ACK
        +0.2  S>C  answer
        +0    C>S  RST
    )",
                                               3));
    EXPECT_NE(text.find("modbus-late-response"), std::string::npos) << text;
    EXPECT_EQ(text.find("modbus-no-response"), std::string::npos) << text;
    EXPECT_EQ(text.find("reset"), std::string::npos) << text;
}

TEST(TimingRules, TimeoutTooShortSuggestsAValue)
{
    const Diagnosis diagnosis = diagnosed(connected + repeated(R"(
        +1     C>S  read t1 a7
        +0.04  S>C  ACK
        +0.5   C>S  read t2 a9
        +0.2   S>C  answer t1
        +0.3   S>C  answer t2
    )",
                                                               4));
    bool found = false;
    for (const diagnose::Finding &finding : diagnosis.findings) {
        if (finding.id != diagnose::FindingId::modbus_timeout_too_short)
            continue;
        found = true;
        ASSERT_FALSE(finding.extra_next_steps.empty());
        EXPECT_NE(finding.extra_next_steps[0].find("at least 1.2 s"), std::string::npos)
            << "740 ms and half as much again, rounded up: " << finding.extra_next_steps[0];
    }
    EXPECT_TRUE(found) << ids_of(diagnosis.findings, true);
}

// A slow answer that the client waits for.
TEST(TimingRules, SlowIsNotLate)
{
    const std::string text = connected + repeated("+0.1 C>S read\n+0.04 S>C ACK\n+2 S>C answer\n", 5);
    EXPECT_EQ(findings(text), "");
    EXPECT_EQ(all_findings(text), "modbus-slow-response");
}

TEST(TimingRules, SlowIsNotSaidOfOneSlowAnswer)
{
    EXPECT_EQ(all_findings(connected + "+0.1 C>S POLL 10\n+1 C>S read\n+0.04 S>C ACK\n+2 S>C answer\n+1 C>S POLL 10\n"),
              "");
}

// Several outstanding together are not late, however long the queue takes.
TEST(TimingRules, PipeliningIsNotLate)
{
    EXPECT_EQ(findings(connected + repeated(R"(
        +1     C>S  read t1 a0
        +0.001 C>S  read t2 a10
        +0.001 C>S  read t3 a20
        +0.001 C>S  read t4 a30
        +0.05  S>C  answer t1
        +0.05  S>C  answer t2
        +0.05  S>C  answer t3
        +0.05  S>C  answer t4
    )",
                                            3)),
              "");
}

// Sent on a schedule of 200 ms with answers after 250 ms: the client never takes anything back. Nothing is certain.
TEST(TimingRules, ScheduleShorterThanTheAnswersIsNotCertain)
{
    std::string text = connected;
    for (int i = 1; i <= 12; ++i) {
        text += std::to_string(i * 0.2) + " C>S read t" + std::to_string(i) + " a" + std::to_string(i * 10) + "\n";
        if (i > 1)
            text += std::to_string(i * 0.2 + 0.05) + " S>C answer t" + std::to_string(i - 1) + "\n";
    }
    EXPECT_EQ(judged(text, "modbus-late-response").find("certain"), std::string::npos)
        << judged(text, "modbus-late-response");
}

// After one late answer the client takes each answer for its next request.
TEST(TimingRules, ClientOutOfStepAfterALateAnswer)
{
    std::string text =
        connected + "+0.1 C>S POLL 3 t0\n+1 C>S read t1 a0\n+0.04 S>C ACK\n+1 C>S read t2 a10\n+0.2 S>C answer t1\n";
    for (int i = 2; i < 8; ++i)
        text += "+0.005 C>S read t" + std::to_string(i + 1) + " a" + std::to_string(i * 10) + "\n+0.2 S>C answer t" +
                std::to_string(i) + "\n";
    const std::string found = findings(text);
    EXPECT_NE(found.find("modbus-client-out-of-step"), std::string::npos) << found;
}

// A late answer that the client drained: it goes on in step.
TEST(TimingRules, ClientThatDrainsALateAnswerIsInStep)
{
    EXPECT_EQ(findings(connected + R"(
        +0.1  C>S  POLL 3
        +1    C>S  read t7 a0
        +0.04 S>C  ACK
        +1    C>S  read t8 a0
        +0.2  S>C  answer t7
        +0.2  S>C  answer t8
        +1    C>S  POLL 10
    )")
                  .find("out-of-step"),
              std::string::npos);
}

}  // namespace
}  // namespace buswitness::test
