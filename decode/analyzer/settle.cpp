#include "decode/analyzer/settle.h"

#include <algorithm>

namespace buswitness::analyzer {

using modbus::Role;

modbus::StreamEnd stream_end(const ConnectionFacts &connection, const net::LiveConnection &live, const Facts &facts)
{
    using Why = modbus::StreamEnd::Why;
    modbus::StreamEnd end;
    const net::Connection &tcp = connection.tcp;
    end.when = Moment(facts.last.packet, facts.until());
    const net::HalfStream &asking = connection.reversed ? live.from_server : live.from_client;
    end.one_sided = tcp.side(connection.reversed).packets == 0 && !connection.udp;
    end.acknowledgement_known = asking.ack_known();
    end.acknowledged = asking.acked();
    // A datagram has no connection that could end: the client has moved on when it sent others later.
    if (connection.udp && connection.pair != no_index) {
        const Moment last_request = facts.pairs[connection.pair].last_request;
        if (last_request.packet > tcp.last().packet &&
            elapsed(tcp.last(), last_request) >= std::chrono::milliseconds(500)) {
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
    const net::Side &answering = tcp.side(connection.reversed);
    const bool by_server = ended.packet == answering.fin.packet || ended.packet == answering.rst.packet;
    end.why = by_server ? Why::server_closed : Why::client_closed;
    return end;
}

namespace {

void note_foreign(const modbus::Session &session, Role role, std::vector<ForeignFacts> &foreign)
{
    constexpr std::size_t limit = 4;
    const modbus::Foreign protocol = session.foreign(role);
    auto known =
        std::ranges::find_if(foreign, [&](const ForeignFacts &f) { return f.protocol == protocol && f.role == role; });
    if (known == foreign.end()) {
        if (foreign.size() >= limit)
            return;
        foreign.push_back({.protocol = protocol, .role = role});
        known = foreign.end() - 1;
    }
    known->seen.add(session.foreign_moment(role));
}

void note_tls(const modbus::TlsGlance &glance, const net::Connection &connection, TlsFacts &facts, Moment begun)
{
    ++facts.hellos;
    facts.seen.add(begun);
    facts.version = glance.version();
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
        facts.closed_by_server |= connection.from_server.fin.seen() || connection.from_server.rst.seen();
    }
}

}  // namespace

void note_conversation(const modbus::Session &session, const ConnectionFacts &connection, PairFacts &pair)
{
    for (const Role role : {Role::request, Role::response})
        if (session.speech(role) == modbus::Speech::foreign)
            note_foreign(session, role, pair.trouble.make().foreign);
    if (session.tls() != nullptr) {
        const Moment asked = session.foreign_moment(Role::request);
        note_tls(*session.tls(), connection.tcp, pair.trouble.make().tls.make(),
                 asked.seen() ? asked : session.foreign_moment(Role::response));
    }
    const modbus::Transactions &transactions = session.transactions();
    if (transactions.out_of_step() == 0 && !transactions.pipelining())
        return;
    PairTroubles &trouble = pair.trouble.make();
    trouble.out_of_step += transactions.out_of_step();
    trouble.pipelined += transactions.pipelining() ? 1 : 0;
}

}  // namespace buswitness::analyzer
