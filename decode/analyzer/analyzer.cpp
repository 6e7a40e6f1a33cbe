#include "decode/analyzer.h"

#include "decode/analyzer/collector.h"
#include "decode/analyzer/flows.h"
#include "decode/modbus/evidence.h"
#include "decode/net/dissect.h"

#include <algorithm>
#include <unordered_map>

namespace buswitness {

using analyzer::Flow;
using analyzer::FlowTable;
using modbus::Role;
using net::Outcome;
using net::PacketKind;
using net::PacketView;

namespace {

constexpr std::uint32_t no_slot = FlowTable::no_slot;

// What is known of a server's endpoint by its conversations.
struct EndpointEvidence {
    int score = 0;
    bool modbus = false;
};

using EndpointTable = std::unordered_map<Endpoint, EndpointEvidence, EndpointHash>;

}  // namespace

class Analyzer::Impl {
public:
    explicit Impl(AnalyzerOptions options)
        : facts(options.hash_key), collector_(facts, options.hash_key), flows_(facts, options.hash_key),
          endpoints_{EndpointTable(8, EndpointHash{options.hash_key}), EndpointTable(8, EndpointHash{options.hash_key})}
    {
        facts.modbus_ports = std::move(options.modbus_ports);
        for (const std::uint16_t port : {std::uint16_t{502}, std::uint16_t{802}})
            if (std::ranges::find(facts.modbus_ports, port) == facts.modbus_ports.end())
                facts.modbus_ports.push_back(port);
    }

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
    // Hands one direction of a connection's stream to its session.
    class StreamToSession final : public net::StreamSink {
    public:
        StreamToSession(Impl &impl, std::uint32_t slot, bool by_client) : impl_(impl), slot_(slot), by_client_(by_client) {}
        void chunk(const net::StreamChunk &chunk) override { impl_.stream(slot_, impl_.role_of(slot_, by_client_), chunk); }

    private:
        Impl &impl_;
        std::uint32_t slot_;
        bool by_client_;
    };

    // Who asks, in Modbus terms, need not be who opened the TCP connection.
    [[nodiscard]] Role role_of(std::uint32_t slot, bool by_client)
    {
        return by_client != flows_.facts(slot).reversed ? Role::request : Role::response;
    }

    [[nodiscard]] static Endpoint modbus_server(const ConnectionFacts &c)
    {
        return c.reversed ? c.tcp.client : c.tcp.server;
    }

    void name_pair(ConnectionFacts &c)
    {
        const Endpoint &client = c.reversed ? c.tcp.server : c.tcp.client;
        c.pair = collector_.pair(client.address, modbus_server(c), c.udp);
    }

    void clock(Moment moment)
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

    void clock_jumped(Moment moment, Duration step)
    {
        if (step < -std::chrono::seconds(1)) {
            facts.clock.backwards.add(moment);
            facts.clock.longest_back = std::max(facts.clock.longest_back, -std::max(step, -Duration::max()));
        } else if (step > std::chrono::hours(24 * 366)) {
            facts.clock.jumps.add(moment);
        }
    }

    [[nodiscard]] bool is_modbus_port(std::uint16_t port) const
    {
        return std::ranges::find(facts.modbus_ports, port) != facts.modbus_ports.end();
    }

    [[nodiscard]] EndpointEvidence *evidence_of(const Endpoint &server, bool udp)
    {
        auto &table = endpoints_[udp ? 1 : 0];
        const auto found = table.find(server);
        if (found != table.end())
            return &found->second;
        return table.size() >= 16'384 ? nullptr : &table[server];
    }

    [[nodiscard]] bool speaks_modbus(const Endpoint &server, bool udp) const
    {
        const auto &table = endpoints_[udp ? 1 : 0];
        const auto found = table.find(server);
        return found != table.end() && found->second.modbus;
    }

    void prove(const Endpoint &server, bool udp)
    {
        EndpointEvidence *evidence = evidence_of(server, udp);
        if (evidence == nullptr || evidence->modbus)
            return;
        evidence->modbus = true;
        if (facts.modbus_servers.size() < 4096)
            facts.modbus_servers.push_back(server);
    }

    // ---- TCP

    void tcp(Moment moment)
    {
        ++facts.packets.tcp;
        std::uint32_t slot = last_slot_;
        if (slot == no_slot || !is_last_flow(slot))
            slot = flows_.find(view_.source, view_.destination, false);
        if (slot != no_slot && starts_again(flows_.facts(slot).tcp)) {
            if (flows_.flow(slot).live->is_duplicate(view_, view_.source == flows_.facts(slot).tcp.client)) {
                duplicate(moment, slot);
                return;
            }
            settle(slot);
            flows_.supersede(slot);
            slot = no_slot;
        }
        if (slot == no_slot) {
            if (!begins_something(moment)) {
                ++facts.packets.tcp_other;
                return;
            }
            slot = open();
        }
        last_slot_ = slot;
        net::Connection &connection = flows_.facts(slot).tcp;
        const bool by_client = view_.source == connection.client;
        if (flows_.flow(slot).live->is_duplicate(view_, by_client)) {
            duplicate(moment, slot);
            return;
        }
        follow(slot, by_client, moment);
    }

    // Most packets follow another of the same connection.
    [[nodiscard]] bool is_last_flow(std::uint32_t slot)
    {
        return flows_.is(slot, view_.source, view_.destination, false) && flows_.flow(slot).indexed;
    }

    // A SYN with another initial sequence number is another attempt.
    [[nodiscard]] bool starts_again(const net::Connection &connection) const
    {
        if (!view_.tcp.has(net::tcp_flag::syn) || view_.tcp.has(net::tcp_flag::ack))
            return false;
        return view_.source != connection.client || !connection.syn.seen() || connection.client_isn != view_.tcp.sequence;
    }

    // False: a reset that belongs to no connection in the file.
    bool begins_something(Moment moment)
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
        const bool one_modbus = is_modbus_port(one.port) || speaks_modbus(one, false);
        const bool other_modbus = is_modbus_port(other.port) || speaks_modbus(other, false);
        if (one_modbus != other_modbus)
            return one_modbus;
        return one.port < other.port;
    }

    std::uint32_t open()
    {
        const net::TcpView &tcp = view_.tcp;
        const bool syn = tcp.has(net::tcp_flag::syn);
        const bool ack = tcp.has(net::tcp_flag::ack);
        const bool reset = tcp.has(net::tcp_flag::rst);
        const bool by_server = (syn && ack) || reset || (!syn && looks_like_server(view_.source, view_.destination));
        const std::uint32_t slot = add(by_server ? view_.destination : view_.source, by_server ? view_.source : view_.destination, false);
        ConnectionFacts &c = flows_.facts(slot);
        c.reversed = is_modbus_port(c.tcp.client.port) && !is_modbus_port(c.tcp.server.port);
        name_pair(c);
        c.tcp.counted = syn || reset;
        if (syn || reset)
            c.tcp.outcome = Outcome::pending;
        if ((syn && ack) || reset) {
            c.tcp.client_isn = tcp.acknowledgement - 1;
            c.tcp.rst_without_syn = reset;
        }
        return slot;
    }

    void duplicate(Moment moment, std::uint32_t slot)
    {
        ++facts.packets.duplicates;
        facts.packets.duplicates_seen.add(moment);
        net::Connection &connection = flows_.facts(slot).tcp;
        connection.duplicates = static_cast<std::uint16_t>(std::min(connection.duplicates + 1, 0xFFFF));
        bin(slot);
    }

    void bin(std::uint32_t slot)
    {
        const Flow &flow = flows_.flow(slot);
        const bool modbus = view_.payload_length != 0 && flow.session && flow.session->is_modbus();
        ++(modbus ? facts.packets.modbus : flows_.facts(slot).udp ? facts.packets.other : facts.packets.tcp_other);
    }

    void follow(std::uint32_t slot, bool by_client, Moment moment)
    {
        net::Connection &connection = flows_.facts(slot).tcp;
        Flow &flow = flows_.flow(slot);
        const Outcome before = connection.outcome;
        StreamToSession client_sink(*this, slot, true);
        StreamToSession server_sink(*this, slot, false);
        net::follow(connection, *flow.live, view_, client_sink, server_sink);
        if (!by_client && (view_.tcp.has(net::tcp_flag::syn) || connection.outcome != before))
            note_host(connection, moment);
        if (view_.tcp.has(net::tcp_flag::fin) || view_.tcp.has(net::tcp_flag::rst))
            note_close(slot, by_client, moment);
        bin(slot);
        if (flow.session && flow.session->roles_look_swapped())
            swap_sides(slot);
    }

    void note_host(const net::Connection &connection, Moment moment)
    {
        facts.hosts.alive(connection.server.address, moment, net::LifeSign::tcp_answer, view_.direction);
        if (view_.tcp.has(net::tcp_flag::syn))
            facts.hosts.tcp_ttl(connection.server.address, view_.ttl, moment);
    }

    void note_close(std::uint32_t slot, bool by_client, Moment moment)
    {
        Flow &flow = flows_.flow(slot);
        if (!flow.session)
            return;
        const net::HalfStream &half = flow.live->half(by_client);
        const bool whole = !half.waiting() && half.lost_octets() == 0 &&
                           (!view_.tcp.has(net::tcp_flag::fin) || half.next() == view_.tcp.sequence + view_.payload_length);
        collector_.enter(flows_.facts(slot));
        flow.session->side_closed(role_of(slot, by_client), moment, whole, collector_);
    }

    std::uint32_t add(const Endpoint &client, const Endpoint &server, bool udp)
    {
        return flows_.add(client, server, udp, [this](std::uint32_t gone) { settle(gone); });
    }

    // ---- streams

    [[nodiscard]] modbus::Session *session_of(std::uint32_t slot)
    {
        Flow &flow = flows_.flow(slot);
        if (flow.session || flow.not_modbus)
            return flow.session.get();
        const ConnectionFacts &c = flows_.facts(slot);
        const Endpoint server = modbus_server(c);
        const bool expected = is_modbus_port(server.port) || speaks_modbus(server, c.udp);
        const bool midstream = c.udp ? c.tcp.from_client.packets == 0 : c.tcp.outcome == Outcome::midstream;
        flow.session = std::make_unique<modbus::Session>(expected, midstream, c.udp);
        return flow.session.get();
    }

    void stream(std::uint32_t slot, Role role, const net::StreamChunk &chunk)
    {
        modbus::Session *session = session_of(slot);
        if (session == nullptr)
            return;
        const bool was_confirmed = session->confirmed();
        const int score = session->score();
        collector_.enter(flows_.facts(slot));
        if (!chunk.octets.empty()) {
            const bool loss = role == Role::response && flows_.flow(slot).live->half(!flows_.facts(slot).reversed).overrun();
            session->data(role, chunk.octets, chunk.moment, chunk.sequence_end, loss, collector_);
        }
        if (chunk.missing != 0)
            session->missing(role, chunk.missing, chunk.reason == net::Missing::snapped, chunk.moment, collector_);
        if (!was_confirmed)
            weigh(slot, score);
    }

    // Evidence for Modbus is added up per server endpoint, over its conversations.
    void weigh(std::uint32_t slot, int score_before)
    {
        Flow &flow = flows_.flow(slot);
        ConnectionFacts &c = flows_.facts(slot);
        if (flow.session->rejected()) {
            flow.session.reset();
            flow.not_modbus = true;
            return;
        }
        if (flow.session->score() > score_before)
            if (EndpointEvidence *evidence = evidence_of(modbus_server(c), c.udp); evidence != nullptr) {
                evidence->score += flow.session->score() - score_before;
                if (evidence->score >= modbus::Session::proof)
                    prove(modbus_server(c), c.udp);
            }
        if (!flow.session->confirmed() && speaks_modbus(modbus_server(c), c.udp))
            flow.session->confirm(collector_);
        if (flow.session->confirmed()) {
            prove(modbus_server(c), c.udp);
            release_bins(slot);
        }
    }

    // Packets counted before their conversation was recognised move to their bin.
    void release_bins(std::uint32_t slot)
    {
        modbus::Session &session = *flows_.flow(slot).session;
        std::uint64_t held = session.payload_packets_held();
        if (held == 0 || !session.is_modbus())
            return;
        // The packet that brought the proof is not in a bin yet.
        held -= settling_ ? 0 : 1;
        std::uint64_t &from = flows_.facts(slot).udp ? facts.packets.other : facts.packets.tcp_other;
        held = std::min(held, from);
        from -= held;
        facts.packets.modbus += held;
        session.forget_held_packets();
    }

    void swap_sides(std::uint32_t slot)
    {
        Flow &flow = flows_.flow(slot);
        ConnectionFacts &c = flows_.facts(slot);
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
        weigh(slot, 0);
    }

    // ---- UDP

    void udp(Moment moment)
    {
        std::uint32_t slot = flows_.find(view_.source, view_.destination, true);
        if (slot == no_slot && !udp_begins(slot)) {
            ++facts.packets.other;
            return;
        }
        ConnectionFacts &c = flows_.facts(slot);
        const bool by_client = view_.source == c.tcp.client;
        if (flows_.flow(slot).live->is_duplicate(view_, by_client)) {
            duplicate(moment, slot);
            return;
        }
        if (PairFacts *pair = c.pair == no_index ? nullptr : &facts.pairs[c.pair]; pair != nullptr)
            ++(by_client ? pair->from_client : pair->from_server);
        if (!by_client)
            facts.hosts.alive(c.tcp.server.address, moment, net::LifeSign::udp_answer, view_.direction);
        net::Side &side = c.tcp.side(by_client);
        ++side.packets;
        side.last = moment;
        const Role role = by_client ? Role::request : Role::response;
        net::StreamChunk chunk;
        chunk.octets = view_.payload;
        chunk.missing = view_.payload_length - static_cast<std::uint32_t>(view_.payload.size());
        chunk.reason = chunk.missing != 0 ? net::Missing::snapped : net::Missing::nothing;
        chunk.moment = moment;
        stream(slot, role, chunk);
        if (flows_.flow(slot).session) {
            collector_.enter(c);
            flows_.flow(slot).session->datagram_ended(role, collector_);
        }
        bin(slot);
    }

    // A datagram is followed when its port says Modbus or its content may be.
    bool udp_begins(std::uint32_t &slot)
    {
        const auto known = [this](const Endpoint &e) { return is_modbus_port(e.port) || speaks_modbus(e, true); };
        bool by_server = known(view_.source) && !known(view_.destination);
        if (!by_server && !known(view_.destination)) {
            if (view_.payload.size() < 8 || be16_at(view_.payload, 2) != 0)
                return false;
            const modbus::EvidencePoints asked = modbus::evidence(Role::request, view_.payload);
            if (asked.contradicts || asked.points == 0 || asked.speech != modbus::Speech::mbap)
                return false;
            by_server = false;
        }
        slot = add(by_server ? view_.destination : view_.source, by_server ? view_.source : view_.destination, true);
        name_pair(flows_.facts(slot));
        return true;
    }

    // ---- ICMP

    void icmp(Moment moment)
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

    void udp_error(Moment moment)
    {
        const net::IcmpView &icmp = view_.icmp;
        const bool port_unreachable = icmp.v6 ? icmp.type == 1 && icmp.code == 4 : icmp.type == 3 && icmp.code == 3;
        const std::uint32_t slot = flows_.find(icmp.quoted_source, icmp.quoted_destination, true);
        if (slot == no_slot || !port_unreachable || flows_.facts(slot).pair == no_index)
            return;
        PairFacts &pair = facts.pairs[flows_.facts(slot).pair];
        pair.udp_unreachable.add(moment);
        pair.udp_unreachable_from = view_.source.address;
    }

    void tcp_error(Moment moment)
    {
        const net::IcmpView &icmp = view_.icmp;
        std::uint32_t slot = flows_.find(icmp.quoted_source, icmp.quoted_destination, false);
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
        net::IcmpAnswer &answer = connection.icmp;
        if (answer.count == 0) {
            answer.moment = moment;
            answer.from = view_.source.address;
            answer.type = icmp.type;
            answer.code = icmp.code;
            answer.v6 = icmp.v6;
            answer.quoted_ttl = icmp.quoted_ttl;
        }
        answer.count = static_cast<std::uint16_t>(std::min(answer.count + 1, 0xFFFF));
        const bool gives_up = icmp.v6 ? icmp.type == 1 || icmp.type == 3 : icmp.type == 3 ? icmp.code != 4 : icmp.type == 11;
        if (connection.outcome == Outcome::pending && gives_up)
            connection.outcome = Outcome::unreachable;
    }

    // ---- the end of a connection

    void settle(std::uint32_t slot)
    {
        Flow &flow = flows_.flow(slot);
        if (flow.settled)
            return;
        flow.settled = true;
        settling_ = true;
        ConnectionFacts &c = flows_.facts(slot);
        StreamToSession client_sink(*this, slot, true);
        StreamToSession server_sink(*this, slot, false);
        if (!c.udp)
            net::finish(c.tcp, *flow.live, facts.last, client_sink, server_sink);
        if (flow.session)
            settle_session(slot);
        settling_ = false;
        flow.live.reset();
        flow.session.reset();
        flow.not_modbus = true;
    }

    void settle_session(std::uint32_t slot)
    {
        Flow &flow = flows_.flow(slot);
        ConnectionFacts &c = flows_.facts(slot);
        modbus::Session &session = *flow.session;
        collector_.enter(c);
        // One strict request on a connection whose beginning was seen is not much, but nothing speaks against it.
        if (!session.confirmed() && !session.rejected() &&
            (speaks_modbus(modbus_server(c), c.udp) || (session.score() >= 2 && c.tcp.counted))) {
            session.confirm(collector_);
            prove(modbus_server(c), c.udp);
            release_bins(slot);
        }
        if (!session.confirmed())
            return;
        note_speech(session, c);
        session.settle(stream_end(c, *flow.live), collector_);
        if (PairFacts *pair = c.pair == no_index ? nullptr : &facts.pairs[c.pair]; pair != nullptr) {
            pair->out_of_step += session.transactions().out_of_step();
            pair->pipelined += session.transactions().pipelining() ? 1 : 0;
        }
    }

    [[nodiscard]] modbus::StreamEnd stream_end(const ConnectionFacts &c, net::LiveConnection &live) const
    {
        using Why = modbus::StreamEnd::Why;
        modbus::StreamEnd end;
        const net::Connection &tcp = c.tcp;
        end.when = facts.last;
        const net::HalfStream &asking = c.reversed ? live.from_server : live.from_client;
        end.one_sided = tcp.side(c.reversed).packets == 0 && !c.udp;
        end.acknowledgement_known = asking.ack_known();
        end.acknowledged = asking.acked();
        // A datagram has no connection that could end: the client has moved on when it sent others later.
        if (c.udp && c.pair != no_index) {
            const Moment last_request = facts.pairs[c.pair].last_request;
            if (last_request.packet > tcp.last().packet && elapsed(tcp.last(), last_request) >= std::chrono::milliseconds(500)) {
                end.why = Why::client_closed;
                end.when = last_request;
            }
            return end;
        }
        const Moment ended = tcp.ended();
        if (!ended.seen()) {
            end.why = tcp.superseded ? Why::client_closed : Why::capture_end;
            return end;
        }
        end.when = ended;
        const net::Side &answering = tcp.side(c.reversed);
        const bool by_server = ended.packet == answering.fin.packet || ended.packet == answering.rst.packet;
        end.why = by_server ? Why::server_closed : Why::client_closed;
        return end;
    }

    void note_speech(const modbus::Session &session, const ConnectionFacts &c)
    {
        if (c.pair == no_index)
            return;
        PairFacts &pair = facts.pairs[c.pair];
        for (const Role role : {Role::request, Role::response}) {
            if (session.speech(role) != modbus::Speech::foreign)
                continue;
            const modbus::Foreign protocol = session.foreign(role);
            auto known = std::ranges::find_if(
                pair.foreign, [&](const ForeignFacts &f) { return f.protocol == protocol && f.role == role; });
            if (known == pair.foreign.end()) {
                if (pair.foreign.size() >= 4)
                    continue;
                pair.foreign.push_back({.protocol = protocol, .role = role});
                known = pair.foreign.end() - 1;
            }
            known->seen.add(session.foreign_moment(role));
        }
        if (session.tls() != nullptr) {
            const Moment asked = session.foreign_moment(Role::request);
            note_tls(*session.tls(), c.tcp, pair.tls.make(),
                     asked.seen() ? asked : session.foreign_moment(Role::response));
        }
    }

    static void note_tls(const modbus::TlsGlance &glance, const net::Connection &connection, TlsFacts &facts, Moment begun)
    {
        ++facts.hellos;
        facts.seen.add(begun);
        facts.version = glance.version();
        const bool server_ended = connection.from_server.fin.seen() || connection.from_server.rst.seen();
        if (glance.alert() && glance.alert_is_fatal()) {
            ++facts.failed;
            facts.failures.add(begun);
            facts.alert = glance.alert_description();
            facts.alert_seen = true;
            facts.alert_from_server = glance.alert_from_server();
        } else if (glance.established()) {
            ++facts.established;
            facts.successes.add(begun);
        } else if (connection.ended().seen() && glance.client_hello()) {
            ++facts.failed;
            facts.failures.add(begun);
            facts.closed_by_server |= server_ended;
        }
    }

    net::Dissector dissector_;
    PacketView view_;
    analyzer::Collector collector_;
    analyzer::Flows flows_;
    EndpointTable endpoints_[2];  // TCP, UDP
    std::uint32_t last_slot_ = no_slot;
    bool settling_ = false;
};

Analyzer::Analyzer(AnalyzerOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}
Analyzer::~Analyzer() = default;
void Analyzer::add(const net::RawPacket &packet) { impl_->add(packet); }
void Analyzer::note_capture(CaptureNotes notes) { impl_->facts.notes = std::move(notes); }
void Analyzer::finish() { impl_->finish(); }
const Facts &Analyzer::facts() const { return impl_->facts; }

}  // namespace buswitness
