#include "decode/diagnose/attempts.h"

#include "decode/base/text.h"

namespace buswitness::diagnose {

using net::Connection;

Connections with(const Group &group, net::Outcome outcome)
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

std::string tries(const Connections &attempts)
{
    std::uint32_t syns = 0;
    for (const ConnectionFacts *c : attempts)
        syns += c->tcp.syns;
    return plural(attempts.size(), "attempt", "attempts") + " (" + plural(syns, "SYN", "SYNs") + ")";
}

std::string time_between(Moment from, Moment to)
{
    return human(elapsed(from, to));
}

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

void show_refusal(Finding &finding, const Connection &c)
{
    if (!c.syn.seen()) {
        finding.evidence.push_back(
            evidence(c.trouble->reset_answer, "RST,ACK with sequence 0: it answers a SYN that is not in the file"));
        return;
    }
    finding.evidence.push_back(evidence(
        c.trouble->reset_answer, "SYN of packet " + std::to_string(c.syn_last().packet) + " answered by RST after " +
                                     time_between(c.syn_last(), c.trouble->reset_answer)));
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

}  // namespace buswitness::diagnose
