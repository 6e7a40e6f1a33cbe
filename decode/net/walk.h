// The dissector's place in a packet. Each layer reads its header at the front of `octets`, writes what it says into
// the view and names the next header; nothing recurses. `wire` counts the octets that the headers promise from here
// on and is never less than what was captured of them.
#pragma once

#include "decode/net/packet_view.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace buswitness::net {

class FragmentTable;

inline std::uint64_t be64_at(Bytes octets, std::size_t at)
{
    return static_cast<std::uint64_t>(be32_at(octets, at)) << 32 | be32_at(octets, at + 4);
}

inline MacAddress mac_at(Bytes octets, std::size_t at)
{
    return {static_cast<std::uint64_t>(be16_at(octets, at)) << 32 | be32_at(octets, at + 2)};
}

inline Address ipv6_at(Bytes octets, std::size_t at)
{
    return {be64_at(octets, at), be64_at(octets, at + 8)};
}

enum class Next : std::uint8_t {
    end,  // the view's kind is set
    ethernet,
    ether_type,  // Walk::type says which
    llc,
    ppp,
    pppoe,
    mpls,
    ip,           // the version is in the first octet
    ip_protocol,  // Walk::type says which
};

struct Walk {
    Walk(PacketView &its_view, FragmentTable &its_fragments, Bytes captured, std::size_t on_the_wire)
        : view(its_view), fragments(its_fragments), octets(captured), wire(on_the_wire)
    {
    }

    PacketView &view;
    FragmentTable &fragments;
    Bytes octets;
    std::size_t wire;
    std::uint16_t type = 0;
    Next next = Next::end;
    std::uint8_t tags_left = 8;
    std::uint8_t labels_left = 16;
    std::uint8_t tunnels_left = 4;
    std::uint8_t extensions_left = 16;

    [[nodiscard]] bool has(std::size_t count) const { return octets.size() >= count; }

    // Behind a header that was captured in full.
    void advance(std::size_t count)
    {
        octets = octets.subspan(count);
        wire -= count;
    }

    // A header says how many octets follow it; what lies behind them is padding.
    void bound(std::size_t length)
    {
        wire = length;
        octets = octets.first(std::min(octets.size(), length));
    }

    void go_on(Next header, std::uint16_t header_type = 0)
    {
        next = header;
        type = header_type;
    }

    void finish(PacketKind kind)
    {
        view.kind = kind;
        next = Next::end;
    }

    void damaged() { finish(PacketKind::undecodable); }

    // One more tag, label, tunnel or extension; false, and the walk has ended, when there were too many.
    [[nodiscard]] bool spend(std::uint8_t &left)
    {
        if (left == 0) {
            damaged();
            return false;
        }
        --left;
        return true;
    }
};

}  // namespace buswitness::net
