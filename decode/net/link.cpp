#include "decode/net/link.h"

#include "decode/net/ethernet.h"
#include "decode/net/numbers.h"

namespace buswitness::net {
namespace {

enum LinkType : std::uint32_t {
    null = 0,
    ethernet = 1,
    ppp = 9,
    raw_bsd = 12,
    raw_openbsd = 14,
    ppp_hdlc = 50,
    ppp_ether = 51,
    raw = 101,
    c_hdlc = 104,
    loop = 108,
    linux_sll = 113,
    ipv4 = 228,
    ipv6 = 229,
    linux_sll2 = 276,
};

// AF_INET is 2 everywhere; AF_INET6 is 10 on Linux, 24 on NetBSD and OpenBSD, 28 on FreeBSD, 30 on macOS.
bool is_ip_family(std::uint32_t family)
{
    return family == 2 || family == 10 || family == 24 || family == 28 || family == 30;
}

void begin_null(Walk &walk)
{
    if (!walk.has(4))
        return walk.damaged();
    const std::uint32_t family = be32_at(walk.octets, 0);
    walk.advance(4);
    // The writer's byte order is unknown here, but a family is a small number.
    if (!is_ip_family(family) && !is_ip_family(__builtin_bswap32(family)))
        return walk.finish(PacketKind::other);
    walk.go_on(Next::ip);
}

void begin_cooked(Walk &walk, std::uint16_t protocol, unsigned packet_type, unsigned address_length, MacAddress address)
{
    constexpr std::uint16_t llc = 0x0004;
    constexpr unsigned outgoing = 4;
    if (packet_type <= outgoing)
        walk.view.direction = packet_type == outgoing ? Direction::outbound : Direction::inbound;
    if (address_length == 6)
        walk.view.source_mac = address;
    if (protocol == llc)
        return walk.go_on(Next::llc);
    if (protocol < ether_type::smallest)
        return walk.finish(PacketKind::other);
    walk.go_on(Next::ether_type, protocol);
}

void begin_sll(Walk &walk)
{
    if (!walk.has(16))
        return walk.damaged();
    const auto header = walk.octets.first<16>();
    walk.advance(16);
    begin_cooked(walk, be16_at(header, 14), be16_at(header, 0), be16_at(header, 4), mac_at(header, 6));
}

void begin_sll2(Walk &walk)
{
    if (!walk.has(20))
        return walk.damaged();
    const auto header = walk.octets.first<20>();
    walk.advance(20);
    begin_cooked(walk, be16_at(header, 0), header[10], header[11], mac_at(header, 12));
}

void begin_c_hdlc(Walk &walk)
{
    if (!walk.has(4))
        return walk.damaged();
    const std::uint16_t protocol = be16_at(walk.octets, 2);
    walk.advance(4);
    if (protocol < ether_type::smallest)
        return walk.finish(PacketKind::other);
    walk.go_on(Next::ether_type, protocol);
}

// PPP_HDLC carries PPP in HDLC-like framing (RFC 1662) or Cisco's, told apart by the address octet.
void begin_ppp_hdlc(Walk &walk)
{
    if (!walk.has(1))
        return walk.damaged();
    if (walk.octets[0] == 0x0F || walk.octets[0] == 0x8F)
        return begin_c_hdlc(walk);
    walk.go_on(Next::ppp);
}

}  // namespace

void begin_link_layer(Walk &walk, std::uint32_t link_type)
{
    if (link_type == ethernet)
        return read_ethernet(walk);
    switch (link_type) {
    case null:
    case loop: return begin_null(walk);
    case raw_bsd:
    case raw_openbsd:
    case raw:
    case ipv4:
    case ipv6: return walk.go_on(Next::ip);
    case linux_sll: return begin_sll(walk);
    case linux_sll2: return begin_sll2(walk);
    case ppp: return walk.go_on(Next::ppp);
    case ppp_hdlc: return begin_ppp_hdlc(walk);
    case ppp_ether: return walk.go_on(Next::pppoe);
    case c_hdlc: return begin_c_hdlc(walk);
    }
    walk.finish(PacketKind::other);
}

}  // namespace buswitness::net
