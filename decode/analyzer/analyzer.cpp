#include "decode/analyzer.h"

#include "decode/analyzer/collector.h"
#include "decode/analyzer/flows.h"
#include "decode/analyzer/servers.h"
#include "decode/analyzer/settle.h"
#include "decode/modbus/evidence.h"
#include "decode/net/dissect.h"

#include <algorithm>

namespace buswitness {

using analyzer::Flow;
using analyzer::Flows;
using analyzer::FlowTable;
using modbus::Role;
using net::Outcome;
using net::PacketKind;
using net::PacketView;

namespace {

constexpr std::uint32_t no_slot = FlowTable::no_slot;

[[nodiscard]] Endpoint modbus_server(const ConnectionFacts &c)
{
    return c.reversed ? c.tcp.client : c.tcp.server;
}

// Who asks, in Modbus terms, need not be who opened the TCP connection.
[[nodiscard]] Role role_of(const ConnectionFacts &c, bool by_client)
{
    return by_client != c.reversed ? Role::request : Role::response;
}

}  // namespace

class Analyzer::Impl {
public:
    explicit Impl(AnalyzerOptions options)
        : facts(options.hash_key), servers_(facts, options.hash_key), collector_(facts, options.hash_key),
          flows_(facts, options.hash_key, options.connections), client_sink_(*this, true), server_sink_(*this, false)
    {
        facts.modbus_ports = std::move(options.modbus_ports);
        for (const std::uint16_t port : {std::uint16_t{502}, std::uint16_t{802}})
            if (!servers_.is_modbus_port(port))
                facts.modbus_ports.push_back(port);
    }

    // Of `other` as it stands: what is known, and the conversations that finish() would have to settle.
    Impl(const Impl &other)
        : facts(other.facts), servers_(facts, other.servers_), collector_(facts, other.collector_), flows_(facts, other.flows_),
          client_sink_(*this, true), server_sink_(*this, false)
    {
    }
    Impl &operator=(const Impl &) = delete;

    void add(const net::RawPacket &packet)
    {
        dissector_.dissect(packet, view_);
        // SYN with FIN or RST opens nothing (RFC 9293, 3.10.7.4); scanners and fuzzers send it.
        if (view_.kind == PacketKind::tcp && view_.tcp.has(net::tcp_flag::syn) &&
            view_.tcp.has(net::tcp_flag::fin | net::tcp_flag::rst))
            view_.tcp.flags = static_cast<std::uint8_t>(view_.tcp.flags & ~net::tcp_flag::syn);
        const Moment moment(view_.number, view_.time);
        clock(moment);
        ++facts.packets.all;
        if (packet.clock_set.count() != 0) [[unlikely]]
            clock_set(moment, packet.clock_set);
        if (view_.snapped) {
            ++facts.packets.snapped;
            facts.packets.snapped_seen.add(moment);
        }
        switch (view_.kind) {
        case PacketKind::tcp: tcp(moment); break;
        case PacketKind::udp: udp(moment); break;
        case PacketKind::neighbour:
            ++(view_.is_arp ? facts.packets.arp : facts.packets.icmp);
            facts.hosts.neighbour(view_);
            break;
        case PacketKind::icmp:
            ++facts.packets.icmp;
            icmp(moment);
            break;
        case PacketKind::other: ++facts.packets.other; break;
        case PacketKind::undecodable: ++facts.packets.undecodable; break;
        }
    }

    void finish()
    {
        for (std::uint32_t slot = 0; slot < flows_.size(); ++slot)
            settle(slot);
    }

    Facts facts;

private:
    // The connection whose packets are being followed.
    struct Here {
        std::uint32_t slot = no_slot;
        Flow *flow = nullptr;
        ConnectionFacts *facts = nullptr;
    };
    // Hands one direction of its stream to its session.
    class StreamToSession final : public net::StreamSink {
    public:
        StreamToSession(Impl &impl, bool by_client) : impl_(impl), by_client_(by_client) {}
        void chunk(const net::StreamChunk &chunk) override
        {
            impl_.stream(role_of(*impl_.here_.facts, by_client_), chunk);
        }

    private:
        Impl &impl_;
        bool by_client_;
    };

    void enter(std::uint32_t slot) { here_ = {slot, &flows_.flow(slot), &flows_.facts(slot)}; }

    void name_pair(ConnectionFacts &c)
    {
        const Endpoint &client = c.reversed ? c.tcp.server : c.tcp.client;
        c.pair = collector_.pair(client.address, modbus_server(c), c.udp);
    }

    void clock(const Moment &moment)
    {
        if (!facts.first.seen())
            facts.first = facts.last = moment;
        const Timestamp before = facts.last.time;
        facts.last = moment;
        // Nearly every packet follows within a second: one comparison.
        const std::uint64_t step = static_cast<std::uint64_t>(view_.time.time_since_epoch().count()) -
                                   static_cast<std::uint64_t>(before.time_since_epoch().count());
        if (step > 1'000'000'000ULL)
            clock_jumped(moment, elapsed(before, view_.time));
    }

    void clock_set(const Moment &moment, Duration step)
    {
        facts.clock.set.add(moment);
        const Duration size = step < Duration(0) ? -std::max(step, -Duration::max()) : step;
        if (size > std::max(facts.clock.longest_set, -facts.clock.longest_set))
            facts.clock.longest_set = std::max(step, -Duration::max());
    }

    void clock_jumped(const Moment &moment, Duration step)
    {
        if (step < -std::chrono::seconds(1)) {
            facts.clock.backwards.add(moment);
            facts.clock.longest_back = std::max(facts.clock.longest_back, -std::max(step, -Duration::max()));
        } else if (step > std::chrono::hours(24 * 366)) {
            facts.clock.jumps.add(moment);
        }
    }

    // ---- TCP

    void tcp(const Moment &moment)
    {
        ++facts.packets.tcp;
        Flows::Hit hit = flows_.find(view_.source, view_.destination, false);
        if (hit.slot != no_slot)
            enter(hit.slot);
        if (hit.slot == no_slot || !goes_on(hit)) {
            if (!begins_something(moment)) {
                ++facts.packets.tcp_other;
                return;
            }
            hit.by_client = open();
        }
        Flow &flow = *here_.flow;
        if (!flow.live) {
            ++facts.packets.tcp_other;  // a straggler of a connection that ended long ago
            return;
        }
        if (flow.live->is_duplicate(view_, hit.by_client))
            duplicate(moment);
        else
            follow(hit.by_client, moment);
    }

    // False: a new connection between the same endpoints begins, and the old one is no longer found.
    bool goes_on(const Flows::Hit &hit)
    {
        const bool revived = !here_.flow->live && view_.payload_length != 0;
        if (!revived && !starts_again(here_.facts->tcp))
            return true;
        if (here_.flow->live && here_.flow->live->is_duplicate(view_, hit.by_client))
            return true;
        settle(hit.slot);
        flows_.supersede(hit.slot);
        return false;
    }

    // A SYN with another initial sequence number is another attempt.
    [[nodiscard]] bool starts_again(const net::Connection &connection) const
    {
        if (!view_.tcp.has(net::tcp_flag::syn) || view_.tcp.has(net::tcp_flag::ack))
            return false;
        return view_.source != connection.client || !connection.syn.seen() ||
               connection.client_isn != view_.tcp.sequence;
    }

    // False: a reset that belongs to no connection in the file.
    bool begins_something(const Moment &moment)
    {
        const net::TcpView &tcp = view_.tcp;
        if (!tcp.has(net::tcp_flag::rst))
            return true;
        if (tcp.has(net::tcp_flag::ack) && tcp.sequence == 0 && tcp.acknowledgement != 0)
            return true;  // answers a SYN that the file lacks: RFC 9293, 3.10.7.1
        const bool from_server = looks_like_server(view_.source, view_.destination);
        const Address client = from_server ? view_.destination.address : view_.source.address;
        const Endpoint server = from_server ? view_.source : view_.destination;
        auto known = std::ranges::find_if(facts.stray_resets, [&](const StrayReset &s) {
            return s.client == client && s.server == server && s.from_server == from_server;
        });
        if (known == facts.stray_resets.end()) {
            if (facts.stray_resets.size() >= 64)
                return false;
            facts.stray_resets.push_back({.client = client, .server = server, .from_server = from_server});
            known = facts.stray_resets.end() - 1;
        }
        known->seen.add(moment);
        return false;
    }

    // Without a handshake: which of the two is the server?
    [[nodiscard]] bool looks_like_server(const Endpoint &one, const Endpoint &other) const
    {
        const bool one_modbus = servers_.known(one, false);
        const bool other_modbus = servers_.known(other, false);
        if (one_modbus != other_modbus)
            return one_modbus;
        return one.port < other.port;
    }

    // True when the packet is the client's.
    bool open()
    {
        const net::TcpView &tcp = view_.tcp;
        const bool syn = tcp.has(net::tcp_flag::syn);
        const bool ack = tcp.has(net::tcp_flag::ack);
        const bool reset = tcp.has(net::tcp_flag::rst);
        const bool by_server = (syn && ack) || reset || (!syn && looks_like_server(view_.source, view_.destination));
        retire();
        enter(add(by_server ? view_.destination : view_.source, by_server ? view_.source : view_.destination, false));
        ConnectionFacts &c = *here_.facts;
        c.reversed = servers_.is_modbus_port(c.tcp.client.port) && !servers_.is_modbus_port(c.tcp.server.port);
        name_pair(c);
        c.tcp.counted = syn || reset;
        if (syn || reset)
            c.tcp.outcome = Outcome::pending;
        if ((syn && ack) || reset) {
            c.tcp.client_isn = tcp.acknowledgement - 1;
            c.tcp.rst_without_syn = reset;
        }
        return !by_server;
    }

    // Connections that ended long ago need no memory for packets still to come: a few are looked at for each new one.
    void retire()
    {
        constexpr std::uint32_t looked_at = 4;
        for (std::uint32_t i = 0; i < std::min(looked_at, flows_.size()); ++i) {
            retire_hand_ = retire_hand_ + 1 >= flows_.size() ? 0 : retire_hand_ + 1;
            if (ended_long_ago(retire_hand_))
                settle(retire_hand_);
        }
    }

    [[nodiscard]] bool ended_long_ago(std::uint32_t slot)
    {
        // As long as a TCP keeps the ports of a closed connection to itself (RFC 9293, 3.6.1: twice 30 s to 2 min).
        constexpr Duration quiet_time = std::chrono::minutes(1);
        const Flow &flow = flows_.flow(slot);
        const net::Connection &tcp = flows_.facts(slot).tcp;
        if (!flow.live || flows_.facts(slot).udp || elapsed(tcp.last(), facts.last) < quiet_time)
            return false;
        const bool reset = tcp.from_client.rst.seen() || tcp.from_server.rst.seen();
        const bool closed = tcp.from_client.fin.seen() && tcp.from_server.fin.seen();
        const bool judged = !flow.session || flow.session->confirmed() || flow.session->rejected();
        return judged && (reset || closed || tcp.outcome == Outcome::refused);
    }

    void duplicate(const Moment &moment)
    {
        ++facts.packets.duplicates;
        facts.packets.duplicates_seen.add(moment);
        net::Connection &connection = here_.facts->tcp;
        connection.duplicates = static_cast<std::uint16_t>(std::min(connection.duplicates + 1, 0xFFFF));
        bin();
    }

    void bin()
    {
        const Flow &flow = *here_.flow;
        const bool modbus = view_.payload_length != 0 && flow.session && flow.session->is_modbus();
        ++(modbus ? facts.packets.modbus : here_.facts->udp ? facts.packets.other : facts.packets.tcp_other);
    }

    void follow(bool by_client, const Moment &moment)
    {
        net::Connection &connection = here_.facts->tcp;
        Flow &flow = *here_.flow;
        const Outcome before = connection.outcome;
        net::follow(connection, *flow.live, view_, by_client, moment, client_sink_, server_sink_);
        if (!by_client && (view_.tcp.has(net::tcp_flag::syn) || connection.outcome != before))
            note_host(connection, moment);
        if (view_.tcp.has(net::tcp_flag::fin | net::tcp_flag::rst))
            note_close(by_client, moment);
        bin();
        swap_sides_if_exchanged();
    }

    void note_host(const net::Connection &connection, const Moment &moment)
    {
        facts.hosts.alive(connection.server.address, moment, net::LifeSign::tcp_answer, view_.direction);
        if (view_.tcp.has(net::tcp_flag::syn))
            facts.hosts.tcp_ttl(connection.server.address, view_.ttl, moment);
    }

    void note_close(bool by_client, const Moment &moment)
    {
        Flow &flow = *here_.flow;
        if (!flow.session)
            return;
        const net::HalfStream &half = flow.live->half(by_client);
        const bool whole =
            !half.waiting() && half.lost_octets() == 0 &&
            (!view_.tcp.has(net::tcp_flag::fin) || half.next() == view_.tcp.sequence + view_.payload_length);
        collector_.enter(*here_.facts);
        flow.session->side_closed(role_of(*here_.facts, by_client), moment, whole, collector_);
    }

    std::uint32_t add(const Endpoint &client, const Endpoint &server, bool udp)
    {
        return flows_.add(client, server, udp, [this](std::uint32_t gone) { settle(gone); });
    }

    // ---- streams

    [[nodiscard]] modbus::Session *session()
    {
        Flow &flow = *here_.flow;
        if (flow.session || flow.not_modbus)
            return flow.session.get();
        const ConnectionFacts &c = *here_.facts;
        const bool midstream = c.udp ? c.tcp.from_client.packets == 0 : c.tcp.outcome == Outcome::midstream;
        flow.session = std::make_unique<modbus::Session>(servers_.known(modbus_server(c), c.udp), midstream, c.udp);
        return flow.session.get();
    }

    void stream(Role role, const net::StreamChunk &chunk)
    {
        modbus::Session *session = this->session();
        if (session == nullptr)
            return;
        const bool was_confirmed = session->confirmed();
        const int score = session->score();
        ConnectionFacts &c = *here_.facts;
        collector_.enter(c);
        if (!chunk.octets.empty()) {
            const bool loss = role == Role::response && here_.flow->live->half(!c.reversed).overrun();
            session->data(role, chunk.octets, chunk.moment, chunk.sequence_end, loss, collector_);
        }
        if (chunk.missing != 0)
            session->missing(role, chunk.missing, chunk.reason == net::Missing::snapped, chunk.moment, collector_);
        if (!was_confirmed)
            weigh(score);
    }

    // Evidence for Modbus is added up per server endpoint, over its conversations.
    void weigh(int score_before)
    {
        Flow &flow = *here_.flow;
        const ConnectionFacts &c = *here_.facts;
        if (flow.session->rejected()) {
            flow.session.reset();
            flow.not_modbus = true;
            return;
        }
        if (flow.session->score() > score_before)
            servers_.add_evidence(modbus_server(c), c.udp, flow.session->score() - score_before);
        if (!flow.session->confirmed() && servers_.proven(modbus_server(c), c.udp))
            flow.session->confirm(collector_);
        if (flow.session->confirmed()) {
            servers_.prove(modbus_server(c), c.udp);
            release_bins();
        }
    }

    // Packets counted before their conversation was recognised move to their bin.
    void release_bins()
    {
        modbus::Session &session = *here_.flow->session;
        std::uint64_t held = session.payload_packets_held();
        if (held == 0 || !session.is_modbus())
            return;
        // The packet that brought the proof is not in a bin yet.
        held -= settling_ ? 0 : 1;
        std::uint64_t &from = here_.facts->udp ? facts.packets.other : facts.packets.tcp_other;
        held = std::min(held, from);
        from -= held;
        facts.packets.modbus += held;
        session.forget_held_packets();
    }

    // Not while a packet's octets are still being told.
    void swap_sides_if_exchanged()
    {
        if (here_.flow->session && here_.flow->session->roles_look_swapped())
            swap_sides();
    }

    void swap_sides()
    {
        Flow &flow = *here_.flow;
        ConnectionFacts &c = *here_.facts;
        if (c.tcp.counted) {
            c.reversed = !c.reversed;
        } else {
            std::swap(c.tcp.client, c.tcp.server);
            std::swap(c.tcp.from_client, c.tcp.from_server);
            std::swap(flow.live->from_client, flow.live->from_server);
        }
        name_pair(c);
        collector_.enter(c);
        flow.session->swap_roles(collector_);
        weigh(0);
    }

    // ---- UDP

    void udp(const Moment &moment)
    {
        const Flows::Hit hit = flows_.find(view_.source, view_.destination, true);
        bool by_client = hit.by_client;
        if (hit.slot != no_slot) {
            enter(hit.slot);
        } else if (!udp_begins(by_client)) {
            ++facts.packets.other;
            return;
        }
        if (here_.flow->live->is_duplicate(view_, by_client)) {
            duplicate(moment);
            return;
        }
        ConnectionFacts &c = *here_.facts;
        if (PairFacts *pair = c.pair == no_index ? nullptr : &facts.pairs[c.pair]; pair != nullptr)
            ++(by_client ? pair->from_client : pair->from_server);
        if (!by_client)
            facts.hosts.alive(c.tcp.server.address, moment, net::LifeSign::udp_answer, view_.direction);
        net::Side &side = c.tcp.side(by_client);
        ++side.packets;
        side.last = moment;
        datagram(by_client ? Role::request : Role::response, moment);
        bin();
        swap_sides_if_exchanged();
    }

    void datagram(Role role, const Moment &moment)
    {
        net::StreamChunk chunk;
        chunk.octets = view_.payload;
        chunk.missing = view_.payload_length - static_cast<std::uint32_t>(view_.payload.size());
        chunk.reason = chunk.missing != 0 ? net::Missing::snapped : net::Missing::nothing;
        chunk.moment = moment;
        stream(role, chunk);
        if (here_.flow->session) {
            collector_.enter(*here_.facts);
            here_.flow->session->datagram_ended(role, collector_);
        }
    }

    // A datagram is followed when its port says Modbus or its content may be.
    bool udp_begins(bool &by_client)
    {
        const bool to_server = servers_.known(view_.destination, true);
        by_client = to_server || !servers_.known(view_.source, true);
        if (by_client && !to_server) {
            if (view_.payload.size() < 8 || be16_at(view_.payload, 2) != 0)
                return false;
            const modbus::EvidencePoints asked = modbus::evidence(Role::request, view_.payload);
            if (asked.contradicts || asked.points == 0 || asked.speech != modbus::Speech::mbap)
                return false;
        }
        enter(add(by_client ? view_.source : view_.destination, by_client ? view_.destination : view_.source, true));
        name_pair(*here_.facts);
        return true;
    }

    // ---- ICMP

    void icmp(const Moment &moment)
    {
        const net::IcmpView &icmp = view_.icmp;
        if (icmp.echo_request || icmp.echo_reply) {
            facts.hosts.echo(view_);
            return;
        }
        if (!icmp.has_quote)
            return;
        facts.hosts.alive(view_.source.address, moment, net::LifeSign::icmp_error, view_.direction);
        if (icmp.quoted_protocol == 17)
            udp_error(moment);
        else if (icmp.quoted_protocol == 6)
            tcp_error(moment);
    }

    void udp_error(const Moment &moment)
    {
        const net::IcmpView &icmp = view_.icmp;
        const bool port_unreachable = icmp.v6 ? icmp.type == 1 && icmp.code == 4 : icmp.type == 3 && icmp.code == 3;
        const std::uint32_t slot = flows_.find(icmp.quoted_source, icmp.quoted_destination, true).slot;
        if (slot == no_slot || !port_unreachable || flows_.facts(slot).pair == no_index)
            return;
        PairTroubles &pair = facts.pairs[flows_.facts(slot).pair].trouble.make();
        pair.udp_unreachable.add(moment);
        pair.udp_unreachable_from = view_.source.address;
    }

    void tcp_error(const Moment &moment)
    {
        const net::IcmpView &icmp = view_.icmp;
        std::uint32_t slot = flows_.find(icmp.quoted_source, icmp.quoted_destination, false).slot;
        if (slot == no_slot) {
            if (!icmp.quoted_flags_known || !icmp.quoted_syn)
                return;
            // The attempt is proven by the quotation alone.
            slot = add(icmp.quoted_source, icmp.quoted_destination, false);
            ConnectionFacts &c = flows_.facts(slot);
            c.tcp.client_isn = icmp.quoted_sequence;
            c.tcp.outcome = Outcome::pending;
            c.tcp.counted = true;
            c.tcp.from_client.last = moment;
            name_pair(c);
        }
        net::Connection &connection = flows_.facts(slot).tcp;
        if (icmp.quoted_source != connection.client && connection.outcome != Outcome::established)
            return;
        net::IcmpAnswer &answer = connection.trouble.make().icmp;
        if (answer.count == 0) {
            answer.moment = moment;
            answer.from = view_.source.address;
            answer.type = icmp.type;
            answer.code = icmp.code;
            answer.v6 = icmp.v6;
            answer.quoted_ttl = icmp.quoted_ttl;
        }
        answer.count = static_cast<std::uint16_t>(std::min(answer.count + 1, 0xFFFF));
        const bool gives_up = icmp.v6          ? icmp.type == 1 || icmp.type == 3
                              : icmp.type == 3 ? icmp.code != 4
                                               : icmp.type == 11;
        if (connection.outcome == Outcome::pending && gives_up)
            connection.outcome = Outcome::unreachable;
    }

    // ---- the end of a connection

    void settle(std::uint32_t slot)
    {
        enter(slot);
        Flow &flow = *here_.flow;
        if (flow.settled)
            return;
        flow.settled = true;
        settling_ = true;
        if (!here_.facts->udp)
            net::finish(here_.facts->tcp, *flow.live, {facts.last.packet, facts.until()}, client_sink_, server_sink_);
        swap_sides_if_exchanged();
        if (flow.session)
            settle_session();
        settling_ = false;
        flow.live.reset();
        flow.session.reset();
        flow.not_modbus = true;
    }

    void settle_session()
    {
        const ConnectionFacts &c = *here_.facts;
        modbus::Session &session = *here_.flow->session;
        collector_.enter(*here_.facts);
        // One strict request on a connection whose beginning was seen is not much, but nothing speaks against it.
        if (!session.confirmed() && !session.rejected() &&
            (servers_.proven(modbus_server(c), c.udp) || (session.score() >= 2 && c.tcp.counted))) {
            session.confirm(collector_);
            servers_.prove(modbus_server(c), c.udp);
            release_bins();
        }
        if (!session.confirmed())
            return;
        session.settle(analyzer::stream_end(c, *here_.flow->live, facts), collector_);
        if (c.pair != no_index)
            analyzer::note_conversation(session, c, facts.pairs[c.pair]);
    }

    net::Dissector dissector_;
    PacketView view_;
    analyzer::Servers servers_;
    analyzer::Collector collector_;
    Flows flows_;
    StreamToSession client_sink_, server_sink_;
    Here here_;
    std::uint32_t retire_hand_ = 0;
    bool settling_ = false;
};

Analyzer::Analyzer(AnalyzerOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}
Analyzer::~Analyzer() = default;
void Analyzer::add(const net::RawPacket &packet)
{
    impl_->add(packet);
}
void Analyzer::note_capture(CaptureNotes notes)
{
    impl_->facts.notes = std::move(notes);
}
void Analyzer::advance(Timestamp now)
{
    impl_->facts.quiet_until = now;
}
Facts Analyzer::if_ended(Timestamp now) const
{
    Impl ended(*impl_);
    ended.facts.quiet_until = now;
    ended.finish();
    return std::move(ended.facts);
}
void Analyzer::finish()
{
    impl_->finish();
}
const Facts &Analyzer::facts() const
{
    return impl_->facts;
}

}  // namespace buswitness
