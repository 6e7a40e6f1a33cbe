#include "decode/net/ip.h"

#include "decode/net/fragments.h"
#include "decode/net/icmp.h"
#include "decode/net/numbers.h"
#include "decode/net/transport.h"
#include "decode/net/tunnel.h"

namespace buswitness::net {
namespace {

void collect(Walk &walk, const FragmentKey &key, const Fragment &fragment)
{
    if (walk.view.snapped)
        return walk.finish(PacketKind::other);
    const auto datagram = walk.fragments.add(key, fragment, walk.view.time);
    if (!datagram)
        return walk.finish(PacketKind::other);
    walk.view.reassembled = true;
    walk.octets = datagram->octets;
    walk.wire = datagram->octets.size();
    walk.go_on(Next::ip_protocol, datagram->protocol);
}

// Kept out of line: its frame would slow down every packet that is no fragment.
[[gnu::noinline]] void collect_ipv4(Walk &walk, std::uint16_t flags_and_offset, std::uint8_t protocol)
{
    const PacketView &view = walk.view;
    const FragmentKey key{.source = view.source.address,
                          .destination = view.destination.address,
                          .id = view.ip_id,
                          .protocol = protocol,
                          .ipv6 = false};
    const Fragment fragment{.offset = std::size_t{8} * (flags_and_offset & 0x1FFFU),
                            .more = (flags_and_offset & 0x2000) != 0,
                            .protocol = protocol,
                            .octets = walk.octets};
    collect(walk, key, fragment);
}

void read_fragment_header(Walk &walk)
{
    if (!walk.has(8))
        return walk.damaged();
    const std::uint8_t protocol = walk.octets[0];
    const std::uint16_t offset_and_more = be16_at(walk.octets, 2);
    const std::uint32_t id = be32_at(walk.octets, 4);
    walk.advance(8);
    const std::size_t offset = offset_and_more & 0xFFF8U;
    const bool more = (offset_and_more & 1) != 0;
    if (offset == 0 && !more)  // "atomic", RFC 6946
        return walk.go_on(Next::ip_protocol, protocol);
    const FragmentKey key{.source = walk.view.source.address,
                          .destination = walk.view.destination.address,
                          .id = id,
                          .protocol = 0,
                          .ipv6 = true};
    collect(walk, key, {.offset = offset, .more = more, .protocol = protocol, .octets = walk.octets});
}

void skip_extension(Walk &walk, std::size_t unit, std::size_t units_more)
{
    if (!walk.has(2))
        return walk.damaged();
    const std::uint8_t protocol = walk.octets[0];
    const std::size_t length = unit * (walk.octets[1] + units_more);
    if (!walk.has(length))
        return walk.damaged();
    walk.advance(length);
    walk.go_on(Next::ip_protocol, protocol);
}

void read_extension(Walk &walk)
{
    if (!walk.spend(walk.extensions_left))
        return;
    switch (walk.type) {
    case ip_protocol::fragment: return read_fragment_header(walk);
    case ip_protocol::authentication: return skip_extension(walk, 4, 2);
    }
    skip_extension(walk, 8, 1);
}

void enter_ip_tunnel(Walk &walk)
{
    if (walk.spend(walk.tunnels_left))
        read_ip(walk);
}

}  // namespace

void read_ip(Walk &walk)
{
    if (!walk.has(1))
        return walk.damaged();
    switch (walk.octets[0] >> 4) {
    case 4: return read_ipv4(walk);
    case 6: return read_ipv6(walk);
    }
    walk.damaged();
}

void read_ipv4(Walk &walk)
{
    const Bytes octets = walk.octets;
    if (octets.size() < 20)
        return walk.damaged();
    const auto header = octets.first<20>();
    const std::size_t header_length = std::size_t{4} * (header[0] & 0xFU);
    if (header[0] >> 4 != 4 || header_length < 20 || header_length > octets.size())
        return walk.damaged();
    const std::size_t stated = be16_at(header, 2);
    const std::size_t total = stated == 0 ? walk.wire : stated;
    if (total < header_length)
        return walk.damaged();
    walk.octets = octets.first(std::min(octets.size(), total)).subspan(header_length);
    walk.wire = total - header_length;

    PacketView &view = walk.view;
    view.ipv6 = false;
    view.snapped = octets.size() < total;
    view.tos = header[1];
    view.has_ip_id = true;
    view.ip_id = be16_at(header, 4);
    view.ttl = header[8];
    view.source.address = Address::v4(be32_at(header, 12));
    view.destination.address = Address::v4(be32_at(header, 16));

    const std::uint16_t flags_and_offset = be16_at(header, 6);
    if ((flags_and_offset & 0x3FFF) != 0)
        return collect_ipv4(walk, flags_and_offset, header[9]);
    if (header[9] == ip_protocol::tcp)
        return read_tcp(walk);
    walk.go_on(Next::ip_protocol, header[9]);
}

void read_ipv6(Walk &walk)
{
    if (!walk.has(40))
        return walk.damaged();
    const auto header = walk.octets.first<40>();
    if (header[0] >> 4 != 6)
        return walk.damaged();
    const std::size_t stated = be16_at(header, 4);

    PacketView &view = walk.view;
    view.ipv6 = true;
    view.tos = static_cast<std::uint8_t>(be16_at(header, 0) >> 4);
    view.has_ip_id = false;
    view.ip_id = 0;
    view.ttl = header[7];
    view.source.address = ipv6_at(header, 8);
    view.destination.address = ipv6_at(header, 24);
    walk.advance(40);
    walk.bound(stated == 0 ? walk.wire : stated);
    view.snapped = walk.octets.size() < walk.wire;
    walk.go_on(Next::ip_protocol, header[6]);
}

void read_ip_protocol(Walk &walk)
{
    switch (walk.type) {
    case ip_protocol::tcp: return read_tcp(walk);
    case ip_protocol::udp: return read_udp(walk);
    case ip_protocol::icmp: return read_icmp(walk);
    case ip_protocol::icmpv6: return read_icmpv6(walk);
    case ip_protocol::hop_by_hop:
    case ip_protocol::routing:
    case ip_protocol::destination_options:
    case ip_protocol::fragment:
    case ip_protocol::authentication: return read_extension(walk);
    case ip_protocol::ipv4:
    case ip_protocol::ipv6: return enter_ip_tunnel(walk);
    case ip_protocol::gre: return read_gre(walk);
    }
    walk.finish(PacketKind::other);
}

}  // namespace buswitness::net
