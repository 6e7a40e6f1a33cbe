// Why a connection does not come about: refused, rejected on the way, silent, unreachable, half done.
#include "decode/base/text.h"
#include "decode/diagnose/attempts.h"

namespace buswitness::diagnose {

using net::Connection;
using net::Outcome;

namespace {

using std::chrono::seconds;

// ICMP codes by which something on the way says: not allowed (RFC 792, RFC 1812 5.2.7.1, RFC 4443 3.1).
bool says_prohibited(const net::IcmpAnswer &icmp)
{
    if (icmp.v6)
        return icmp.type == 1 && (icmp.code == 1 || icmp.code == 4 || icmp.code == 5 || icmp.code == 6);
    return icmp.type == 3 && (icmp.code == 3 || icmp.code == 9 || icmp.code == 10 || icmp.code == 13);
}

std::string icmp_name(const net::IcmpAnswer &icmp)
{
    return std::string(icmp.v6 ? "ICMPv6 " : "ICMP ") + std::to_string(icmp.type) + "/" + std::to_string(icmp.code);
}

void show_icmp(Finding &finding, const Connection &c)
{
    finding.evidence.push_back(
        evidence(c.trouble->icmp.moment,
                 icmp_name(c.trouble->icmp) + " from " + to_string(c.trouble->icmp.from) + " quotes the SYN" +
                     (c.syn.seen() ? " of packet " + std::to_string(c.syn.packet) : std::string())));
}

void unreachable(Context &context, const Group &group)
{
    Connections rejected, lost;
    for (const ConnectionFacts *c : with(group, Outcome::unreachable))
        (says_prohibited(c->tcp.trouble->icmp) ? rejected : lost).push_back(c);
    if (!rejected.empty()) {
        const net::IcmpAnswer &icmp = rejected.front()->tcp.trouble->icmp;
        const bool itself = icmp.from == group.key.server.address;
        Finding finding = about(context, FindingId::tcp_firewall_reject, Certainty::certain,
                                itself ? By::server : By::middlebox, group, rejected);
        finding.summary = plural(rejected.size(), "attempt was", "attempts were") + " rejected by " +
                          to_string(icmp.from) + (itself ? " (the target itself)" : " (on the way to the target)") +
                          " with " + icmp_name(icmp) + ".";
        show_attempts(finding, rejected, show_icmp);
        context.add(std::move(finding));
    }
    if (lost.empty())
        return;
    const net::IcmpAnswer &icmp = lost.front()->tcp.trouble->icmp;
    const net::Asked *asked = context.vain_question(group.key.server.address, begun(lost.front()->tcp));
    const bool own = icmp.from == group.key.client;
    const bool no_host = own || asked != nullptr;
    Finding finding = about(context, no_host ? FindingId::tcp_host_down : FindingId::tcp_unreachable,
                            Certainty::certain, no_host ? By::unknown : By::middlebox, group, lost);
    finding.summary = plural(lost.size(), "attempt", "attempts") + " ended with " + icmp_name(icmp) + " from " +
                      to_string(icmp.from) +
                      (own                ? ", the client itself: nobody answered for the address."
                       : asked != nullptr ? ", which had asked for the address in vain."
                                          : ": it knows no way to the target.");
    show_attempts(finding, lost, show_icmp);
    if (asked != nullptr)
        finding.evidence.push_back(evidence(asked->row_first, to_string(asked->asker) + " asks for " +
                                                                  to_string(group.key.server.address) + ", no answer"));
    context.asked_in_vain.insert(group.key.server.address);
    context.add(std::move(finding));
}

// The client may still be waiting when the file ends.
bool decided(const Context &context, const Group &group, const Connection &c)
{
    return c.syns >= 2 || elapsed(Timestamp(c.syn_last().time), context.facts.until()) >= seconds(1) ||
           c.from_client.rst.seen() || group.connections.back()->tcp.syn.packet > c.syn.packet;
}

// A single SYN among attempts that were answered, in a capture that lost packets: its answer may be one of them.
bool answer_may_be_lost(const Context &context, const Group &group, const Connection &c)
{
    return c.syns == 1 && context.lossy() && group.count(Outcome::pending) < group.connections.size();
}

void incomplete(Context &context, const Group &group)
{
    Connections attempts = with(group, Outcome::incomplete);
    Connections forged_answers;
    std::erase_if(attempts, [&](const ConnectionFacts *c) {
        if (c->tcp.rst_and_syn_ack) {
            forged_answers.push_back(c);
            return true;
        }
        return !c->tcp.from_client.rst.seen() && c->tcp.syn_acks < 2 &&
               elapsed(Timestamp(c->tcp.syn_ack.time), context.facts.until()) < seconds(1);
    });
    if (!forged_answers.empty()) {
        Finding finding =
            about(context, FindingId::tcp_firewall_reject, Certainty::certain, By::middlebox, group, forged_answers);
        finding.summary = plural(forged_answers.size(), "SYN was", "SYNs were") +
                          " answered twice, by RST and by SYN-ACK: the reset is not the server's.";
        show_attempts(finding, forged_answers, [](Finding &f, const Connection &c) {
            f.evidence.push_back(evidence(c.trouble->reset_answer, "RST in answer to the SYN"));
            f.evidence.push_back(evidence(c.syn_ack, "SYN-ACK in answer to the same SYN"));
        });
        context.add(std::move(finding));
    }
    if (attempts.empty())
        return;
    const auto scans =
        std::ranges::count_if(attempts, [](const ConnectionFacts *c) { return c->tcp.from_client.rst.seen(); });
    Finding finding =
        about(context, FindingId::tcp_handshake_incomplete, Certainty::certain, By::client, group, attempts);
    finding.summary =
        plural(attempts.size(), "attempt was", "attempts were") +
        " answered by SYN-ACK, but the client never completed the handshake" +
        (scans == static_cast<std::ptrdiff_t>(attempts.size()) ? ": it answered with RST, as a port scanner does."
                                                               : ".");
    if (scans == 0)
        finding.possible_causes = {"the SYN-ACK does not reach the client: a firewall on the client or on the way back",
                                   "the answer takes another way than the request and is lost there"};
    show_attempts(finding, attempts, [](Finding &f, const Connection &c) {
        f.evidence.push_back(evidence(
            c.syn_ack, "SYN-ACK" + (c.syn_acks > 1 ? ", sent " + plural(c.syn_acks, "time", "times") : std::string()) +
                           (c.from_client.rst.seen() ? ", answered by RST" : ", not acknowledged")));
    });
    context.add(std::move(finding));
}

void slow(Context &context, const Group &group)
{
    Connections attempts;
    for (const ConnectionFacts *c : group.connections)
        if (c->tcp.outcome == Outcome::established && c->tcp.first_syn_answered_late)
            attempts.push_back(c);
    if (attempts.size() < 2 || context.limited.contains(group.key))
        return;
    Finding finding = about(context, FindingId::tcp_connect_slow, Certainty::certain, By::unknown, group, attempts);
    finding.recovered = false;
    finding.summary =
        plural(attempts.size(), "connection", "connections") + " came about only when the SYN was repeated.";
    show_attempts(finding, attempts, [](Finding &f, const Connection &c) {
        f.evidence.push_back(evidence(c.syn_ack, "answered after " + time_between(c.syn, c.syn_ack) + " and " +
                                                     plural(c.syns, "SYN", "SYNs")));
    });
    context.add(std::move(finding));
}

}  // namespace

void connect_rules(Context &context)
{
    for (const Group &group : context.groups) {
        slow(context, group);
        if (context.limited.contains(group.key) || context.two_owners.contains(group.key))
            continue;
        refused(context, group);
        unreachable(context, group);
        Connections pending;
        for (const ConnectionFacts *c : with(group, Outcome::pending))
            if (decided(context, group, c->tcp) && c->tcp.syn.seen() && !answer_may_be_lost(context, group, c->tcp))
                pending.push_back(c);
        unanswered(context, group, pending);
        incomplete(context, group);
    }
    for (const StrayReset &stray : context.facts.stray_resets) {
        Finding finding = make(FindingId::tcp_stray_rst, Certainty::certain,
                               stray.from_server ? By::server : By::client, stray.client, stray.server);
        finding.summary = plural(stray.seen.count, "reset belongs", "resets belong") +
                          " to no connection that is visible in this capture.";
        show(finding, stray.seen, "RST without a connection in the file");
        context.add(std::move(finding));
    }
}

}  // namespace buswitness::diagnose
