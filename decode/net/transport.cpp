#include "decode/net/transport.h"

#include "decode/net/tunnel.h"

#include <algorithm>
#include <array>
#include <span>

namespace buswitness::net {
namespace {

void read_option(TcpView &tcp, std::uint8_t kind, Bytes option)
{
    constexpr std::uint8_t window_scale = 3, sack = 5, timestamps = 8;
    if (kind == window_scale && option.size() == 3 && tcp.has(tcp_flag::syn))
        tcp.window_scale = static_cast<std::int8_t>(std::min<unsigned>(option[2], 14));  // RFC 7323, 2.3
    if (kind == sack && option.size() >= 10)
        tcp.has_sack = true;
    if (kind == timestamps && option.size() == 10) {
        tcp.has_timestamps = true;
        tcp.timestamp_value = be32_at(option, 2);
    }
}

void read_options(TcpView &tcp, Bytes options)
{
    constexpr std::uint8_t end_of_list = 0, no_operation = 1;
    for (std::size_t at = 0; at < options.size();) {
        const std::uint8_t kind = options[at];
        if (kind == end_of_list)
            return;
        if (kind == no_operation) {
            ++at;
            continue;
        }
        if (options.size() - at < 2)
            return;
        const std::size_t length = options[at + 1];
        if (length < 2 || length > options.size() - at)
            return;
        read_option(tcp, kind, options.subspan(at, length));
        at += length;
    }
}

// Nearly every segment of a connection with timestamps carries exactly these (RFC 7323, appendix A).
bool read_aligned_timestamps(TcpView &tcp, Bytes options)
{
    constexpr std::uint32_t two_no_operations_and_timestamps = 0x0101'080A;
    if (options.size() != 12 || be32_at(options, 0) != two_no_operations_and_timestamps)
        return false;
    tcp.has_timestamps = true;
    tcp.timestamp_value = be32_at(options, 4);
    return true;
}

// The capture ended inside the TCP header.
void read_snapped_tcp(Walk &walk)
{
    PacketView &view = walk.view;
    if (walk.has(4)) {
        view.source.port = be16_at(walk.octets, 0);
        view.destination.port = be16_at(walk.octets, 2);
    }
    if (!walk.has(14))
        return walk.damaged();
    const std::size_t header_length = std::size_t{4} * (walk.octets[12] >> 4);
    if (header_length < 20 || header_length > walk.wire)
        return walk.damaged();
    std::array<std::uint8_t, 20> header{};
    const Bytes fixed = walk.octets.first(std::min<std::size_t>(walk.octets.size(), 20));
    std::ranges::copy(fixed, header.begin());
    read_fixed_tcp_header(view.tcp, header);
    read_options(view.tcp, walk.octets.subspan(fixed.size()));
    view.payload = {};
    view.payload_length = static_cast<std::uint32_t>(walk.wire - header_length);
    walk.finish(PacketKind::tcp);
}

}  // namespace

void read_tcp_options(TcpView &tcp, Bytes options)
{
    if (!read_aligned_timestamps(tcp, options))
        read_options(tcp, options);
}

void read_tcp(Walk &walk)
{
    const Bytes segment = walk.octets;
    if (segment.size() < 20)
        return read_snapped_tcp(walk);
    const auto header = segment.first<20>();
    const std::size_t header_length = std::size_t{4} * (header[12] >> 4);
    if (header_length < 20 || header_length > walk.wire)
        return walk.damaged();
    if (header_length > segment.size())
        return read_snapped_tcp(walk);

    PacketView &view = walk.view;
    view.payload_length = static_cast<std::uint32_t>(walk.wire - header_length);
    view.payload = segment.subspan(header_length);
    view.source.port = be16_at(header, 0);
    view.destination.port = be16_at(header, 2);
    read_tcp_header(view.tcp, segment.first(header_length));
    walk.finish(PacketKind::tcp);
}

void read_udp(Walk &walk)
{
    PacketView &view = walk.view;
    if (!walk.has(4) || walk.wire < 8)
        return walk.damaged();
    view.source.port = be16_at(walk.octets, 0);
    view.destination.port = be16_at(walk.octets, 2);
    if (!walk.has(8)) {
        view.payload = {};
        view.payload_length = static_cast<std::uint32_t>(walk.wire - 8);
        return walk.finish(PacketKind::udp);
    }
    const std::size_t length = be16_at(walk.octets, 4);
    if (length != 0 && length < 8)
        return walk.damaged();
    walk.advance(8);
    if (length != 0 && length - 8 < walk.wire)  // 0: longer than 16 bits can say (RFC 2675, 4)
        walk.bound(length - 8);
    if (enter_udp_tunnel(walk, view.destination.port))
        return;
    view.payload = walk.octets;
    view.payload_length = static_cast<std::uint32_t>(walk.wire);
    walk.finish(PacketKind::udp);
}

}  // namespace buswitness::net
