#include "decode/net/dissect.h"

#include "decode/net/ethernet.h"
#include "decode/net/fragments.h"
#include "decode/net/ip.h"
#include "decode/net/link.h"
#include "decode/net/numbers.h"
#include "decode/net/transport.h"
#include "decode/net/walk.h"

#include <algorithm>
#include <limits>

namespace buswitness::net {
namespace {

constexpr std::size_t longest = std::numeric_limits<std::uint32_t>::max();  // lengths in a view have 32 bits

void begin_view(PacketView &view, const RawPacket &packet)
{
    view.number = packet.number;
    view.time = packet.time;
    view.interface = packet.interface;
    view.direction = packet.direction;
    view.is_arp = false;
    view.ipv6 = false;
    view.reassembled = false;
    view.vlan = 0;
}

// Member by member: the caller's view is reused, and clearing all of it would cost more than reading a packet.
void clear_view(PacketView &view, const RawPacket &packet)
{
    view.kind = PacketKind::undecodable;
    view.ttl = 0;
    view.tos = 0;
    view.has_ip_id = false;
    view.ip_id = 0;
    view.source_mac = {};
    view.destination_mac = {};
    view.source = {};
    view.destination = {};
    view.payload = {};
    view.payload_length = 0;
    view.snapped = packet.data.size() < packet.original_length;
}

// What nearly every packet is: an Ethernet frame with TCP in IPv4, no tags, no IP options, no fragment, headers
// captured in full. False: it is something else, for the walk to find out. What it reads is what the walk would read.
bool read_plain_tcp(PacketView &view, const RawPacket &packet)
{
    constexpr std::uint32_t link_ethernet = 1;
    constexpr std::size_t ip_at = 14, tcp_at = 34, shortest = 54;
    constexpr std::uint16_t fragment = 0x3FFF;  // more to come, or an offset
    const Bytes frame = packet.data;
    if (packet.link_type != link_ethernet || frame.size() < shortest)
        return false;
    const auto header = frame.first<shortest>();
    if (be16_at(header, 12) != ether_type::ipv4 || header[ip_at] != 0x45 || header[ip_at + 9] != ip_protocol::tcp ||
        (be16_at(header, ip_at + 6) & fragment) != 0)
        return false;
    const std::size_t tcp_octets = std::size_t{4} * (header[tcp_at + 12] >> 4);
    const std::size_t end = ip_at + be16_at(header, ip_at + 2);
    if (tcp_octets < 20 || tcp_at + tcp_octets > std::min(end, frame.size()))
        return false;
    view.destination_mac = {be64_at(header, 0) >> 16};
    view.source_mac = {be64_at(header, 6) >> 16};
    view.kind = PacketKind::tcp;
    view.snapped = frame.size() < end;
    view.tos = header[ip_at + 1];
    view.has_ip_id = true;
    view.ip_id = be16_at(header, ip_at + 4);
    view.ttl = header[ip_at + 8];
    view.source = {Address::v4(be32_at(header, ip_at + 12)), be16_at(header, tcp_at)};
    view.destination = {Address::v4(be32_at(header, ip_at + 16)), be16_at(header, tcp_at + 2)};
    view.payload = frame.first(std::min(frame.size(), end)).subspan(tcp_at + tcp_octets);
    view.payload_length = static_cast<std::uint32_t>(end - tcp_at - tcp_octets);
    read_tcp_header(view.tcp, frame.subspan(tcp_at, tcp_octets));
    return true;
}

void step(Walk &walk)
{
    switch (walk.next) {
    case Next::end: break;
    case Next::ethernet: return read_ethernet(walk);
    case Next::ether_type: return read_ether_type(walk);
    case Next::llc: return read_llc(walk);
    case Next::ppp: return read_ppp(walk);
    case Next::pppoe: return read_pppoe(walk);
    case Next::mpls: return read_mpls(walk);
    case Next::ip: return read_ip(walk);
    case Next::ip_protocol: return read_ip_protocol(walk);
    }
}

}  // namespace

Dissector::Dissector() : fragments_(std::make_unique<FragmentTable>()) {}
Dissector::~Dissector() = default;
Dissector::Dissector(Dissector &&) noexcept = default;
Dissector &Dissector::operator=(Dissector &&) noexcept = default;

[[gnu::hot]] void Dissector::dissect(const RawPacket &packet, PacketView &view)
{
    begin_view(view, packet);
    if (read_plain_tcp(view, packet))
        return;
    clear_view(view, packet);
    const std::size_t captured = std::min<std::size_t>(packet.data.size(), longest);
    Walk walk(view, *fragments_, packet.data.first(captured), std::max<std::size_t>(packet.original_length, captured));
    begin_link_layer(walk, packet.link_type);
    while (walk.next != Next::end)
        step(walk);
}

}  // namespace buswitness::net
