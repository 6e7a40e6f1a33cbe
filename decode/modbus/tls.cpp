// TLS records (RFC 8446, 5.1): | 0 content type | 1-2 version 03 0x | 3-4 length | content |
#include "decode/modbus/identify.h"

#include <algorithm>

namespace buswitness::modbus {
namespace {

constexpr std::uint8_t change_cipher_spec = 20;
constexpr std::uint8_t alert_record = 21;
constexpr std::uint8_t handshake_record = 22;
constexpr std::uint8_t application_data_record = 23;
constexpr std::uint8_t heartbeat_record = 24;

constexpr std::uint16_t longest_record = 16384 + 2048;  // RFC 5246, 6.2.3
constexpr std::uint16_t longest_sealed_alert = 24;      // 2 octets, the inner type, 8 or 16 octets of tag, padding

constexpr std::uint16_t tls_1_3 = 0x0304;
constexpr std::uint16_t supported_versions = 43;

bool is_record_header(Bytes head)
{
    const std::uint16_t length = be16_at(head, 3);
    if (head[0] < change_cipher_spec || head[0] > heartbeat_record || head[1] != 3 || head[2] > 4)
        return false;
    if (head[0] == change_cipher_spec)
        return length == 1;
    return length <= longest_record && (length > 0 || head[0] == application_data_record);
}

}  // namespace

void TlsGlance::feed(Bytes octets, bool from_server)
{
    Side &sender = side(from_server);
    while (!octets.empty() && !sender.lost) {
        if (sender.left > 0) {
            const Bytes part = octets.first(std::min<std::size_t>(octets.size(), sender.left));
            content(sender, part, from_server);
            sender.left = static_cast<std::uint16_t>(sender.left - part.size());
            octets = octets.subspan(part.size());
            continue;
        }
        sender.head[sender.have++] = octets[0];
        octets = octets.subspan(1);
        if (sender.have == sizeof sender.head) {
            sender.have = 0;
            begin_record(sender, from_server);
        }
    }
}

void TlsGlance::begin_record(Side &sender, bool from_server)
{
    if (!is_record_header(sender.head)) {
        sender.lost = true;
        return;
    }
    sender.left = be16_at(sender.head, 3);
    sender.at = 0;
    const std::uint8_t type = sender.head[0];
    if (type == change_cipher_spec) {
        sender.change_cipher = true;
    } else if (type == application_data_record) {
        data_record(sender, from_server);
    } else if (sender.change_cipher && version_ != tls_1_3 && !(type == alert_record && sender.left == 2)) {
        ++sender.sealed_records;
        sender.last_length = sender.left;
    }
}

void TlsGlance::data_record(Side &sender, bool from_server)
{
    ++sender.data_records;
    sender.last_length = sender.left;
    if (!from_server)
        client_flight_ = client_flight_ || side(true).data_records > 0;
    else if (client_flight_ && sender.left > longest_sealed_alert)
        server_went_on_ = true;
    else if (client_flight_ && side(false).last_length > longest_sealed_alert)  // no answer to the client's own alert
        server_alerted_ = true;
}

void TlsGlance::content(Side &sender, Bytes octets, bool from_server)
{
    const std::uint8_t type = sender.head[0];
    const std::size_t length = be16_at(sender.head, 3);
    for (const std::uint8_t octet : octets) {
        if (type == alert_record && length == 2)
            alert_octet(sender, octet, from_server);
        else if (type == handshake_record && from_server && hello_.part != HelloWalk::Part::done)
            hello_octet(octet);
        else if (type == handshake_record && !from_server && sender.at == 0 && !sender.change_cipher)
            client_hello_ = client_hello_ || octet == 1;
        else
            break;
        ++sender.at;
    }
}

// Two octets in clear; a sealed alert is always longer.
void TlsGlance::alert_octet(Side &sender, std::uint8_t octet, bool from_server)
{
    if (sender.at == 0) {
        sender.alert_level = octet;
        return;
    }
    const bool fatal = sender.alert_level == 2;
    if (alert_ && (alert_fatal_ || !fatal))
        return;
    alert_ = true;
    alert_from_server_ = from_server;
    alert_fatal_ = fatal;
    alert_description_ = octet;
}

void TlsGlance::hello_octet(std::uint8_t octet)
{
    using enum HelloWalk::Part;
    constexpr std::uint8_t wanted[] = {6, 1, 5, 4, 2, 0};  // octets of each part
    if (hello_.part != start && hello_.left-- == 0) {
        hello_.part = done;
        return;
    }
    if (hello_.skip > 0) {
        --hello_.skip;
        return;
    }
    hello_.octets[hello_.have++] = octet;
    if (hello_.have < wanted[static_cast<std::size_t>(hello_.part)])
        return;
    hello_.have = 0;
    hello_part();
}

// The octets of one part are together: what they say, and what comes after them.
void TlsGlance::hello_part()
{
    using enum HelloWalk::Part;
    const Bytes octets = hello_.octets;
    switch (hello_.part) {
    case start:  // | 0 type 2 | 1-3 length | 4-5 version |, then 32 random octets
        server_hello_ = octets[0] == 2;
        hello_.part = server_hello_ ? session : done;
        if (server_hello_)
            version_ = be16_at(octets, 4);
        hello_.left = (be32_at(octets, 0) & 0xFFFFFF) - 2;
        hello_.skip = 32;
        break;
    case session:  // | 0 length of the session id |
        hello_.part = ciphers;
        hello_.skip = octets[0];
        break;
    case ciphers:  // | 0-1 cipher suite | 2 compression | 3-4 length of the extensions |
        hello_.part = extension;
        break;
    case extension:  // | 0-1 type | 2-3 length |
        if (be16_at(octets, 0) == supported_versions)
            hello_.part = version;
        else
            hello_.skip = be16_at(octets, 2);
        break;
    case version:  // | 0-1 selected version |
        version_ = be16_at(octets, 0);
        hello_.part = done;
        break;
    case done: break;
    }
}

bool TlsGlance::application_data() const
{
    if (version_ == tls_1_3)
        return established();
    return side(false).data_records > 0 && side(true).data_records > 0;
}

bool TlsGlance::established() const
{
    if (version_ == tls_1_3)
        return server_went_on_;
    for (const Side &one : sides_) {
        if (!one.change_cipher || one.sealed_records == 0)
            return false;
    }
    return side(false).data_records > 0 || side(true).data_records > 0;
}

std::uint32_t TlsGlance::protected_records(bool from_server) const
{
    return side(from_server).data_records + side(from_server).sealed_records;
}

bool TlsGlance::refused_last_flight() const
{
    return version_ == tls_1_3 && client_flight_ && server_alerted_ && !server_went_on_;
}

std::string_view tls_alert_name(std::uint8_t description)
{
    switch (description) {
    case 0: return "close_notify";
    case 10: return "unexpected_message";
    case 20: return "bad_record_mac";
    case 21: return "decryption_failed";
    case 22: return "record_overflow";
    case 30: return "decompression_failure";
    case 40: return "handshake_failure";
    case 41: return "no_certificate";
    case 42: return "bad_certificate";
    case 43: return "unsupported_certificate";
    case 44: return "certificate_revoked";
    case 45: return "certificate_expired";
    case 46: return "certificate_unknown";
    case 47: return "illegal_parameter";
    case 48: return "unknown_ca";
    case 49: return "access_denied";
    case 50: return "decode_error";
    case 51: return "decrypt_error";
    case 60: return "export_restriction";
    case 70: return "protocol_version";
    case 71: return "insufficient_security";
    case 80: return "internal_error";
    case 86: return "inappropriate_fallback";
    case 90: return "user_canceled";
    case 100: return "no_renegotiation";
    case 109: return "missing_extension";
    case 110: return "unsupported_extension";
    case 111: return "certificate_unobtainable";
    case 112: return "unrecognized_name";
    case 113: return "bad_certificate_status_response";
    case 114: return "bad_certificate_hash_value";
    case 115: return "unknown_psk_identity";
    case 116: return "certificate_required";
    case 120: return "no_application_protocol";
    default: return "unknown alert";
    }
}

}  // namespace buswitness::modbus
