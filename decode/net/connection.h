// One TCP connection attempt and what became of it (RFC 9293). Facts only: who asked, who answered what and when;
// why is for the rules. The client is the side that sent the SYN; without a SYN it is a guess that content may correct.
#pragma once

#include "decode/base/rare.h"
#include "decode/net/half_stream.h"
#include "decode/net/packet_view.h"

#include <array>
#include <cstdlib>

namespace buswitness::net {

enum class Outcome : std::uint8_t {
    midstream,    // open before the capture began
    pending,      // SYN, no answer (yet)
    refused,      // RST and no SYN-ACK
    unreachable,  // only an ICMP error
    incomplete,   // SYN-ACK, the client never went on
    established,
};

struct IcmpAnswer {
    Moment moment;
    Address from;
    std::uint16_t count = 0;
    std::uint8_t type = 0, code = 0, quoted_ttl = 0;
    bool v6 = false;
};

// What few sides show.
struct SideTroubles {
    Moment retransmission;     // the first
    Moment silent_since;       // first of the tries
    Moment window_zero_since;  // still closed: since when
    std::uint32_t window_zero_longest_ms = 0;
    std::uint16_t window_zero = 0;  // packets that advertised window 0
    std::uint16_t tries = 0;        // retransmissions and probes since the peer's last packet
    std::uint16_t retransmissions = 0;
    std::uint16_t reordered = 0;  // segments that came ahead of others or filled a hole
    std::uint16_t probes = 0;     // keep-alive or zero window probes
    std::uint16_t longest_repeats = 0;
};

// What one side sent: 64 octets, touched by every packet.
struct Side {
    Moment last;
    std::uint32_t packets = 0;
    std::uint32_t data_segments = 0;
    std::uint32_t longest_end = 0;
    std::uint16_t longest = 0;        // longest segment not acknowledged yet, its octets; 0: none
    std::uint16_t longest_acked = 0;  // longest segment that was acknowledged
    std::uint8_t ttl = 0;             // of its latest SYN, SYN-ACK or data
    bool ack_advanced = false;        // its acknowledgement numbers moved on
    Moment fin, rst;
    Rare<SideTroubles> trouble;
};

// What few connections show.
struct ConnectionTroubles {
    Moment syn_repeated;  // the last repetition of the SYN
    Moment reset_answer;  // RST to the SYN
    IcmpAnswer icmp;
    Moment loss;                                               // first hole, or the SYN-ACK that must have been
    std::uint32_t lost_from_client = 0, lost_from_server = 0;  // octets the capture lost (acknowledged, not there)
};

struct Connection {
    Side from_client, from_server;
    Endpoint client, server;
    Rare<ConnectionTroubles> trouble;
    Moment syn, syn_ack;
    Moment completed;  // the client went on after the SYN-ACK
    std::uint32_t client_isn = 0, server_isn = 0;
    std::uint16_t syns = 0, syn_acks = 0;
    std::uint16_t duplicates = 0;  // copies of packets, not counted anywhere else
    std::uint16_t syn_ip_id = 0;
    MacAddress server_mac;  // where the SYN was sent to
    std::uint8_t syn_tos = 0;
    std::uint8_t rst_ttl = 0, rst_tos = 0;
    Direction syn_direction = Direction::unknown;
    Outcome outcome = Outcome::midstream;
    bool counted = false;          // is a connection attempt (SYN, SYN-ACK or RST to a SYN was seen)
    bool superseded = false;       // the same ports started again
    bool rst_without_syn = false;  // refused, proven by RST,ACK with sequence 0 alone
    bool server_isn_known = false;
    bool first_syn_answered_late = false;
    bool rst_and_syn_ack = false;  // both came in answer to one SYN
    bool snapped = false;

    [[nodiscard]] const Side &side(bool client_side) const { return this->*sides[client_side ? 1 : 0]; }
    [[nodiscard]] Side &side(bool client_side) { return this->*sides[client_side ? 1 : 0]; }
    [[nodiscard]] Moment last() const;
    [[nodiscard]] Moment syn_last() const { return trouble->syn_repeated.seen() ? trouble->syn_repeated : syn; }
    [[nodiscard]] Moment loss() const { return trouble->loss; }
    [[nodiscard]] Moment ended() const;    // first FIN or RST after it was open; packet 0: still open
    [[nodiscard]] bool one_sided() const;  // one side's packets are missing although it took part

private:
    // Which side speaks next cannot be foreseen: looked up, where a branch would be taken wrongly half of the time.
    static constexpr std::array sides = {&Connection::from_server, &Connection::from_client};
};

// The part of a connection that is needed only while packets come.
class LiveConnection {
public:
    // True when the packet is a second copy of one already seen (mirror of both ports, the any device, merged files).
    bool is_duplicate(const PacketView &packet, bool from_client);
    // The packet brings octets or an acknowledgement that were not there before: it cannot be a copy.
    [[nodiscard]] bool brings_news(const PacketView &packet, bool from_client) const;

    HalfStream from_client, from_server;

    [[nodiscard]] HalfStream &half(bool client_side) { return this->*halves[client_side ? 1 : 0]; }
    [[nodiscard]] const HalfStream &half(bool client_side) const { return this->*halves[client_side ? 1 : 0]; }

private:
    static constexpr std::array halves = {&LiveConnection::from_server,
                                          &LiveConnection::from_client};  // see Connection
    // The packets that one side sent last, as hash and time in units of 2^20 ns (about a millisecond; every 69 s one
    // time comes again, which only matters to a packet that brings nothing new and has the same hash).
    struct Recent {
        static constexpr std::size_t remembered = 6;
        std::array<std::uint32_t, remembered> hashes{};
        std::array<std::uint16_t, remembered> times{};
        std::uint32_t next = 0;

        // Copies may come in either order.
        [[nodiscard]] bool holds(std::uint32_t hash, std::uint16_t time, int window) const
        {
            for (std::size_t i = 0; i < remembered; ++i)
                if (hashes[i] == hash && std::abs(static_cast<std::int16_t>(time - times[i])) <= window)
                    return true;
            return false;
        }
        void keep(std::uint32_t hash, std::uint16_t time)
        {
            const std::uint32_t at = next;
            next = at + 1 == remembered ? 0 : at + 1;
            hashes[at] = hash;
            times[at] = time;
        }
    };
    std::array<Recent, 2> recent_{};  // of the server, of the client
};

// Follows one packet of the connection, seen at `moment`. Payload goes through the half streams into the sinks.
void follow(Connection &connection, LiveConnection &live, const PacketView &packet, bool by_client,
            const Moment &moment, StreamSink &client_sink, StreamSink &server_sink);

// No packet comes any more: holes are given up, open questions answered as far as they can be.
void finish(Connection &connection, LiveConnection &live, const Moment &now, StreamSink &client_sink,
            StreamSink &server_sink);

}  // namespace buswitness::net
