#include "decode/diagnose/context.h"

#include <algorithm>

namespace buswitness::diagnose {

using net::Connection;
using net::Outcome;

std::uint32_t Group::count(Outcome outcome) const
{
    return static_cast<std::uint32_t>(
        std::ranges::count(connections, outcome, [](const ConnectionFacts *c) { return c->tcp.outcome; }));
}

bool Group::established() const
{
    return count(Outcome::established) + count(Outcome::midstream) != 0;
}

bool Group::established_after(Moment moment) const
{
    return std::ranges::any_of(connections, [&](const ConnectionFacts *c) {
        return c->tcp.outcome == Outcome::established && c->tcp.completed.packet > moment.packet &&
               !c->closed_by_server_unanswered;
    });
}

Context::Context(const Facts &known, std::vector<Finding> &findings) : facts(known), findings_(findings)
{
    modbus_servers_.insert(facts.modbus_servers.begin(), facts.modbus_servers.end());
    for (const PairFacts &pair : facts.pairs)
        if (pair.answered != 0 && pair.line == no_index)
            modbus_servers_.insert(pair.server);
    lossy_ = facts.notes.dropped != 0 || std::ranges::any_of(facts.connections, [](const ConnectionFacts &c) {
                 return c.tcp.loss().seen() && c.tcp.from_client.packets != 0 && c.tcp.from_server.packets != 0;
             });
    group();
    index_groups();
    index_units();
}

void Context::group()
{
    std::map<MacAddress, std::set<Address>> behind;
    for (const ConnectionFacts &c : facts.connections) {
        if (c.udp ||
            (c.tcp.from_client.packets == 0 && c.tcp.from_server.packets == 0 && c.tcp.trouble->icmp.count == 0))
            continue;
        const PairKey key{c.tcp.client.address, c.tcp.server};
        const auto [entry, added] = places_.try_emplace(key, groups.size());
        if (added)
            groups.push_back({key, {}});
        groups[entry->second].connections.push_back(&c);
        if (c.tcp.server_mac.value != 0)
            behind[c.tcp.server_mac].insert(c.tcp.server.address);
    }
    // A neighbour whose link address carries traffic for other addresses is the way out.
    for (const auto &[address, neighbour] : facts.hosts.neighbours()) {
        const Address self = address;
        const auto found = behind.find(neighbour.known_mac);
        if (neighbour.known_mac.value != 0 && found != behind.end() &&
            std::ranges::any_of(found->second, [&](const Address &a) { return a != self; }))
            gateways_.insert(address);
    }
}

void Context::index_groups()
{
    for (const Group &g : groups) {
        const Endpoint &server = g.key.server;
        const bool with_itself = g.key.client == server.address;
        clients_.insert(g.key.client);
        ++ports_tried_[{g.key.client, server.address}];
        if (g.established())
            accepting_.insert(server);
        for (const ConnectionFacts *c : g.connections) {
            if (c->tcp.one_sided())
                one_sided_.insert(server.address);
            if (c->tcp.from_server.last.seen() && !c->tcp.rst_without_syn)
                note_sign(signs_[server.address], c->tcp.from_server.last, server.port);
            if (c->tcp.outcome != Outcome::established)
                continue;
            if (server.address.is_loopback())
                over_loopback_.try_emplace(server.port, c);
            else if (with_itself)
                with_itself_.try_emplace(server, c);
        }
    }
}

void Context::index_units()
{
    for (const PairFacts &pair : facts.pairs)
        if (pair.answered != 0 && pair.line == no_index)
            answering_.insert(pair.server);
    for (const UnitFacts &unit : facts.units)
        if (unit.pair != no_index && facts.pairs[unit.pair].line == no_index && unit.answered + unit.exceptions != 0)
            answering_units_.insert({facts.pairs[unit.pair].server, unit.unit});
}

void Context::note_sign(PortSigns &signs, Moment moment, std::uint16_t port)
{
    const auto later = [](const PortSign &a, Moment b) { return !a.moment.seen() || a.moment.packet < b.packet; };
    if (signs[0].moment.seen() && signs[0].port == port) {
        if (later(signs[0], moment))
            signs[0].moment = moment;
    } else if (later(signs[0], moment)) {
        signs[1] = signs[0];
        signs[0] = {moment, port};
    } else if (later(signs[1], moment)) {
        signs[1] = {moment, port};
    }
}

const Group *Context::between(const PairKey &key) const
{
    const auto place = places_.find(key);
    return place == places_.end() ? nullptr : &groups[place->second];
}

bool Context::answers(const Endpoint &server, std::uint8_t unit) const
{
    return answering_units_.contains({server, unit});
}

bool Context::found(FindingId id, std::string_view line) const
{
    return std::ranges::any_of(findings_, [&](const Finding &f) { return f.id == id && f.line == line; });
}

bool Context::is_modbus_port(std::uint16_t port) const
{
    return std::ranges::find(facts.modbus_ports, port) != facts.modbus_ports.end();
}

bool Context::speaks_modbus(const Endpoint &server) const
{
    return modbus_servers_.contains(server);
}

std::optional<Endpoint> Context::modbus_elsewhere(const Endpoint &server) const
{
    const auto from = modbus_servers_.lower_bound(Endpoint{server.address, 0});
    for (auto e = from; e != modbus_servers_.end() && e->address == server.address; ++e)
        if (e->port != server.port)
            return *e;
    return std::nullopt;
}

bool Context::other_service(const Endpoint &server) const
{
    static constexpr std::uint16_t services[] = {
        20,   21,   22,   23,   25,   53,   80,   88,   110,  111,  123,  135,  137,   138,   139,  143,  389,
        443,  445,  465,  514,  587,  631,  636,  873,  902,  989,  990,  993,  995,   102,   1433, 1521, 1883,
        2049, 2404, 3268, 3306, 3389, 4840, 5432, 5900, 8080, 8443, 8883, 9100, 20000, 44818, 47808};
    return std::ranges::find(services, server.port) != std::end(services) && !speaks_modbus(server) &&
           !is_modbus_port(server.port);
}

bool Context::concerns_modbus(const Endpoint &server) const
{
    return is_modbus_port(server.port) || speaks_modbus(server);
}

bool Context::scans(const PairKey &key) const
{
    constexpr std::uint32_t many_ports = 5;
    const auto tried = ports_tried_.find({key.client, key.server.address});
    return tried != ports_tried_.end() && tried->second >= many_ports;
}

std::optional<Context::Life> Context::life(const Address &host, Moment from, const Endpoint *except) const
{
    const auto recent = [&](Moment m) { return m.seen() && elapsed(from, m) > -std::chrono::seconds(3); };
    if (const auto signs = signs_.find(host); signs != signs_.end())
        for (const PortSign &sign : signs->second)
            if (recent(sign.moment) && (except == nullptr || sign.port != except->port))
                return Life{sign.moment, "its TCP port " + std::to_string(sign.port) + " answers"};
    const net::Host *known = facts.hosts.host(host);
    if (known == nullptr)
        return std::nullopt;
    if (recent(known->echo_reply))
        return Life{known->echo_reply, "it answers ping"};
    if (!recent(known->last_alive))
        return std::nullopt;
    switch (known->last_sign) {
    case net::LifeSign::none: return std::nullopt;
    case net::LifeSign::neighbour_answer:
        return Life{known->last_alive, host.is_v4() ? "it answers ARP" : "it answers neighbour solicitations"};
    case net::LifeSign::echo_reply: return Life{known->last_alive, "it answers ping"};
    case net::LifeSign::tcp_answer:
        return except != nullptr ? std::nullopt : std::optional(Life{known->last_alive, "it answers TCP"});
    case net::LifeSign::udp_answer: return Life{known->last_alive, "it answers UDP"};
    case net::LifeSign::icmp_error: return Life{known->last_alive, "it sends ICMP"};
    }
    return std::nullopt;
}

// A question for `target`, repeated about a second apart and not answered up to the end of the row.
const net::Asked *Context::vain_question(const Address &target, Moment from) const
{
    const net::Neighbour *neighbour = facts.hosts.neighbour_of(target);
    if (neighbour == nullptr)
        return nullptr;
    for (const net::Asked &asked : neighbour->asked)
        if (asked.repeats >= 1 && !asked.answered_last && elapsed(from, asked.last) > -std::chrono::seconds(5))
            return &asked;
    return nullptr;
}

bool Context::is_gateway(const Address &address) const
{
    return gateways_.contains(address);
}

bool Context::is_local(const Address &address) const
{
    const net::Host *host = facts.hosts.host(address);
    return host != nullptr && host->is_local();
}

const ConnectionFacts *Context::loopback_success(std::uint16_t port, const Address &host) const
{
    if (const auto local = over_loopback_.find(port); local != over_loopback_.end())
        return local->second;
    const auto itself = with_itself_.find(Endpoint{host, port});
    return itself == with_itself_.end() ? nullptr : itself->second;
}

const net::Side *Context::lost(const Connection &connection)
{
    if (connection.outcome != Outcome::established && connection.outcome != Outcome::midstream)
        return nullptr;
    constexpr std::uint16_t enough = 3;
    for (const net::Side *side : {&connection.from_client, &connection.from_server}) {
        const net::Side &peer = side == &connection.from_client ? connection.from_server : connection.from_client;
        if (side->trouble->tries >= enough && peer.packets != 0 &&
            elapsed(side->trouble->silent_since, side->last) >= std::chrono::seconds(1))
            return side;
    }
    return nullptr;
}

Finding make(FindingId id, Certainty certainty, By by, const Address &client, const Endpoint &server)
{
    Finding finding;
    finding.id = id;
    finding.severity = row(id).severity;
    finding.certainty = certainty;
    finding.by = by;
    finding.client = client;
    finding.server = server;
    return finding;
}

Evidence evidence(Moment moment, std::string text)
{
    return {moment.packet, moment.time, std::move(text), {}};
}

void span(Finding &finding, Moment first, Moment last, std::uint64_t count)
{
    finding.first = first.time;
    finding.last = last.time;
    finding.count = count;
}

void show(Finding &finding, const Sightings &sightings, std::string_view text)
{
    span(finding, sightings.first(), sightings.last, sightings.count);
    const std::size_t kept = std::min<std::size_t>(sightings.count, sightings.firsts.size());
    for (std::size_t i = 0; i < kept; ++i)
        finding.evidence.push_back(evidence(sightings.firsts[i], std::string(text)));
    if (sightings.count > kept)
        finding.evidence.push_back(
            evidence(sightings.last, std::string(text) + " (the last of " + std::to_string(sightings.count) + ")"));
}

std::string plural(std::uint64_t count, std::string_view singular, std::string_view many)
{
    return std::to_string(count) + " " + std::string(count == 1 ? singular : many);
}

}  // namespace buswitness::diagnose
