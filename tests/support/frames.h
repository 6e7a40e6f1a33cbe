// Packets layer by layer, as hexadecimal text, and a dissected packet as one line: the tables of the dissect tests
// are written in both.
#pragma once

#include "decode/net/dissect.h"

#include <cstdint>
#include <string>

namespace buswitness::test {

// 02:00:00:00:00:01 -> 02:00:00:00:00:02, up to and with the type.
std::string ethernet(const std::string &type, const std::string &rest);
std::string vlan(const std::string &identifier, const std::string &type, const std::string &rest);

// 10.0.0.1 -> 10.0.0.2, TTL 64, TOS 0, identification 7; the total length is right.
std::string ipv4(const std::string &protocol, const std::string &rest, const std::string &flags_and_offset = "4000");
// fd00::1 -> fd00::2, hop limit 64.
std::string ipv6(const std::string &next_header, const std::string &rest);
// 1024 -> 502 (tcp) or the given port (udp), the length is right.
std::string tcp(const std::string &payload);
std::string udp(const std::string &destination_port, const std::string &payload);

std::string repeated(const std::string &text, std::size_t times);

struct Wire {
    std::uint32_t link_type = 1;
    std::size_t captured = SIZE_MAX;  // only so many octets
    bool snapped = true;              // the rest was on the wire
};

// What the dissector says to the packet.
std::string dissected(const std::string &packet, const Wire &wire = {});
std::string dissected(net::Dissector &dissector, const std::string &packet, const Wire &wire = {}, Timestamp time = {});
// tcp 10.0.0.1:1024 > 10.0.0.2:502 PA seq 1 ack 2 win 256 len 3, and what is not as usual
std::string text_of(const net::PacketView &view);

}  // namespace buswitness::test
