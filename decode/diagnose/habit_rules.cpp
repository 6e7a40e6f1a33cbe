// Notes: nothing is wrong, but somebody may want to know.
#include "decode/diagnose/unit_context.h"

#include <algorithm>

namespace buswitness::diagnose {

namespace {

void broadcast(Context &context, const UnitView &view)
{
    if (view.unit.trouble->broadcast == 0)
        return;
    Finding finding = about_unit(FindingId::modbus_broadcast, Certainty::certain, By::client, view);
    finding.summary = plural(view.unit.trouble->broadcast, "write", "writes") +
                      " to unit 0 without an answer: to a gateway that is a broadcast, and none is expected.";
    show(finding, view.unit.trouble->broadcasts, "write to unit 0");
    context.add(std::move(finding));
}

void writes(Context &context, const PairFacts &pair)
{
    std::uint64_t count = 0;
    std::string units;
    for (const PairFacts::UnitRef &known : pair.units) {
        const UnitFacts &u = context.facts.units[known.index];
        if (u.writes == 0)
            continue;
        count += u.writes;
        units += (units.empty() ? "" : ", ") + std::to_string(u.unit);
    }
    if (count == 0)
        return;
    Finding finding = make(FindingId::modbus_writes_seen, Certainty::certain, By::client, pair.client, pair.server);
    finding.summary = plural(count, "write request", "write requests") + " to unit " + units + ".";
    span(finding, pair.first_request, pair.last_request, count);
    context.add(std::move(finding));
}

void port(Context &context, const PairFacts &pair)
{
    if (pair.server.port == 502 || pair.server.port == 802 || pair.requests == 0)
        return;
    Finding finding =
        make(FindingId::modbus_nonstandard_port, Certainty::certain, By::unknown, pair.client, pair.server);
    finding.summary = "Modbus is spoken on port " + std::to_string(pair.server.port) + "; 502 is the registered one.";
    span(finding, pair.first_request, pair.last_request, pair.requests);
    finding.evidence.push_back(evidence(pair.first_request, "first request"));
    context.add(std::move(finding));
}

void exposed(Context &context, const PairFacts &pair)
{
    if (!is_public(pair.client) && !is_public(pair.server.address))
        return;
    Finding finding = make(FindingId::modbus_exposed, Certainty::certain, By::unknown, pair.client, pair.server);
    finding.summary = "Modbus is spoken with a public address; the protocol knows no authentication.";
    span(finding, pair.first_request, pair.last_request, pair.requests);
    finding.evidence.push_back(evidence(pair.first_request, "first request"));
    context.add(std::move(finding));
}

}  // namespace

void habit_rules(Context &context)
{
    for (const UnitView &view : units_of(context))
        broadcast(context, view);
    for (const PairFacts &pair : context.facts.pairs) {
        if (pair.line != no_index || !pair.modbus || !pair.first_request.seen())
            continue;
        writes(context, pair);
        port(context, pair);
        exposed(context, pair);
    }
}

}  // namespace buswitness::diagnose
