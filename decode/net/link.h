// Link layers by LINKTYPE_ value (www.tcpdump.org/linktypes.html): how a frame begins on each kind of interface.
//
//   NULL, LOOP   family:32 in the writer's byte order (NULL) or the network's (LOOP), then IP
//   SLL          packet type:16  ARPHRD:16  address length:16  address:64  protocol:16
//   SLL2         protocol:16  reserved:16  ifindex:32  ARPHRD:16  packet type:8  address length:8  address:64
//   C_HDLC       address:8 (0F unicast, 8F multicast)  control:8  protocol:16
#pragma once

#include "decode/net/walk.h"

namespace buswitness::net {

// Names the first header; reads what the link layer itself puts before it. An unknown link type is kind `other`.
void begin_link_layer(Walk &walk, std::uint32_t link_type);

}  // namespace buswitness::net
