// Which language is spoken on the port.
#include "tests/support/frames.h"
#include "tests/support/scenario.h"

#include <gtest/gtest.h>

namespace buswitness::test {
namespace {

const std::string connected = "0.0 C>S CONNECT\n";

TEST(ProtocolRules, RtuOnBothSidesIsANote)
{
    const std::string text = connected + repeated("+1 C>S read rtu\n+0.01 S>C answer rtu\n", 5);
    EXPECT_EQ(findings(text), "");
    EXPECT_EQ(all_findings(text), "modbus-rtu-over-tcp");
}

TEST(ProtocolRules, RtuToAServerThatSpeaksMbapIsAnError)
{
    EXPECT_EQ(judged("0.0 C2>S CONNECT\n+0.1 C2>S POLL 3\n+0.1 C>S CONNECT\n" +
                         repeated("+1 C>S read rtu\n+0.04 S>C ACK\n", 4),
                     "modbus-rtu-over-tcp"),
              "error certain client");
}

// The cause is told once: not also as a silent server.
TEST(ProtocolRules, RtuThatIsNotUnderstoodIsNoSilence)
{
    EXPECT_EQ(findings("0.0 C2>S CONNECT\n+0.1 C2>S POLL 3\n+0.1 C>S CONNECT\n" +
                       repeated("+1 C>S read rtu\n+0.04 S>C ACK\n", 4)),
              "modbus-rtu-over-tcp");
    EXPECT_EQ(findings(repeated(
                  "+1 C>S CONNECT\n+0.1 C>S read rtu\n+0.04 S>C ACK\n+1 S>C FIN ACK\n+0 C>S FIN ACK\n+0 S>C ACK\n", 3)),
              "modbus-rtu-over-tcp");
}

TEST(ProtocolRules, AsciiOnBothSidesIsANote)
{
    const std::string text = connected + repeated("+1 C>S read ascii\n+0.01 S>C answer ascii\n", 5);
    EXPECT_EQ(findings(text), "");
    EXPECT_EQ(all_findings(text), "modbus-ascii-over-tcp");
}

TEST(ProtocolRules, AsciiToAServerThatSpeaksMbapIsAnError)
{
    EXPECT_EQ(findings("0.0 C2>S CONNECT\n+0.1 C2>S POLL 3\n+0.1 C>S CONNECT\n" +
                       repeated("+1 C>S read ascii\n+0.04 S>C ACK\n", 4)),
              "modbus-ascii-over-tcp");
}

TEST(ProtocolRules, WebServerOnPort502IsNotModbus)
{
    const std::string text =
        connected + "+0.1 C>S TEXT GET / HTTP/1.1\n+0.01 S>C TEXT HTTP/1.1 200 OK\n+0.1 S>C FIN ACK\n";
    EXPECT_EQ(findings(text), "modbus-not-modbus");
}

// A client that asks Modbus and hears a web server.
TEST(ProtocolRules, ServerThatAnswersModbusInHttpIsNotModbus)
{
    EXPECT_EQ(judged(connected +
                         "+0.1 C>S read\n+0.01 S>C TEXT HTTP/1.1 400 Bad Request\n+0.01 S>C FIN ACK\n+0 C>S FIN ACK\n",
                     "modbus-not-modbus"),
              "error certain server");
}

// A browser on the Modbus port of a healthy server: the server has done nothing wrong.
TEST(ProtocolRules, BrowserOnTheModbusPortIsTheClientsMistake)
{
    const std::string text = "0.0 C2>S CONNECT\n+0.1 C2>S POLL 3\n+0.1 C>S CONNECT\n+0.1 C>S TEXT GET / HTTP/1.1\n+0.5 "
                             "S>C FIN ACK\n+0 C>S FIN ACK\n+0.1 C2>S POLL 3\n";
    EXPECT_EQ(subjects(text), "modbus-not-modbus 10.1.1.10>10.1.1.50:502");
    EXPECT_EQ(judged(text, "modbus-not-modbus"), "warning certain client");
}

TEST(ProtocolRules, OtherProtocolsOnTheirPortsAreNothingHere)
{
    EXPECT_EQ(
        findings(
            "0.0 C>S CONNECT port 80\n+0.1 C>S TEXT GET / HTTP/1.1\n+0.01 S>C TEXT HTTP/1.1 200 OK\n+0.1 C>S CLOSE\n"),
        "");
}

TEST(ProtocolRules, CaptureWithoutModbusSaysSo)
{
    EXPECT_EQ(
        all_findings(
            "0.0 C>S CONNECT port 80\n+0.1 C>S TEXT GET / HTTP/1.1\n+0.01 S>C TEXT HTTP/1.1 200 OK\n+0.1 C>S CLOSE\n"),
        "capture-no-modbus");
    EXPECT_EQ(all_findings("0.0 TICK\n"), "capture-no-modbus");
    EXPECT_EQ(all_findings(""), "capture-no-modbus");
}

// TLS to port 502: a ClientHello, and the server hangs up.
TEST(ProtocolRules, TlsOnPort502IsNotModbus)
{
    const std::string hello = "1603010032"
                              "0100002e0303" +
                              std::string(64, 'a') +
                              "00"
                              "0002"
                              "1301"
                              "0100"
                              "0003"
                              "000000";
    const std::string text = findings(connected + "+0.1 C>S DATA " + hello + "\n+0.1 S>C FIN ACK\n+0 C>S FIN ACK\n");
    EXPECT_EQ(text, "modbus-not-modbus tls-handshake-failed");
}

// A TLS session that was open before the capture began, on the port for it: nothing is wrong.
TEST(ProtocolRules, TlsInTheMiddleOnItsPortIsHealthy)
{
    const std::string record = "170303001d" + std::string(58, '5');
    const std::string talk = repeated("+1 C>S DATA " + record + "\n+0.01 S>C DATA " + record + "\n", 4);
    EXPECT_EQ(findings("0.0 C>S CONNECT port 802\nBEGIN\n" + talk), "");
    EXPECT_EQ(findings("0.0 C>S CONNECT\nBEGIN\n" + talk), "modbus-not-modbus")
        << "on port 502 it is not what is expected";
}

TEST(ProtocolRules, UdpPortUnreachable)
{
    EXPECT_EQ(subjects(repeated("+1 C>S read udp\n+0.001 ICMP 3/3 from S quotes LAST\n", 3)),
              "udp-port-unreachable 10.1.1.10>10.1.1.50:502");
}

// ---- notes

TEST(HabitRules, ModbusOnAnotherPortIsANote)
{
    const std::string text = "0.0 C>S CONNECT port 1502\n+0.1 C>S POLL 5\n";
    EXPECT_EQ(findings(text), "");
    EXPECT_EQ(all_findings(text), "modbus-nonstandard-port");
}

TEST(HabitRules, WritesAreANote)
{
    const std::string text = connected + repeated("+1 C>S write a5 v1\n+0.01 S>C answer\n", 3);
    EXPECT_EQ(findings(text), "");
    EXPECT_EQ(all_findings(text), "modbus-writes-seen");
}

TEST(HabitRules, PrivateAddressesAreNotExposed)
{
    EXPECT_EQ(all_findings("0.0 X>S CONNECT\n+0.1 X>S POLL 5\n"), "");
}

// A device that dials out to its master: the TCP client answers.
TEST(HabitRules, DeviceThatDialsOutIsHealthy)
{
    EXPECT_EQ(findings("0.0 S>C CONNECT port 9000\n+0.1 C>S read\n+0.01 S>C answer\n+1 C>S read\n+0.01 S>C answer\n+1 "
                       "C>S read\n+0.01 S>C answer\n"),
              "");
}

}  // namespace
}  // namespace buswitness::test
