#include "tests/support/scenario_wire.h"

#include "decode/modbus/rtu.h"

#include <algorithm>

namespace buswitness::test::wire {
namespace {

void put(Octets &out, std::uint64_t value, unsigned octets)
{
    for (unsigned i = octets; i-- > 0;)
        out.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

void append(Octets &out, const Octets &more)
{
    out.insert(out.end(), more.begin(), more.end());
}

Octets ethernet(std::uint64_t destination, std::uint64_t source, std::uint16_t type, const Octets &rest)
{
    Octets out;
    put(out, destination, 6);
    put(out, source, 6);
    put(out, type, 2);
    append(out, rest);
    return out;
}

Octets ipv4(const Ip &ip, std::uint8_t protocol, const Octets &rest)
{
    Octets out;
    put(out, 0x45, 1);
    put(out, ip.tos, 1);
    put(out, 20 + rest.size(), 2);
    put(out, ip.id, 2);
    put(out, 0x4000, 2);  // do not fragment
    put(out, ip.ttl, 1);
    put(out, protocol, 1);
    put(out, 0, 2);
    put(out, ip.source, 4);
    put(out, ip.destination, 4);
    append(out, rest);
    return ethernet(ip.destination_mac, ip.source_mac, 0x0800, out);
}

}  // namespace

Octets tcp_packet(const Ip &ip, const Tcp &tcp, const Octets &payload)
{
    Octets out;
    put(out, tcp.source, 2);
    put(out, tcp.destination, 2);
    put(out, tcp.sequence, 4);
    put(out, tcp.acknowledgement, 4);
    put(out, 0x50, 1);
    put(out, tcp.flags, 1);
    put(out, tcp.window, 2);
    put(out, 0, 4);
    append(out, payload);
    return ipv4(ip, 6, out);
}

Octets udp_packet(const Ip &ip, std::uint16_t source, std::uint16_t destination, const Octets &payload)
{
    Octets out;
    put(out, source, 2);
    put(out, destination, 2);
    put(out, 8 + payload.size(), 2);
    put(out, 0, 2);
    append(out, payload);
    return ipv4(ip, 17, out);
}

Octets echo_packet(const Ip &ip, bool reply, std::uint16_t sequence)
{
    Octets out;
    put(out, reply ? 0 : 8, 1);
    put(out, 0, 3);
    put(out, 0x1234, 2);
    put(out, sequence, 2);
    put(out, 0x6162636465666768, 8);
    return ipv4(ip, 1, out);
}

Octets icmp_error(const Ip &ip, std::uint8_t type, std::uint8_t code, const Octets &about, std::size_t quoted)
{
    Octets out;
    put(out, type, 1);
    put(out, code, 1);
    put(out, 0, 6);
    const std::size_t length = std::min(quoted, about.size() - 14);
    out.insert(out.end(), about.begin() + 14, about.begin() + 14 + static_cast<std::ptrdiff_t>(length));
    return ipv4(ip, 1, out);
}

Octets arp_request(std::uint64_t sender_mac, std::uint32_t sender, std::uint32_t target, std::uint64_t to_mac)
{
    Octets out;
    put(out, 0x0001'0800'0604'0001, 8);
    put(out, sender_mac, 6);
    put(out, sender, 4);
    put(out, 0, 6);
    put(out, target, 4);
    return ethernet(to_mac, sender_mac, 0x0806, out);
}

Octets arp_reply(std::uint64_t sender_mac, std::uint32_t sender, std::uint64_t to_mac, std::uint32_t to)
{
    Octets out;
    put(out, 0x0001'0800'0604'0002, 8);
    put(out, sender_mac, 6);
    put(out, sender, 4);
    put(out, to_mac, 6);
    put(out, to, 4);
    return ethernet(to_mac, sender_mac, 0x0806, out);
}

Octets other_packet()
{
    return ethernet(0x0180'C200'000E, 0x0200'0000'00FE, 0x88CC, {0x02, 0x07, 0x04, 0x00, 0x00, 0x00});
}

Octets mbap(std::uint16_t transaction, std::uint16_t protocol, std::uint8_t unit, const Octets &pdu, int length_error)
{
    Octets out;
    put(out, transaction, 2);
    put(out, protocol, 2);
    put(out, static_cast<std::uint64_t>(static_cast<int>(pdu.size()) + 1 + length_error), 2);
    put(out, unit, 1);
    append(out, pdu);
    return out;
}

Octets rtu(std::uint8_t unit, const Octets &pdu)
{
    Octets out{unit};
    append(out, pdu);
    const std::uint16_t crc = modbus::crc16(out);
    put(out, crc & 0xFF, 1);
    put(out, crc >> 8, 1);
    return out;
}

Octets ascii(std::uint8_t unit, const Octets &pdu)
{
    constexpr const char *digits = "0123456789ABCDEF";
    Octets binary{unit};
    append(binary, pdu);
    binary.push_back(modbus::lrc(binary));
    Octets out{':'};
    for (const std::uint8_t octet : binary) {
        out.push_back(static_cast<std::uint8_t>(digits[octet >> 4]));
        out.push_back(static_cast<std::uint8_t>(digits[octet & 15]));
    }
    out.push_back('\r');
    out.push_back('\n');
    return out;
}

}  // namespace buswitness::test::wire
