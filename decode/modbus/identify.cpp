#include "decode/modbus/identify.h"

#include "decode/modbus/rtu.h"
#include "decode/modbus/signatures.h"

#include <algorithm>
#include <array>

namespace buswitness::modbus {
namespace {

constexpr std::size_t mbap_length = 7;
constexpr std::size_t enough_for_binary = 8;  // an MBAP header and a function code
constexpr std::size_t enough_for_text = 4;

// | 0-1 transaction | 2-3 protocol 0 | 4-5 length | 6 unit | PDU |  (MODBUS Messaging on TCP/IP V1.0b, 3.1.3)
bool has_mbap_header(Bytes octets)
{
    if (octets.size() < mbap_length + 1 || be16_at(octets, 2) != 0)
        return false;
    const std::uint16_t length = be16_at(octets, 4);
    return length >= 2 && length <= 254;
}

bool fits_mbap(Role role, Bytes octets)
{
    const std::size_t pdu_length = be16_at(octets, 4) - 1U;
    const Bytes rest = octets.subspan(mbap_length);
    const Bytes pdu = rest.first(std::min(pdu_length, rest.size()));
    if (pdu.size() == pdu_length)
        return is_strict(parse_pdu(role, pdu), pdu_length);
    const PredictedLength predicted = predict_length(role, pdu);
    return predicted.known && predicted.octets == pdu_length;
}

bool is_modbus(Bytes octets)
{
    std::array<std::uint8_t, 256> storage{};
    for (const Role role : {Role::request, Role::response}) {
        if ((has_mbap_header(octets) && fits_mbap(role, octets)) || rtu_frame(role, octets))
            return true;
    }
    return ascii_frame(octets, storage).has_value();
}

bool is_text_octet(std::uint8_t octet)
{
    return (octet >= 0x20 && octet < 0x7F) || octet == '\t' || octet == '\r' || octet == '\n';
}

// The beginning of an ASCII frame: a colon and nothing but hexadecimal digits so far.
bool may_be_ascii_frame(Bytes octets)
{
    const auto is_digit = [](std::uint8_t octet) {
        return (octet >= '0' && octet <= '9') || (octet >= 'A' && octet <= 'F') || (octet >= 'a' && octet <= 'f');
    };
    return octets[0] == ':' && std::ranges::all_of(octets.subspan(1), is_digit);
}

constexpr std::array<std::string_view, 23> names = {
    "unknown", "HTTP",      "TLS",     "SSH",   "Telnet", "FTP or SMTP", "SMB",         "DCE/RPC",
    "RDP",     "LDAP",      "Redis",   "MQTT",  "OPC UA", "S7comm",      "EtherNet/IP", "IEC 60870-5-104",
    "DNP3",    "BACnet/IP", "ONC RPC", "SOCKS", "SIP",    "text",        "binary",
};
static_assert(names.size() == static_cast<std::size_t>(Foreign::binary) + 1);

}  // namespace

Foreign identify(Bytes first_octets, bool from_server)
{
    if (first_octets.empty() || is_modbus(first_octets))
        return Foreign::unknown;
    const Foreign known = match_signature(first_octets, from_server);
    if (known != Foreign::unknown)
        return known;
    if (may_be_ascii_frame(first_octets))
        return Foreign::unknown;
    if (first_octets.size() >= enough_for_text && std::ranges::all_of(first_octets, is_text_octet))
        return Foreign::text;
    if (first_octets.size() < enough_for_binary || has_mbap_header(first_octets))
        return Foreign::unknown;
    return Foreign::binary;
}

std::string_view foreign_name(Foreign protocol)
{
    return names[static_cast<std::size_t>(protocol)];
}

}  // namespace buswitness::modbus
