// How connections end: closed before any service, lost, reset, closed for idleness.
#include "decode/base/text.h"
#include "decode/diagnose/context.h"

#include <algorithm>

namespace buswitness::diagnose {

using net::Connection;
using net::Outcome;
using net::Side;

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

using Connections = std::vector<const ConnectionFacts *>;

bool ended_by_server(const Connection &c)
{
    const Moment end = c.ended();
    return end.seen() && (end.packet == c.from_server.fin.packet || end.packet == c.from_server.rst.packet);
}

const PairFacts *pair_of(const Context &context, const ConnectionFacts &c)
{
    return c.pair == no_index ? nullptr : &context.facts.pairs[c.pair];
}

bool other_protocol(const PairFacts *pair)
{
    return pair != nullptr && (!pair->trouble->foreign.empty() || pair->trouble->tls->hellos != 0);
}

// ---- accepted, then closed

bool not_served(const Context &context, const ConnectionFacts &c)
{
    const Connection &t = c.tcp;
    if (t.outcome != Outcome::established || c.answered != 0 || c.reversed || !ended_by_server(t) ||
        Context::lost(t) != nullptr)
        return false;
    if (!context.concerns_modbus(t.server) || other_protocol(pair_of(context, c)) || t.one_sided())
        return false;
    // Without a request, only a close right after the handshake is a refusal; later it is an idle close.
    return c.requests != 0 ? c.open_at_end != 0 && !t.loss().seen()
                           : elapsed(t.completed, t.ended()) < seconds(2) && t.from_client.data_segments == 0;
}

void accept_then_close(Context &context, const Group &group)
{
    Connections closed;
    for (const ConnectionFacts *c : group.connections)
        if (not_served(context, *c))
            closed.push_back(c);
    if (closed.empty() || context.wrong_framing.contains(group.key) || context.foreign.contains(group.key))
        return;
    const bool ever = std::ranges::any_of(group.connections, [](const ConnectionFacts *c) { return c->answered != 0; });
    Finding finding =
        make(FindingId::tcp_accept_then_close, Certainty::certain, By::server, group.key.client, group.key.server);
    finding.summary = "The server accepted " + plural(closed.size(), "connection", "connections") + " and ended " +
                      (closed.size() == 1 ? "it" : "them") + " before answering any request" +
                      (ever ? "; other connections of this client were served." : ".");
    span(finding, closed.front()->tcp.ended(), closed.back()->tcp.ended(), closed.size());
    finding.recovered = std::ranges::any_of(group.connections, [&](const ConnectionFacts *c) {
        return c->last_answer.packet > closed.back()->tcp.ended().packet;
    });
    finding.possible_causes = {"the server serves only certain clients (access list)",
                               "all its connections are in use (a connection limit)",
                               "the program behind the port fails as soon as somebody connects"};
    for (std::size_t i = 0; i < std::min<std::size_t>(closed.size(), 4); ++i) {
        const Connection &c = closed[i]->tcp;
        const bool reset = c.ended().packet == c.from_server.rst.packet;
        finding.evidence.push_back(
            evidence(c.ended(), std::string(reset ? "RST" : "FIN") + " of the server " +
                                    human(elapsed(c.completed, c.ended())) + " after the handshake, " +
                                    (closed[i]->requests != 0 ? "request unanswered" : "no request yet")));
    }
    context.not_served.insert(group.key);
    context.add(std::move(finding));
}

// ---- lost

void lost(Context &context, const Group &group)
{
    Connections gone;
    for (const ConnectionFacts *c : group.connections)
        if (Context::lost(c->tcp) != nullptr)
            gone.push_back(c);
    if (gone.empty())
        return;
    const Connection &first = gone.front()->tcp;
    const Side *asking = Context::lost(first);
    const bool by_client = asking == &first.from_client;
    const Address silent = by_client ? group.key.server.address : group.key.client;
    const Side &peer = by_client ? first.from_server : first.from_client;
    const Moment since = asking->trouble->silent_since;
    const Side &big = *asking;
    const bool hole = big.longest != 0 && big.trouble->longest_repeats >= 2 && big.longest > 1000 &&
                      big.longest_acked != 0 && big.longest_acked < big.longest;
    Finding finding = make(hole ? FindingId::tcp_mtu_blackhole : FindingId::tcp_connection_lost,
                           hole ? Certainty::likely : Certainty::certain,
                           hole        ? By::middlebox
                           : by_client ? By::server
                                       : By::client,
                           group.key.client, group.key.server);
    const auto life = context.life(silent, since, nullptr);
    finding.summary = "From packet " + std::to_string(since.packet) + " on, " + to_string(silent) +
                      " no longer answers on the open connection: " +
                      plural(asking->trouble->tries, "repeated segment or probe", "repeated segments and probes") +
                      " over " + human(elapsed(since, asking->last)) + " without a reply." +
                      (life ? " The host itself is alive (" + life->what + "): something on the way changed." : "");
    if (hole)
        finding.summary += " Segments of " + std::to_string(big.longest) + " octets vanish while shorter ones (up to " +
                           std::to_string(big.longest_acked) + ") arrive.";
    span(finding, since, Context::lost(gone.back()->tcp)->last, gone.size());
    finding.recovered = group.established_after(asking->last);
    finding.possible_causes =
        life ? std::vector<std::string>{"a firewall rule or a route changed while the connection was open"}
             : std::vector<std::string>{"a cable, switch port or radio link is interrupted",
                                        "the host lost power or hangs", "a firewall on the way forgot the connection"};
    finding.evidence.push_back(evidence(peer.last, "last packet from " + to_string(silent)));
    finding.evidence.push_back(evidence(since, "first repetition or probe without a reply"));
    finding.evidence.push_back(evidence(asking->last, "the last of " + std::to_string(asking->trouble->tries)));
    if (life)
        finding.evidence.push_back(evidence(life->moment, "sign of life: " + life->what));
    context.add(std::move(finding));
}

// ---- reset

struct Reset {
    const ConnectionFacts *facts = nullptr;
    Moment when;
    By by = By::unknown;
    bool pending = false;
};

std::optional<Reset> reset_of(const ConnectionFacts &c)
{
    const Connection &t = c.tcp;
    if ((t.outcome != Outcome::established && t.outcome != Outcome::midstream) || c.answered == 0 ||
        Context::lost(t) != nullptr)
        return std::nullopt;
    const Moment end = t.ended();
    const bool server = end.seen() && end.packet == t.from_server.rst.packet;
    const bool client = end.seen() && end.packet == t.from_client.rst.packet;
    if (!server && !client)
        return std::nullopt;
    const bool foreign = server && t.rst_ttl != 0 && t.from_server.ttl != 0 && t.rst_ttl > t.from_server.ttl;
    return Reset{&c, end, foreign ? By::middlebox : server ? By::server : By::client, c.open_at_end != 0};
}

void reset(Context &context, const Group &group)
{
    for (const By by : {By::server, By::client, By::middlebox}) {
        std::vector<Reset> resets;
        bool pending = false;
        for (const ConnectionFacts *c : group.connections)
            if (const auto r = reset_of(*c); r && r->by == by) {
                resets.push_back(*r);
                pending |= r->pending;
            }
        if (resets.empty())
            continue;
        Finding finding =
            make(FindingId::tcp_connection_reset, Certainty::certain, by, group.key.client, group.key.server);
        const bool again = resets.size() >= 3;
        finding.severity = pending || (again && by != By::client) ? Severity::error
                           : again                                ? Severity::warning
                                                                  : Severity::note;
        const std::string who = by == By::server   ? "The server"
                                : by == By::client ? "The client"
                                                   : "Something on the way (TTL differs from the server's)";
        finding.summary = who + " reset " + plural(resets.size(), "connection", "connections") +
                          " on which requests had been answered" +
                          (pending ? ", with a request still open." : "; no request was open.");
        span(finding, resets.front().when, resets.back().when, resets.size());
        finding.recovered = group.established_after(resets.back().when);
        for (std::size_t i = 0; i < std::min<std::size_t>(resets.size(), 4); ++i)
            finding.evidence.push_back(
                evidence(resets[i].when,
                         "RST after " + plural(resets[i].facts->answered, "answered request", "answered requests") +
                             (resets[i].pending ? ", a request was open" : "")));
        context.add(std::move(finding));
    }
}

// ---- closed for idleness

void idle_close(Context &context, const Group &group)
{
    std::vector<std::pair<const Connection *, Duration>> closes;
    for (const ConnectionFacts *c : group.connections) {
        const Connection &t = c->tcp;
        if (c->answered == 0 || !ended_by_server(t) || t.ended().packet != t.from_server.fin.packet ||
            c->open_at_end != 0)
            continue;
        if (const Duration idle = elapsed(c->last_answer, t.ended()); idle >= seconds(1))
            closes.emplace_back(&t, idle);
    }
    if (closes.empty())
        return;
    const auto [least, most] = std::ranges::minmax(closes, {}, [](const auto &c) { return c.second; });
    if (closes.size() >= 2 && most.second - least.second > std::max<Duration>(least.second / 10, milliseconds(200)))
        return;
    Finding finding = make(FindingId::tcp_idle_close, closes.size() >= 2 ? Certainty::certain : Certainty::likely,
                           By::server, group.key.client, group.key.server);
    finding.summary = "The server ends " + plural(closes.size(), "connection", "connections") + " after " +
                      human(least.second) + " without traffic.";
    span(finding, closes.front().first->ended(), closes.back().first->ended(), closes.size());
    for (std::size_t i = 0; i < std::min<std::size_t>(closes.size(), 3); ++i)
        finding.evidence.push_back(evidence(closes[i].first->ended(),
                                            "FIN of the server after " + human(closes[i].second) + " without traffic"));
    context.add(std::move(finding));
}

}  // namespace

void session_rules(Context &context)
{
    for (const Group &group : context.groups) {
        lost(context, group);
        if (context.limited.contains(group.key))
            continue;
        accept_then_close(context, group);
        if (context.concerns_modbus(group.key.server)) {
            reset(context, group);
            idle_close(context, group);
        }
    }
}

}  // namespace buswitness::diagnose
