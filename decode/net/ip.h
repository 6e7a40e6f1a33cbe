// IP in both versions, up to the transport header. Checksums are never looked at: senders with offload leave them
// wrong. A total length of 0 is offload too, then the frame's length counts. How long the payload
// was on the wire is what the header says, even when the frame carried less.
//
//   IPv4  version:4 IHL:4  TOS:8  total length:16  identification:16  flags:3 fragment offset:13     RFC 791, 3.1
//         TTL:8  protocol:8  checksum:16  source:32  destination:32  options
//   IPv6  version:4 traffic class:8 flow label:20  payload length:16  next header:8  hop limit:8     RFC 8200, 3
//         source:128  destination:128
//   hop-by-hop, routing, destination options   next header:8  length:8 (units of 8, less 1)  ...     RFC 8200, 4
//   fragment        next header:8  reserved:8  offset:13 0:2 more:1  identification:32               RFC 8200, 4.5
//   authentication  next header:8  length:8 (units of 4, less 2)  ...                                RFC 4302, 2
#pragma once

#include "decode/net/walk.h"

namespace buswitness::net {

void read_ip(Walk &walk);  // by the version in the first octet
void read_ipv4(Walk &walk);
void read_ipv6(Walk &walk);
void read_ip_protocol(Walk &walk);

}  // namespace buswitness::net
