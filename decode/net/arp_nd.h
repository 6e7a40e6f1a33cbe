// Who asks for whose link address, and who answers: ARP over Ethernet for IPv4, neighbour discovery for IPv6.
//
//   ARP   hardware:16 (1)  protocol:16 (0800)  6:8  4:8  operation:16                                RFC 826
//         sender hardware:48  sender protocol:32  target hardware:48  target protocol:32
//   NS    135:8  0:8  checksum:16  reserved:32  target:128  options                                  RFC 4861, 4.3
//   NA    136:8  0:8  checksum:16  router:1 solicited:1 override:1 0:29  target:128  options         RFC 4861, 4.4
//         option  type:8 (1 source, 2 target link-layer address)  length:8 (units of 8)  address
#pragma once

#include "decode/net/walk.h"

namespace buswitness::net {

inline constexpr std::uint8_t neighbour_solicitation = 135, neighbour_advertisement = 136;

void read_arp(Walk &walk);
void read_neighbour_discovery(Walk &walk);  // with the walk at the ICMPv6 header

}  // namespace buswitness::net
