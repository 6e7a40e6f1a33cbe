#include "decode/diagnose/diagnose.h"

#include "decode/diagnose/context.h"

#include <algorithm>

namespace buswitness::diagnose {

namespace {

// Most important first: what does not work before what may bite, the proven before the likely, the frequent before the
// rare, the early before the late.
bool more_important(const Finding &a, const Finding &b)
{
    if (a.severity != b.severity)
        return a.severity > b.severity;
    if (a.recovered != b.recovered)
        return b.recovered;
    if (a.certainty != b.certainty)
        return a.certainty > b.certainty;
    if (a.count != b.count)
        return a.count > b.count;
    if (a.first != b.first)
        return a.first < b.first;
    return a.id < b.id;
}

void order_evidence(Finding &finding)
{
    std::ranges::stable_sort(finding.evidence, {}, &Evidence::packet);
}

}  // namespace

std::vector<Finding> diagnose(const Facts &facts)
{
    std::vector<Finding> findings;
    Context context(facts, findings);
    duplicate_address_rules(context);
    protocol_rules(context);
    limit_rules(context);
    connect_rules(context);
    neighbour_rules(context);
    session_rules(context);
    stream_rules(context);
    silence_rules(context);
    answer_rules(context);
    timing_rules(context);
    habit_rules(context);
    line_settings_rules(context);
    line_unit_rules(context);
    line_turn_rules(context);
    line_signal_rules(context);
    line_quality_rules(context);
    capture_rules(context);
    std::ranges::for_each(findings, order_evidence);
    std::ranges::stable_sort(findings, more_important);
    return findings;
}

}  // namespace buswitness::diagnose
