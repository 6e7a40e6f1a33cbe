#include "decode/live/figures.h"

namespace buswitness::live {

namespace {

void count(Figures &figures, std::size_t outcome, std::uint64_t n)
{
    using net::Outcome;
    figures.attempts += n;
    switch (static_cast<Outcome>(outcome)) {
    case Outcome::midstream: figures.attempts -= n; break;
    case Outcome::pending: figures.timed_out += n; break;
    case Outcome::refused: figures.refused += n; break;
    case Outcome::unreachable: figures.unreachable += n; break;
    case Outcome::incomplete: break;
    case Outcome::established: figures.established += n; break;
    }
}

bool is_open(const ConnectionFacts &c)
{
    return !c.udp && !c.tcp.superseded && !c.tcp.ended().seen() &&
           (c.tcp.outcome == net::Outcome::established || c.tcp.outcome == net::Outcome::midstream);
}

}  // namespace

Figures figures_of(const Facts &facts, std::uint64_t dropped)
{
    Figures figures;
    figures.packets = facts.packets.all;
    figures.modbus_packets = facts.packets.modbus;
    figures.dropped = dropped;
    figures.requests = facts.modbus.requests;
    figures.answered = facts.modbus.answered;
    figures.exceptions = facts.modbus.exception;
    figures.no_response = facts.modbus.no_response;
    for (const ConnectionFacts &c : facts.connections) {
        if (c.tcp.counted)
            count(figures, static_cast<std::size_t>(c.tcp.outcome), 1);
        figures.open_connections += is_open(c) ? 1 : 0;
    }
    for (std::size_t o = 0; o < facts.evicted_outcomes.size(); ++o)
        count(figures, o, facts.evicted_outcomes[o]);
    for (const PairFacts &pair : facts.pairs)
        for (std::size_t o = 0; o < pair.evicted->size(); ++o)
            count(figures, o, (*pair.evicted)[o]);
    for (const UnitFacts &unit : facts.units)
        figures.response_times.add(unit.times);
    return figures;
}

Figures since(const Figures &before, const Figures &now)
{
    const auto added = [](std::uint64_t a, std::uint64_t b) { return b > a ? b - a : 0; };
    Figures figures;
    figures.packets = added(before.packets, now.packets);
    figures.modbus_packets = added(before.modbus_packets, now.modbus_packets);
    figures.dropped = added(before.dropped, now.dropped);
    figures.requests = added(before.requests, now.requests);
    figures.answered = added(before.answered, now.answered);
    figures.exceptions = added(before.exceptions, now.exceptions);
    figures.no_response = added(before.no_response, now.no_response);
    figures.attempts = added(before.attempts, now.attempts);
    figures.established = added(before.established, now.established);
    figures.refused = added(before.refused, now.refused);
    figures.timed_out = added(before.timed_out, now.timed_out);
    figures.unreachable = added(before.unreachable, now.unreachable);
    figures.open_connections = now.open_connections;
    return figures;
}

}  // namespace buswitness::live
