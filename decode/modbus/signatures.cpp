#include "decode/modbus/signatures.h"

#include <algorithm>
#include <string_view>

namespace buswitness::modbus {
namespace {

using namespace std::string_view_literals;

std::uint16_t le16_at(Bytes octets, std::size_t at)
{
    return static_cast<std::uint16_t>(octets[at] | octets[at + 1] << 8);
}

bool has(Bytes octets, std::size_t at, std::string_view wanted)
{
    if (octets.size() < at + wanted.size())
        return false;
    return std::ranges::equal(octets.subspan(at, wanted.size()), wanted,
                              [](std::uint8_t octet, char c) { return octet == static_cast<std::uint8_t>(c); });
}

bool contains(Bytes octets, std::string_view wanted)
{
    for (std::size_t at = 0; at + wanted.size() <= octets.size(); ++at) {
        if (has(octets, at, wanted))
            return true;
    }
    return false;
}

// Protocols that open with a word.
struct Opening {
    enum class By : std::uint8_t { any, client, server };
    std::string_view word;
    Foreign protocol;
    By by = By::any;
};

constexpr Opening openings[] = {
    {"SIP/2.0 ", Foreign::sip},  // RFC 3261, 7
    {"INVITE sip:", Foreign::sip},
    {"REGISTER sip:", Foreign::sip},
    {"OPTIONS sip:", Foreign::sip},
    {"ACK sip:", Foreign::sip},
    {"BYE sip:", Foreign::sip},
    {"HTTP/1.", Foreign::http},  // RFC 9112, 2.1
    {"GET ", Foreign::http},     // RFC 9110, 9
    {"HEAD ", Foreign::http},
    {"POST ", Foreign::http},
    {"PUT ", Foreign::http},
    {"DELETE ", Foreign::http},
    {"CONNECT ", Foreign::http},
    {"OPTIONS ", Foreign::http},
    {"TRACE ", Foreign::http},
    {"PATCH ", Foreign::http},
    {"PRI * HTTP/2", Foreign::http},                      // RFC 9113, 3.4
    {"SSH-", Foreign::ssh},                               // RFC 4253, 4.2
    {"220 ", Foreign::ftp_or_smtp, Opening::By::server},  // RFC 959, 5.4; RFC 5321, 4.2
    {"220-", Foreign::ftp_or_smtp, Opening::By::server},
    {"EHLO ", Foreign::ftp_or_smtp, Opening::By::client},
    {"HELO ", Foreign::ftp_or_smtp, Opening::By::client},
    {"+OK\r\n", Foreign::redis, Opening::By::server},  // RESP: simple strings and errors
    {"+PONG\r\n", Foreign::redis, Opening::By::server},
    {"-ERR ", Foreign::redis, Opening::By::server},
    {"-NOAUTH ", Foreign::redis, Opening::By::server},
    {"-WRONGTYPE ", Foreign::redis, Opening::By::server},
    {"\xFFSMB"sv, Foreign::smb},  // without NetBIOS session header
    {"\xFESMB"sv, Foreign::smb},
};

Foreign match_opening(Bytes octets, bool from_server)
{
    for (const Opening &opening : openings) {
        const bool side_fits = opening.by == Opening::By::any || (opening.by == Opening::By::server) == from_server;
        if (side_fits && has(octets, 0, opening.word))
            return opening.protocol;
    }
    return Foreign::unknown;
}

// RFC 8446, 5.1: a hello or an alert in clear, or protected data (the capture began in the middle).
// RFC 5246, E.2: | 0-1 length, top bit set | 2 type 1 | 3-4 version |.
bool is_tls(Bytes octets, bool)
{
    if (octets.size() < 6)
        return false;
    if (octets[1] == 3 && octets[2] <= 4) {
        const std::uint16_t length = be16_at(octets, 3);
        return (octets[0] == 0x16 && length >= 4 && length <= 16384 && (octets[5] == 1 || octets[5] == 2)) ||
               (octets[0] == 0x15 && length == 2 && (octets[5] == 1 || octets[5] == 2)) ||
               (octets[0] == 0x17 && octets[2] >= 1 && octets[2] <= 3 && length >= 17 && length <= 16384 + 2048);
    }
    const bool version_2_or_3 = (octets[3] == 0 && octets[4] == 2) || (octets[3] == 3 && octets[4] <= 3);
    return octets[0] >= 0x80 && octets[2] == 1 && version_2_or_3 && octets.size() >= 7 && be16_at(octets, 5) % 3 == 0;
}

bool is_telnet(Bytes octets, bool)  // RFC 854: IAC SB, WILL, WONT, DO or DONT
{
    return octets.size() >= 3 && octets[0] == 0xFF && octets[1] >= 0xFA && octets[1] <= 0xFE && octets[2] != 0xFF;
}

// | 0 type 0 | 1-3 length | FF, FE or FD "SMB" |, or a NetBIOS session request (RFC 1002, 4.3.2).
bool is_smb(Bytes octets, bool)
{
    if (octets.size() >= 8 && octets[0] == 0 && octets[4] >= 0xFC && has(octets, 5, "SMB"))
        return true;
    return has(octets, 0, "\x81\x00\x00\x44\x20"sv);
}

// C706, 12.6.3.1: | 0-1 version 5.0 or 5.1 | 2 type | 3 flags | 4-7 drep | 8-9 fragment length |
bool is_dcerpc(Bytes octets, bool)
{
    return octets.size() >= 10 && octets[0] == 5 && octets[1] <= 1 && octets[2] <= 19 &&
           has(octets, 4, "\x10\x00\x00\x00"sv) && le16_at(octets, 8) >= 16;
}

// RFC 1006, 6 and ISO 8073, 13: | 0 version 3 | 1 0 | 2-3 length | 4 COTP length | 5 code | ...
bool is_tpkt(Bytes octets, std::uint8_t code)
{
    return octets.size() >= 7 && octets[0] == 3 && octets[1] == 0 && be16_at(octets, 2) >= 7 &&
           octets[4] + 5U <= be16_at(octets, 2) && (octets[5] & 0xF0) == code;
}
bool is_tpkt_connection(Bytes octets)
{
    return octets.size() >= 11 && octets[4] >= 6 && (is_tpkt(octets, 0xE0) || is_tpkt(octets, 0xD0));
}

// Of the connection's parameters, the called TSAP (C2) of a controller: PG, OP or S7 basic, then rack and slot.
bool is_s7(Bytes octets, bool)
{
    if (is_tpkt(octets, 0xF0))
        return octets[4] == 2 && octets.size() >= 8 && octets[7] == 0x32;
    if (!is_tpkt_connection(octets))
        return false;
    Bytes rest = octets.subspan(11);
    while (rest.size() >= 4 && rest[0] >= 0xC0 && rest[0] <= 0xC2) {
        if (rest[0] == 0xC2 && rest[1] == 2)
            return rest[2] >= 1 && rest[2] <= 3;
        rest = rest.subspan(std::min<std::size_t>(2U + rest[1], rest.size()));
    }
    return false;
}

// [MS-RDPBCGR] 2.2.1.1: a cookie or an RDP negotiation structure of 8 octets.
bool is_rdp(Bytes octets, bool)
{
    if (!is_tpkt_connection(octets))
        return false;
    if (has(octets, 11, "Cookie: "))
        return true;
    return octets.size() >= 15 && octets[11] >= 1 && octets[11] <= 3 && octets[13] == 8 && octets[14] == 0;
}

// RFC 4511, 4.1.1: SEQUENCE, message id (INTEGER), then an operation of class APPLICATION.
bool is_ldap(Bytes octets, bool)
{
    if (octets.size() < 7 || octets[0] != 0x30)
        return false;
    const std::size_t at = octets[1] < 0x80 ? 2 : 2U + (octets[1] & 0x7FU);
    if (at > 6 || octets.size() < at + 4 || octets[at] != 2 || octets[at + 1] < 1 || octets[at + 1] > 4)
        return false;
    const std::size_t operation = at + 2 + octets[at + 1];
    return octets.size() > operation && (octets[operation] & 0xC0) == 0x40 && (octets[operation] & 0x1F) <= 25;
}

// RESP: a type character, a number, CR LF.
bool is_redis(Bytes octets, bool from_server)
{
    if (octets.size() < 4)
        return false;
    const std::string_view types = from_server ? "*$:" : "*";
    if (types.find(static_cast<char>(octets[0])) == std::string_view::npos)
        return false;
    std::size_t at = octets[1] == '-' ? 2 : 1;
    const std::size_t first = at;
    while (at < octets.size() && at < 21 && octets[at] >= '0' && octets[at] <= '9')
        ++at;
    return at > first && has(octets, at, "\r\n");
}

// MQTT 3.1.1, 3.1: | 0 CONNECT | 1.. remaining length, 7 bits an octet | protocol name |
bool is_mqtt(Bytes octets, bool)
{
    if (octets.size() < 8 || octets[0] != 0x10)
        return false;
    std::size_t at = 1;
    while (at < 4 && octets[at] >= 0x80)
        ++at;
    return has(octets, at + 1, "\x00\x04MQTT"sv) || has(octets, at + 1, "\x00\x06MQIsdp"sv);
}

// OPC 10000-6, 7.1.2.2: | 0-2 message type | 3 F | 4-7 size |
bool is_opc_ua(Bytes octets, bool)
{
    if (octets.size() < 8 || octets[3] != 'F')
        return false;
    return has(octets, 0, "HEL") || has(octets, 0, "ACK") || has(octets, 0, "OPN") || has(octets, 0, "ERR");
}

// CIP volume 2, 2-3.1, all little-endian: | 0-1 command | 2-3 length | 4-7 session | 8-11 status | 12-19 | 20-23
// options |
bool is_enip(Bytes octets, bool)
{
    if (octets.size() < 24 || octets[1] != 0 || !has(octets, 20, "\0\0\0\0"sv) || octets[11] != 0)
        return false;
    const std::uint8_t command = octets[0];
    if (command == 0x65)  // RegisterSession: | protocol version 1 | options 0 |
        return le16_at(octets, 2) == 4 && has(octets, 24, "\x01\0\0\0"sv);
    if (command == 0x6F || command == 0x70)  // SendRRData, SendUnitData: interface handle 0
        return le16_at(octets, 2) >= 8 && has(octets, 24, "\0\0\0\0"sv);
    return (command == 0x63 || command == 0x64 || command == 0x04) && le16_at(octets, 2) + 24U == octets.size();
}

// IEC 60870-5-104, 5: | 0 start 68 | 1 length | 2-5 control | ASDU |
bool is_iec104(Bytes octets, bool)
{
    if (octets.size() < 6 || octets[0] != 0x68 || octets[1] < 4 || octets[1] > 253)
        return false;
    const std::uint8_t control = octets[2];
    if (octets[1] == 4) {
        const bool unnumbered = control == 0x07 || control == 0x0B || control == 0x13 || control == 0x23 ||
                                control == 0x43 || control == 0x83;
        return (unnumbered && has(octets, 3, "\0\0\0"sv)) || (control == 1 && octets[3] == 0 && octets[4] % 2 == 0);
    }
    const std::size_t end = 2U + octets[1];
    const bool whole = end == octets.size() || (end < octets.size() && octets[end] == 0x68);
    return octets[1] >= 10 && control % 2 == 0 && octets[4] % 2 == 0 && whole && octets[6] >= 1 && octets[6] <= 127;
}

// IEEE 1815, 9.2: | 0-1 05 64 | 2 length | 3 control | 4-5 | 6-7 | 8-9 CRC of the first eight, low octet first |
bool is_dnp3(Bytes octets, bool)
{
    if (octets.size() < 10 || octets[0] != 0x05 || octets[1] != 0x64 || octets[2] < 5)
        return false;
    unsigned crc = 0;
    for (const std::uint8_t octet : octets.first(8)) {
        crc ^= octet;
        for (int bit = 0; bit < 8; ++bit)
            crc = (crc & 1U) != 0 ? crc >> 1 ^ 0xA6BCU : crc >> 1;
    }
    return le16_at(octets, 8) == (~crc & 0xFFFFU);
}

// ASHRAE 135, J.2: | 0 type 81 | 1 function | 2-3 length of the whole | NPDU, version 1 |
bool is_bacnet(Bytes octets, bool)
{
    if (octets.size() < 6 || octets[0] != 0x81 || be16_at(octets, 2) != octets.size())
        return false;
    return octets[1] == 0x0A || octets[1] == 0x0B ? octets[4] == 1 : octets[1] <= 0x0C;
}

// RFC 5531, 9 and 11: | 0-3 record mark | 4-7 xid | 8-11 call 0, reply 1 | 12-15 RPC version 2, or accepted / denied |
bool is_onc_rpc(Bytes octets, bool)
{
    if (octets.size() < 16 || octets[0] != 0x80 || be32_at(octets, 8) > 1)
        return false;
    const std::uint32_t next = be32_at(octets, 12);
    return be32_at(octets, 8) == 0 ? next == 2 && octets.size() >= 28 : next <= 1;
}

bool is_socks(Bytes octets, bool from_server)  // RFC 1928, 3: | 0 version 5 | 1 number of methods | methods |
{
    if (from_server || octets.size() < 3 || octets[0] != 5 || octets[1] == 0 || octets.size() != 2U + octets[1])
        return false;
    return std::ranges::all_of(octets.subspan(2), [](std::uint8_t method) { return method <= 9 || method >= 0x80; });
}

bool is_sip(Bytes octets, bool)  // RFC 3261, 7.1: any other method, with the version at the line's end
{
    return octets.size() >= 16 && octets[0] >= 'A' && octets[0] <= 'Z' && contains(octets, " SIP/2.0\r\n");
}

struct Signature {
    Foreign protocol;
    bool (*fits)(Bytes octets, bool from_server);
};

constexpr Signature signatures[] = {
    {Foreign::tls, is_tls},       {Foreign::telnet, is_telnet}, {Foreign::smb, is_smb},
    {Foreign::dcerpc, is_dcerpc}, {Foreign::s7, is_s7},         {Foreign::rdp, is_rdp},
    {Foreign::ldap, is_ldap},     {Foreign::redis, is_redis},   {Foreign::mqtt, is_mqtt},
    {Foreign::opc_ua, is_opc_ua}, {Foreign::enip, is_enip},     {Foreign::iec104, is_iec104},
    {Foreign::dnp3, is_dnp3},     {Foreign::bacnet, is_bacnet}, {Foreign::nfs_rpc, is_onc_rpc},
    {Foreign::socks, is_socks},   {Foreign::sip, is_sip},
};

}  // namespace

Foreign match_signature(Bytes octets, bool from_server)
{
    const Foreign opening = match_opening(octets, from_server);
    if (opening != Foreign::unknown)
        return opening;
    for (const Signature &signature : signatures) {
        if (signature.fits(octets, from_server))
            return signature.protocol;
    }
    return Foreign::unknown;
}

}  // namespace buswitness::modbus
