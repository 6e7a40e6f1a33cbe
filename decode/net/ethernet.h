// Ethernet and what stands between it and IP.
//
//   Ethernet II    destination:48  source:48  type:16                                  IEEE 802.3, 3.2
//   IEEE 802.3     the same with a length (<= 1500) instead of the type, then LLC
//   LLC + SNAP     AA AA 03  OUI:24  type:16                                           IEEE 802, 9.2; RFC 1042
//   VLAN tag       priority:3  DEI:1  identifier:12  type:16                           IEEE 802.1Q, 9.6
//   HSR tag        path:4 size:12  sequence:16  type:16                                IEC 62439-3
//   MPLS entry     label:20  class:3  bottom:1  TTL:8                                  RFC 3032, 2.1
//   PPPoE          version:4 type:4  code:8  session:16  length:16                     RFC 2516, 4
//   PPP            [FF 03]  protocol:8 or 16 (the low bit ends it)                     RFC 1661, 2; RFC 1662, 3.1
#pragma once

#include "decode/net/walk.h"

namespace buswitness::net {

void read_ethernet(Walk &walk);
void read_ether_type(Walk &walk);
void read_llc(Walk &walk);
void read_mpls(Walk &walk);
void read_pppoe(Walk &walk);
void read_ppp(Walk &walk);

}  // namespace buswitness::net
