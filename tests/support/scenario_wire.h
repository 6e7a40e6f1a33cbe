// Octets of the packets that scenarios are made of. Checksums stay 0, as offload leaves them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace buswitness::test::wire {

using Octets = std::vector<std::uint8_t>;

struct Station {
    std::string name;
    std::uint32_t ip = 0;
    std::uint64_t mac = 0;
    std::uint16_t port = 502;  // where it listens
    std::uint8_t ttl = 64;
    std::uint8_t tos = 0;
    std::uint16_t next_id = 1;  // identification of its next IP packet
};

struct Ip {
    std::uint32_t source = 0, destination = 0;
    std::uint64_t source_mac = 0, destination_mac = 0;
    std::uint16_t id = 0;
    std::uint8_t ttl = 64;
    std::uint8_t tos = 0;
};

struct Tcp {
    std::uint16_t source = 0, destination = 0;
    std::uint32_t sequence = 0, acknowledgement = 0;
    std::uint8_t flags = 0;
    std::uint16_t window = 64240;
};

Octets tcp_packet(const Ip &ip, const Tcp &tcp, const Octets &payload);
Octets udp_packet(const Ip &ip, std::uint16_t source, std::uint16_t destination, const Octets &payload);
Octets echo_packet(const Ip &ip, bool reply, std::uint16_t sequence);
// `about`: an Ethernet frame as above; its IP packet is quoted, at most `quoted` octets of it.
Octets icmp_error(const Ip &ip, std::uint8_t type, std::uint8_t code, const Octets &about, std::size_t quoted = 576);
Octets arp_request(std::uint64_t sender_mac, std::uint32_t sender, std::uint32_t target, std::uint64_t to_mac);
Octets arp_reply(std::uint64_t sender_mac, std::uint32_t sender, std::uint64_t to_mac, std::uint32_t to);
// Somebody else's frame (LLDP): time passes.
Octets other_packet();

// A PDU in its envelope. `length_error` is added to the length field.
Octets mbap(std::uint16_t transaction, std::uint16_t protocol, std::uint8_t unit, const Octets &pdu,
            int length_error = 0);
Octets rtu(std::uint8_t unit, const Octets &pdu);
Octets ascii(std::uint8_t unit, const Octets &pdu);

}  // namespace buswitness::test::wire
