// What ARP proves, and what it does not.
#include "tests/support/scenario.h"

#include <gtest/gtest.h>

namespace buswitness::test {
namespace {

TEST(NeighbourRules, DuplicateAddressWhenTwoAnswerOneQuestion)
{
    EXPECT_EQ(subjects(R"(
        0.0    ARP who-has S tell C
        0.001  ARP S is-at S
        0.002  ARP S is-at S2
        0.1    C>S  CONNECT
        +0.1   C>S  POLL 3
    )"),
              "duplicate-ip 10.1.1.10>10.1.1.50:502");
}

// Whatever else goes wrong between the two comes from there.
TEST(NeighbourRules, DuplicateAddressExplainsRefusals)
{
    EXPECT_EQ(findings(R"(
        0.0    ARP who-has S tell C
        0.001  ARP S is-at S
        0.002  ARP S is-at S2
        0.1    C>S  SYN
        +0     S>C  RST ACK
    )"),
              "duplicate-ip");
}

TEST(NeighbourRules, ReplacedDeviceIsNoDuplicateAddress)
{
    EXPECT_EQ(findings(R"(
        0.0     ARP who-has S tell C
        0.001   ARP S is-at S
        60.0    ARP who-has S tell C
        60.001  ARP S is-at S2
        120.0   ARP who-has S tell C
        120.001 ARP S is-at S2
    )"),
              "");
}

// VRRP, HSRP and CARP share one address on purpose.
TEST(NeighbourRules, GatewayRedundancyIsNoDuplicateAddress)
{
    for (const char *mac : {"0x00005e000107", "0x00000c07ac01"})
        EXPECT_EQ(
            findings(std::string("0.0 ARP who-has R tell C\n0.001 ARP R is-at R\n0.002 ARP R is-at ") + mac + "\n"), "")
            << mac;
}

// Mirrored twice: the same answer from the same device.
TEST(NeighbourRules, SameAnswerTwiceIsNoDuplicateAddress)
{
    EXPECT_EQ(all_findings(R"(
        0.0     ARP who-has S tell C
        0.0001  ARP who-has S tell C
        0.001   ARP S is-at S
        0.0011  ARP S is-at S
        +0.1    C>S  CONNECT
        +0.1    C>S  POLL 3
    )"),
              "");
}

TEST(NeighbourRules, OneUnansweredQuestionIsANote)
{
    constexpr auto text = R"(
        0.0  C>S  CONNECT
        +0.1 C>S  POLL 3
        5.0  ARP who-has S2 tell C
        9.0  TICK
    )";
    EXPECT_EQ(findings(text), "");
    EXPECT_EQ(all_findings(text), "arp-unanswered");
}

// An answer that is sent to the asker alone is often missing behind a mirror port, but the traffic goes on.
TEST(NeighbourRules, TargetThatSpeaksIsNotDown)
{
    EXPECT_EQ(findings(R"(
        0.0  C>S  CONNECT
        +0.1 C>S  POLL 2
        3.0  ARP who-has S tell C2
        4.0  ARP who-has S tell C2
        5.0  ARP who-has S tell C2
        6.0  C>S  POLL 3
    )"),
              "");
}

// Who asks for a whole network looks for neighbours.
TEST(NeighbourRules, ScanOfTheNetworkFindsNobodyMissing)
{
    std::string text;
    for (int round = 0; round < 2; ++round)
        for (const char *target : {"C", "C2", "C3", "C4", "C5", "C6", "C7", "C8", "S2", "F", "X"})
            text += std::string("+0.1 ARP who-has ") + target + " tell R\n";
    EXPECT_EQ(findings(text + "+5 TICK\n"), "");
}

// The same request seen twice by the any device is no repetition.
TEST(NeighbourRules, CopyOfAQuestionIsNoRepetition)
{
    EXPECT_EQ(findings(R"(
        0.0000  ARP who-has S tell C
        0.0002  ARP who-has S tell C
        5.0     TICK
    )"),
              "");
}

}  // namespace
}  // namespace buswitness::test
