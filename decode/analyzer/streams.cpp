#include "decode/analyzer/impl.h"
#include "decode/analyzer/settle.h"

#include <algorithm>

namespace buswitness {

Flow &Analyzer::Impl::add(const Endpoint &client, const Endpoint &server, bool udp)
{
    return flows_.add(client, server, udp, [this](Flow &gone) { settle(gone); });
}

modbus::Session *Analyzer::Impl::session()
{
    Flow &flow = *here_.flow;
    if (flow.session || flow.not_modbus)
        return flow.session.get();
    const ConnectionFacts &c = *here_.facts;
    const bool midstream = c.udp ? c.tcp.from_client.packets == 0 : c.tcp.outcome == Outcome::midstream;
    flow.session = std::make_unique<modbus::Session>(servers_.known(modbus_server(c), c.udp), midstream, c.udp);
    return flow.session.get();
}

[[gnu::hot]] void Analyzer::Impl::stream(Role role, const net::StreamChunk &chunk)
{
    modbus::Session *session = this->session();
    if (session == nullptr)
        return;
    const bool was_confirmed = session->confirmed();
    const int score = session->score();
    ConnectionFacts &c = *here_.facts;
    collector_.enter(c);
    if (!chunk.octets.empty()) {
        const bool loss = (role == Role::response) & here_.flow->live->half(!c.reversed).overrun();
        session->data(role, chunk.octets, chunk.moment, chunk.sequence_end, loss, collector_);
    }
    if (chunk.missing != 0)
        session->missing(role, chunk.missing, chunk.reason == net::Missing::snapped, chunk.moment, collector_);
    if (!was_confirmed)
        weigh(score);
}

void Analyzer::Impl::weigh(int score_before)
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

void Analyzer::Impl::release_bins()
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

void Analyzer::Impl::swap_sides()
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

void Analyzer::Impl::settle(Flow &flow)
{
    enter(flow);
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

void Analyzer::Impl::settle_session()
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
    modbus::StreamEnd end = analyzer::stream_end(c, *here_.flow->live, facts);
    if (end.why == modbus::StreamEnd::Why::capture_end) {
        const std::uint32_t last = c.tcp.last().packet;
        const auto pause =
            std::ranges::find_if(pauses_, [last](const Moment &before) { return before.packet >= last; });
        end.when = pause == pauses_.end() ? end.when : *pause;
    }
    session.settle(end, collector_);
    if (c.pair != no_index)
        analyzer::note_conversation(session, c, facts.pairs[c.pair]);
}

}  // namespace buswitness
