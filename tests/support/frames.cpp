#include "tests/support/frames.h"

#include "tests/support/hex.h"

#include <fmt/format.h>

#include <algorithm>

namespace buswitness::test {
namespace {

using net::PacketKind;
using net::PacketView;

std::string word(std::size_t value)
{
    return fmt::format("{:04x}", value);
}

std::string flags_text(std::uint8_t flags)
{
    constexpr std::string_view letters = "FSRPAU";
    std::string text;
    for (std::size_t bit = 0; bit < letters.size(); ++bit)
        if ((flags >> bit & 1) != 0)
            text += letters[bit];
    return text.empty() ? "-" : text;
}

std::string length_text(const PacketView &view)
{
    std::string text = fmt::format(" len {}", view.payload_length);
    if (view.payload.size() != view.payload_length)
        text += fmt::format(" captured {}", view.payload.size());
    return text;
}

std::string tcp_text(const PacketView &view)
{
    const net::TcpView &tcp = view.tcp;
    std::string text =
        fmt::format("tcp {} > {} {} seq {} ack {} win {}", to_string(view.source), to_string(view.destination),
                    flags_text(tcp.flags), tcp.sequence, tcp.acknowledgement, tcp.window);
    if (tcp.window_scale >= 0)
        text += fmt::format(" scale {}", tcp.window_scale);
    if (tcp.has_timestamps)
        text += fmt::format(" time {}", tcp.timestamp_value);
    if (tcp.has_sack)
        text += " sack";
    return text + length_text(view);
}

std::string icmp_text(const PacketView &view)
{
    const net::IcmpView &icmp = view.icmp;
    std::string text = fmt::format("icmp{} {} > {} {}/{}", icmp.v6 ? "v6" : "", to_string(view.source),
                                   to_string(view.destination), icmp.type, icmp.code);
    if (icmp.echo_request || icmp.echo_reply)
        text +=
            fmt::format(" {} id {} seq {}", icmp.echo_request ? "request" : "reply", icmp.echo_id, icmp.echo_sequence);
    if (!icmp.has_quote)
        return text;
    text +=
        fmt::format(" about {} > {} protocol {} ttl {} seq {}", to_string(icmp.quoted_source),
                    to_string(icmp.quoted_destination), icmp.quoted_protocol, icmp.quoted_ttl, icmp.quoted_sequence);
    if (icmp.quoted_flags_known)
        text += icmp.quoted_syn ? " SYN" : " no SYN";
    return text;
}

std::string neighbour_text(const PacketView &view)
{
    const net::NeighbourView &neighbour = view.neighbour;
    std::string text =
        fmt::format("{} {} {} for {} by {}", neighbour.is_arp ? "arp" : "nd", neighbour.request ? "request" : "answer",
                    to_string(neighbour.sender), to_string(neighbour.target), to_string(neighbour.sender_mac));
    if (neighbour.answer_mac.value != 0)
        text += " is " + to_string(neighbour.answer_mac);
    return text + (neighbour.announcement ? " announcement" : "");
}

std::string kind_text(const PacketView &view)
{
    switch (view.kind) {
    case PacketKind::undecodable: return "undecodable";
    case PacketKind::other: return "other";
    case PacketKind::neighbour: return neighbour_text(view);
    case PacketKind::icmp: return icmp_text(view);
    case PacketKind::udp:
        return fmt::format("udp {} > {}", to_string(view.source), to_string(view.destination)) + length_text(view);
    case PacketKind::tcp: return tcp_text(view);
    }
    return {};
}

// A view that was used before must not shine through: every member the kind does not set is poison.
PacketView used_view()
{
    PacketView view;
    view.is_arp = view.snapped = view.ipv6 = view.reassembled = view.has_ip_id = true;
    view.vlan = 4095;
    view.source = view.destination = {{~0ULL, ~0ULL}, 65535};
    view.source_mac = view.destination_mac = {0xFFFFFFFFFFFF};
    view.payload_length = 99999;
    view.tcp.window_scale = 13;
    view.tcp.has_timestamps = view.tcp.has_sack = true;
    view.icmp.has_quote = view.icmp.echo_request = view.icmp.echo_reply = view.icmp.v6 = true;
    view.neighbour.is_arp = view.neighbour.announcement = true;
    return view;
}

}  // namespace

std::string ethernet(const std::string &type, const std::string &rest)
{
    return "02 00 00 00 00 02 | 02 00 00 00 00 01 | " + type + " | " + rest;
}

std::string vlan(const std::string &identifier, const std::string &type, const std::string &rest)
{
    return identifier + " " + type + " | " + rest;
}

std::string ipv4(const std::string &protocol, const std::string &rest, const std::string &flags_and_offset)
{
    return "45 00 " + word(20 + hex(rest).size()) + " 0007 " + flags_and_offset + " 40 " + protocol +
           " 0000 0a000001 0a000002 | " + rest;
}

std::string ipv6(const std::string &next_header, const std::string &rest)
{
    return "60000000 " + word(hex(rest).size()) + " " + next_header +
           " 40 fd000000000000000000000000000001 fd000000000000000000000000000002 | " + rest;
}

std::string tcp(const std::string &payload)
{
    return "0400 01f6 00000001 00000002 50 18 0100 0000 0000 | " + payload;
}

std::string udp(const std::string &destination_port, const std::string &payload)
{
    return "0400 " + destination_port + " " + word(8 + hex(payload).size()) + " 0000 | " + payload;
}

std::string repeated(const std::string &text, std::size_t times)
{
    std::string all;
    for (std::size_t i = 0; i < times; ++i)
        all += text;
    return all;
}

std::string dissected(const std::string &packet, const Wire &wire)
{
    net::Dissector dissector;
    return dissected(dissector, packet, wire);
}

std::string dissected(net::Dissector &dissector, const std::string &packet, const Wire &wire, Timestamp time)
{
    const auto octets = hex(packet);
    // A copy of just the captured octets, so that a sanitizer sees each octet read behind them.
    const std::size_t captured = std::min(wire.captured, octets.size());
    const std::vector<std::uint8_t> data(octets.begin(), octets.begin() + static_cast<std::ptrdiff_t>(captured));
    net::RawPacket raw;
    raw.data = data;
    raw.original_length = static_cast<std::uint32_t>(wire.snapped ? octets.size() : captured);
    raw.time = time;
    raw.link_type = wire.link_type;
    PacketView view = used_view();
    dissector.dissect(raw, view);
    return text_of(view);
}

std::string text_of(const PacketView &view)
{
    std::string text = kind_text(view);
    if (view.vlan != 0)
        text += fmt::format(" vlan {}", view.vlan);
    if (view.direction != net::Direction::unknown)
        text += view.direction == net::Direction::inbound ? " inbound" : " outbound";
    if (view.snapped)
        text += " snapped";
    if (view.reassembled)
        text += " reassembled";
    return text;
}

}  // namespace buswitness::test
