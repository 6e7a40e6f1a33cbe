#include "tests/support/scenario_network.h"

#include <algorithm>
#include <stdexcept>

namespace buswitness::test {

using wire::Octets;
using wire::Station;

namespace {

// 2026-06-02 08:00:00 UTC
constexpr std::int64_t beginning = 1'780'387'200'000'000'000;

}  // namespace

Sending Sending::answer() const
{
    Sending back = *this;
    std::swap(back.from, back.to);
    back.by_client = !by_client;
    back.ttl = back.tos = -1;
    return back;
}

ScenarioNetwork::ScenarioNetwork()
{
    for (std::uint32_t i = 0; i < 9; ++i)
        add("C" + (i == 0 ? std::string() : std::to_string(i + 1)), 0x0A01'010A + i, 0x0200'0000'0010 + i, 64);
    add("S", 0x0A01'0132, 0x0200'0000'0050, 64);
    add("S2", 0x0A01'0133, 0x0200'0000'0051, 64);
    add("R", 0x0A01'0101, 0x0200'0000'0001, 64);
    add("F", 0x0A09'0932, 0x0200'0000'0001, 63);
    add("X", 0x0A09'090A, 0x0200'0000'0001, 63);
    add("P", 0x5DB8'D822, 0x0200'0000'0001, 52);
    add("L", 0x7F00'0001, 0, 64);
    add("LC", 0x7F00'0001, 0, 64);
}

void ScenarioNetwork::add(const std::string &name, std::uint32_t ip, std::uint64_t mac, std::uint8_t ttl)
{
    Station station;
    station.name = name;
    station.ip = ip;
    station.mac = mac;
    station.ttl = ttl;
    // Every host counts on its own, or packets of two hosts would look like copies.
    station.next_id = static_cast<std::uint16_t>(stations_.size() * 4096 + 1);
    stations_[name] = station;
}

ScenarioNetwork::Key ScenarioNetwork::key(const Sending &line)
{
    return line.by_client ? Key{line.from, line.to, line.label} : Key{line.to, line.from, line.label};
}

bool ScenarioNetwork::is_answer(const Sending &line) const
{
    return conversations_.contains(Key{line.to, line.from, line.label});
}

wire::Ip ScenarioNetwork::ip_of(const Sending &line)
{
    Station &from = stations_.at(line.from);
    const Station &to = stations_.at(line.to);
    wire::Ip ip;
    ip.source = from.ip;
    ip.destination = to.ip;
    ip.source_mac = from.mac;
    ip.destination_mac = to.mac;
    ip.id = line.id >= 0 ? static_cast<std::uint16_t>(line.id) : from.next_id++;
    ip.ttl = line.ttl >= 0 ? static_cast<std::uint8_t>(line.ttl) : from.ttl;
    ip.tos = line.tos >= 0 ? static_cast<std::uint8_t>(line.tos) : from.tos;
    return ip;
}

void ScenarioNetwork::begin(Conversation &c, const Sending &line)
{
    ++connections_;
    c.client_port = static_cast<std::uint16_t>(40000 + connections_);
    const Station &server = stations_.at(line.by_client ? line.to : line.from);
    c.server_port = line.port >= 0 ? static_cast<std::uint16_t>(line.port) : server.port;
    c.client = {};
    c.server = {};
    c.client.next = c.server.heard = 0x1000'0000 + connections_ * 0x0010'0000;
    c.server.next = c.client.heard = 0x8000'0000 + connections_ * 0x0010'0000;
}

wire::Tcp ScenarioNetwork::segment_of(const Conversation &c, const Sending &line)
{
    const Half &me = line.by_client ? c.client : c.server;
    wire::Tcp tcp;
    tcp.source = line.by_client ? c.client_port : c.server_port;
    tcp.destination = line.by_client ? c.server_port : c.client_port;
    tcp.flags =
        line.payload.empty() ? line.flags : static_cast<std::uint8_t>(line.flags | segment::push | segment::ack);
    tcp.sequence = me.next;
    tcp.acknowledgement = (tcp.flags & segment::ack) != 0 ? me.heard : 0;
    if ((tcp.flags & segment::rst) == 0)
        return tcp;
    tcp.window = 0;
    if (!line.by_client && c.client.opened && !me.opened) {  // a closed port (RFC 9293, 3.10.7.1)
        tcp.sequence = 0;
        tcp.acknowledgement = c.client.next;
    }
    return tcp;
}

void ScenarioNetwork::move_on(Half &me, Half &peer, const wire::Tcp &tcp, const Sending &line, const Octets &payload)
{
    const bool numbered = (tcp.flags & (segment::syn | segment::fin)) != 0;
    if ((!numbered && payload.empty()) || line.sequence_shift != 0)
        return;
    const std::uint32_t end = tcp.sequence + static_cast<std::uint32_t>(payload.size()) + (numbered ? 1 : 0);
    me.next = std::max(me.next, end);
    me.opened |= (tcp.flags & segment::syn) != 0;
    if (!line.again) {
        me.last = tcp;
        me.last_payload = payload;
    }
    if (!line.unheard)
        peer.heard = std::max(peer.heard, end);
}

void ScenarioNetwork::send(Sending line)
{
    Conversation &c = conversation(line);
    const bool opens = line.flags == segment::syn && !line.again && !line.copy;
    if (opens)
        c.dialogue = {};
    if (opens || c.client_port == 0)
        begin(c, line);
    if (line.copy) {
        emit(last_, line, line.from);
        return;
    }
    if (line.udp) {
        emit(wire::udp_packet(ip_of(line), line.by_client ? c.client_port : c.server_port,
                              line.by_client ? c.server_port : c.client_port, line.payload),
             line, line.from);
        return;
    }
    Half &me = line.by_client ? c.client : c.server;
    Half &peer = line.by_client ? c.server : c.client;
    wire::Tcp tcp = line.again ? me.last : segment_of(c, line);
    const Octets payload = line.again ? me.last_payload : line.payload;
    if (line.again)
        tcp.acknowledgement = (tcp.flags & segment::ack) != 0 ? me.heard : 0;
    tcp.sequence += static_cast<std::uint32_t>(line.sequence_shift);
    tcp.acknowledgement += static_cast<std::uint32_t>(line.acknowledgement_shift);
    if (line.window >= 0)
        tcp.window = static_cast<std::uint16_t>(line.window);
    // The answer of a closed port carries identification 0 (Linux).
    if ((tcp.flags & segment::rst) != 0 && !line.by_client && !me.opened && line.id < 0)
        line.id = 0;
    move_on(me, peer, tcp, line, payload);
    emit(wire::tcp_packet(ip_of(line), tcp, payload), line, line.from);
}

void ScenarioNetwork::echo(const Sending &line, bool reply)
{
    echo_ = static_cast<std::uint16_t>(echo_ + (reply ? 0 : 1));
    emit(wire::echo_packet(ip_of(line), reply, echo_), line, line.from);
}

void ScenarioNetwork::icmp(Sending line, std::uint8_t type, std::uint8_t code)
{
    if (last_.empty() || last_from_.empty())
        throw std::runtime_error("scenario: there is no packet to quote");
    line.to = last_from_;
    emit(wire::icmp_error(ip_of(line), type, code, last_), line, line.from);
}

void ScenarioNetwork::emit(const Octets &octets, const Sending &line, const std::string &from)
{
    last_ = octets;
    last_from_ = from;
    if (line.lost || ended || (!only.empty() && !only.contains(from)))
        return;
    ScenarioPacket packet;
    packet.octets = octets;
    packet.original_length = static_cast<std::uint32_t>(octets.size());
    const int snap = line.snap >= 0 ? line.snap : snap_length;
    if (snap >= 0 && packet.octets.size() > static_cast<std::size_t>(snap))
        packet.octets.resize(static_cast<std::size_t>(snap));
    packet.time = Timestamp(Duration(beginning + clock));
    packet.direction = line.direction;
    capture.packets.push_back(std::move(packet));
}

}  // namespace buswitness::test
