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

// What can be seen of a TLS handshake without keys (RFC 8446, 5.1; RFC 5246, 6.2.1). Feed each direction in order.
class TlsGlance {
public:
    void feed(Bytes octets, bool from_server);

    [[nodiscard]] bool client_hello() const { return client_hello_; }
    [[nodiscard]] bool server_hello() const { return server_hello_; }
    [[nodiscard]] bool application_data() const { return client_data_ && server_data_; }
    [[nodiscard]] bool established() const;  // both sides went on to protected application data
    [[nodiscard]] bool alert() const { return alert_; }
    [[nodiscard]] bool alert_from_server() const { return alert_from_server_; }
    [[nodiscard]] bool alert_is_fatal() const { return alert_fatal_; }
    [[nodiscard]] std::uint8_t alert_description() const { return alert_description_; }
    [[nodiscard]] std::uint16_t version() const { return version_; }  // 0x0303 TLS 1.2, 0x0304 TLS 1.3

private:
    struct Side {
        std::uint32_t skip = 0;      // octets of the current record still to pass over
        std::uint8_t head[16] = {};  // first octets of the current record, header included
        std::uint8_t have = 0;
        std::uint16_t protected_records = 0;
        bool change_cipher = false;
        bool lost = false;  // not TLS any more, or out of step
    };
    void record(Side &side, bool from_server);
    Side sides_[2];
    bool client_hello_ = false, server_hello_ = false, client_data_ = false, server_data_ = false;
    bool alert_ = false, alert_from_server_ = false, alert_fatal_ = false;
    std::uint8_t alert_description_ = 0;
    std::uint16_t version_ = 0;
};

std::string_view tls_alert_name(std::uint8_t description);

}  // namespace buswitness::modbus
