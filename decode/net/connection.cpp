#include "decode/net/connection.h"

#include "decode/base/keyed_hash.h"
#include "decode/base/saturating.h"

#include <algorithm>

namespace buswitness::net {

namespace {

constexpr std::uint32_t ms_shift = 20;  // 2^20 ns: the unit in which copies of a packet are timed

// A sum of odd multiples: no field can cancel out another by chance, as it can where they are combined by XOR.
std::uint32_t signature_of(const PacketView &packet)
{
    // The checksum tells packets without identification apart; with one, offload may make it differ between copies.
    const bool tcp = packet.kind == PacketKind::tcp;
    const std::uint64_t identity = packet.has_ip_id && packet.ip_id != 0 ? packet.ip_id
                                   : tcp                                 ? 0x10000U + packet.tcp.checksum
                                                                         : 0;
    std::uint64_t hash = (identity << 32 | packet.payload_length) * 0x9E37'79B9'7F4A'7C15ULL;
    if (tcp) {
        const TcpView &view = packet.tcp;
        hash += (static_cast<std::uint64_t>(view.sequence) << 32 | view.acknowledgement) * 0xC2B2'AE3D'27D4'EB4FULL;
        hash += (static_cast<std::uint64_t>(view.timestamp_value) << 24 | static_cast<std::uint64_t>(view.window) << 8 |
                 view.flags) *
                0x1656'67B1'9E37'79F9ULL;
    } else {
        for (std::size_t i = 0; i < std::min<std::size_t>(packet.payload.size(), 12); ++i)
            hash = mix(packet.payload[i], hash);
    }
    return static_cast<std::uint32_t>(hash >> 32 ^ hash >> 11) | 1U;
}

}  // namespace

Moment Connection::last() const
{
    return from_client.last.packet > from_server.last.packet ? from_client.last : from_server.last;
}

Moment Connection::ended() const
{
    Moment end;
    for (const Moment &moment : {from_client.fin, from_client.rst, from_server.fin, from_server.rst})
        if (moment.seen() && (!end.seen() || moment.packet < end.packet))
            end = moment;
    return end;
}

bool Connection::one_sided() const
{
    if (from_client.packets != 0 && from_server.packets != 0)
        return false;
    const Side &seen = from_client.packets != 0 ? from_client : from_server;
    return seen.ack_advanced;
}

bool LiveConnection::brings_news(const PacketView &packet, bool from_client_side) const
{
    const HalfStream &mine = half(from_client_side);
    const HalfStream &peer = half(!from_client_side);
    if (packet.kind != PacketKind::tcp || !mine.started() || !peer.ack_known())
        return false;
    const bool octets = (packet.payload_length != 0) & (packet.tcp.sequence == mine.highest());
    return octets | after(packet.tcp.acknowledgement, peer.acked());
}

[[gnu::hot]] bool LiveConnection::is_duplicate(const PacketView &packet, bool from_client_side)
{
    const std::uint32_t hash = signature_of(packet);
    const auto now = static_cast<std::uint16_t>(packet.time.time_since_epoch().count() >> ms_shift);
    Recent &recent = recent_[from_client_side ? 1 : 0];
    if (!brings_news(packet, from_client_side)) {
        // A sender gives a repeated segment a new identification; without one only an immediate copy counts as one.
        const bool identified = (packet.has_ip_id && packet.ip_id != 0) || packet.tcp.has_timestamps;
        if (recent.holds(hash, now, identified ? 100 : 3))
            return true;
    }
    recent.keep(hash, now);
    return false;
}

namespace {

void note_closed_window(SideTroubles &trouble, const Moment &now)
{
    const auto ms =
        std::chrono::duration_cast<std::chrono::milliseconds>(elapsed(trouble.window_zero_since, now)).count();
    trouble.window_zero_longest_ms = std::max(trouble.window_zero_longest_ms,
                                              static_cast<std::uint32_t>(std::clamp<std::int64_t>(ms, 0, 0xFFFF'FFFF)));
}

// Most connections lose nothing.
void note_lost(Connection &connection, const LiveConnection &live)
{
    const bool client_lacks = live.from_client.had_holes(), server_lacks = live.from_server.had_holes();
    if (!(client_lacks | server_lacks))
        return;
    if ((live.from_client.lost_octets() | live.from_server.lost_octets()) == 0)
        return;
    connection.trouble.make().lost_from_client = live.from_client.lost_octets();
    connection.trouble.make().lost_from_server = live.from_server.lost_octets();
}

class Follower {
public:
    Follower(Connection &connection, LiveConnection &live, const PacketView &packet, bool by_client,
             const Moment &moment)
        : c_(connection), live_(live), p_(packet), tcp_(packet.tcp), moment_(moment), by_client_(by_client)
    {
    }

    void run(StreamSink &client_sink, StreamSink &server_sink)
    {
        const std::array<StreamSink *, 2> sinks = {&server_sink, &client_sink};
        Side &me = c_.side(by_client_);
        me.packets += me.packets == 0xFFFF'FFFF ? 0 : 1;
        me.last = moment_;
        c_.snapped |= p_.snapped;
        live_.from_client.settle(moment_, false, client_sink);
        live_.from_server.settle(moment_, false, server_sink);
        if (Side &peer = c_.side(!by_client_); peer.trouble.present())
            peer.trouble.make().tries = 0;
        if (tcp_.has(tcp_flag::rst)) {
            reset();
            return;
        }
        if (tcp_.has(tcp_flag::syn))
            open();
        else
            go_on();
        acknowledge();
        window();
        payload(*sinks[by_client_ ? 1 : 0]);
        if (tcp_.has(tcp_flag::fin))
            finish_side();
    }

private:
    void open()
    {
        if (by_client_ && !tcp_.has(tcp_flag::ack)) {
            c_.syns = more(c_.syns);
            if (c_.syn.seen()) {
                c_.trouble.make().syn_repeated = moment_;
            } else {
                c_.syn = moment_;
                c_.client_isn = tcp_.sequence;
                c_.syn_tos = p_.tos;
                c_.syn_ip_id = p_.ip_id;
                c_.server_mac = p_.destination_mac;
                c_.syn_direction = p_.direction;
            }
            c_.from_client.ttl = p_.ttl;
            if (!live_.from_client.started())
                live_.from_client.start(tcp_.sequence + 1);
        } else if (!by_client_ && tcp_.has(tcp_flag::ack)) {
            if (!c_.syn_ack.seen()) {
                c_.syn_ack = moment_;
                c_.first_syn_answered_late = c_.syns > 1;
            }
            c_.syn_acks = more(c_.syn_acks);
            c_.from_server.ttl = p_.ttl;
            if (c_.trouble->reset_answer.seen() && c_.syn_last().packet < c_.trouble->reset_answer.packet)
                c_.rst_and_syn_ack = true;
            // A half-open entry that ran out comes back with a new initial sequence number.
            if (!c_.server_isn_known || (c_.server_isn != tcp_.sequence && c_.outcome != Outcome::established))
                live_.from_server.start(tcp_.sequence + 1);
            c_.server_isn = tcp_.sequence;
            c_.server_isn_known = true;
            if (!live_.from_client.started())
                live_.from_client.start(tcp_.acknowledgement);
            if (c_.outcome == Outcome::pending || c_.outcome == Outcome::refused || c_.outcome == Outcome::unreachable)
                c_.outcome = Outcome::incomplete;
        }
    }

    // A segment without SYN and RST: the handshake is complete when the client sends one that acknowledges.
    void go_on()
    {
        if (c_.outcome == Outcome::midstream || c_.outcome == Outcome::established)
            return;
        const bool by_ack = by_client_ && tcp_.has(tcp_flag::ack) && tcp_.sequence != c_.client_isn;
        const bool server_saw_it =
            !by_client_ && (p_.payload_length != 0 || tcp_.acknowledgement != c_.client_isn + 1) &&
            (c_.syn_ack.seen() || c_.outcome == Outcome::pending) && c_.outcome != Outcome::refused;
        if (!by_ack && !server_saw_it)
            return;
        if (!c_.syn_ack.seen() && !c_.loss().seen() && c_.from_server.packets != 0)
            c_.trouble.make().loss = moment_;
        c_.completed = moment_;
        c_.outcome = Outcome::established;
    }

    void reset()
    {
        Side &me = c_.side(by_client_);
        const bool opening = c_.outcome == Outcome::pending || c_.outcome == Outcome::unreachable;
        if (!by_client_ && (opening || c_.outcome == Outcome::refused || c_.outcome == Outcome::incomplete)) {
            if (!c_.trouble->reset_answer.seen()) {
                c_.trouble.make().reset_answer = moment_;
                c_.rst_ttl = p_.ttl;
                c_.rst_tos = p_.tos;
            }
            if (opening)
                c_.outcome = Outcome::refused;
            const bool answers_syn =
                tcp_.has(tcp_flag::ack) && tcp_.acknowledgement == c_.client_isn + 1 && tcp_.sequence == 0;
            if (c_.outcome == Outcome::incomplete && answers_syn)
                c_.rst_and_syn_ack = true;
            if (c_.outcome != Outcome::incomplete)
                return;
        }
        if (!me.rst.seen()) {
            me.rst = moment_;
            if (!by_client_)
                c_.rst_ttl = p_.ttl;
        }
        acknowledge();
    }

    void acknowledge()
    {
        if (!tcp_.has(tcp_flag::ack) || (tcp_.has(tcp_flag::rst) && tcp_.sequence == 0))
            return;
        HalfStream &peer = live_.half(!by_client_);
        const bool known = peer.ack_known();
        const std::uint32_t last = peer.acked();
        // An acknowledgement far beyond what was ever sent belongs to another life of the connection.
        if (peer.started() && distance(tcp_.acknowledgement, peer.highest()) > 64 * 1024 * 1024)
            return;
        peer.acknowledged(tcp_.acknowledgement, moment_);
        if (known && after(tcp_.acknowledgement, last)) {
            c_.side(by_client_).ack_advanced = true;
            Side &sender = c_.side(!by_client_);
            if (sender.longest != 0 && !after(sender.longest_end, tcp_.acknowledgement)) {
                sender.longest_acked = std::max(sender.longest_acked, sender.longest);
                sender.longest = 0;
            }
        }
    }

    void window()
    {
        Side &me = c_.side(by_client_);
        if (tcp_.has(tcp_flag::syn) || (p_.snapped && p_.payload.empty()))
            return;
        if (tcp_.window != 0 && !me.trouble.present())
            return;
        if (tcp_.window == 0) {
            SideTroubles &trouble = me.trouble.make();
            trouble.window_zero = more(trouble.window_zero);
            if (!trouble.window_zero_since.seen())
                trouble.window_zero_since = moment_;
            note_closed_window(trouble, moment_);
        } else if (me.trouble->window_zero_since.seen()) {
            note_closed_window(me.trouble.make(), moment_);
            me.trouble.make().window_zero_since = {};
        }
    }

    void note_try(Side &me)
    {
        SideTroubles &trouble = me.trouble.make();
        if (trouble.tries == 0)
            trouble.silent_since = moment_;
        trouble.tries = more(trouble.tries);
    }

    void note_disorder(Side &me, SegmentKind kind, bool acked_before)
    {
        SideTroubles &trouble = me.trouble.make();
        if (kind == SegmentKind::retransmitted)
            trouble.retransmissions = more(trouble.retransmissions);
        else
            trouble.reordered = more(trouble.reordered);
        if (kind == SegmentKind::ahead)
            return;
        if (!trouble.retransmission.seen())
            trouble.retransmission = moment_;
        if (!acked_before)
            note_try(me);
    }

    void payload(StreamSink &sink)
    {
        Side &me = c_.side(by_client_);
        HalfStream &half = live_.half(by_client_);
        const std::uint32_t sequence = tcp_.has(tcp_flag::syn) ? tcp_.sequence + 1 : tcp_.sequence;
        const bool behind = half.started() && sequence + 1 == half.highest() && tcp_.has(tcp_flag::ack);
        if (p_.payload_length == 0 ||
            (p_.payload_length == 1 && behind && half.ack_known() && half.acked() == half.highest())) {
            // A probe repeats the octet before the next one (RFC 9293, 3.8.4).
            if (behind && !tcp_.has(tcp_flag::syn) && !tcp_.has(tcp_flag::fin)) {
                note_try(me);
                me.trouble.make().probes = more(me.trouble->probes);
            } else if (!half.started() && !tcp_.has(tcp_flag::syn)) {
                half.start(sequence);
            }
            return;
        }
        me.data_segments += me.data_segments == 0xFFFF'FFFF ? 0 : 1;
        if (me.ttl == 0 || me.data_segments == 1)
            me.ttl = p_.ttl;
        const bool acked_before = half.ack_known() && !after(sequence + p_.payload_length, half.acked());
        const SegmentKind kind = half.segment(sequence, p_.payload, p_.payload_length, moment_, sink);
        if (kind == SegmentKind::stray)
            return;
        if (kind != SegmentKind::fresh)
            note_disorder(me, kind, acked_before);
        const std::uint32_t end = sequence + p_.payload_length;
        if (!acked_before && p_.payload_length > me.longest) {
            me.longest = static_cast<std::uint16_t>(std::min<std::uint32_t>(p_.payload_length, 0xFFFF));
            me.longest_end = end;
        }
        if (kind == SegmentKind::retransmitted && !acked_before && p_.payload_length == me.longest)
            me.trouble.make().longest_repeats = more(me.trouble->longest_repeats);
    }

    void finish_side()
    {
        Side &me = c_.side(by_client_);
        HalfStream &half = live_.half(by_client_);
        half.finished(tcp_.sequence + p_.payload_length);
        if (!me.fin.seen())
            me.fin = moment_;
        else
            note_try(me);
    }

    Connection &c_;
    LiveConnection &live_;
    const PacketView &p_;
    const TcpView &tcp_;
    const Moment &moment_;
    bool by_client_;
};

}  // namespace

[[gnu::hot]] void follow(Connection &connection, LiveConnection &live, const PacketView &packet, bool by_client,
                         const Moment &moment, StreamSink &client_sink, StreamSink &server_sink)
{
    Follower(connection, live, packet, by_client, moment).run(client_sink, server_sink);
    note_lost(connection, live);
}

void finish(Connection &connection, LiveConnection &live, const Moment &now, StreamSink &client_sink,
            StreamSink &server_sink)
{
    live.from_client.settle(now, true, client_sink);
    live.from_server.settle(now, true, server_sink);
    note_lost(connection, live);
    for (const HalfStream *half : {&live.from_client, &live.from_server})
        if (half->hole().seen() && (!connection.loss().seen() || half->hole().packet < connection.loss().packet))
            connection.trouble.make().loss = half->hole();
    for (Side *side : {&connection.from_client, &connection.from_server})
        if (side->trouble->window_zero_since.seen())
            note_closed_window(side->trouble.make(), side->last);
}

}  // namespace buswitness::net
