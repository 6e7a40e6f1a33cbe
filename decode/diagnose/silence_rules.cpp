// Requests that arrived and were never answered: by nobody, by one unit, for one function, at the start, in company.
#include "decode/base/text.h"
#include "decode/diagnose/unit_context.h"

#include <algorithm>

namespace buswitness::diagnose {

namespace {

struct Silence {
    bool proven = false;       // the client moved on and the unit never answered
    bool other_units = false;  // other units answered this client meanwhile
    bool pair_answered = false;
};

// A request left open when its client closed proves silence only when the client had waited and came back in vain,
// or other requests of this client stayed unanswered as well.
bool proven(const Context &context, const UnitView &view)
{
    const UnitFacts &u = view.unit;
    if (u.trouble->no_response == 0)
        return false;
    // Nothing in a datagram tells that one before it is missing.
    if (view.pair.udp && u.trouble->no_response <= context.facts.notes.dropped)
        return false;
    if (u.trouble->no_response > u.trouble->gave_up || u.trouble->gave_up >= 2)
        return true;
    const Group *group = context.between(view.key());
    return group != nullptr && std::ranges::any_of(group->connections, [&](const ConnectionFacts *c) {
               return c->tcp.syn.packet > u.trouble->unanswered.last.packet;
           });
}

bool others_answered(const Context &context, const UnitView &view)
{
    return std::ranges::any_of(view.pair.units, [&](const PairFacts::UnitRef &known) {
        const UnitFacts &u = context.facts.units[known.index];
        return u.unit != view.unit.unit && u.answered + u.exceptions != 0;
    });
}

// The function that was the first to stay without an answer.
const FunctionFacts *first_unanswered(const UnitFacts &unit)
{
    const FunctionFacts *first = nullptr;
    for (const FunctionFacts &f : unit.functions)
        if (f.no_response != 0 &&
            (first == nullptr || f.silence->unanswered.first().packet < first->silence->unanswered.first().packet))
            first = &f;
    return first;
}

// The request itself: its octets beside the first piece of evidence, its fields for those who want to repeat it.
void name_request(Finding &finding, const FunctionFacts *function)
{
    if (function == nullptr || finding.evidence.empty())
        return;
    const FunctionSilence &silence = *function->silence;
    if (silence.has_address)
        finding.asked = AskedFor{function->function, silence.address, silence.quantity};
    if (finding.evidence.front().packet == silence.unanswered.first().packet)
        finding.evidence.front().pdu = octet_words(silence.start);
}

// Others on the same way do answer: a few of their latest answers.
void show_others(const Context &context, const UnitView &view, Finding &finding)
{
    constexpr std::size_t most = 2;
    std::size_t shown = 0;
    for (const PairFacts::UnitRef &known : view.pair.units) {
        const UnitFacts &u = context.facts.units[known.index];
        if (u.unit == view.unit.unit || u.answered + u.exceptions == 0 || shown == most)
            continue;
        ++shown;
        finding.evidence.push_back(evidence(u.last_answer, "unit " + std::to_string(u.unit) + " answers: the last of " +
                                                               plural(u.answered + u.exceptions, "answer", "answers")));
    }
    std::ranges::stable_sort(finding.evidence, {}, &Evidence::packet);
}

void unit_silent(Context &context, const UnitView &view, bool by_this_client)
{
    Finding finding = about_unit(FindingId::modbus_unit_silent, by_this_client ? Certainty::certain : Certainty::likely,
                                 By::server, view);
    finding.summary = "None of " + plural(view.unit.trouble->no_response, "request", "requests") + " to unit " +
                      std::to_string(view.unit.unit) +
                      " was answered, while other units behind the same server answered " +
                      (by_this_client ? "this client." : "other clients.");
    show(finding, view.unit.trouble->unanswered,
         "request to unit " + std::to_string(view.unit.unit) + ", delivered, no answer");
    name_request(finding, first_unanswered(view.unit));
    show_others(context, view, finding);
    finding.count = view.unit.trouble->no_response;
    finding.possible_causes = {
        "no device has this unit identifier (wrong address in the client or at the device)",
        "the device is off, or its serial line is interrupted, and the gateway keeps silent instead of answering 0x0B"};
    context.add(std::move(finding));
}

// Functions of a unit that are never answered although others are.
std::vector<const FunctionFacts *> mute_functions(const UnitFacts &unit)
{
    std::vector<const FunctionFacts *> mute;
    for (const FunctionFacts &f : unit.functions)
        if (f.no_response != 0 && f.answered + f.exceptions == 0)
            mute.push_back(&f);
    return mute;
}

void no_response_by_function(Context &context, const UnitView &view, const FunctionFacts &function)
{
    Finding finding = about_unit(FindingId::modbus_no_response, Certainty::certain, By::server, view);
    finding.function_code = function.function;
    const FunctionSilence &silence = *function.silence;
    finding.summary =
        "The unit answers other functions, but none of " + plural(function.no_response, "request", "requests") +
        " with " + function_words(function.function) +
        (silence.has_address && silence.one_address ? ", " + address_words(silence.address, silence.quantity)
                                                    : std::string()) +
        ".";
    show(finding, silence.unanswered,
         "request with function " + std::to_string(function.function) + ", delivered, no answer");
    name_request(finding, &function);
    context.add(std::move(finding));
}

void no_response(Context &context, const UnitView &view)
{
    const UnitFacts &u = view.unit;
    const std::vector<const FunctionFacts *> mute = mute_functions(u);
    const bool answers_some = u.answered + u.exceptions != 0;
    if (answers_some && !mute.empty()) {
        for (const FunctionFacts *function : mute)
            no_response_by_function(context, view, *function);
        return;
    }
    // Nothing acknowledges a datagram, and nothing came back: the capture may show one direction only.
    const bool datagrams_only = view.pair.udp && view.pair.from_server == 0;
    Finding finding = about_unit(FindingId::modbus_no_response, datagrams_only ? Certainty::likely : Certainty::certain,
                                 By::server, view);
    const bool stopped = answers_some && u.last_answer.packet < u.trouble->unanswered.first().packet;
    if (!answers_some && view.pair.udp)
        finding.summary = "None of " + plural(u.trouble->no_response, "request", "requests") +
                          " over UDP was answered" + (datagrams_only ? "; nothing at all came from the server." : ".");
    else if (!answers_some)
        finding.summary = "The server takes the requests (its TCP acknowledges them) and answers none of " +
                          plural(u.trouble->no_response, "request", "requests") + ".";
    else if (stopped)
        finding.summary = "After " + plural(u.answered + u.exceptions, "answer", "answers") +
                          " the unit fell silent: " + plural(u.trouble->no_response, "request", "requests") +
                          " delivered since then, none answered.";
    else
        finding.summary = std::to_string(u.trouble->no_response) + " of " + plural(u.requests, "request", "requests") +
                          " delivered and never answered, others were.";
    show(finding, u.trouble->unanswered, "request delivered, no answer");
    name_request(finding, first_unanswered(u));
    finding.count = u.trouble->no_response;
    finding.recovered = answers_some && !stopped && u.last_answer.packet > u.trouble->unanswered.last.packet;
    if (finding.recovered && u.trouble->no_response * 20 < u.requests)
        finding.severity = Severity::warning;
    if (datagrams_only)
        finding.possible_causes = {"the server program does not listen, and nothing says so",
                                   "a firewall drops the requests or the answers",
                                   "the capture shows one direction only"};
    else
        finding.possible_causes =
            answers_some
                ? std::vector<
                      std::string>{"the device or the line behind the gateway is overloaded or disturbed at times"}
                : std::vector<std::string>{
                      "the server program hangs", "the server expects another framing or another unit identifier",
                      "the connection waits in the server's queue because all its places are taken"};
    context.add(std::move(finding));
}

bool first_request_ignored(Context &context, const UnitView &view, std::set<PairKey> &told)
{
    const PairFacts &pair = view.pair;
    if (pair.trouble->first_requests_ignored < 2 ||
        pair.trouble->first_requests_ignored < view.unit.trouble->no_response)
        return false;
    if (told.insert(view.key()).second) {
        Finding finding = about_unit(FindingId::modbus_first_request_ignored, Certainty::certain, By::server, view);
        finding.summary = "On " + plural(pair.trouble->first_requests_ignored, "connection", "connections") +
                          " the first request was never answered, and its repetition was.";
        show(finding, pair.trouble->first_ignored, "first request of a connection, not answered");
        context.add(std::move(finding));
    }
    return true;
}

bool pipelining_unanswered(Context &context, const UnitView &view)
{
    const UnitFacts &u = view.unit;
    if (view.pair.trouble->pipelined == 0 || u.company < 3 || u.company_answered != 0 || u.answered == 0 ||
        u.trouble->no_response > u.company)
        return false;
    Finding finding = about_unit(FindingId::modbus_pipelining_unanswered, Certainty::likely, By::server, view);
    finding.summary = "Of several requests sent without waiting, only the first was answered each time: " +
                      plural(u.trouble->no_response, "request", "requests") +
                      " sent in company stayed without an answer, requests sent alone did not.";
    show(finding, u.trouble->unanswered, "sent while another request was open, no answer");
    context.add(std::move(finding));
    return true;
}

bool explained(const Context &context, const UnitView &view)
{
    const PairKey key = view.key();
    return context.limited.contains(key) || context.foreign.contains(key) || context.wrong_framing.contains(key) ||
           view.pair.trouble->udp_unreachable.count != 0;
}

}  // namespace

void silence_rules(Context &context)
{
    std::set<PairKey> told;  // that the first request was ignored
    for (const UnitView &view : units_of(context)) {
        if (!proven(context, view) || explained(context, view))
            continue;
        if (first_request_ignored(context, view, told) || pipelining_unanswered(context, view))
            continue;
        const bool never = view.answers() == 0 && !context.answers(view.pair.server, view.unit.unit);
        if (never && others_answered(context, view))
            unit_silent(context, view, true);
        else if (never && view.pair.answered == 0 && context.answers(view.pair.server))
            unit_silent(context, view, false);
        else
            no_response(context, view);
    }
}

}  // namespace buswitness::diagnose
