#include "decode/net/arp_nd.h"

namespace buswitness::net {
namespace {

// The Ethernet address in the first option of that type, or none.
MacAddress link_address_option(Bytes options, std::uint8_t type)
{
    while (options.size() >= 8) {
        const std::size_t length = std::size_t{8} * options[1];
        if (length == 0 || length > options.size())
            break;
        if (options[0] == type)
            return length == 8 ? mac_at(options, 2) : MacAddress{};
        options = options.subspan(length);
    }
    return {};
}

MacAddress first_known(MacAddress one, MacAddress other)
{
    return one.value != 0 ? one : other;
}

}  // namespace

void read_arp(Walk &walk)
{
    constexpr std::uint64_t ethernet_and_ipv4 = 0x0001'0800'0604, request = 1, reply = 2;
    if (!walk.has(8))
        return walk.damaged();
    const std::uint16_t operation = be16_at(walk.octets, 6);
    if (mac_at(walk.octets, 0).value != ethernet_and_ipv4 || (operation != request && operation != reply))
        return walk.finish(PacketKind::other);
    if (!walk.has(28))
        return walk.damaged();
    const auto packet = walk.octets.first<28>();
    const Address sender = Address::v4(be32_at(packet, 14));
    const Address target = Address::v4(be32_at(packet, 24));
    const MacAddress sender_mac = mac_at(packet, 8);
    const bool asks = operation == request;

    PacketView &view = walk.view;
    view.is_arp = true;
    view.ipv6 = false;
    view.source = {};
    view.destination = {};
    view.neighbour = {.is_arp = true,
                      .request = asks,
                      .announcement = sender == target || (asks && sender.is_unspecified()),
                      .sender = sender,
                      .target = asks ? target : sender,
                      .sender_mac = sender_mac,
                      .answer_mac = asks ? MacAddress{} : sender_mac};
    walk.finish(PacketKind::neighbour);
}

void read_neighbour_discovery(Walk &walk)
{
    constexpr std::uint8_t source_option = 1, target_option = 2, solicited = 0x40;
    if (!walk.has(24))
        return walk.damaged();
    PacketView &view = walk.view;
    const auto packet = walk.octets.first<24>();
    const Bytes options = walk.octets.subspan(24);
    const Address sender = view.source.address;
    const bool asks = packet[0] == neighbour_solicitation;
    const MacAddress sender_mac = first_known(view.source_mac, link_address_option(options, source_option));
    const MacAddress given = first_known(link_address_option(options, target_option), view.source_mac);

    view.neighbour = {.is_arp = false,
                      .request = asks,
                      .announcement = asks ? sender.is_unspecified() : (packet[4] & solicited) == 0,
                      .sender = sender,
                      .target = ipv6_at(packet, 8),
                      .sender_mac = sender_mac,
                      .answer_mac = asks ? MacAddress{} : given};
    walk.finish(PacketKind::neighbour);
}

}  // namespace buswitness::net
