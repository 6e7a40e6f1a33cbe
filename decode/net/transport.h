// TCP and UDP headers. The sender's lengths are believed up to the IP payload's.
//
//   TCP  source port:16  destination port:16  sequence:32  acknowledgement:32                        RFC 9293, 3.1
//        data offset:4 reserved:4  flags:8  window:16  checksum:16  urgent:16  options
//   UDP  source port:16  destination port:16  length:16  checksum:16                                 RFC 768
//
// A snapped TCP header is good as long as its flags (octet 13) were captured: window and options may be missing.
#pragma once

#include "decode/net/walk.h"

namespace buswitness::net {

// Everything of the header but the ports. `header` holds at least 20 octets and ends where the data begins.
void read_tcp_header(TcpView &tcp, Bytes header);

void read_tcp(Walk &walk);
void read_udp(Walk &walk);

}  // namespace buswitness::net
