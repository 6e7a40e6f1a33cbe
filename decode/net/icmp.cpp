#include "decode/net/icmp.h"

#include "decode/net/arp_nd.h"
#include "decode/net/numbers.h"

#include <optional>

namespace buswitness::net {
namespace {

struct Quote {
    Address source, destination;
    std::uint8_t protocol = 0;
    std::uint8_t ttl = 0;
    Bytes transport;
};

std::optional<Quote> quoted_ipv4(Bytes octets)
{
    if (octets.size() < 20)
        return std::nullopt;
    const std::size_t header_length = std::size_t{4} * (octets[0] & 0xFU);
    const bool later_fragment = (be16_at(octets, 6) & 0x1FFF) != 0;
    if (header_length < 20 || header_length > octets.size() || later_fragment)
        return std::nullopt;
    return Quote{.source = Address::v4(be32_at(octets, 12)),
                 .destination = Address::v4(be32_at(octets, 16)),
                 .protocol = octets[9],
                 .ttl = octets[8],
                 .transport = octets.subspan(header_length)};
}

// The length of the extension header in front; 0: it is none, or what it covers carries no ports.
std::size_t extension_length(std::uint8_t protocol, Bytes octets)
{
    if (octets.size() < 8)
        return 0;
    switch (protocol) {
    case ip_protocol::hop_by_hop:
    case ip_protocol::routing:
    case ip_protocol::destination_options: return std::size_t{8} * (octets[1] + std::size_t{1});
    case ip_protocol::authentication: return std::size_t{4} * (octets[1] + std::size_t{2});
    case ip_protocol::fragment: return (be16_at(octets, 2) & 0xFFF8) == 0 ? 8 : 0;
    }
    return 0;
}

std::optional<Quote> quoted_ipv6(Bytes octets)
{
    if (octets.size() < 40)
        return std::nullopt;
    Quote quote{.source = ipv6_at(octets, 8),
                .destination = ipv6_at(octets, 24),
                .protocol = octets[6],
                .ttl = octets[7],
                .transport = octets.subspan(40)};
    for (unsigned extensions_left = 16; extensions_left > 0; --extensions_left) {
        const std::size_t length = extension_length(quote.protocol, quote.transport);
        if (length == 0 || length > quote.transport.size())
            break;
        quote.protocol = quote.transport[0];
        quote.transport = quote.transport.subspan(length);
    }
    return quote;
}

std::optional<Quote> quoted_packet(Bytes octets)
{
    if (octets.empty())
        return std::nullopt;
    switch (octets[0] >> 4) {
    case 4: return quoted_ipv4(octets);
    case 6: return quoted_ipv6(octets);
    }
    return std::nullopt;
}

void read_quote(IcmpView &icmp, Bytes octets)
{
    const auto quote = quoted_packet(octets);
    if (!quote || quote->transport.size() < 4)
        return;
    const bool tcp = quote->protocol == ip_protocol::tcp;
    if (!tcp && quote->protocol != ip_protocol::udp)
        return;
    icmp.has_quote = true;
    icmp.quoted_source = {quote->source, be16_at(quote->transport, 0)};
    icmp.quoted_destination = {quote->destination, be16_at(quote->transport, 2)};
    icmp.quoted_protocol = quote->protocol;
    icmp.quoted_ttl = quote->ttl;
    if (tcp && quote->transport.size() >= 8)
        icmp.quoted_sequence = be32_at(quote->transport, 4);
    icmp.quoted_flags_known = tcp && quote->transport.size() >= 14;
    icmp.quoted_syn = icmp.quoted_flags_known && (quote->transport[13] & tcp_flag::syn) != 0;
}

struct Types {
    std::uint8_t echo_request;
    std::uint8_t echo_reply;
    bool (*is_error)(std::uint8_t type);
};

// Destination unreachable, source quench, time exceeded, parameter problem.
bool is_icmp_error(std::uint8_t type)
{
    return type == 3 || type == 4 || type == 11 || type == 12;
}

// Destination unreachable, packet too big, time exceeded, parameter problem.
bool is_icmpv6_error(std::uint8_t type)
{
    return type >= 1 && type <= 4;
}

void read_message(Walk &walk, const Types &types)
{
    if (!walk.has(4))
        return walk.damaged();
    IcmpView &icmp = walk.view.icmp;
    icmp = IcmpView{};
    icmp.type = walk.octets[0];
    icmp.code = walk.octets[1];
    icmp.v6 = walk.view.ipv6;
    icmp.echo_request = icmp.type == types.echo_request;
    icmp.echo_reply = icmp.type == types.echo_reply;
    if (walk.has(8)) {
        if (icmp.echo_request || icmp.echo_reply) {
            icmp.echo_id = be16_at(walk.octets, 4);
            icmp.echo_sequence = be16_at(walk.octets, 6);
        }
        if (types.is_error(icmp.type))
            read_quote(icmp, walk.octets.subspan(8));
    }
    walk.finish(PacketKind::icmp);
}

}  // namespace

void read_icmp(Walk &walk)
{
    if (walk.view.ipv6)
        return walk.finish(PacketKind::other);
    read_message(walk, {.echo_request = 8, .echo_reply = 0, .is_error = is_icmp_error});
}

void read_icmpv6(Walk &walk)
{
    if (!walk.view.ipv6)
        return walk.finish(PacketKind::other);
    if (walk.has(1) && (walk.octets[0] == neighbour_solicitation || walk.octets[0] == neighbour_advertisement))
        return read_neighbour_discovery(walk);
    read_message(walk, {.echo_request = 128, .echo_reply = 129, .is_error = is_icmpv6_error});
}

}  // namespace buswitness::net
