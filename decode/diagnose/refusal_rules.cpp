// Connections refused by a reset: by the server, or by something that answers in its name.
#include "decode/base/text.h"
#include "decode/diagnose/attempts.h"

namespace buswitness::diagnose {

using net::Connection;

namespace {

using std::chrono::seconds;

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

// A reset that comes long after the SYN is a translator or proxy that gave up, not the server.
bool gave_up_on_the_way(const Connection &c)
{
    return c.syn.seen() && c.syns > 1 && elapsed(c.syn_last(), c.trouble->reset_answer) > seconds(2);
}

}  // namespace

void refused(Context &context, const Group &group)
{
    Connections attempts = with(group, net::Outcome::refused);
    Connections given_up;
    std::erase_if(attempts, [&](const ConnectionFacts *c) {
        if (!gave_up_on_the_way(c->tcp))
            return false;
        given_up.push_back(c);
        return true;
    });
    if (!given_up.empty())
        unanswered(context, group, given_up);
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

}  // namespace buswitness::diagnose
