#include "decode/analyzer/impl.h"
#include "decode/modbus/evidence.h"

#include <algorithm>

namespace buswitness {

void Analyzer::Impl::udp(const Moment &moment)
{
    const Flows::Hit hit = flows_.find(view_.source, view_.destination, true);
    bool by_client = hit.by_client;
    if (hit.flow != nullptr) {
        enter(*hit.flow);
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

void Analyzer::Impl::datagram(Role role, const Moment &moment)
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

bool Analyzer::Impl::udp_begins(bool &by_client)
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

void Analyzer::Impl::icmp(const Moment &moment)
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

void Analyzer::Impl::udp_error(const Moment &moment)
{
    const net::IcmpView &icmp = view_.icmp;
    const bool port_unreachable = icmp.v6 ? icmp.type == 1 && icmp.code == 4 : icmp.type == 3 && icmp.code == 3;
    const Flow *flow = flows_.find(icmp.quoted_source, icmp.quoted_destination, true).flow;
    if (flow == nullptr || !port_unreachable || flow->facts->pair == no_index)
        return;
    PairTroubles &pair = facts.pairs[flow->facts->pair].trouble.make();
    pair.udp_unreachable.add(moment);
    pair.udp_unreachable_from = view_.source.address;
}

void Analyzer::Impl::tcp_error(const Moment &moment)
{
    const net::IcmpView &icmp = view_.icmp;
    Flow *flow = flows_.find(icmp.quoted_source, icmp.quoted_destination, false).flow;
    if (flow == nullptr) {
        if (!icmp.quoted_flags_known || !icmp.quoted_syn)
            return;
        // The attempt is proven by the quotation alone.
        flow = &add(icmp.quoted_source, icmp.quoted_destination, false);
        ConnectionFacts &c = *flow->facts;
        c.tcp.client_isn = icmp.quoted_sequence;
        c.tcp.outcome = Outcome::pending;
        c.tcp.counted = true;
        c.tcp.from_client.last = moment;
        name_pair(c);
    }
    net::Connection &connection = flow->facts->tcp;
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

}  // namespace buswitness
