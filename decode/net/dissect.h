// From a raw packet to a PacketView: link layers, tags, tunnels, IP with fragments, ARP, ICMP, UDP, TCP.
// Iterative and bounded: 8 VLAN tags, 16 MPLS labels, 4 tunnels, 16 IPv6 extension headers (more: undecodable).
#pragma once

#include "decode/net/packet_view.h"

#include <memory>

namespace buswitness::net {

class FragmentTable;

class Dissector {
public:
    Dissector();
    ~Dissector();
    Dissector(Dissector &&) noexcept;
    Dissector &operator=(Dissector &&) noexcept;

    // Fills `view`, which may have been used before. The view is valid until the next call or the packet's end.
    // Always set: everything down to the payload's length; what the packet does not say is 0 or empty. Addresses, TTL,
    // TOS and identification are the innermost IP header's (none for ARP), hardware addresses the innermost frame's.
    // Only kind tcp sets `tcp`, only kind neighbour sets `neighbour`, only kind icmp sets `icmp`: the others keep what
    // an earlier packet left there.
    void dissect(const RawPacket &packet, PacketView &view);

private:
    std::unique_ptr<FragmentTable> fragments_;
};

}  // namespace buswitness::net
