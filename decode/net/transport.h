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

inline void read_fixed_tcp_header(TcpView &tcp, std::span<const std::uint8_t, 20> header)
{
    tcp.sequence = be32_at(header, 4);
    tcp.acknowledgement = be32_at(header, 8);
    tcp.flags = header[13];
    tcp.window = be16_at(header, 14);
    tcp.checksum = be16_at(header, 16);
    tcp.window_scale = -1;
    tcp.has_timestamps = false;
    tcp.has_sack = false;
    tcp.timestamp_value = 0;
}
void read_tcp_options(TcpView &tcp, Bytes options);

// Everything of the header but the ports. `header` holds at least 20 octets and ends where the data begins.
inline void read_tcp_header(TcpView &tcp, Bytes header)
{
    read_fixed_tcp_header(tcp, header.first<20>());
    if (header.size() > 20)
        read_tcp_options(tcp, header.subspan(20));
}

void read_tcp(Walk &walk);
void read_udp(Walk &walk);

}  // namespace buswitness::net
