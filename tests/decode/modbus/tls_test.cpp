#include "decode/modbus/identify.h"

#include "tests/support/modbus_octets.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace buswitness::modbus {
namespace {

using test::octets;
using test::Octets;
constexpr bool client = false;
constexpr bool server = true;

struct Flight {
    bool from_server;
    Octets octets;
};
using Flights = std::vector<Flight>;

Octets record(std::uint8_t type, const Octets &content)
{
    const auto size = content.size();
    Octets result = {type, 3, 3, static_cast<std::uint8_t>(size >> 8), static_cast<std::uint8_t>(size)};
    return test::joined(result, content);
}
Octets sealed(std::uint8_t type, std::size_t length)
{
    return record(type, test::filled(length, 0xA5));
}
Octets change_cipher()
{
    return record(20, {1});
}
Octets client_hello()
{
    return record(22, test::joined(octets("01 00003C 0303"), test::filled(58, 1)));
}
// A ServerHello with a session id of 4 octets and these extensions.
Octets server_hello(const Octets &extensions)
{
    const auto length = static_cast<std::uint8_t>(2 + 32 + 5 + 3 + 2 + extensions.size());
    Octets message = test::joined({2, 0, 0, length, 3, 3}, test::filled(32, 7));
    message = test::joined(message, octets("04 01020304 C030 00"));
    message = test::joined(message, {0, static_cast<std::uint8_t>(extensions.size())});
    return record(22, test::joined(message, extensions));
}
// key_share first, as some servers do.
Octets tls_1_3_hello()
{
    Octets extensions = test::joined(octets("0033 0045 0017 0041"), test::filled(65, 4));
    return server_hello(test::joined(extensions, octets("002B 0002 0304")));
}

std::string seen(const TlsGlance &glance)
{
    std::string text;
    text += glance.client_hello() ? "CH " : "";
    text += glance.server_hello() ? "SH " : "";
    text += glance.version() == 0x0304 ? "1.3 " : glance.version() == 0x0303 ? "1.2 " : "";
    text += glance.established() ? "established " : "";
    text += glance.application_data() ? "data " : "";
    text += glance.refused_last_flight() ? "refused " : "";
    if (glance.alert())
        text += std::string(glance.alert_from_server() ? "server " : "client ") +
                (glance.alert_is_fatal() ? "fatal " : "warning ") +
                std::string(tls_alert_name(glance.alert_description())) + ' ';
    text += glance.lost(client) ? "client-lost " : "";
    text += glance.lost(server) ? "server-lost " : "";
    text += std::to_string(glance.protected_records(client)) + '/' + std::to_string(glance.protected_records(server));
    return text + ' ' + std::to_string(glance.last_record(client)) + '/' + std::to_string(glance.last_record(server));
}

std::string seen(const Flights &flights, std::size_t chunk)
{
    TlsGlance glance;
    for (const Flight &flight : flights) {
        for (Bytes rest = flight.octets; !rest.empty();) {
            const std::size_t size = std::min(chunk, rest.size());
            glance.feed(rest.first(size), flight.from_server);
            rest = rest.subspan(size);
        }
    }
    return seen(glance);
}

void expect_seen(const Flights &flights, const std::string &expected)
{
    for (const std::size_t chunk : {1U, 2U, 3U, 4U, 5U, 6U, 7U, 13U, 64U, 100000U})
        EXPECT_EQ(seen(flights, chunk), expected) << "in chunks of " << chunk;
}

Flights tls_1_2_with_client_certificate()
{
    return {{client, client_hello()},
            {server, server_hello(octets("FF01 0001 00"))},
            {server, record(22, test::joined(octets("0B 0005BF"), test::filled(1471)))},
            {client, record(22, test::joined(octets("0B 000003"), test::filled(3)))},
            {client, change_cipher()},
            {client, sealed(22, 40)}};
}

Flights tls_1_3_up_to_the_clients_last_flight()
{
    return {{client, client_hello()},  {server, tls_1_3_hello()},  {server, change_cipher()},
            {server, sealed(23, 23)},  {server, sealed(23, 1501)}, {server, sealed(23, 69)},
            {client, change_cipher()}, {client, sealed(23, 25)},   {client, sealed(23, 69)}};
}

TEST(TlsGlance, HandshakeOfTls12ThenData)
{
    Flights flights = tls_1_2_with_client_certificate();
    flights.push_back({server, change_cipher()});
    flights.push_back({server, sealed(22, 40)});
    expect_seen(flights, "CH SH 1.2 1/1 40/40");
    flights.push_back({client, sealed(23, 36)});
    expect_seen(flights, "CH SH 1.2 established 2/1 36/40");
    flights.push_back({server, sealed(23, 53)});
    flights.push_back({client, sealed(21, 26)});
    expect_seen(flights, "CH SH 1.2 established data 3/2 26/53");
}

TEST(TlsGlance, AlertInClearInsteadOfTheServersFinished)
{
    Flights flights = tls_1_2_with_client_certificate();
    flights.push_back({server, record(21, {2, 40})});
    expect_seen(flights, "CH SH 1.2 server fatal handshake_failure 1/0 40/0");
}

TEST(TlsGlance, ClientRefusesTheServersCertificate)
{
    expect_seen({{client, client_hello()}, {server, tls_1_3_hello()}, {client, record(21, {2, 48})}},
                "CH SH 1.3 client fatal unknown_ca 0/0 0/0");
}

TEST(TlsGlance, FatalAlertStandsBeforeWarning)
{
    expect_seen({{client, client_hello()},
                 {server, record(21, {1, 112})},
                 {server, record(21, {2, 70})},
                 {client, record(21, {1, 0})}},
                "CH server fatal protocol_version 0/0 0/0");
}

TEST(TlsGlance, Tls13IsEstablishedWhenTheServerGoesOn)
{
    Flights flights = tls_1_3_up_to_the_clients_last_flight();
    expect_seen(flights, "CH SH 1.3 2/3 69/69");
    flights.push_back({server, sealed(23, 938)});
    expect_seen(flights, "CH SH 1.3 established data 2/4 69/938");
    flights.push_back({client, sealed(23, 19)});
    flights.push_back({server, sealed(23, 19)});
    expect_seen(flights, "CH SH 1.3 established data 3/5 19/19");
}

TEST(TlsGlance, Tls13AnswersTheLastFlightWithNothingButAnAlert)
{
    Flights flights = tls_1_3_up_to_the_clients_last_flight();
    flights.push_back({server, sealed(23, 19)});
    expect_seen(flights, "CH SH 1.3 refused 2/4 69/19");
}

TEST(TlsGlance, ClientThatEndsByItselfIsNotRefused)
{
    Flights flights = tls_1_3_up_to_the_clients_last_flight();
    flights.push_back({client, sealed(23, 19)});
    flights.push_back({server, sealed(23, 19)});
    expect_seen(flights, "CH SH 1.3 3/4 19/19");
}

TEST(TlsGlance, SecondClientHelloAfterRetryIsInClear)
{
    const Octets retry = server_hello(octets("002B 0002 0304 0033 0002 0017"));
    expect_seen({{client, client_hello()},
                 {server, retry},
                 {server, change_cipher()},
                 {client, change_cipher()},
                 {client, client_hello()},
                 {server, tls_1_3_hello()},
                 {server, sealed(23, 30)}},
                "CH SH 1.3 0/1 0/30");
}

TEST(TlsGlance, ServerHelloWithoutExtensionsEndsBeforeTheNextMessage)
{
    Octets messages = octets("02 000026 0302");
    messages = test::joined(messages, test::filled(32, 7));
    messages = test::joined(messages, octets("00 002F 00 | 0B 000004 002B 0002 0304"));
    TlsGlance glance;
    glance.feed(record(22, messages), server);
    EXPECT_EQ(glance.version(), 0x0302);
}

TEST(TlsGlance, SideThatIsNotTlsIsLost)
{
    const Octets modbus = octets("0001 0000 0006 01 03 0000 000A");
    expect_seen({{client, client_hello()}, {server, modbus}, {server, sealed(23, 30)}}, "CH server-lost 0/0 0/0");
    expect_seen({{client, octets("17 0303 4801 00")}}, "client-lost 0/0 0/0");    // more than 16 KiB + 2048
    expect_seen({{client, octets("16 0303 0000")}}, "client-lost 0/0 0/0");       // empty
    expect_seen({{client, octets("16 0403 0010")}}, "client-lost 0/0 0/0");       // version
    expect_seen({{client, octets("19 0303 0010")}}, "client-lost 0/0 0/0");       // content type
    expect_seen({{client, octets("14 0303 0002 0101")}}, "client-lost 0/0 0/0");  // ChangeCipherSpec of two octets
}

TEST(TlsGlance, AfterAGapNothingMoreIsSaidOfThatSide)
{
    TlsGlance glance;
    glance.feed(client_hello(), client);
    glance.gap(server);
    glance.feed(tls_1_3_hello(), server);
    EXPECT_EQ(seen(glance), "CH server-lost 0/0 0/0");
}

TEST(TlsAlerts, HaveTheNamesOfTheStandard)
{
    EXPECT_EQ(tls_alert_name(0), "close_notify");
    EXPECT_EQ(tls_alert_name(40), "handshake_failure");
    EXPECT_EQ(tls_alert_name(116), "certificate_required");
    EXPECT_EQ(tls_alert_name(255), "unknown alert");
}

}  // namespace
}  // namespace buswitness::modbus
