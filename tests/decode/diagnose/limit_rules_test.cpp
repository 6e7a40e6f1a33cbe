// Servers with places for so many clients, and others that fail for other reasons.
#include "tests/support/scenario.h"

#include <gtest/gtest.h>

namespace buswitness::test {
namespace {

// Two places: C2 and C3 hold them, C is refused, and served when C3 has gone.
constexpr auto refused_while_full = R"(
    0.0   C2>S  CONNECT
    +0.1  C2>S  POLL 2 every 0.1
    0.5   C3>S  CONNECT
    +0.1  C3>S  POLL 2 every 0.1
    1.0   C>S   SYN
    +0    S>C   RST ACK
    2.0   C>S   SYN
    +0    S>C   RST ACK
    3.0   C2>S  POLL
    3.1   C3>S  POLL
    3.2   C3>S  CLOSE
    4.0   C>S   CONNECT
    +0.1  C>S   POLL 2 every 0.1
    5.0   C2>S  POLL
)";

TEST(LimitRules, RefusedWhileOthersAreOpenAndServedWhenFewerAre)
{
    EXPECT_EQ(subjects(refused_while_full), "tcp-connection-limit 10.1.1.10>10.1.1.50:502");
    EXPECT_EQ(judged(refused_while_full, "tcp-connection-limit"), "error certain server recovered");
}

TEST(LimitRules, NamesTheHolders)
{
    const Diagnosis diagnosis = diagnosed(refused_while_full);
    ASSERT_FALSE(diagnosis.findings.empty());
    const std::string &summary = diagnosis.findings[0].summary;
    EXPECT_NE(summary.find("2 other connections"), std::string::npos) << summary;
    EXPECT_NE(summary.find("10.1.1.11:"), std::string::npos) << summary;
    EXPECT_NE(summary.find("10.1.1.12:"), std::string::npos) << summary;
}

TEST(LimitRules, SynsLeftAloneWhileOthersAreOpen)
{
    EXPECT_EQ(subjects(R"(
        0.0   C2>S  CONNECT
        +0.1  C2>S  POLL
        0.5   C3>S  CONNECT
        +0.1  C3>S  POLL
        1.0   C>S   SYN
        2.0   C>S   SYN again
        4.0   C>S   SYN again
        5.0   C>S   SYN
        6.0   C>S   SYN again
        8.0   C>S   SYN again
        9.0   C2>S  POLL
        9.1   C3>S  POLL
        9.2   C3>S  CLOSE
        10.0  C>S   CONNECT
        +0.1  C>S   POLL
        15.0  C2>S  POLL
    )"),
              "tcp-connection-limit 10.1.1.10>10.1.1.50:502");
}

TEST(LimitRules, AcceptedAndClosedAtOnceWhileOthersAreOpen)
{
    EXPECT_EQ(subjects(R"(
        0.0   C2>S  CONNECT
        +0.1  C2>S  POLL
        0.5   C3>S  CONNECT
        +0.1  C3>S  POLL
        1.0   C>S   CONNECT
        +0    S>C   FIN ACK
        +0    C>S   FIN ACK
        +0    S>C   ACK
        2.0   C>S   CONNECT
        +0    S>C   FIN ACK
        +0    C>S   FIN ACK
        +0    S>C   ACK
        3.0   C2>S  POLL
        3.1   C3>S  POLL
        3.2   C3>S  CLOSE
        4.0   C>S   CONNECT
        +0.1  C>S   POLL
        5.0   C2>S  POLL
    )"),
              "tcp-connection-limit 10.1.1.10>10.1.1.50:502");
}

// A device with one place only: the client that is turned away is served when nobody else is there.
TEST(LimitRules, SingleConnectionDevice)
{
    EXPECT_EQ(subjects(R"(
        0.0   C>S   CONNECT
        +0.1  C>S   POLL
        +0.1  C>S   CLOSE
        1.0   C2>S  CONNECT
        +0.1  C2>S  POLL
        2.0   C>S   SYN
        +0    S>C   RST ACK
        3.0   C>S   SYN
        +0    S>C   RST ACK
        4.0   C2>S  POLL
        4.1   C2>S  CLOSE
        5.0   C>S   CONNECT
        +0.1  C>S   POLL
    )"),
              "tcp-connection-limit 10.1.1.10>10.1.1.50:502");
}

// C is never served, whoever else is connected: it may be the address.
TEST(LimitRules, AccessListByAddressIsNoProvenLimit)
{
    constexpr auto text = R"(
        0.0   C2>S  CONNECT
        +0.1  C2>S  POLL 10
        1.0   C>S   CONNECT
        +0    S>C   RST ACK
        3.0   C>S   CONNECT
        +0    S>C   RST ACK
        5.0   C>S   CONNECT
        +0    S>C   RST ACK
        12.0  C2>S  POLL
    )";
    EXPECT_EQ(findings(text), "tcp-accept-then-close");
}

// Three clients hold connections, the one outside the list is refused: a limit of three would look the same, so
// nothing is certain.
TEST(LimitRules, AccessListAmongSeveralClientsIsNeverCertain)
{
    constexpr auto text = R"(
        0.0   C2>S  CONNECT
        +0.1  C2>S  POLL
        0.3   C3>S  CONNECT
        +0.1  C3>S  POLL
        1.0   C>S   SYN
        +0    S>C   RST ACK
        2.0   C>S   SYN
        +0    S>C   RST ACK
        3.0   C2>S  POLL
        3.1   C3>S  POLL
    )";
    EXPECT_EQ(judged(text, "tcp-connection-limit").find("certain"), std::string::npos);
    EXPECT_NE(findings(text), "");
}

// C is refused also when nobody else is connected.
TEST(LimitRules, RefusedAlsoWhenNobodyIsConnectedIsNoLimit)
{
    EXPECT_EQ(subjects(R"(
        0.0   C2>S  CONNECT
        +0.1  C2>S  POLL
        0.3   C3>S  CONNECT
        +0.1  C3>S  POLL
        1.0   C>S   SYN
        +0    S>C   RST ACK
        2.0   C2>S  CLOSE
        2.1   C3>S  CLOSE
        3.0   C>S   SYN
        +0    S>C   RST ACK
        4.0   C>S   SYN
        +0    S>C   RST ACK
    )"),
              "tcp-connection-refused 10.1.1.10>10.1.1.50:502");
}

// The server's program stops while three clients poll it and starts again: everybody is refused for a while.
TEST(LimitRules, RestartOfTheServerIsNoLimit)
{
    std::string text;
    for (const char *c : {"C", "C2", "C3"})
        text += std::string("+0.1 ") + c + ">S CONNECT\n+0.1 " + c + ">S POLL 2 every 0.1\n";
    for (const char *c : {"C", "C2", "C3"})
        text += std::string("+0.1 S>") + c + " RST ACK\n";
    for (const char *c : {"C", "C2", "C3"})
        text += std::string("+0.1 ") + c + ">S SYN\n+0 S>" + c + " RST ACK\n";
    for (const char *c : {"C", "C2", "C3"})
        text += std::string("+1 ") + c + ">S CONNECT\n+0.1 " + c + ">S POLL 2 every 0.1\n";
    EXPECT_EQ(findings(text), "tcp-connection-refused");
}

// Many clients come and go, all are served: five at a time.
TEST(LimitRules, ManyServedClientsAreNothing)
{
    std::string text;
    for (const char *c : {"C", "C2", "C3", "C4", "C5"})
        text += std::string("+0.1 ") + c + ">S CONNECT\n+0.1 " + c + ">S POLL 3 every 0.1\n";
    for (const char *c : {"C", "C2", "C3", "C4", "C5"})
        text += std::string("+0.1 ") + c + ">S CLOSE\n";
    EXPECT_EQ(all_findings(text), "");
}

// One client lost its SYNs on the way (they never arrived) while two others were open; nothing else is known.
TEST(LimitRules, OneSilentSynWhileOthersAreOpenIsNoLimit)
{
    EXPECT_EQ(findings(R"(
        0.0   C2>S  CONNECT
        +0.1  C2>S  POLL
        0.5   C3>S  CONNECT
        +0.1  C3>S  POLL
        1.0   C>S   SYN unheard
        2.0   C>S   SYN again
        +0    S>C   SYN ACK
        +0    C>S   ACK
        +0.1  C>S   POLL 3
        6.0   C2>S  POLL
        6.1   C3>S  POLL
    )"),
              "");
}

// ---- evicted

TEST(LimitRules, EvictedWhenEachNewConnectionEndsTheOldest)
{
    EXPECT_EQ(findings(R"(
        0.0   C>S   CONNECT
        +0.1  C>S   POLL 2
        2.0   C2>S  CONNECT
        +0.1  C2>S  POLL 2
        4.0   C3>S  CONNECT
        +0.01 S>C   RST ACK
        +0.1  C3>S  POLL 2
        6.0   C>S   CONNECT
        +0.01 S>C2  RST ACK
        +0.1  C>S   POLL 2
        8.0   C2>S  CONNECT
        +0.01 S>C3  RST ACK
        +0.1  C2>S  POLL 2
    )"),
              "tcp-connection-evicted");
}

// Idle connections end on their own time, whoever comes.
TEST(LimitRules, IdleCloseIsNoEviction)
{
    EXPECT_EQ(findings(R"(
        0.0    C>S   CONNECT
        +0.1   C>S   POLL
        2.0    C2>S  CONNECT
        +0.1   C2>S  POLL
        10.105 S>C   FIN ACK
        +0     C>S   FIN ACK
        +0     S>C   ACK
        12.105 S>C2  FIN ACK
        +0     C2>S  FIN ACK
        +0     S>C2  ACK
        13.0   C>S   CONNECT
        +0.1   C>S   POLL
        23.105 S>C   FIN ACK
        +0     C>S   FIN ACK
        +0     S>C   ACK
    )"),
              "");
}

}  // namespace
}  // namespace buswitness::test
