// How good the capture itself is. Its weaknesses limit the verdicts and are never a device's fault.
#include "decode/base/text.h"
#include "decode/diagnose/context.h"

#include <algorithm>

namespace buswitness::diagnose {

using net::Connection;
using net::Outcome;

namespace {

using Connections = std::vector<const ConnectionFacts *>;

Finding file_wide(FindingId id, Certainty certainty)
{
    Finding finding;
    finding.id = id;
    finding.severity = row(id).severity;
    finding.certainty = certainty;
    finding.by = By::tap;
    return finding;
}

Moment begun(const Connection &c)
{
    if (c.syn.seen())
        return c.syn;
    if (c.syn_ack.seen())
        return c.syn_ack;
    return c.last();
}

void one_sided(Context &context, const Group &group)
{
    Connections half;
    for (const ConnectionFacts *c : group.connections)
        if (c->tcp.one_sided())
            half.push_back(c);
    if (half.empty())
        return;
    const bool client_seen = half.front()->tcp.from_client.packets != 0;
    Finding finding =
        make(FindingId::capture_one_sided, Certainty::certain, By::tap, group.key.client, group.key.server);
    finding.summary = std::string("Only the ") + (client_seen ? "client's" : "server's") +
                      " packets are in the file, yet their acknowledgements show that the other side answered. Whether "
                      "requests were answered cannot be told.";
    span(finding, begun(half.front()->tcp), half.back()->tcp.last(), half.size());
    finding.evidence.push_back(
        evidence(half.front()->tcp.last(), "acknowledges octets that are in no packet of the file"));
    context.add(std::move(finding));
}

void midstream(Context &context, const Group &group)
{
    Connections open;
    for (const ConnectionFacts *c : group.connections) {
        const std::uint32_t data = c->tcp.from_client.data_segments + c->tcp.from_server.data_segments;
        if (c->tcp.outcome == Outcome::midstream && data != 0 && !c->tcp.one_sided())
            open.push_back(c);
    }
    if (open.empty())
        return;
    Finding finding =
        make(FindingId::capture_midstream, Certainty::certain, By::tap, group.key.client, group.key.server);
    finding.summary = plural(open.size(), "connection was", "connections were") +
                      " open before the capture began; how it came about is not in the file.";
    span(finding, open.front()->first_request.seen() ? open.front()->first_request : open.front()->tcp.last(),
         open.back()->tcp.last(), open.size());
    finding.evidence.push_back(evidence(Moment(1, context.facts.first.time), "the capture begins"));
    context.add(std::move(finding));
}

void loss(Context &context, const Group &group)
{
    Connections holes;
    std::uint64_t octets = 0;
    for (const ConnectionFacts *c : group.connections) {
        const Connection &t = c->tcp;
        const bool both = t.from_client.packets != 0 && t.from_server.packets != 0;
        if (!both || !t.loss().seen() || t.snapped)
            continue;
        holes.push_back(c);
        octets += std::uint64_t{t.trouble->lost_from_client} + t.trouble->lost_from_server;
    }
    if (holes.empty())
        return;
    Finding finding = make(FindingId::capture_loss, Certainty::certain, By::tap, group.key.client, group.key.server);
    finding.severity = context.facts.modbus.capture_loss != 0 ? Severity::warning : finding.severity;
    finding.summary = "The capture lacks packets that the hosts received: " + std::to_string(octets) +
                      " octets were acknowledged and are in no packet of the file" +
                      (octets == 0 ? " (a part of the handshake)." : ".") +
                      " Requests that this may concern are not called unanswered.";
    span(finding, holes.front()->tcp.loss(), holes.back()->tcp.loss(), holes.size());
    for (std::size_t i = 0; i < std::min<std::size_t>(holes.size(), 3); ++i)
        finding.evidence.push_back(
            evidence(holes[i]->tcp.loss(), "shows that packets before it are missing from the file"));
    context.add(std::move(finding));
}

void whole_file(Context &context)
{
    const Facts &facts = context.facts;
    if (facts.notes.dropped != 0) {
        Finding finding = file_wide(FindingId::capture_loss, Certainty::certain);
        finding.severity = Severity::warning;
        finding.summary = "The capturing host dropped " + plural(facts.notes.dropped, "packet", "packets") +
                          " (its own statistics in the file).";
        span(finding, facts.first, facts.last, facts.notes.dropped);
        context.add(std::move(finding));
    }
    if (facts.packets.snapped != 0) {
        Finding finding = file_wide(FindingId::capture_truncated, Certainty::certain);
        finding.summary = plural(facts.packets.snapped, "packet was", "packets were") +
                          " cut short when they were captured (snap length); what is missing of them is not judged.";
        show(finding, facts.packets.snapped_seen, "only its beginning was captured");
        context.add(std::move(finding));
    }
    if (facts.notes.damaged) {
        Finding finding = file_wide(FindingId::capture_truncated, Certainty::certain);
        finding.severity = Severity::warning;
        finding.summary =
            "The file could be read only in part: " + escaped(facts.notes.damage) + ". What came after is not judged.";
        span(finding, facts.last, facts.last, 1);
        context.add(std::move(finding));
    }
    if (facts.packets.duplicates >= 4 && facts.packets.duplicates * 10 >= facts.packets.tcp) {
        Finding finding = file_wide(FindingId::capture_duplicates, Certainty::certain);
        finding.summary = plural(facts.packets.duplicates, "packet is", "packets are") +
                          " a second copy of one already in the file (mirror of both directions, the any device, or "
                          "merged files); each is counted once.";
        show(finding, facts.packets.duplicates_seen, "second copy of an earlier packet");
        context.add(std::move(finding));
    }
}

// A recording of our own: its times were kept right, and it says when the host's clock was set.
void clock_set(Context &context)
{
    const ClockFacts &clock = context.facts.clock;
    if (clock.set.count == 0)
        return;
    const Duration step = clock.longest_set;
    Finding finding = file_wide(FindingId::capture_clock_step, Certainty::certain);
    finding.summary = "The clock of the capturing host was set " + plural(clock.set.count, "time", "times") +
                      ", the farthest " +
                      (step < Duration(0) ? "back by " + human(-step) : "forward by " + human(step)) +
                      ". The times here go on as if it had not been: durations are right, the time of day is off.";
    show(finding, clock.set, "the host's clock was set before this packet");
    context.add(std::move(finding));
}

void clock_step(Context &context)
{
    const ClockFacts &clock = context.facts.clock;
    if (clock.backwards.count + clock.jumps.count == 0)
        return;
    Finding finding = file_wide(FindingId::capture_clock_step, Certainty::certain);
    finding.summary =
        "Time jumps in the file: " +
        (clock.backwards.count != 0
             ? plural(clock.backwards.count, "step", "steps") + " back, the longest by " + human(clock.longest_back)
             : plural(clock.jumps.count, "jump", "jumps") + " of more than a year forward") +
        ". Durations across it mean nothing.";
    show(finding, clock.backwards.count != 0 ? clock.backwards : clock.jumps, "time jumps here");
    context.add(std::move(finding));
}

// Nothing of Modbus, and nobody even tried.
void no_modbus(Context &context)
{
    const Facts &facts = context.facts;
    if (facts.modbus.requests + facts.modbus.normal_responses + facts.modbus.exception_responses != 0)
        return;
    if (std::ranges::any_of(facts.lines, [](const LineFacts &line) { return line.octets != 0; }))
        return;  // what is wrong with a serial line is for its own rules to say
    const auto concerned = [&](const Group &g) { return context.concerns_modbus(g.key.server); };
    if (std::ranges::any_of(context.groups, concerned) || std::ranges::any_of(context.findings(), [](const Finding &f) {
            return f.severity == Severity::error && f.by != By::tap;
        }))
        return;
    Finding finding = file_wide(FindingId::capture_no_modbus, Certainty::certain);
    finding.summary = facts.packets.all == 0 ? "The file holds no packet."
                                             : "None of the " + plural(facts.packets.all, "packet", "packets") +
                                                   " is Modbus, and nobody tried to reach a Modbus port.";
    if (facts.first.seen())
        span(finding, facts.first, facts.last, facts.packets.all);
    context.add(std::move(finding));
}

}  // namespace

void capture_rules(Context &context)
{
    for (const Group &group : context.groups) {
        if (context.other_service(group.key.server))
            continue;
        one_sided(context, group);
        midstream(context, group);
        loss(context, group);
    }
    whole_file(context);
    clock_set(context);
    clock_step(context);
    no_modbus(context);
}

}  // namespace buswitness::diagnose
