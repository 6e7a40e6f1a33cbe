// Packets one after another through one dissector, so that fragments meet. The first two octets choose the link type
// and how much longer the packets were on the wire; then each packet: two octets of length, one of direction, data.
#include "decode/net/dissect.h"
#include "tests/fuzz/input.h"

#include <array>

using namespace buswitness;

namespace {

// LINKTYPE_ values: null, Ethernet, raw IP (old and new), PPP, loop, Linux cooked, IPv4, IPv6, IEEE 802.11, and others
constexpr std::array<std::uint32_t, 16> link_types = {1,   113, 276, 101, 0,   108, 12,  228,
                                                      229, 9,   50,  51,  105, 127, 147, 250};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    fuzz::Input input(Bytes(data, size));
    net::Dissector dissector;
    net::PacketView view;
    net::RawPacket packet;
    packet.link_type = link_types[input.u8() % link_types.size()];
    const std::uint8_t lost = input.u8();
    while (!input.empty()) {
        const std::uint16_t length = input.u16();
        packet.direction = static_cast<net::Direction>(input.u8() % 3);
        const Bytes octets = input.take(length);
        const fuzz::Exact exact(octets);
        packet.data = exact.octets();
        packet.original_length = static_cast<std::uint32_t>(packet.data.size()) + lost;
        packet.time += std::chrono::milliseconds(1);
        ++packet.number;
        dissector.dissect(packet, view);
        fuzz::require(view.number == packet.number && view.time == packet.time, "the view is of this packet");
        fuzz::require(view.payload.size() <= view.payload_length, "no more captured than was on the wire");
        fuzz::require(view.reassembled || fuzz::inside(view.payload, packet.data), "the payload lies in the packet");
    }
    return 0;
}
