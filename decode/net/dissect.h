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

    // Fills `view` (every member that its kind uses). The view is valid until the next call or the packet's end.
    void dissect(const RawPacket &packet, PacketView &view);

private:
    std::unique_ptr<FragmentTable> fragments_;
};

}  // namespace buswitness::net
