// Why a connection does not come about: refused, rejected on the way, silent, unreachable, half done.
#include "decode/base/text.h"
#include "decode/diagnose/context.h"

#include <algorithm>

namespace buswitness::diagnose {

using net::Connection;
using net::Outcome;

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

using Connections = std::vector<const ConnectionFacts *>;

Connections with(const Group &group, Outcome outcome)
{
    Connections chosen;
    for (const ConnectionFacts *c : group.connections)
        if (c->tcp.outcome == outcome)
            chosen.push_back(c);
    return chosen;
}

Moment begun(const Connection &c)
{
    return c.syn.seen() ? c.syn : c.from_client.last.seen() ? c.from_client.last : c.last();
}

// The finding for some attempts of a group: figures, recovery, severity by the kind of port.
Finding about(const Context &context, FindingId id, Certainty certainty, By by, const Group &group,
              const Connections &attempts)
{
    Finding finding = make(id, certainty, by, group.key.client, group.key.server);
    const Moment last = begun(attempts.back()->tcp);
    span(finding, begun(attempts.front()->tcp), last, attempts.size());
    finding.recovered = group.established_after(last);
    if (context.other_service(group.key.server) ||
        (context.scans(group.key) && !context.concerns_modbus(group.key.server)))
        finding.severity = Severity::note;
    return finding;
}

void show_attempts(Finding &finding, const Connections &attempts, auto &&describe)
{
    const std::size_t kept = std::min<std::size_t>(attempts.size(), 3);
    for (std::size_t i = 0; i < kept; ++i)
        describe(finding, attempts[i]->tcp);
    if (attempts.size() > kept)
        describe(finding, attempts.back()->tcp);
}

// Initial TTL that a sender most likely used.
int initial_ttl(int ttl)
{
    return ttl <= 32 ? 32 : ttl <= 64 ? 64 : ttl <= 128 ? 128 : 255;
}

struct Forgery {
    Certainty certainty = Certainty::likely;
    Moment reference;
    std::string text;
};

// A reset whose TTL cannot have come from the host it claims to come from. A lower TTL than the reference only means
// that the answer comes from farther away (address translation), which is no forgery.
std::optional<Forgery> forged(const Context &context, const Connection &c)
{
    const net::Host *host = context.facts.hosts.host(c.server.address);
    if (c.rst_and_syn_ack)
        return Forgery{Certainty::certain, c.syn_ack,
                       "the same SYN was also answered by SYN-ACK: two answers, one of them is not the server's"};
    if (host == nullptr || c.rst_ttl == 0)
        return std::nullopt;
    const auto differs = [&](int reference, bool by_tcp) {
        if (initial_ttl(c.rst_ttl) == initial_ttl(reference))
            return c.rst_ttl > reference;
        return by_tcp || initial_ttl(c.rst_ttl) > initial_ttl(reference);
    };
    const std::string ttl = "the reset has TTL " + std::to_string(c.rst_ttl);
    if (host->tcp_ttl != 0 && host->tcp_ttl != c.rst_ttl && differs(host->tcp_ttl, true))
        return Forgery{Certainty::certain, host->tcp_ttl_seen,
                       ttl + ", the host's own connections have TTL " + std::to_string(host->tcp_ttl)};
    if (host->tcp_ttl == 0 && host->echo_ttl != 0 && differs(host->echo_ttl, false))
        return Forgery{Certainty::likely, host->echo_ttl_seen,
                       ttl + ", the host's echo replies have TTL " + std::to_string(host->echo_ttl)};
    return std::nullopt;
}

std::string after_ms(Moment from, Moment to)
{
    return human(elapsed(from, to));
}

void show_refusal(Finding &finding, const Connection &c)
{
    if (!c.syn.seen()) {
        finding.evidence.push_back(
            evidence(c.trouble->reset_answer, "RST,ACK with sequence 0: it answers a SYN that is not in the file"));
        return;
    }
    finding.evidence.push_back(evidence(
        c.trouble->reset_answer, "SYN of packet " + std::to_string(c.syn_last().packet) + " answered by RST after " +
                                     after_ms(c.syn_last(), c.trouble->reset_answer)));
}

// A reset that comes long after the SYN is a translator or proxy that gave up, not the server.
bool gave_up_on_the_way(const Connection &c)
{
    return c.syn.seen() && c.syns > 1 && elapsed(c.syn_last(), c.trouble->reset_answer) > seconds(2);
}

bool wrong_port(Context &context, const Group &group, const Connections &attempts, std::string_view how)
{
    const auto right = context.modbus_elsewhere(group.key.server);
    if (!right || context.accepts(group.key.server) || context.other_service(group.key.server) ||
        context.scans(group.key))
        return false;
    Finding finding = about(context, FindingId::tcp_wrong_port, Certainty::certain, By::client, group, attempts);
    finding.summary = "All " + plural(attempts.size(), "attempt", "attempts") + " to port " +
                      std::to_string(group.key.server.port) + " " + std::string(how) +
                      ", while the same host answers Modbus on port " + std::to_string(right->port) +
                      " in this capture.";
    finding.extra_next_steps.push_back("Set the port of the client to " + std::to_string(right->port) + ".");
    show_attempts(finding, attempts, [](Finding &f, const Connection &c) {
        if (c.trouble->reset_answer.seen())
            show_refusal(f, c);
        else
            f.evidence.push_back(
                evidence(begun(c), "SYN to this port, " + std::to_string(c.syns) + " times, not answered"));
    });
    context.add(std::move(finding));
    return true;
}

bool loopback_only(Context &context, const Group &group, const Connections &attempts, FindingId id)
{
    const Address &host = group.key.server.address;
    const ConnectionFacts *local = context.loopback_success(group.key.server.port, host);
    if (local == nullptr || host.is_loopback() || group.established() || group.key.client == host ||
        !context.is_local(host))
        return false;
    Finding finding = about(context, id, Certainty::certain, By::server, group, attempts);
    finding.summary = "On the server's own machine port " + std::to_string(group.key.server.port) +
                      " accepts a connection over " + to_string(local->tcp.server.address) + ", from the network " +
                      plural(attempts.size(), "attempt was", "attempts were") +
                      (id == FindingId::tcp_loopback_only ? " refused." : " left without an answer.");
    finding.evidence.push_back(evidence(local->tcp.syn_ack.seen() ? local->tcp.syn_ack : begun(local->tcp),
                                        "connection over " + to_string(local->tcp.server) + " accepted"));
    show_attempts(finding, attempts, [](Finding &f, const Connection &c) {
        if (c.trouble->reset_answer.seen())
            show_refusal(f, c);
        else
            f.evidence.push_back(evidence(begun(c), "SYN from the network, not answered"));
    });
    context.add(std::move(finding));
    return true;
}

void silent(Context &context, const Group &group, Connections attempts);

void refused(Context &context, const Group &group)
{
    Connections attempts = with(group, Outcome::refused);
    Connections given_up;
    std::erase_if(attempts, [&](const ConnectionFacts *c) {
        if (!gave_up_on_the_way(c->tcp))
            return false;
        given_up.push_back(c);
        return true;
    });
    if (!given_up.empty())
        silent(context, group, given_up);
    if (attempts.empty())
        return;
    if (const auto forgery = forged(context, attempts.front()->tcp)) {
        Finding finding =
            about(context, FindingId::tcp_firewall_reject, forgery->certainty, By::middlebox, group, attempts);
        finding.summary = plural(attempts.size(), "attempt was", "attempts were") +
                          " answered by a reset that the server did not send: " + forgery->text + ".";
        show_attempts(finding, attempts, show_refusal);
        finding.evidence.push_back(evidence(forgery->reference, "the server's own packet, for comparison"));
        context.add(std::move(finding));
        return;
    }
    if (wrong_port(context, group, attempts, "were refused") ||
        loopback_only(context, group, attempts, FindingId::tcp_loopback_only))
        return;
    Finding finding =
        about(context, FindingId::tcp_connection_refused, Certainty::certain, By::server, group, attempts);
    finding.summary = std::to_string(attempts.size()) + " of " +
                      plural(group.connections.size(), "connection attempt was", "connection attempts were") +
                      " refused at once, by a reset (RST) from the server's address" +
                      (finding.recovered ? "; later a connection came about." : ".");
    const Connection &first = attempts.front()->tcp;
    if (first.syn_tos != 0 && first.rst_tos == 0 && !first.server.address.high)
        finding.possible_causes.push_back(
            "a firewall on the host that answers in its name (the reset does not carry the SYN's type of service)");
    if (group.established())
        finding.possible_causes.push_back(
            "the server program was stopped or restarted, or allows no further connection at that moment");
    finding.possible_causes.push_back(
        "the server program does not run, listens on another port, or listens on another address of the host");
    finding.possible_causes.push_back(
        "a firewall that refuses in the server's name; nothing in these packets shows one");
    show_attempts(finding, attempts, show_refusal);
    context.add(std::move(finding));
}

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

std::string tries(const Connections &attempts)
{
    std::uint32_t syns = 0;
    for (const ConnectionFacts *c : attempts)
        syns += c->tcp.syns;
    return plural(attempts.size(), "attempt", "attempts") + " (" + plural(syns, "SYN", "SYNs") + ")";
}

void show_silence(Finding &finding, const Connection &c)
{
    finding.evidence.push_back(evidence(begun(c), "SYN, " +
                                                      (c.syns > 1 ? "repeated " + plural(c.syns - 1U, "time", "times") +
                                                                        " over " + after_ms(c.syn, c.syn_last()) + ", "
                                                                  : std::string()) +
                                                      "not answered"));
}

// Server side: the SYNs arrive, nothing leaves, and the server asks in vain for the way back: for the client itself, or
// for a gateway. A question for a gateway comes with the SYNs, and is not for some other client.
const net::Asked *no_way_back(const Context &context, const Group &group, Moment from, Address &target)
{
    const net::Asked *gateway = nullptr;
    for (const auto &[address, neighbour] : context.facts.hosts.neighbours())
        for (const net::Asked &asked : neighbour.asked) {
            if (asked.asker != group.key.server.address || asked.repeats < 1 || asked.answered_last ||
                elapsed(from, asked.last) <= -seconds(1))
                continue;
            if (address == group.key.client) {
                target = address;
                return &asked;
            }
            if (elapsed(from, asked.row_first) < -seconds(2) ||
                (gateway != nullptr && gateway->first.packet < asked.first.packet) || context.is_client(address))
                continue;
            target = address;
            gateway = &asked;
        }
    return gateway;
}

bool no_return_route(Context &context, const Group &group, const Connections &attempts)
{
    Address target;
    const net::Asked *asked = no_way_back(context, group, begun(attempts.front()->tcp), target);
    if (asked == nullptr)
        return false;
    std::set<Address> strangers;
    for (const auto &[address, neighbour] : context.facts.hosts.neighbours())
        for (const net::Asked &question : neighbour.asked)
            if (question.asker == group.key.server.address && !question.answered_last && question.repeats >= 1)
                strangers.insert(address);
    const bool spoofed = target == group.key.client && strangers.size() >= 3;
    Finding finding = about(context, spoofed ? FindingId::tcp_spoofed_syn : FindingId::tcp_no_return_route,
                            Certainty::likely, By::server, group, attempts);
    finding.summary = "The SYNs of " + tries(attempts) + " arrive at the server and nothing leaves it; it asks for " +
                      to_string(target) +
                      (target == group.key.client ? " (the client)" : " (its way back to the client)") +
                      " and gets no answer.";
    show_attempts(finding, attempts, show_silence);
    finding.evidence.push_back(evidence(asked->row_first, "the server asks for " + to_string(target) + ", no answer"));
    context.asked_in_vain.insert(target);
    context.add(std::move(finding));
    return true;
}

bool host_down(Context &context, const Group &group, const Connections &attempts)
{
    const net::Asked *asked = context.vain_question(group.key.server.address, begun(attempts.front()->tcp));
    if (asked == nullptr)
        return false;
    Finding finding = about(context, FindingId::tcp_host_down, Certainty::certain, By::unknown, group, attempts);
    finding.summary = tries(attempts) + " without an answer, and " + to_string(asked->asker) +
                      " asks for the address " + to_string(group.key.server.address) + " again and again in vain.";
    show_attempts(finding, attempts, show_silence);
    finding.evidence.push_back(
        evidence(asked->row_first, "who has " + to_string(group.key.server.address) + "? no answer"));
    context.asked_in_vain.insert(group.key.server.address);
    context.add(std::move(finding));
    return true;
}

void silent(Context &context, const Group &group, Connections attempts)
{
    if (attempts.empty() || context.one_sided_with(group.key.server.address))
        return;
    if (wrong_port(context, group, attempts, "were left without an answer") ||
        loopback_only(context, group, attempts, FindingId::tcp_local_only_firewall) ||
        no_return_route(context, group, attempts) || host_down(context, group, attempts))
        return;
    const Moment from = begun(attempts.front()->tcp);
    const auto life = context.life(group.key.server.address, from, &group.key.server);
    Finding finding =
        about(context, life ? FindingId::tcp_firewall_drop : FindingId::tcp_connect_timeout,
              life ? Certainty::likely : Certainty::certain, life ? By::middlebox : By::unknown, group, attempts);
    finding.summary = tries(attempts) + " left without any answer" +
                      (life ? ", although the host is alive: " + life->what + "."
                            : "; there is no sign of life of the host in this capture.");
    show_attempts(finding, attempts, show_silence);
    if (life)
        finding.evidence.push_back(evidence(life->moment, "sign of life: " + life->what));
    for (const auto &[address, neighbour] : context.facts.hosts.neighbours()) {
        const net::Asked *asked = life || !context.is_gateway(address) ? nullptr : context.vain_question(address, from);
        if (asked == nullptr)
            continue;
        finding.possible_causes.push_back("the gateway " + to_string(address) + " is gone: it is asked for in vain");
        finding.evidence.push_back(evidence(asked->row_first, to_string(asked->asker) + " asks for the gateway " +
                                                                  to_string(address) + ", no answer"));
        context.asked_in_vain.insert(address);
    }
    context.add(std::move(finding));
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
        f.evidence.push_back(evidence(c.syn_ack, "answered after " + after_ms(c.syn, c.syn_ack) + " and " +
                                                     plural(c.syns, "SYN", "SYNs")));
    });
    context.add(std::move(finding));
}

}  // namespace

void connect_rules(Context &context)
{
    for (const Group &group : context.groups) {
        slow(context, group);
        if (context.limited.contains(group.key) ||
            context.found(FindingId::duplicate_ip, group.key.client, group.key.server))
            continue;
        refused(context, group);
        unreachable(context, group);
        Connections pending;
        for (const ConnectionFacts *c : with(group, Outcome::pending))
            if (decided(context, group, c->tcp) && c->tcp.syn.seen() && !answer_may_be_lost(context, group, c->tcp))
                pending.push_back(c);
        silent(context, group, std::move(pending));
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
