#include "decode/net/ethernet.h"

#include "decode/net/arp_nd.h"
#include "decode/net/ip.h"
#include "decode/net/numbers.h"

namespace buswitness::net {
namespace {

// A type field that may be an IEEE 802.3 length instead.
void go_on_behind_type(Walk &walk, std::uint16_t type)
{
    if (type >= ether_type::smallest)
        return walk.go_on(Next::ether_type, type);
    if (type <= walk.wire)
        walk.bound(type);
    walk.go_on(Next::llc);
}

void read_vlan(Walk &walk)
{
    if (!walk.spend(walk.tags_left))
        return;
    if (!walk.has(4))
        return walk.damaged();
    constexpr std::uint16_t identifier = 0x0FFF;
    const std::uint16_t type = be16_at(walk.octets, 2);
    walk.view.vlan = be16_at(walk.octets, 0) & identifier;
    walk.advance(4);
    go_on_behind_type(walk, type);
}

void read_hsr(Walk &walk)
{
    if (!walk.spend(walk.tags_left))
        return;
    if (!walk.has(6))
        return walk.damaged();
    const std::uint16_t type = be16_at(walk.octets, 4);
    walk.advance(6);
    go_on_behind_type(walk, type);
}

}  // namespace

void read_ethernet(Walk &walk)
{
    const Bytes octets = walk.octets;
    if (octets.size() < 14)
        return walk.damaged();
    const auto header = octets.first<14>();
    walk.octets = octets.subspan(14);
    walk.wire -= 14;
    walk.view.destination_mac = {be64_at(header, 0) >> 16};
    walk.view.source_mac = {be64_at(header, 6) >> 16};
    const std::uint16_t type = be16_at(header, 12);
    if (type == ether_type::ipv4)
        return read_ipv4(walk);
    go_on_behind_type(walk, type);
}

void read_ether_type(Walk &walk)
{
    switch (walk.type) {
    case ether_type::ipv4: return read_ipv4(walk);
    case ether_type::ipv6: return read_ipv6(walk);
    case ether_type::arp: return read_arp(walk);
    case ether_type::vlan:
    case ether_type::service_vlan:
    case ether_type::old_service_vlan: return read_vlan(walk);
    case ether_type::hsr: return read_hsr(walk);
    case ether_type::mpls:
    case ether_type::mpls_multicast: return walk.go_on(Next::mpls);
    case ether_type::pppoe_session: return walk.go_on(Next::pppoe);
    }
    walk.finish(PacketKind::other);
}

void read_llc(Walk &walk)
{
    constexpr std::uint8_t snap_access_point = 0xAA, unnumbered = 0x03;
    constexpr std::uint32_t encapsulated_ethernet = 0x000000, bridge_tunnel = 0x0000F8;
    if (!walk.has(3))
        return walk.damaged();
    if (walk.octets[0] != snap_access_point || walk.octets[1] != snap_access_point || walk.octets[2] != unnumbered)
        return walk.finish(PacketKind::other);
    if (!walk.has(8))
        return walk.damaged();
    const std::uint32_t organisation = be32_at(walk.octets, 2) & 0xFFFFFF;
    const std::uint16_t type = be16_at(walk.octets, 6);
    walk.advance(8);
    if ((organisation != encapsulated_ethernet && organisation != bridge_tunnel) || type < ether_type::smallest)
        return walk.finish(PacketKind::other);
    walk.go_on(Next::ether_type, type);
}

// MPLS does not say what it carries; the first nibble tells IP from a pseudowire's control word (RFC 4928, 3).
void read_mpls(Walk &walk)
{
    constexpr std::uint32_t bottom_of_stack = 0x100;
    for (bool bottom = false; !bottom;) {
        if (!walk.spend(walk.labels_left))
            return;
        if (!walk.has(4))
            return walk.damaged();
        bottom = (be32_at(walk.octets, 0) & bottom_of_stack) != 0;
        walk.advance(4);
    }
    if (!walk.has(1))
        return walk.damaged();
    const unsigned nibble = walk.octets[0] >> 4;
    if (nibble == 4 || nibble == 6)
        return walk.go_on(Next::ip);
    if (nibble != 0 || !walk.has(4))
        return walk.finish(PacketKind::other);
    if (!walk.spend(walk.tunnels_left))
        return;
    walk.advance(4);
    walk.go_on(Next::ethernet);
}

void read_pppoe(Walk &walk)
{
    if (!walk.has(6))
        return walk.damaged();
    const bool session = walk.octets[1] == 0;
    const std::uint16_t length = be16_at(walk.octets, 4);
    walk.advance(6);
    if (!session)
        return walk.finish(PacketKind::other);
    walk.bound(length);
    walk.go_on(Next::ppp);
}

void read_ppp(Walk &walk)
{
    constexpr std::uint16_t ipv4 = 0x0021, ipv6 = 0x0057, mpls = 0x0281;
    if (walk.has(2) && be16_at(walk.octets, 0) == 0xFF03)
        walk.advance(2);
    if (!walk.has(2))
        return walk.damaged();
    const bool compressed = (walk.octets[0] & 1) != 0;
    const std::uint16_t protocol = compressed ? walk.octets[0] : be16_at(walk.octets, 0);
    walk.advance(compressed ? 1 : 2);
    switch (protocol) {
    case ipv4:
    case ipv6: return walk.go_on(Next::ip);
    case mpls: return walk.go_on(Next::mpls);
    }
    walk.finish(PacketKind::other);
}

}  // namespace buswitness::net
