#include "decode/modbus/identify.h"

#include "decode/modbus/pdu.h"
#include "decode/modbus/rtu.h"
#include "tests/support/modbus_octets.h"

#include <gtest/gtest.h>

namespace buswitness::modbus {
namespace {

using test::characters;
using test::octets;
using test::Octets;
constexpr bool client = false;
constexpr bool server = true;

struct Row {
    bool from_server;
    Octets octets;
    Foreign protocol;
};

TEST(Identify, NamesOtherProtocolsByTheirFirstOctets)
{
    const Row rows[] = {
        {client, characters("GET / HTTP/1.1\r\n"), Foreign::http},
        {server, characters("HTTP/1.0 400 Bad Request\r\n"), Foreign::http},
        {client, characters("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), Foreign::http},
        {client, octets("16 0301 00B7 01 0000B3 0303"), Foreign::tls},
        {server, octets("15 0301 0002 02 46"), Foreign::tls},
        {client, octets("80 2E 01 0301 0015 0000 0010"), Foreign::tls},
        {server, characters("SSH-2.0-OpenSSH_9.2\r\n"), Foreign::ssh},
        {server, octets("FF FD 18 FF FD 20"), Foreign::telnet},
        {server, characters("220 (vsFTPd 3.0.3)\r\n"), Foreign::ftp_or_smtp},
        {client, characters("EHLO example.org\r\n"), Foreign::ftp_or_smtp},
        {client, octets("00 00002F FF534D42 72 00000000"), Foreign::smb},
        {client, octets("00 0000B2 FE534D42 40 00010000"), Foreign::smb},
        {client, octets("81 00 0044 20 45"), Foreign::smb},
        {client, octets("05 00 0B 03 10000000 4800 0000"), Foreign::dcerpc},
        {client, octets("03 00 002B 26 E0 0000 0000 00 436F6F6B69653A20 6D73"), Foreign::rdp},
        {client, octets("03 00 0013 0E E0 0000 0000 00 01 00 0800 03000000"), Foreign::rdp},
        {client, octets("03 00 0016 11 E0 0000 0001 00 C0010A C1020100 C2020102"), Foreign::s7},
        {client, octets("03 00 0019 02 F0 80 32 01 0000"), Foreign::s7},
        {client, octets("30 84 0000005E 02 01 05 63 84"), Foreign::ldap},
        {client, octets("30 0C 02 01 01 60 07 02 01 03 04 00 80 00"), Foreign::ldap},
        {client, characters("*1\r\n$4\r\nPING\r\n"), Foreign::redis},
        {server, characters(":1\r\n"), Foreign::redis},
        {server, characters("+OK\r\n"), Foreign::redis},
        {server, characters("-ERR unknown command\r\n"), Foreign::redis},
        {server, characters("$5\r\nhello\r\n"), Foreign::redis},
        {client, octets("10 10 0004 4D515454 04 02 003C 0004 74657374"), Foreign::mqtt},
        {client, octets("10 8001 0006 4D5149736470 03 02"), Foreign::mqtt},
        {client, characters(std::string("HELF\x38\0\0\0\0\0\0\0", 12)), Foreign::opc_ua},
        {client, octets("6500 0400 00000000 00000000 0000000000000000 00000000 0100 0000"), Foreign::enip},
        {client, octets("68 04 07 00 00 00"), Foreign::iec104},
        {server, octets("68 04 83 00 00 00"), Foreign::iec104},
        {client, octets("68 0E 00 00 00 00 64 01 06 00 01 00 00 00 00 14"), Foreign::iec104},
        {client, octets("05 64 05 C0 0100 0004 E921"), Foreign::dnp3},
        {client, octets("81 0A 0011 01 04 0005010C0C023FFFFF194B"), Foreign::bacnet},
        {client, octets("80 00 0028 12345678 00000000 00000002 000186A3 00000003 00000000"), Foreign::nfs_rpc},
        {client, octets("05 01 00"), Foreign::socks},
        {client, characters("OPTIONS sip:a@b SIP/2.0\r\n"), Foreign::sip},
        {client, characters("MESSAGE sip:a@b SIP/2.0\r\n"), Foreign::sip},
        {client, characters("hello there\r\n"), Foreign::text},
        {server, octets("DE AD BE EF DE AD BE EF 01 02"), Foreign::binary},
    };
    for (const Row &row : rows) {
        SCOPED_TRACE(std::string(foreign_name(row.protocol)));
        EXPECT_EQ(foreign_name(identify(row.octets, row.from_server)), foreign_name(row.protocol));
    }
}

TEST(Identify, NamesNothingOnTooFewOctetsAndNeverModbus)
{
    const Row rows[] = {
        {client, {}, Foreign::unknown},
        {client, octets("16"), Foreign::unknown},
        {client, characters("GE"), Foreign::unknown},
        {client, octets("DE AD BE EF"), Foreign::unknown},
        {client, octets("0001 0000 0006 01 03 0000 000A"), Foreign::unknown},
        {client, octets("1603 0000 0006 01 03 0000 000A"), Foreign::unknown},  // transaction id like a TLS record
        {client, octets("4745 0000 0006 54 03 0000 000A"), Foreign::unknown},
        {server, octets("0001 0000 00FD 01 03 FA 0000"), Foreign::unknown},    // cut
        {client, octets("0001 0000 0006 01 5A 0000 000A"), Foreign::unknown},  // not strict, yet an MBAP header
        {client, octets("01 03 0000 000A C5CD"), Foreign::unknown},
        {client, characters(":010300000001FB\r\n"), Foreign::unknown},
        {client, characters(":0103000000"), Foreign::unknown},
    };
    for (const Row &row : rows)
        EXPECT_EQ(foreign_name(identify(row.octets, row.from_server)), "unknown");
}

// TCP on port 389 and 6379 has been taken for Modbus by others.
TEST(Identify, LookAlikesAreNotStrictModbus)
{
    const Octets search = octets("30 84 0000 005E 02 01 05 63 84 00000055 04 13");
    EXPECT_FALSE(is_strict(parse_pdu(Role::request, Bytes(search).subspan(7)), 0x5D));
    EXPECT_FALSE(is_strict(parse_pdu(Role::response, Bytes(search).subspan(7)), 0x5D));
    const Octets unbind = octets("30 84 0000 0005 02 01 07 42 00");
    EXPECT_FALSE(is_strict(parse_pdu(Role::request, Bytes(unbind).subspan(7)), 4));
    EXPECT_EQ(identify(unbind, client), Foreign::ldap);
    std::array<std::uint8_t, 256> storage{};
    EXPECT_FALSE(ascii_frame(characters(":1\r\n:1\r\n"), storage));
    EXPECT_FALSE(ascii_frame(characters(":100000\r\n"), storage));
}

}  // namespace
}  // namespace buswitness::modbus
