// What else speaks here: a name for the first octets of a TCP stream that is not Modbus.
// Only signatures that their protocol's document fixes; `unknown` is a good answer.
#pragma once

#include "decode/base/bytes.h"

#include <cstdint>
#include <string_view>

namespace buswitness::modbus {

enum class Foreign : std::uint8_t {
    unknown,
    http,
    tls,
    ssh,
    telnet,
    ftp_or_smtp,
    smb,
    dcerpc,
    rdp,
    ldap,
    redis,
    mqtt,
    opc_ua,
    s7,
    enip,
    iec104,
    dnp3,
    bacnet,
    nfs_rpc,
    socks,
    sip,
    text,
    binary,
};

// `from_server` tells who sent the octets. `text`: printable lines without a better name; `binary`: none of the above.
Foreign identify(Bytes first_octets, bool from_server);
std::string_view foreign_name(Foreign protocol);  // "HTTP", "TLS", "SSH", ...

// What can be seen of a TLS handshake without keys (RFC 8446, 5.1; RFC 5246, 6.2.1). Feed each direction in order, and
// both as they came: whether the server went on after the client's last flight is all that TLS 1.3 shows of success.
class TlsGlance {
public:
    void feed(Bytes octets, bool from_server);
    void gap(bool from_server) { side(from_server).lost = true; }  // octets are missing: nothing more of that side

    [[nodiscard]] bool client_hello() const { return client_hello_; }
    [[nodiscard]] bool server_hello() const { return server_hello_; }
    // Both sides sent protected application data. TLS 1.3: the same as established().
    [[nodiscard]] bool application_data() const;
    // The handshake succeeded. TLS 1.2: both sides finished and one sent application data. TLS 1.3: after the client's
    // first protected record the server sent one that is too long to be an alert.
    [[nodiscard]] bool established() const;
    [[nodiscard]] bool alert() const { return alert_; }  // in clear; a fatal one stands before a warning
    [[nodiscard]] bool alert_from_server() const { return alert_from_server_; }
    [[nodiscard]] bool alert_is_fatal() const { return alert_fatal_; }
    [[nodiscard]] std::uint8_t alert_description() const { return alert_description_; }
    // 0x0303 TLS 1.2, 0x0304 TLS 1.3, 0: no ServerHello.
    [[nodiscard]] std::uint16_t version() const { return version_; }

    // Encrypted records of one side, and the length field of its last one (0: none).
    [[nodiscard]] std::uint32_t protected_records(bool from_server) const;
    [[nodiscard]] std::uint16_t last_record(bool from_server) const { return side(from_server).last_length; }
    // TLS 1.3: the client's last flight was answered by a record of an alert's length and nothing else. When the
    // connection ends there, the server did not accept what the client sent (mostly its certificate, or none).
    [[nodiscard]] bool refused_last_flight() const;
    [[nodiscard]] bool lost(bool from_server) const { return side(from_server).lost; }  // not TLS, or out of step

private:
    struct Side {
        std::uint8_t head[5] = {};  // record header
        std::uint8_t have = 0;
        std::uint16_t left = 0;         // octets of the current record still to come
        std::uint16_t at = 0;           // octets of the current record already seen
        std::uint16_t last_length = 0;  // of the last protected record
        std::uint8_t alert_level = 0;
        bool change_cipher = false;
        bool lost = false;
        std::uint32_t data_records = 0;    // type 23
        std::uint32_t sealed_records = 0;  // others after ChangeCipherSpec
    };
    // Walks a ServerHello octet by octet up to its supported_versions (RFC 8446, 4.1.3 and 4.2.1).
    struct HelloWalk {
        enum class Part : std::uint8_t { start, session, ciphers, extension, version, done };
        Part part = Part::start;
        std::uint8_t have = 0;
        std::uint8_t octets[6] = {};
        std::uint16_t skip = 0;
        std::uint32_t left = 0;  // octets of the message still to come
    };
    Side &side(bool from_server) { return sides_[from_server ? 1 : 0]; }
    [[nodiscard]] const Side &side(bool from_server) const { return sides_[from_server ? 1 : 0]; }
    void begin_record(Side &sender, bool from_server);
    void content(Side &sender, Bytes octets, bool from_server);
    void data_record(Side &sender, bool from_server);
    void alert_octet(Side &sender, std::uint8_t octet, bool from_server);
    void hello_octet(std::uint8_t octet);
    void hello_part();

    Side sides_[2];
    HelloWalk hello_;
    bool client_hello_ = false, server_hello_ = false;
    bool alert_ = false, alert_from_server_ = false, alert_fatal_ = false;
    std::uint8_t alert_description_ = 0;
    std::uint16_t version_ = 0;
    bool client_flight_ = false;   // the client sent protected data after the server had
    bool server_went_on_ = false;  // then the server sent a record that is too long to be an alert
    bool server_alerted_ = false;  // or one of an alert's length
};

std::string_view tls_alert_name(std::uint8_t description);  // RFC 8446, 6.2: "handshake_failure"

}  // namespace buswitness::modbus
