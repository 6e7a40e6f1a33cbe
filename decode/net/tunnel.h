// Tunnels that are not plain IP in IP. Each entered one is spent from the walk's budget of four.
//
//   GRE         C:1 R:1 K:1 S:1 ... A:1 ... version:3  type:16  [checksum:32] [key:32] [sequence:32] [ack:32]
//               RFC 2784, 2; RFC 2890, 2; version 1: RFC 2637, 4.1
//   ERSPAN II   version:4 VLAN:12 ...           8 octets, behind GRE with sequence; type I has no header at all
//   ERSPAN III  version:4 VLAN:12 ... frame type:5 ... optional:1   12 octets, 8 more if optional    draft-foschiano
//   VXLAN       flags:8 (08)  reserved:24  identifier:24  reserved:8                                RFC 7348, 5
//   GENEVE      version:2 option length:6 (units of 4)  flags:8  type:16  identifier:24  0:8        RFC 8926, 3.4
//   GTP-U       version:3 PT:1 0:1 E:1 S:1 PN:1  message:8  length:16  TEID:32  [4 octets] ...      3GPP TS 29.281, 5
#pragma once

#include "decode/net/walk.h"

namespace buswitness::net {

void read_gre(Walk &walk);

// With the walk at a UDP payload: true if it is a tunnel's, and the walk goes on inside (or ended as damaged).
bool enter_udp_tunnel(Walk &walk, std::uint16_t destination_port);

}  // namespace buswitness::net
