// Answers that come too late for their client, and what that does to it.
#include "decode/base/text.h"
#include "decode/diagnose/unit_context.h"

#include <algorithm>
#include <cmath>

namespace buswitness::diagnose {

namespace {

using std::chrono::milliseconds;

std::string ms_words(std::uint32_t ms)
{
    return human(milliseconds(ms));
}

void late(Context &context, const UnitView &view)
{
    const LateFacts &l = *view.unit.trouble->late;
    const bool sure = l.after_close + l.after_repeat != 0;
    Finding finding =
        about_unit(FindingId::modbus_late_response, sure ? Certainty::certain : Certainty::likely, By::server, view);
    finding.summary =
        plural(l.answers.count, "answer", "answers") + " came after the client had moved on (" +
        (l.after_close != 0 ? plural(l.after_close, "time", "times") + " it had closed" : std::string()) +
        (l.after_close != 0 && l.after_repeat + l.after_next != 0 ? ", " : "") +
        (l.after_repeat != 0 ? plural(l.after_repeat, "time", "times") + " it had repeated the request"
                             : std::string()) +
        (l.after_repeat != 0 && l.after_next != 0 ? ", " : "") +
        (l.after_next != 0 ? plural(l.after_next, "time", "times") + " it had sent another" : std::string()) +
        "); the longest took " + human(l.longest) + ".";
    show(finding, l.answers, "late answer");
    for (std::size_t i = 0; i < std::min<std::size_t>(l.answers.count, l.requests.size()); ++i)
        finding.evidence[i].text = "answers the request of packet " + std::to_string(l.requests[i].packet) + " after " +
                                   human(elapsed(l.requests[i], l.answers.firsts[i]));
    if (!sure)
        finding.possible_causes.push_back(
            "the client sends on a fixed schedule without waiting for answers; then nothing is late");
    context.add(std::move(finding));
}

// The client gives up at T again and again, and the answers come soon after.
void timeout_too_short(Context &context, const UnitView &view)
{
    const LateFacts &l = *view.unit.trouble->late;
    if (l.answers.count < 2 || l.patience_least_ms == 0xFFFF'FFFF)
        return;
    const Duration patience = milliseconds(l.patience_least_ms);
    if (l.longest < patience || l.longest > patience * 20)
        return;
    Finding finding = about_unit(FindingId::modbus_timeout_too_short, Certainty::likely, By::client, view);
    const double wanted = seconds(std::max(view.unit.times.percentile(0.99), l.longest)) * 1.5;
    const double rounded = std::ceil(wanted * 10) / 10;
    finding.summary = "The client gives up after about " + ms_words(l.patience_least_ms) +
                      ", the answers come within " + human(l.longest) + ": " +
                      plural(l.answers.count, "answer was", "answers were") + " correct and too late.";
    finding.extra_next_steps.push_back("Set the client's response time-out for this unit to at least " +
                                       human(Duration(static_cast<std::int64_t>(rounded * 1e9))) + ".");
    show(finding, l.answers, "answer after the client's time-out");
    context.add(std::move(finding));
}

void out_of_step(Context &context, const PairFacts &pair)
{
    if (pair.trouble->out_of_step < 2)
        return;
    Finding finding =
        make(FindingId::modbus_client_out_of_step, Certainty::likely, By::client, pair.client, pair.server);
    finding.severity = Severity::warning;  // it follows from the late answers, which come first
    finding.summary = "After a late or doubled answer the client took answers for the wrong requests: " +
                      plural(pair.trouble->out_of_step, "time", "times") +
                      " it sent the next request although the newest one was still open.";
    for (const PairFacts::UnitRef &known : pair.units) {
        const UnitTroubles &trouble = *context.facts.units[known.index].trouble;
        const LateFacts &l = *trouble.late;
        const Sightings &seen = l.answers.count != 0 ? l.answers : trouble.duplicates_seen;
        if (seen.count == 0)
            continue;
        span(finding, seen.first(), seen.last, pair.trouble->out_of_step);
        finding.evidence.push_back(evidence(seen.first(), "the answer that put the client out of step"));
        break;
    }
    if (finding.evidence.empty())
        span(finding, pair.first_request, pair.last_request, pair.trouble->out_of_step);
    context.add(std::move(finding));
}

void slow(Context &context, const UnitView &view)
{
    const Histogram &t = view.unit.times;
    if (t.count() < 3 || t.percentile(0.5) < std::chrono::seconds(1))
        return;
    Finding finding = about_unit(FindingId::modbus_slow_response, Certainty::certain, By::server, view);
    finding.summary = "Answers take " + human(t.percentile(0.5)) + " as a rule (longest " + human(t.max()) + ", " +
                      plural(t.count(), "answer", "answers") + ").";
    span(finding, view.pair.first_request, view.unit.last_answer, t.count());
    finding.evidence.push_back(evidence(view.unit.last_answer, "the latest answer"));
    context.add(std::move(finding));
}

}  // namespace

void timing_rules(Context &context)
{
    for (const UnitView &view : units_anywhere(context)) {
        if (view.unit.trouble->late->answers.count != 0 && !view.on_line()) {
            if (!context.limited.contains(view.key())) {
                late(context, view);
                timeout_too_short(context, view);
            }
        }
        slow(context, view);
    }
    for (const PairFacts &pair : context.facts.pairs)
        out_of_step(context, pair);
}

}  // namespace buswitness::diagnose
