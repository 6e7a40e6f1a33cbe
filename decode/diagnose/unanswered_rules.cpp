// Connection attempts that nobody answers: no host, no way back, a firewall, or no sign of which.
#include "decode/base/text.h"
#include "decode/diagnose/attempts.h"

namespace buswitness::diagnose {

using net::Connection;

namespace {

using std::chrono::seconds;

void show_silence(Finding &finding, const Connection &c)
{
    finding.evidence.push_back(
        evidence(begun(c), "SYN, " +
                               (c.syns > 1 ? "repeated " + plural(c.syns - 1U, "time", "times") + " over " +
                                                 time_between(c.syn, c.syn_last()) + ", "
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

}  // namespace

void unanswered(Context &context, const Group &group, const Connections &attempts)
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

}  // namespace buswitness::diagnose
