// Connections that do not come about, and what looks like it.
#include "tests/support/scenario.h"

#include <gtest/gtest.h>

namespace buswitness::test {
namespace {

// ---- refused

TEST(ConnectRules, RefusedWhenSynIsAnsweredByRst)
{
    EXPECT_EQ(subjects(R"(
        0.000  C>S  SYN
        0.003  S>C  RST ACK
    )"),
              "tcp-connection-refused 10.1.1.10>10.1.1.50:502");
}

// Windows sends a refused SYN again, twice: one attempt.
TEST(ConnectRules, RefusedSynThatIsRepeatedIsOneAttempt)
{
    const Diagnosis diagnosis = diagnosed(R"(
        0.000  C>S  SYN
        0.001  S>C  RST ACK
        0.500  C>S  SYN again
        0.501  S>C  RST ACK
        1.000  C>S  SYN again
        1.001  S>C  RST ACK
    )");
    ASSERT_EQ(ids_of(diagnosis.findings, true), "tcp-connection-refused");
    EXPECT_EQ(diagnosis.findings[0].count, 1U);
    EXPECT_EQ(diagnosis.report.totals.attempts.refused, 1U);
}

TEST(ConnectRules, RefusedIsProvenByTheResetAlone)
{
    EXPECT_EQ(findings(R"(
        ONLY S
        0.000  C>S  SYN
        0.003  S>C  RST ACK
    )"),
              "tcp-connection-refused");
}

TEST(ConnectRules, RefusedThenServedReadsAsRecovered)
{
    constexpr auto text = R"(
        0.0  C>S  SYN
        +0   S>C  RST ACK
        5.0  C>S  CONNECT
        +0.1 C>S  POLL 3
    )";
    EXPECT_EQ(judged(text, "tcp-connection-refused"), "error certain server recovered");
    EXPECT_EQ(findings(text), "tcp-connection-refused");
}

TEST(ConnectRules, RefusedForGoodAfterBeingServedIsNotRecovered)
{
    EXPECT_EQ(judged(R"(
        0.0  C>S  CONNECT
        +0.1 C>S  POLL 3
        +0.1 C>S  CLOSE
        5.0  C>S  SYN
        +0   S>C  RST ACK
    )",
                     "tcp-connection-refused"),
              "error certain server");
}

// A translator that gives up sends RST long after the SYN: a time-out, not a closed port.
TEST(ConnectRules, ResetLongAfterSeveralSynsIsATimeout)
{
    EXPECT_EQ(findings(R"(
        0.0   C>F  SYN
        1.0   C>F  SYN again
        3.0   C>F  SYN again
        20.0  F>C  RST ACK
    )"),
              "tcp-connect-timeout");
}

TEST(ConnectRules, RefusalByAnotherServiceIsNoErrorOfModbus)
{
    EXPECT_EQ(findings(R"(
        0.0   C>S    CONNECT
        +0.1  C>S    POLL 3
        +0.1  C:b>S  SYN port 22
        +0    S>C:b  RST ACK
        +0.1  C>S    POLL 3
    )"),
              "");
}

// ---- wrong port

TEST(ConnectRules, WrongPortWhenTheHostSpeaksModbusOnAnother)
{
    EXPECT_EQ(subjects(R"(
        0.0   C>S   CONNECT
        +0.1  C>S   POLL 3
        +0.1  C2>S  SYN port 1502
        +0    S>C2  RST ACK
        +1    C2>S  SYN port 1502
        +0    S>C2  RST ACK
    )"),
              "tcp-wrong-port 10.1.1.11>10.1.1.50:1502");
}

TEST(ConnectRules, WrongPortWhenTheOtherPortIsSilent)
{
    EXPECT_EQ(subjects(R"(
        0.0   C>S   CONNECT
        +0.1  C>S   POLL 3
        +0.1  C2>S  SYN port 5020
        +1    C2>S  SYN again
        +2    C2>S  SYN again
        +4    TICK
    )"),
              "tcp-wrong-port 10.1.1.11>10.1.1.50:5020");
}

// A gateway with a port for each line: the one that is out of order answers at other times.
TEST(ConnectRules, OnePortOfAGatewayThatAnswersAtOtherTimesIsNoWrongPort)
{
    EXPECT_EQ(findings(R"(
        PORTS 503
        0.0   C>S    CONNECT
        +0.1  C>S    POLL 3
        +0.1  C:b>S  CONNECT port 503
        +0.1  C:b>S  POLL 3
        +0.1  C:b>S  CLOSE
        +1    C:b>S  SYN port 503
        +0    S>C:b  RST ACK
    )"),
              "tcp-connection-refused");
}

// Another client is served on the port that refuses this one: the port is right.
TEST(ConnectRules, PortThatServesAnotherClientIsNoWrongPort)
{
    EXPECT_EQ(findings(R"(
        PORTS 503
        0.0   C>S     CONNECT
        +0.1  C>S     POLL 3
        +0.1  C2>S    CONNECT port 503
        +0.1  C2>S    POLL 3
        +0.1  C3>S    SYN port 503
        +0    S>C3    RST ACK
    )"),
              "tcp-connection-refused");
}

// A scanner looks at many ports of a healthy server: nobody has set a port wrong.
TEST(ConnectRules, PortScanIsNoWrongPort)
{
    std::string text = "0.0 C>S CONNECT\n+0.1 C>S POLL 3\n";
    for (int port = 480; port < 520; ++port) {
        const std::string label = std::to_string(port);
        text += "+0.01 C2:" + label + ">S SYN port " + label + "\n+0.001 S>C2:" + label;
        text += port == 502 ? " SYN ACK\n+0.001 C2:502>S RST\n" : " RST ACK\n";
    }
    text += "+0.1 C>S POLL 3\n";
    EXPECT_EQ(subjects(text), "tcp-handshake-incomplete 10.1.1.11>10.1.1.50:502")
        << "the polling client has no trouble";
}

// ---- loopback

TEST(ConnectRules, LoopbackOnlyWhenTheSamePortIsAcceptedLocally)
{
    EXPECT_EQ(subjects(R"(
        0.0   LC>L  CONNECT
        +0.1  LC>L  POLL 2
        1.0   C>S   SYN in
        +0    S>C   RST ACK out
        2.0   C>S   SYN in
        +0    S>C   RST ACK out
    )"),
              "tcp-loopback-only 10.1.1.10>10.1.1.50:502");
}

// The PC runs a simulator of its own; the device that refuses is another machine.
TEST(ConnectRules, LocalSimulatorSaysNothingOfARemoteDevice)
{
    EXPECT_EQ(findings(R"(
        0.0   LC>L  CONNECT
        +0.1  LC>L  POLL 2
        1.0   C>S   SYN out
        +0    S>C   RST ACK in
        2.0   C>S   SYN out
        +0    S>C   RST ACK in
    )"),
              "tcp-connection-refused");
}

TEST(ConnectRules, LocalSimulatorSaysNothingWhenDirectionsAreUnknown)
{
    EXPECT_EQ(findings(R"(
        0.0   LC>L  CONNECT
        +0.1  LC>L  POLL 2
        1.0   C>S   SYN
        +0    S>C   RST ACK
    )"),
              "tcp-connection-refused");
}

TEST(ConnectRules, LocalOnlyFirewallWhenTheNetworkGetsNoAnswer)
{
    EXPECT_EQ(subjects(R"(
        0.0   LC>L  CONNECT
        +0.1  LC>L  POLL 2
        1.0   C>S   SYN in
        +0    C>S   PING in
        +0    S>C   PONG out
        2.0   C>S   SYN again in
        4.0   C>S   SYN again in
        8.0   TICK
    )"),
              "tcp-local-only-firewall 10.1.1.10>10.1.1.50:502");
}

TEST(ConnectRules, LocalSimulatorSaysNothingOfARemoteDeviceThatIsSilent)
{
    EXPECT_EQ(findings(R"(
        0.0   LC>L  CONNECT
        +0.1  LC>L  POLL 2
        1.0   C>S   SYN out
        +0    C>S   PING out
        +0    S>C   PONG in
        2.0   C>S   SYN again out
        4.0   C>S   SYN again out
        8.0   TICK
    )"),
              "tcp-firewall-drop");
}

// ---- rejected on the way

TEST(ConnectRules, FirewallRejectByIcmpProhibited)
{
    for (const char *code : {"3/9", "3/10", "3/13"}) {
        const std::string text = std::string("0.0 C>F SYN\n+0.001 ICMP ") + code + " from R quotes LAST\n";
        EXPECT_EQ(subjects(text), "tcp-firewall-reject 10.1.1.10>10.9.9.50:502") << code;
        EXPECT_EQ(judged(text, "tcp-firewall-reject"), "error certain middlebox") << code;
    }
}

TEST(ConnectRules, FirewallRejectByTheHostItself)
{
    EXPECT_EQ(judged(R"(
        0.0     C>S  SYN
        +0.001  ICMP 3/3 from S quotes LAST
    )",
                     "tcp-firewall-reject"),
              "error certain server");
}

TEST(ConnectRules, FirewallRejectByAForeignTtl)
{
    EXPECT_EQ(findings(R"(
        0.0    C>F    SYN
        +0.01  F>C    RST ACK ttl 64
        1.0    C:b>F  CONNECT port 80
        +0.1   C:b>F  TEXT GET / HTTP/1.1
        +0.1   F>C:b  TEXT HTTP/1.1 200 OK
    )"),
              "tcp-firewall-reject");
}

TEST(ConnectRules, FirewallRejectWhenASynHasTwoAnswers)
{
    EXPECT_EQ(findings(R"(
        0.0     C>F  SYN
        +0.001  F>C  RST ACK
        +0.010  F>C  SYN ACK
        +0.001  C>F  RST
    )"),
              "tcp-firewall-reject");
}

// Address translation: the reset comes from one hop farther away than what the router answers itself.
TEST(ConnectRules, LowerTtlByAddressTranslationIsNotForged)
{
    EXPECT_EQ(findings(R"(
        0.0    C>S  PING
        +0.01  S>C  PONG ttl 64
        1.0    C>S  SYN
        +0.01  S>C  RST ACK ttl 63
    )"),
              "tcp-connection-refused");
}

// Many devices answer ping with 255 and TCP with 64 or 128.
TEST(ConnectRules, OtherInitialTtlForPingIsNotForged)
{
    for (const char *ttl : {"64", "128"}) {
        const std::string text =
            std::string("0.0 C>S PING\n+0.01 S>C PONG ttl 255\n1.0 C>S SYN\n+0.01 S>C RST ACK ttl ") + ttl;
        EXPECT_EQ(findings(text), "tcp-connection-refused") << ttl;
    }
}

// The converse: a reset by a stack that begins at 255, ping at 64.
TEST(ConnectRules, OtherInitialTtlForResetsThanForPingIsNoProofOfForgery)
{
    EXPECT_NE(judged(R"(
        0.0    C>S  PING
        +0.01  S>C  PONG ttl 64
        1.0    C>S  SYN
        +0.01  S>C  RST ACK ttl 255
    )",
                     "tcp-firewall-reject"),
              "error certain middlebox");
}

TEST(ConnectRules, IcmpRedirectIsNoError)
{
    EXPECT_EQ(findings(R"(
        0.0     C>F  SYN
        +0.001  ICMP 5/1 from R quotes LAST
        +0.001  F>C  SYN ACK
        +0.001  C>F  ACK
        +0.1    C>F  POLL 3
    )"),
              "");
}

// ---- unreachable, down, silent

TEST(ConnectRules, UnreachableWhenARouterKnowsNoWay)
{
    EXPECT_EQ(subjects(R"(
        0.0     C>F  SYN
        +0.001  ICMP 3/0 from R quotes LAST
    )"),
              "tcp-unreachable 10.1.1.10>10.9.9.50:502");
}

TEST(ConnectRules, HostDownWhenTheRouterAskedInVain)
{
    EXPECT_EQ(findings(R"(
        0.0     C>S  SYN
        0.001   ARP who-has S tell R
        1.001   ARP who-has S tell R
        2.001   ARP who-has S tell R
        3.001   ICMP 3/1 from R quotes LAST
    )"),
              "tcp-host-down")
        << "LAST is an ARP packet here, the SYN stays unanswered";
}

TEST(ConnectRules, HostDownFromArpAloneAsNoSynCanLeave)
{
    EXPECT_EQ(subjects(R"(
        0.0  ARP who-has S tell C
        1.0  ARP who-has S tell C
        2.0  ARP who-has S tell C
        5.0  TICK
    )"),
              "tcp-host-down 10.1.1.10>10.1.1.50");
}

TEST(ConnectRules, HostDownNamesThePortWhereTheOwnIcmpQuotesIt)
{
    EXPECT_EQ(subjects(R"(
        0.0   ARP who-has S tell C out
        1.0   ARP who-has S tell C out
        2.0   ARP who-has S tell C out
        3.06  C>S  SYN lost
        3.06  ICMP 3/1 from C quotes LAST
    )"),
              "tcp-host-down 10.1.1.10>10.1.1.50:502");
}

// A neighbour whose address is still known when it vanishes: SYNs leave, then unicast probes, then broadcasts.
TEST(ConnectRules, HostDownAfterANeighbourVanished)
{
    EXPECT_EQ(findings(R"(
        0.0   C>S  SYN
        1.0   C>S  SYN again
        3.0   C>S  SYN again
        5.0   ARP who-has S tell C unicast
        6.0   ARP who-has S tell C unicast
        7.0   ARP who-has S tell C unicast
        8.0   ARP who-has S tell C
        9.0   ARP who-has S tell C
        12.0  TICK
    )"),
              "tcp-host-down");
}

TEST(ConnectRules, TimeoutWithoutAnySignOfLife)
{
    EXPECT_EQ(subjects(R"(
        0.0  C>F  SYN
        1.0  C>F  SYN again
        3.0  C>F  SYN again
        7.0  TICK
    )"),
              "tcp-connect-timeout 10.1.1.10>10.9.9.50:502");
}

// The router answers for itself, not for the host behind it.
TEST(ConnectRules, NextHopAliveIsNoSignOfLifeOfTheTarget)
{
    EXPECT_EQ(findings(R"(
        0.0   ARP who-has R tell C
        0.001 ARP R is-at R
        0.002 C>R  PING
        0.003 R>C  PONG
        0.1   C>F  SYN
        1.1   C>F  SYN again
        3.1   C>F  SYN again
        7.0   TICK
    )"),
              "tcp-connect-timeout");
}

TEST(ConnectRules, FirewallDropWhenTheTargetIsAlive)
{
    const std::string syns = "1.0 C>S SYN\n2.0 C>S SYN again\n4.0 C>S SYN again\n8.0 TICK\n";
    EXPECT_EQ(findings("0.5 C>S PING\n0.501 S>C PONG\n" + syns), "tcp-firewall-drop");
    EXPECT_EQ(findings("0.9 ARP who-has S tell C\n0.901 ARP S is-at S\n" + syns), "tcp-firewall-drop");
    EXPECT_EQ(findings("0.5 C:b>S SYN port 80\n0.501 S>C:b RST ACK\n" + syns), "tcp-firewall-drop");
}

// It answered ARP an hour before it was switched off.
TEST(ConnectRules, LifeLongAgoIsNoLife)
{
    EXPECT_EQ(findings(R"(
        0.0     ARP who-has S tell C
        0.001   ARP S is-at S
        3600.0  C>S  SYN
        3601.0  C>S  SYN again
        3603.0  C>S  SYN again
        3607.0  TICK
    )"),
              "tcp-connect-timeout");
}

TEST(ConnectRules, SynShortBeforeTheEndDecidesNothing)
{
    EXPECT_EQ(findings(R"(
        0.0  C>S  CONNECT
        +0.1 C>S  POLL 3
        +0.1 C>S  CLOSE
        +0.1 C>S  SYN
    )"),
              "");
}

TEST(ConnectRules, OneSidedSynsProveNothingWhenTheOthersWereAnswered)
{
    EXPECT_EQ(findings(R"(
        ONLY C
        0.0  C>S    CONNECT
        +0.1 C>S    POLL 5
        +0.1 C:b>S  SYN
        +1   C:b>S  SYN again
        +9   TICK
    )"),
              "");
}

// At the server: SYNs arrive, nothing leaves, and it asks in vain for its gateway.
TEST(ConnectRules, NoReturnRouteWhenTheServerAsksInVain)
{
    EXPECT_EQ(findings(R"(
        0.0    X>S  SYN
        0.001  ARP who-has R tell S
        1.0    X>S  SYN again
        1.001  ARP who-has R tell S
        2.001  ARP who-has R tell S
        3.0    X>S  SYN again
        9.0    TICK
    )"),
              "tcp-no-return-route");
}

// The server looks for another device all the time, which has nothing to do with the client it drops.
TEST(ConnectRules, ServerAskingForAThirdHostIsNoMissingWayBack)
{
    EXPECT_EQ(findings(R"(
        0.0    ARP who-has S2 tell S
        1.0    ARP who-has S2 tell S
        2.0    ARP who-has S2 tell S
        2.5    C>S    PING
        2.501  S>C    PONG
        3.0    C>S    SYN
        3.1    ARP who-has S2 tell S
        4.0    C>S    SYN again
        4.1    ARP who-has S2 tell S
        5.1    ARP who-has S2 tell S
        6.0    C>S    SYN again
        9.0    TICK
    )")
                  .find("tcp-no-return-route"),
              std::string::npos);
}

TEST(ConnectRules, SpoofedSynsWhenManyStrangersDoNotAnswerArp)
{
    std::string text;
    for (const char *client : {"C2", "C3", "C4", "C5", "C6"}) {
        const std::string c = client;
        text += "+1 " + c + ">S SYN\n+0.001 ARP who-has " + c + " tell S\n+1 ARP who-has " + c +
                " tell S\n+1 ARP who-has " + c + " tell S\n";
    }
    text += "+5 TICK\n";
    EXPECT_EQ(findings(text), "tcp-spoofed-syn");
}

// ---- half done

TEST(ConnectRules, IncompleteWhenTheSynAckIsNeverAcknowledged)
{
    EXPECT_EQ(findings(R"(
        0.0    X>S  SYN
        0.001  S>X  SYN ACK unheard
        1.0    S>X  again
        1.01   X>S  SYN again
        1.02   S>X  again
        7.0    S>X  again
        9.0    TICK
    )"),
              "tcp-handshake-incomplete");
}

TEST(ConnectRules, SynScanIsNoFaultOfTheServer)
{
    const std::string text = "0.0 C2>S SYN\n+0.001 S>C2 SYN ACK\n+0.001 C2>S RST\n+1 C>S CONNECT\n+0.1 C>S POLL 3\n";
    EXPECT_EQ(all_findings(text).find("refused"), std::string::npos);
    EXPECT_EQ(judged(text, "tcp-handshake-incomplete").find("error"), std::string::npos);
}

// ---- slow

TEST(ConnectRules, SlowWhenTheFirstSynGetsNoAnswerAgainAndAgain)
{
    EXPECT_EQ(findings(R"(
        0.0    C>S  SYN unheard
        1.0    C>S  SYN again
        +0.001 S>C  SYN ACK
        +0.001 C>S  ACK
        +0.1   C>S  POLL 2
        +0.1   C>S  CLOSE
        10.0   C>S  SYN unheard
        11.0   C>S  SYN again
        +0.001 S>C  SYN ACK
        +0.001 C>S  ACK
        +0.1   C>S  POLL 2
    )"),
              "tcp-connect-slow");
}

TEST(ConnectRules, OneLostSynIsNothing)
{
    EXPECT_EQ(findings(R"(
        0.0    C>S  SYN unheard
        1.0    C>S  SYN again
        +0.001 S>C  SYN ACK
        +0.001 C>S  ACK
        +0.1   C>S  POLL 5
    )"),
              "");
}

TEST(ConnectRules, StrayResetIsANote)
{
    constexpr auto text = R"(
        0.0  S>C  CONNECT port 5000
        BEGIN
        1.0  C>S  RST
    )";
    EXPECT_EQ(findings(text), "");
    EXPECT_NE(all_findings(text).find("tcp-stray-rst"), std::string::npos) << all_findings(text);
}

}  // namespace
}  // namespace buswitness::test
