// How connections end, and how healthy ones do.
#include "tests/support/frames.h"
#include "tests/support/scenario.h"

#include <gtest/gtest.h>

namespace buswitness::test {
namespace {

// ---- accepted, then closed

TEST(SessionRules, AcceptThenCloseBeforeAnyRequest)
{
    EXPECT_EQ(subjects(R"(
        0.0  C>S  CONNECT
        +0   S>C  FIN ACK
        +0   C>S  FIN ACK
        +0   S>C  ACK
    )"),
              "tcp-accept-then-close 10.1.1.10>10.1.1.50:502");
}

TEST(SessionRules, AcceptThenCloseWithTheRequestUnanswered)
{
    const std::string request = "0.0 C>S CONNECT\n+0.001 C>S read\n+0.001 ";
    EXPECT_EQ(findings(request + "S>C FIN ACK\n+0 C>S FIN ACK\n+0 S>C ACK\n"), "tcp-accept-then-close");
    EXPECT_EQ(findings(request + "S>C RST ACK\n"), "tcp-accept-then-close");
    EXPECT_EQ(findings(request + "S>C RST\n"), "tcp-accept-then-close");
}

TEST(SessionRules, ConnectPerPollIsHealthy)
{
    EXPECT_EQ(all_findings(repeated("+1 C>S CONNECT\n+0.001 C>S POLL\n+0.001 C>S CLOSE\n", 5)), "");
}

// The server closes right after the answer, as HTTP-minded servers do.
TEST(SessionRules, ServerClosingAfterEachAnswerIsHealthy)
{
    EXPECT_EQ(
        findings(repeated("+1 C>S CONNECT\n+0.001 C>S POLL\n+0.001 S>C FIN ACK\n+0 C>S FIN ACK\n+0 S>C ACK\n", 5)), "");
}

TEST(SessionRules, ProbeOfThePortIsHealthy)
{
    EXPECT_EQ(all_findings(R"(
        0.0   C2>S  CONNECT
        +0.5  C2>S  CLOSE
        1.0   C>S   CONNECT
        +0.1  C>S   POLL 3
    )"),
              "");
}

// nc -z closes at once, some monitors by RST.
TEST(SessionRules, ProbeThatEndsByResetIsHealthy)
{
    EXPECT_EQ(findings(R"(
        0.0   C2>S  CONNECT
        +0    C2>S  RST ACK
        1.0   C>S   CONNECT
        +0.1  C>S   POLL 3
    )"),
              "");
}

// Somebody connects and says nothing for a minute: the device clears its place.
TEST(SessionRules, IdleCloseBeforeAnyRequestIsNoRefusal)
{
    EXPECT_EQ(findings(R"(
        0.0   C>S  CONNECT
        60.0  S>C  FIN ACK
        +0    C>S  FIN ACK
        +0    S>C  ACK
    )"),
              "");
}

// ---- idle close

TEST(SessionRules, IdleCloseIsANote)
{
    const std::string text =
        repeated("+1 C>S CONNECT\n+0.001 C>S POLL\n+5 S>C FIN ACK\n+0 C>S FIN ACK\n+0 S>C ACK\n", 3);
    EXPECT_EQ(findings(text), "");
    EXPECT_EQ(all_findings(text), "tcp-idle-close");
}

TEST(SessionRules, KeepAlivesThatAreAnsweredAreHealthy)
{
    EXPECT_EQ(all_findings("0.0 C>S CONNECT\n+0.1 C>S POLL 2\n" + repeated("+10 C>S KEEPALIVE\n+0.001 S>C ACK\n", 6) +
                           "+1 C>S POLL 2\n"),
              "");
}

// ---- lost

constexpr auto dies = R"(
    0.0   C>S  CONNECT
    +0.1  C>S  POLL 3
    5.0   C>S  read unheard
    5.21  C>S  again unheard
    5.63  C>S  again unheard
    6.5   C>S  again unheard
    8.2   C>S  again unheard
    11.5  C>S  again unheard
    20.0  TICK
)";

TEST(SessionRules, LostWhenThePeerFallsSilent)
{
    EXPECT_EQ(subjects(dies), "tcp-connection-lost 10.1.1.10>10.1.1.50:502")
        << "its open request is not modbus-no-response";
}

TEST(SessionRules, LostByUnansweredKeepAlives)
{
    EXPECT_EQ(findings(R"(
        0.0   C>S  CONNECT
        +0.1  C>S  POLL 3
        60.0  C>S  KEEPALIVE unheard
        61.0  C>S  KEEPALIVE unheard
        62.0  C>S  KEEPALIVE unheard
        63.0  C>S  RST ACK
    )"),
              "tcp-connection-lost");
}

// A firewall appears in the middle of the session: the host still answers ping and ARP.
TEST(SessionRules, LostToAFirewallSaysThatTheHostIsAlive)
{
    const Diagnosis diagnosis = diagnosed(std::string(dies) + "21.0 C>S PING\n21.001 S>C PONG\n");
    ASSERT_EQ(ids_of(diagnosis.findings, false), "tcp-connection-lost");
    EXPECT_NE(diagnosis.findings[0].summary.find("it answers ping"), std::string::npos)
        << diagnosis.findings[0].summary;
}

// Then its new connections get no answer either, though the host is alive.
TEST(SessionRules, FirewallInMidSessionThenDropsNewConnections)
{
    EXPECT_EQ(findings(std::string(dies) + R"(
        21.0   C>S  PING
        21.001 S>C  PONG
        22.0   C>S  SYN
        23.0   C>S  SYN again
        25.0   C>S  SYN again
        30.0   TICK
    )"),
              "tcp-connection-lost tcp-firewall-drop");
}

TEST(SessionRules, LossThatTcpRepairsIsHealthy)
{
    EXPECT_EQ(findings(R"(
        0.0   C>S  CONNECT
        +0.1  C>S  POLL 3
        5.0   C>S  read unheard
        5.21  C>S  again unheard
        5.63  C>S  again
        +0.01 S>C  answer
        6.0   C>S  POLL 3
    )"),
              "");
}

// The recorder stopped while TCP was still trying.
TEST(SessionRules, OneRepetitionAtTheEndProvesNothing)
{
    EXPECT_EQ(findings(R"(
        0.0   C>S  CONNECT
        +0.1  C>S  POLL 3
        5.0   C>S  read unheard
        5.21  C>S  again unheard
    )"),
              "");
}

TEST(SessionRules, OneSidedRepetitionsAreNoLoss)
{
    EXPECT_EQ(findings(std::string("ONLY C\n") + dies), "");
}

// ---- reset

TEST(SessionRules, ResetThatCutsAPendingRequestIsAnError)
{
    EXPECT_EQ(judged(R"(
        0.0   C>S  CONNECT
        +0.1  C>S  POLL 3
        +0.1  C>S  read
        +0.1  S>C  RST ACK
    )",
                     "tcp-connection-reset"),
              "error certain server");
}

TEST(SessionRules, OneResetWithNothingPendingIsANote)
{
    constexpr auto text = "0.0 C>S CONNECT\n+0.1 C>S POLL 3\n+0.1 S>C RST ACK\n";
    EXPECT_EQ(judged(text, "tcp-connection-reset"), "note certain server");
}

TEST(SessionRules, ResetAgainAndAgainIsAnError)
{
    EXPECT_EQ(judged(repeated("+1 C>S CONNECT\n+0.1 C>S POLL 2\n+0.1 S>C RST ACK\n", 4), "tcp-connection-reset"),
              "error certain server");
}

TEST(SessionRules, ClientThatEndsByResetIsNoFaultOfTheServer)
{
    const std::string text = repeated("+1 C>S CONNECT\n+0.001 C>S POLL\n+0.001 C>S RST ACK\n", 5);
    EXPECT_EQ(findings(text).find("accept"), std::string::npos);
    EXPECT_EQ(judged(text, "tcp-connection-reset").find("error"), std::string::npos);
    EXPECT_EQ(judged(text, "tcp-connection-reset").find("server"), std::string::npos);
}

// The client closed; the answer comes late and its kernel throws it out.
TEST(SessionRules, ResetToALateAnswerAfterTheClientsCloseIsNoReset)
{
    const std::string text = findings(R"(
        0.0   C>S  CONNECT
        +0.1  C>S  POLL 3
        +0.1  C>S  read
        +1    C>S  FIN ACK
        +0    S>C  ACK
        +0.5  S>C  answer
        +0    C>S  RST
    )");
    EXPECT_EQ(text, "modbus-late-response");
}

TEST(SessionRules, ForeignResetNamesTheMiddlebox)
{
    EXPECT_EQ(judged(R"(
        0.0   C>F  CONNECT
        +0.1  C>F  POLL 3
        +0.1  C>F  read
        +0.1  F>C  RST ACK ttl 64
    )",
                     "tcp-connection-reset"),
              "error certain middlebox");
}

}  // namespace
}  // namespace buswitness::test
