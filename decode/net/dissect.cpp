#include "decode/net/dissect.h"

#include "decode/net/ethernet.h"
#include "decode/net/fragments.h"
#include "decode/net/ip.h"
#include "decode/net/link.h"
#include "decode/net/walk.h"

#include <algorithm>
#include <limits>

namespace buswitness::net {
namespace {

constexpr std::size_t longest = std::numeric_limits<std::uint32_t>::max();  // lengths in a view have 32 bits

// Member by member: the caller's view is reused, and clearing all of it would cost more than reading a packet.
void begin_view(PacketView &view, const RawPacket &packet)
{
    view.number = packet.number;
    view.time = packet.time;
    view.interface = packet.interface;
    view.direction = packet.direction;
    view.kind = PacketKind::undecodable;
    view.is_arp = false;
    view.snapped = false;
    view.ipv6 = false;
    view.reassembled = false;
    view.ttl = 0;
    view.tos = 0;
    view.has_ip_id = false;
    view.ip_id = 0;
    view.vlan = 0;
    view.source_mac = {};
    view.destination_mac = {};
    view.source = {};
    view.destination = {};
    view.payload = {};
    view.payload_length = 0;
    if (packet.data.size() < packet.original_length)
        view.snapped = true;
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

void Dissector::dissect(const RawPacket &packet, PacketView &view)
{
    begin_view(view, packet);
    const std::size_t captured = std::min<std::size_t>(packet.data.size(), longest);
    Walk walk(view, *fragments_, packet.data.first(captured), std::max<std::size_t>(packet.original_length, captured));
    begin_link_layer(walk, packet.link_type);
    while (walk.next != Next::end)
        step(walk);
}

}  // namespace buswitness::net
