#include "decode/diagnose/targets.h"

#include "decode/diagnose/context.h"

#include <algorithm>

namespace buswitness::diagnose {

using net::Outcome;

namespace {

bool is_probe(const ConnectionFacts &c)
{
    const Moment &server_end = c.tcp.from_server.fin;
    return c.tcp.outcome == Outcome::established && c.requests == 0 && c.tcp.from_client.data_segments == 0 &&
           c.tcp.from_client.fin.seen() && (!server_end.seen() || server_end.packet > c.tcp.from_client.fin.packet);
}

void add_connection(Target &target, const ConnectionFacts &c)
{
    const net::Connection &tcp = c.tcp;
    target.attempts += tcp.counted ? 1 : 0;
    if (tcp.outcome != Outcome::established && tcp.outcome != Outcome::midstream)
        return;
    if (tcp.outcome == Outcome::midstream && tcp.from_server.packets == 0)
        return;
    ++target.accepted;
    if (!target.accepted_first.seen())
        target.accepted_first = tcp.syn_ack.seen() ? tcp.syn_ack : tcp.last();
    target.from_elsewhere |= tcp.client.address != tcp.server.address && !tcp.server.address.is_loopback();
    if (is_probe(c)) {
        ++target.probes;
        target.probe = tcp.syn_ack;
    }
}

// The highest number of connections that were open at once; those from before the capture count from its beginning.
std::uint32_t most_open(const std::vector<const ConnectionFacts *> &connections)
{
    std::vector<std::pair<std::uint32_t, int>> events;  // packet, +1 or -1
    for (const ConnectionFacts *c : connections) {
        if (c->tcp.outcome != Outcome::established && c->tcp.outcome != Outcome::midstream)
            continue;
        events.emplace_back(c->tcp.syn_ack.packet, 1);
        if (const Moment end = c->tcp.ended(); end.seen())
            events.emplace_back(end.packet, -1);
    }
    std::ranges::sort(events);
    int open = 0, most = 0;
    for (const auto &[packet, change] : events)
        most = std::max(most, open += change);
    return static_cast<std::uint32_t>(most);
}

void add_host(Target &target, const net::Hosts &hosts)
{
    const net::Host *host = hosts.host(target.server.address);
    if (host == nullptr)
        return;
    target.pings = host->echo_requests;
    target.pongs = host->echo_replies;
    target.ping = host->echo_request;
    target.pong = host->echo_reply;
    target.alive = host->last_alive;
}

void add_pairs(std::map<Endpoint, Target> &targets, const Context &context)
{
    for (const PairFacts &pair : context.facts.pairs) {
        if (pair.line != no_index)
            continue;
        const auto found = targets.find(pair.server);
        if (found == targets.end() && !(pair.udp && context.concerns_modbus(pair.server)))
            continue;
        Target &target = found != targets.end() ? found->second : targets[pair.server];
        target.server = pair.server;
        target.requests += pair.requests;
        target.answered += pair.answered;
        if (pair.udp) {
            ++target.attempts;
            target.accepted += pair.answered != 0 ? 1 : 0;
            target.from_elsewhere |= pair.answered != 0;
            target.accepted_first = pair.last_answer;
        }
        if (pair.last_answer.seen())
            target.answer = pair.last_answer;
    }
}

// A service that is reached over loopback on the server's own machine runs, whatever the network meets.
void add_loopback(std::map<Endpoint, Target> &targets, const Context &context)
{
    for (auto &[server, target] : targets) {
        const ConnectionFacts *local = context.loopback_success(server.port, server.address);
        if (local == nullptr || !context.is_local(server.address))
            continue;
        target.local_accepted = local->tcp.syn_ack;
        if (local->answered != 0)
            target.local_answer = local->last_answer;
    }
}

}  // namespace

std::vector<Target> targets_of(const Facts &facts)
{
    std::vector<Finding> none;
    const Context context(facts, none);
    std::map<Endpoint, Target> targets;
    std::map<Endpoint, std::vector<const ConnectionFacts *>> connections;
    for (const Group &group : context.groups) {
        if (!context.concerns_modbus(group.key.server) || group.key.server.address.is_loopback())
            continue;
        Target &target = targets[group.key.server];
        target.server = group.key.server;
        for (const ConnectionFacts *c : group.connections) {
            add_connection(target, *c);
            connections[group.key.server].push_back(c);
        }
    }
    add_pairs(targets, context);
    add_loopback(targets, context);
    std::vector<Target> result;
    for (auto &[server, target] : targets) {
        target.most_open = most_open(connections[server]);
        add_host(target, facts.hosts);
        result.push_back(target);
    }
    return result;
}

}  // namespace buswitness::diagnose
