// A server that serves only so many connections: failures while N others are open, success when fewer are.
#include "decode/base/text.h"
#include "decode/diagnose/context.h"

#include <algorithm>
#include <limits>

namespace buswitness::diagnose {

using net::Connection;
using net::Outcome;

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

struct Attempt {
    const ConnectionFacts *facts = nullptr;
    Moment when;  // when it was refused, dropped or closed; when it was accepted
    bool failed = false;
    bool slow = false;  // accepted by the queue, served only when a slot became free
    std::uint32_t others = 0;
};

bool accepted_then_closed(const ConnectionFacts &c)
{
    const Connection &t = c.tcp;
    if (t.outcome != Outcome::established || c.answered != 0)
        return false;
    const Moment end = t.ended();
    const bool by_server =
        end.seen() && (end.packet == t.from_server.fin.packet || end.packet == t.from_server.rst.packet);
    return by_server && (c.requests != 0 || elapsed(t.completed, end) < seconds(2));
}

// When the connection was really open, in packet numbers, `until` excluded: accepted before, and its server still spoke
// later, or it was closed later.
struct Held {
    std::uint32_t from = 0, until = 0;
    [[nodiscard]] bool at(Moment moment) const { return moment.packet >= from && moment.packet < until; }
};

Held held(const ConnectionFacts &c)
{
    const Connection &t = c.tcp;
    if (t.outcome == Outcome::midstream)
        return {0, t.from_server.last.packet};
    if (t.outcome != Outcome::established || accepted_then_closed(c) || !t.completed.seen())
        return {};
    const Moment end = t.ended();
    return {t.completed.packet, end.seen() ? end.packet : t.from_server.last.packet};
}

// How many connections were open at a moment.
class OpenCount {
public:
    explicit OpenCount(const std::vector<const ConnectionFacts *> &all)
    {
        for (const ConnectionFacts *c : all) {
            const Held one = held(*c);
            if (one.from >= one.until)
                continue;
            begins_.push_back(one.from);
            ends_.push_back(one.until);
        }
        std::ranges::sort(begins_);
        std::ranges::sort(ends_);
    }
    [[nodiscard]] std::uint32_t beside(const ConnectionFacts &one, Moment at) const
    {
        return up_to(begins_, at) - up_to(ends_, at) - (held(one).at(at) ? 1 : 0);
    }

private:
    static std::uint32_t up_to(const std::vector<std::uint32_t> &sorted, Moment at)
    {
        return static_cast<std::uint32_t>(std::ranges::upper_bound(sorted, at.packet) - sorted.begin());
    }

    std::vector<std::uint32_t> begins_, ends_;
};

// Requests were answered only long after the connection was accepted: it waited in the server's queue.
bool served_late(const ConnectionFacts &c)
{
    return c.tcp.outcome == Outcome::established && c.requests != 0 && c.answered == 0 && !c.tcp.ended().seen();
}

std::vector<Attempt> attempts_of(const std::vector<const ConnectionFacts *> &all)
{
    const OpenCount open(all);
    std::vector<Attempt> attempts;
    for (const ConnectionFacts *c : all) {
        Attempt a;
        a.facts = c;
        const Connection &t = c->tcp;
        if (t.outcome == Outcome::refused && t.syn.seen()) {
            a.failed = true;
            a.when = t.trouble->reset_answer;
        } else if (t.outcome == Outcome::pending && t.syns >= 1) {
            a.failed = true;
            a.when = t.syn;
        } else if (accepted_then_closed(*c)) {
            a.failed = true;
            a.when = t.ended();
        } else if (t.outcome == Outcome::established && !served_late(*c)) {
            a.when = t.syn_ack.seen() ? t.syn_ack : t.completed;
        } else {
            continue;
        }
        a.others = open.beside(*c, a.when);
        attempts.push_back(a);
    }
    return attempts;
}

std::string_view face(const Connection &c)
{
    switch (c.outcome) {
    case Outcome::refused: return "refused";
    case Outcome::pending: return "left without an answer";
    case Outcome::established: return "accepted and closed at once";
    case Outcome::midstream:
    case Outcome::unreachable:
    case Outcome::incomplete: break;
    }
    return "failed";
}

void name_holders(Finding &finding, const std::vector<const ConnectionFacts *> &all, const Attempt &failure)
{
    std::string holders;
    std::size_t named = 0;
    for (const ConnectionFacts *c : all) {
        if (c == failure.facts || !held(*c).at(failure.when) || ++named > 8)
            continue;
        const Moment busy = c->last_answer.seen() ? c->last_answer : c->tcp.last();
        holders += (holders.empty() ? "" : ", ") + to_string(c->tcp.client);
        finding.evidence.push_back(
            evidence(c->tcp.completed.seen() ? c->tcp.completed : busy, "held open by " + to_string(c->tcp.client)));
    }
    finding.summary += " Held by " + holders + ".";
}

void report(Context &context, const std::vector<const ConnectionFacts *> &all, const std::vector<Attempt> &attempts,
            std::uint32_t limit, const std::set<Address> &served)
{
    std::map<Address, std::vector<const Attempt *>> failures;
    for (const Attempt &a : attempts)
        if (a.failed)
            failures[a.facts->tcp.client.address].push_back(&a);
    for (const auto &[client, list] : failures) {
        const Endpoint server = list.front()->facts->tcp.server;
        const bool served_too = served.contains(client);
        Finding finding = make(FindingId::tcp_connection_limit, served_too ? Certainty::certain : Certainty::likely,
                               By::server, client, server);
        finding.summary = plural(list.size(), "attempt was", "attempts were") + " " +
                          std::string(face(list.front()->facts->tcp)) + " while " +
                          plural(limit, "other connection was", "other connections were") +
                          " open; with fewer open, connections are served.";
        span(finding, list.front()->when, list.back()->when, list.size());
        for (std::size_t i = 0; i < std::min<std::size_t>(list.size(), 3); ++i)
            finding.evidence.push_back(evidence(list[i]->when, std::string(face(list[i]->facts->tcp)) + " while " +
                                                                   plural(list[i]->others, "other was", "others were") +
                                                                   " open"));
        for (const Attempt &a : attempts)
            finding.recovered |=
                !a.failed && a.facts->tcp.client.address == client && a.when.packet > list.back()->when.packet;
        name_holders(finding, all, *list.front());
        if (!served_too)
            finding.possible_causes.push_back(
                "the server refuses this client for another reason (access list); it was never served in this capture");
        context.limited.insert({client, server});
        context.add(std::move(finding));
    }
}

void judge(Context &context, const std::vector<const ConnectionFacts *> &all)
{
    const std::vector<Attempt> attempts = attempts_of(all);
    std::uint32_t least_at_failure = std::numeric_limits<std::uint32_t>::max(), most_at_success = 0;
    std::size_t failures = 0, successes = 0;
    std::set<Address> served, failed;
    for (const Attempt &a : attempts) {
        if (a.failed) {
            ++failures;
            least_at_failure = std::min(least_at_failure, a.others);
            failed.insert(a.facts->tcp.client.address);
        } else {
            ++successes;
            most_at_success = std::max(most_at_success, a.others);
            served.insert(a.facts->tcp.client.address);
        }
    }
    if (failures < 2 || successes == 0 || least_at_failure == 0 || most_at_success >= least_at_failure)
        return;
    // With one holder only, the refused client itself must have been served when nobody else was.
    const bool failing_was_served = std::ranges::any_of(failed, [&](const Address &a) { return served.contains(a); });
    if (least_at_failure < 2 && !failing_was_served)
        return;
    report(context, all, attempts, least_at_failure, served);
}

// Each new connection makes the server end the oldest one.
void evicted(Context &context, const std::vector<const ConnectionFacts *> &all)
{
    std::vector<std::pair<const ConnectionFacts *, const ConnectionFacts *>> cases;
    std::set<const ConnectionFacts *> newcomers;  // each takes one place; a server that stops ends all at once
    for (const ConnectionFacts *victim : all) {
        const Connection &v = victim->tcp;
        const Moment end = v.ended();
        if (!end.seen() || (end.packet != v.from_server.fin.packet && end.packet != v.from_server.rst.packet) ||
            accepted_then_closed(*victim))
            continue;
        for (const ConnectionFacts *newcomer : all) {
            const Moment born = newcomer->tcp.syn_ack;
            const bool just_before =
                newcomer != victim && born.seen() && born.packet < end.packet && elapsed(born, end) < milliseconds(500);
            if (!just_before || newcomers.contains(newcomer) || elapsed(v.completed, end) <= milliseconds(500))
                continue;
            const bool oldest = std::ranges::none_of(all, [&](const ConnectionFacts *c) {
                return c != victim && held(*c).at(end) && c->tcp.completed.seen() &&
                       c->tcp.completed.packet < v.completed.packet;
            });
            if (oldest) {
                newcomers.insert(newcomer);
                cases.emplace_back(victim, newcomer);
                break;
            }
        }
    }
    if (cases.size() < 2)
        return;
    const Connection &first = cases.front().first->tcp;
    Finding finding =
        make(FindingId::tcp_connection_evicted, Certainty::likely, By::server, first.client.address, first.server);
    finding.summary = "The server ended the oldest connection each time a new one came, " +
                      plural(cases.size(), "time", "times") + ".";
    span(finding, first.ended(), cases.back().first->tcp.ended(), cases.size());
    for (std::size_t i = 0; i < std::min<std::size_t>(cases.size(), 3); ++i) {
        finding.evidence.push_back(
            evidence(cases[i].second->tcp.syn_ack,
                     "new connection from " + to_string(cases[i].second->tcp.client) + " accepted"));
        finding.evidence.push_back(
            evidence(cases[i].first->tcp.ended(),
                     "connection of " + to_string(cases[i].first->tcp.client) + " ended by the server"));
    }
    for (const auto &[victim, newcomer] : cases)
        context.limited.insert({victim->tcp.client.address, victim->tcp.server});
    context.add(std::move(finding));
}

}  // namespace

void limit_rules(Context &context)
{
    std::map<Endpoint, std::vector<const ConnectionFacts *>> servers;
    for (const Group &group : context.groups)
        for (const ConnectionFacts *c : group.connections)
            if (c->tcp.outcome != Outcome::unreachable && Context::lost(c->tcp) == nullptr)
                servers[group.key.server].push_back(c);
    constexpr std::size_t too_many = 4096;  // pairwise comparison; a scan is no connection limit
    for (auto &[server, all] : servers) {
        if (all.size() < 3 || all.size() > too_many || context.other_service(server))
            continue;
        std::ranges::sort(all, {}, [](const ConnectionFacts *c) { return c->tcp.last().packet; });
        const Endpoint &self = server;
        const bool named = std::ranges::any_of(
            context.findings(), [&](const Finding &f) { return f.id == FindingId::duplicate_ip && f.server == self; });
        if (named)
            continue;
        judge(context, all);
        if (all.size() <= 512)
            evicted(context, all);
    }
}

}  // namespace buswitness::diagnose
