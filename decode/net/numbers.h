// Numbers that IEEE and IANA assigned and that more than one layer needs.
#pragma once

#include <cstdint>

namespace buswitness::net {

namespace ether_type {  // IEEE 802 EtherTypes
inline constexpr std::uint16_t ipv4 = 0x0800, arp = 0x0806, ipv6 = 0x86DD;
inline constexpr std::uint16_t vlan = 0x8100, service_vlan = 0x88A8, old_service_vlan = 0x9100, hsr = 0x892F;
inline constexpr std::uint16_t mpls = 0x8847, mpls_multicast = 0x8848, pppoe_session = 0x8864;
inline constexpr std::uint16_t bridged_ethernet = 0x6558, erspan = 0x88BE, erspan_iii = 0x22EB;
inline constexpr std::uint16_t smallest = 0x0600;  // below: the length of an IEEE 802.3 frame
}  // namespace ether_type

namespace ip_protocol {  // IANA protocol numbers
inline constexpr std::uint8_t hop_by_hop = 0, icmp = 1, ipv4 = 4, tcp = 6, udp = 17, ipv6 = 41, routing = 43;
inline constexpr std::uint8_t fragment = 44, gre = 47, authentication = 51, icmpv6 = 58, destination_options = 60;
}  // namespace ip_protocol

}  // namespace buswitness::net
