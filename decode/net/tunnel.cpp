#include "decode/net/tunnel.h"

#include "decode/net/numbers.h"

namespace buswitness::net {
namespace {

namespace gre_flag {
constexpr std::uint16_t checksum = 0x8000, routing = 0x4000, key = 0x2000, sequence = 0x1000;
constexpr std::uint16_t acknowledgement = 0x0080, version = 0x0007;
}  // namespace gre_flag

std::size_t gre_header_length(std::uint16_t flags)
{
    const bool is_version_1 = (flags & gre_flag::version) == 1;
    std::size_t length = 4;
    length += (flags & gre_flag::checksum) != 0 ? 4 : 0;
    length += (flags & gre_flag::key) != 0 ? 4 : 0;
    length += (flags & gre_flag::sequence) != 0 ? 4 : 0;
    length += is_version_1 && (flags & gre_flag::acknowledgement) != 0 ? 4 : 0;
    return length;
}

void enter_erspan_ii(Walk &walk, bool has_sequence)
{
    const std::size_t header = has_sequence ? 8 : 0;
    if (!walk.has(header))
        return walk.damaged();
    walk.advance(header);
    walk.go_on(Next::ethernet);
}

void enter_erspan_iii(Walk &walk)
{
    constexpr unsigned frame_is_ip = 2;
    if (!walk.has(12))
        return walk.damaged();
    const std::uint16_t last = be16_at(walk.octets, 10);
    const std::size_t header = (last & 1) != 0 ? 20 : 12;
    if (!walk.has(header))
        return walk.damaged();
    walk.advance(header);
    const unsigned frame_type = last >> 10 & 0x1FU;
    if (frame_type > frame_is_ip)
        return walk.finish(PacketKind::other);
    walk.go_on(frame_type == frame_is_ip ? Next::ip : Next::ethernet);
}

void go_on_by_type(Walk &walk, std::uint16_t type)
{
    if (type == ether_type::bridged_ethernet)
        return walk.go_on(Next::ethernet);
    walk.go_on(Next::ether_type, type);
}

// Behind `header` octets stands another packet; the outer ports are not its ports.
bool enter(Walk &walk, std::size_t header)
{
    walk.view.source.port = 0;
    walk.view.destination.port = 0;
    if (!walk.spend(walk.tunnels_left))
        return false;
    walk.advance(header);
    return true;
}

bool enter_vxlan(Walk &walk)
{
    constexpr std::uint32_t identifier_valid = 0x08000000;
    if (!walk.has(8) || (be32_at(walk.octets, 0) & 0xFF000000) != identifier_valid)
        return false;
    if (enter(walk, 8))
        walk.go_on(Next::ethernet);
    return true;
}

bool enter_geneve(Walk &walk)
{
    if (!walk.has(8) || walk.octets[0] >> 6 != 0)
        return false;
    const std::size_t header = 8 + std::size_t{4} * (walk.octets[0] & 0x3FU);
    const std::uint16_t type = be16_at(walk.octets, 2);
    if (!walk.has(header) || type < ether_type::smallest)
        return false;
    if (enter(walk, header))
        go_on_by_type(walk, type);
    return true;
}

// User data (message 255) of GTP version 1, behind its chain of extension headers.
bool enter_gtp_user_data(Walk &walk)
{
    if (!walk.has(8) || walk.octets[0] >> 4 != 3 || walk.octets[1] != 0xFF)
        return false;
    const bool has_optional_fields = (walk.octets[0] & 7) != 0;
    std::size_t header = has_optional_fields ? 12 : 8;
    if (!walk.has(header + 1))
        return false;
    bool extended = (walk.octets[0] & 4) != 0 && walk.octets[header - 1] != 0;
    while (extended) {
        const std::size_t length = std::size_t{4} * walk.octets[header];
        if (length == 0 || !walk.has(header + length + 1))
            return false;
        header += length;
        extended = walk.octets[header - 1] != 0;
    }
    const unsigned version = walk.octets[header] >> 4;
    if (version != 4 && version != 6)
        return false;
    if (enter(walk, header))
        walk.go_on(Next::ip);
    return true;
}

}  // namespace

void read_gre(Walk &walk)
{
    if (!walk.has(4))
        return walk.damaged();
    const std::uint16_t flags = be16_at(walk.octets, 0);
    const std::uint16_t type = be16_at(walk.octets, 2);
    const std::size_t header = gre_header_length(flags);
    const unsigned version = flags & gre_flag::version;
    const bool only_acknowledges = version == 1 && (flags & gre_flag::sequence) == 0;
    if (version > 1 || (flags & gre_flag::routing) != 0 || only_acknowledges)
        return walk.finish(PacketKind::other);
    if (!walk.has(header))
        return walk.damaged();
    if (!enter(walk, header))
        return;
    if (version == 1)
        return walk.go_on(Next::ppp);
    switch (type) {
    case ether_type::erspan: return enter_erspan_ii(walk, (flags & gre_flag::sequence) != 0);
    case ether_type::erspan_iii: return enter_erspan_iii(walk);
    }
    go_on_by_type(walk, type);
}

bool enter_udp_tunnel(Walk &walk, std::uint16_t destination_port)
{
    constexpr std::uint16_t vxlan = 4789, geneve = 6081, gtp_user_data = 2152;
    switch (destination_port) {
    case vxlan: return enter_vxlan(walk);
    case geneve: return enter_geneve(walk);
    case gtp_user_data: return enter_gtp_user_data(walk);
    }
    return false;
}

}  // namespace buswitness::net
