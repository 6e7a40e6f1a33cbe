// One dissected packet: what the headers say, without judging it. Views point into the packet's own octets
// (or into the dissector's reassembly buffer) and die with the next packet.
#pragma once

#include "decode/base/address.h"
#include "decode/net/packet.h"

#include <cstdint>

namespace buswitness::net {

enum class PacketKind : std::uint8_t {
    undecodable,  // a header is damaged or cut before anything useful
    other,        // decoded, but nothing we follow (IGMP, STP, an IP fragment that waits for the rest, ...)
    neighbour,    // ARP, or ICMPv6 neighbour solicitation / advertisement
    icmp,         // ICMP or ICMPv6
    udp,
    tcp,
};

namespace tcp_flag {
inline constexpr std::uint8_t fin = 0x01, syn = 0x02, rst = 0x04, psh = 0x08, ack = 0x10, urg = 0x20;
}

struct TcpView {  // RFC 9293, 3.1
    std::uint32_t sequence = 0;
    std::uint32_t acknowledgement = 0;
    std::uint8_t flags = 0;
    std::uint16_t window = 0;
    std::uint16_t checksum = 0;
    std::int8_t window_scale = -1;  // option of a SYN, -1: absent
    bool has_timestamps = false;    // RFC 7323
    bool has_sack = false;          // a SACK block is present (RFC 2018)
    std::uint32_t timestamp_value = 0;
    [[nodiscard]] bool has(std::uint8_t flag) const { return (flags & flag) != 0; }
};

// ARP (RFC 826) and IPv6 neighbour discovery (RFC 4861) in one shape.
struct NeighbourView {
    bool is_arp = false;
    bool request = false;       // ARP request or neighbour solicitation
    bool announcement = false;  // gratuitous ARP, ARP probe, unsolicited advertisement, duplicate address detection
    Address sender;             // who speaks (IPv6: source address)
    Address target;             // who is asked for; in an answer: whose address is answered for
    MacAddress sender_mac;
    MacAddress answer_mac;  // in an answer: the link address given for `target`
};

struct IcmpView {
    std::uint8_t type = 0;
    std::uint8_t code = 0;
    bool v6 = false;
    bool echo_request = false;
    bool echo_reply = false;
    std::uint16_t echo_id = 0, echo_sequence = 0;
    bool has_quote = false;  // an error with the packet it is about; at least its ports are there
    Endpoint quoted_source, quoted_destination;
    std::uint8_t quoted_protocol = 0;
    std::uint8_t quoted_ttl = 0;
    std::uint32_t quoted_sequence = 0;  // TCP
    bool quoted_syn = false;            // TCP flags were quoted and say SYN
    bool quoted_flags_known = false;    // the quote was long enough for the TCP flags
};

struct PacketView {
    PacketNumber number = 0;
    Timestamp time;
    std::uint32_t interface = 0;
    Direction direction = Direction::unknown;
    PacketKind kind = PacketKind::undecodable;
    bool is_arp = false;   // kind neighbour by ARP (else ICMPv6); bins the packet
    bool snapped = false;  // captured octets end before the packet does
    bool ipv6 = false;
    bool reassembled = false;  // from IP fragments; payload lies in the dissector's buffer
    std::uint8_t ttl = 0;      // or hop limit
    std::uint8_t tos = 0;      // or traffic class
    bool has_ip_id = false;
    std::uint16_t ip_id = 0;
    std::uint16_t vlan = 0;  // innermost VLAN identifier, 0: untagged
    MacAddress source_mac, destination_mac;
    Endpoint source, destination;      // ports 0 for ICMP
    Bytes payload;                     // TCP or UDP payload that was captured
    std::uint32_t payload_length = 0;  // its length on the wire; more than payload.size() when snapped
    TcpView tcp;
    NeighbourView neighbour;
    IcmpView icmp;
};

}  // namespace buswitness::net
