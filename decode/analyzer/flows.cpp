#include "decode/analyzer/flows.h"

#include <utility>

namespace buswitness::analyzer {

namespace {

// Settling it would change what is known.
bool has_open_questions(const Flow &flow, const net::Connection &connection)
{
    if (flow.settled || !flow.live)
        return false;
    for (const bool by_client : {true, false}) {
        const net::HalfStream &half = std::as_const(*flow.live).half(by_client);
        if (half.waiting() || half.overrun() || half.hole().seen() ||
            connection.side(by_client).trouble->window_zero_since.seen())
            return true;
    }
    return flow.session && flow.session->has_open_questions();
}

}  // namespace

Flows::Flows(Facts &facts, const Flows &other) : facts_(facts), key_(other.key_), limit_(other.limit_)
{
    for (std::uint32_t slot = 0; slot < other.size(); ++slot) {
        const Flow &flow = other.flows_[slot];
        Flow &copy = flows_.emplace_back();
        copy.slot = slot;
        copy.facts = &facts_.connections[slot];
        copy.settled = !has_open_questions(flow, other.facts_.connections[slot].tcp);
        if (copy.settled)
            continue;
        copy.live = std::make_unique<net::LiveConnection>(*flow.live);
        if (flow.session)
            copy.session = std::make_unique<modbus::Session>(*flow.session);
        copy.not_modbus = flow.not_modbus;
    }
}

Flows::Hit Flows::look_up(const Endpoint &source, const Endpoint &destination, bool udp)
{
    Hit hit;
    const std::uint32_t slot = table_.find(flow_hash(source, destination, udp, key_), [&](std::uint32_t known) {
        return is(facts_.connections[known], source, destination, udp, hit.by_client);
    });
    hit.flow = slot == FlowTable::no_slot ? nullptr : &flows_[slot];
    return hit;
}

void Flows::supersede(Flow &flow)
{
    if (flow.indexed)
        table_.erase(flow.hash, flow.slot);
    flow.indexed = false;
    flow.facts->tcp.superseded = true;
}

namespace {

// Lower leaves earlier.
int worth(const net::Connection &c)
{
    if (c.outcome == net::Outcome::pending)
        return 0;
    if (c.outcome == net::Outcome::refused || c.outcome == net::Outcome::unreachable ||
        c.outcome == net::Outcome::incomplete)
        return 1;
    return c.superseded || c.ended().seen() ? 2 : 3;
}

}  // namespace

std::uint32_t Flows::victim()
{
    constexpr std::uint32_t looked_at = 16;
    std::uint32_t best = hand_;
    for (std::uint32_t i = 0; i < looked_at; ++i) {
        const std::uint32_t slot = (hand_ + i) % static_cast<std::uint32_t>(limit_);
        const net::Connection &a = facts_.connections[slot].tcp;
        const net::Connection &b = facts_.connections[best].tcp;
        if (worth(a) < worth(b) || (worth(a) == worth(b) && a.last().packet < b.last().packet))
            best = slot;
    }
    hand_ = (best + 1) % static_cast<std::uint32_t>(limit_);
    return best;
}

void Flows::forget(std::uint32_t slot)
{
    ConnectionFacts &gone = facts_.connections[slot];
    if (gone.pair != no_index && gone.tcp.counted)
        ++facts_.pairs[gone.pair].evicted.make()[static_cast<std::size_t>(gone.tcp.outcome)];
    else if (gone.tcp.counted)
        ++facts_.evicted_outcomes[static_cast<std::size_t>(gone.tcp.outcome)];
    ++facts_.evicted;
    if (flows_[slot].indexed)
        table_.erase(flows_[slot].hash, slot);
    flows_[slot] = {};
    gone = {};
}

}  // namespace buswitness::analyzer
