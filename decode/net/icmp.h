// ICMP for both versions of IP.
//
//   ICMP   type:8  code:8  checksum:16  rest:32  data                        RFC 792; RFC 4443, 2.1
//   echo   rest = identifier:16  sequence:16
//   error  data = IP header of the packet it is about, and at least 8 octets of its payload
//
// A redirect quotes a packet that was delivered: it is no error and gets no quote.
#pragma once

#include "decode/net/walk.h"

namespace buswitness::net {

void read_icmp(Walk &walk);
void read_icmpv6(Walk &walk);  // neighbour discovery becomes kind neighbour

}  // namespace buswitness::net
