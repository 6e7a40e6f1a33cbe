// What TCP itself tells of the way and of the receiver: closed windows, repetitions.
#include "decode/base/text.h"
#include "decode/diagnose/context.h"

#include <algorithm>

namespace buswitness::diagnose {

using net::Connection;
using net::Outcome;
using net::Side;

namespace {

void zero_window(Context &context, const Group &group, bool by_client)
{
    const ConnectionFacts *worst = nullptr;
    std::uint32_t count = 0;
    for (const ConnectionFacts *c : group.connections) {
        const Side &side = c->tcp.side(by_client);
        if (side.trouble->window_zero_longest_ms < 1000 ||
            (c->tcp.outcome != Outcome::established && c->tcp.outcome != Outcome::midstream))
            continue;
        ++count;
        if (worst == nullptr ||
            side.trouble->window_zero_longest_ms > worst->tcp.side(by_client).trouble->window_zero_longest_ms)
            worst = c;
    }
    if (worst == nullptr)
        return;
    const Side &side = worst->tcp.side(by_client);
    const Side &peer = worst->tcp.side(!by_client);
    Finding finding = make(FindingId::tcp_zero_window, Certainty::certain, by_client ? By::client : By::server,
                           group.key.client, group.key.server);
    finding.summary = std::string(by_client ? "The client" : "The server") + " kept its receive window closed for " +
                      human(std::chrono::milliseconds(side.trouble->window_zero_longest_ms)) +
                      ": its program does not read what arrives" +
                      (side.trouble->window_zero_since.seen() ? ", up to the end of what was captured." : ".");
    const Moment since = side.trouble->window_zero_since.seen() ? side.trouble->window_zero_since : side.last;
    span(finding, since, side.last, count);
    finding.recovered = !side.trouble->window_zero_since.seen();
    finding.evidence.push_back(evidence(since, "window 0 advertised"));
    if (peer.trouble->probes != 0)
        finding.evidence.push_back(
            evidence(peer.last, plural(peer.trouble->probes, "window probe", "window probes") + " of the other side"));
    context.add(std::move(finding));
}

void retransmissions(Context &context, const Group &group)
{
    std::uint64_t repeated = 0, segments = 0;
    Moment first, last;
    for (const ConnectionFacts *c : group.connections) {
        if (Context::lost(c->tcp) != nullptr)
            continue;
        for (const Side *side : {&c->tcp.from_client, &c->tcp.from_server}) {
            repeated += side->trouble->retransmissions + side->trouble->reordered;
            segments += side->data_segments;
            if (!side->trouble->retransmission.seen())
                continue;
            if (!first.seen() || side->trouble->retransmission.packet < first.packet)
                first = side->trouble->retransmission;
            last = side->last;
        }
    }
    if (repeated < 3 || repeated * 200 < segments || !first.seen())
        return;
    Finding finding =
        make(FindingId::tcp_retransmissions, Certainty::certain, By::unknown, group.key.client, group.key.server);
    finding.summary = std::to_string(repeated) + " of " + std::to_string(segments) +
                      " data segments were repeated or out of order; TCP repaired it.";
    span(finding, first, last, repeated);
    finding.evidence.push_back(evidence(first, "the first repeated segment"));
    context.add(std::move(finding));
}

}  // namespace

void stream_rules(Context &context)
{
    for (const Group &group : context.groups) {
        if (!context.concerns_modbus(group.key.server))
            continue;
        zero_window(context, group, true);
        zero_window(context, group, false);
        retransmissions(context, group);
    }
}

}  // namespace buswitness::diagnose
