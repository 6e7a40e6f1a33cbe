// Answers that say no, belong to nobody, or break the specification.
#include "decode/base/text.h"
#include "decode/diagnose/unit_context.h"
#include "decode/modbus/names.h"

#include <algorithm>

namespace buswitness::diagnose {

using modbus::Defect;
using modbus::Field;
using modbus::Role;

namespace {

void show_exception(Finding &finding, const ExceptionFacts &facts, std::string_view record)
{
    const std::size_t kept = std::min<std::size_t>(facts.responses.count, facts.responses.firsts.size());
    span(finding, facts.responses.first(), facts.responses.last, facts.responses.count);
    for (std::size_t i = 0; i < kept; ++i) {
        std::string text = "exception " + std::to_string(facts.code) + " to the request of " + std::string(record) +
                           " " + std::to_string(facts.requests[i].packet);
        if (facts.has_address)
            text += " (" + address_words(facts.addresses[i], facts.quantities[i]) + "; PDU `" +
                    octet_words(facts.starts[i]) + "`)";
        finding.evidence.push_back(evidence(facts.responses.firsts[i], std::move(text)));
    }
    if (facts.has_address)
        finding.asked = AskedFor{facts.function, facts.addresses[0], facts.quantities[0]};
    if (facts.responses.count > kept)
        finding.evidence.push_back(
            evidence(facts.responses.last, "the last of " + std::to_string(facts.responses.count)));
}

const FunctionFacts *function_of(const UnitFacts &unit, std::uint8_t code)
{
    const auto found = std::ranges::find(unit.functions, code, &FunctionFacts::function);
    return found == unit.functions.end() ? nullptr : &*found;
}

// 40001 and its kin are names of data tables, not addresses on the wire (MODBUS Application Protocol V1.1b3, 4.4).
// A device that serves other such addresses really has them.
bool looks_like_notation(const UnitFacts &unit, const ExceptionFacts &facts)
{
    if (facts.code != 2 || !facts.has_address)
        return false;
    const std::uint16_t least = facts.function == 2 ? 10000 : facts.function == 4 ? 30000 : 40000;
    const FunctionFacts *function = function_of(unit, facts.function);
    if (function != nullptr && function->highest_answered >= least)
        return false;
    const bool holding = facts.function == 3 || facts.function == 6 || facts.function == 16 || facts.function == 22 ||
                         facts.function == 23;
    const bool input = facts.function == 4;
    const bool discrete = facts.function == 2;
    const auto in = [&](std::uint16_t from) { return facts.lowest >= from && facts.highest < from + 9999; };
    return (holding && in(40001)) || (input && in(30001)) || (discrete && in(10001));
}

void address_notation(Context &context, const UnitView &view, const ExceptionFacts &facts)
{
    const std::uint16_t base = facts.function == 4 ? 30001 : facts.function == 2 ? 10001 : 40001;
    Finding finding = about_unit(FindingId::modbus_address_notation, Certainty::likely, By::client, view);
    finding.function_code = facts.function;
    finding.exception_code = facts.code;
    finding.summary = "The client asks for address " + std::to_string(facts.addresses[0]) +
                      " on the wire and gets exception 2. Numbers like " + std::to_string(base) +
                      " name a table in manuals; on the wire the same register has address " +
                      std::to_string(facts.addresses[0] - base) + ".";
    finding.extra_next_steps.push_back("Set the address in the client to " + std::to_string(facts.addresses[0] - base) +
                                       " (0-based), or switch its address notation.");
    show_exception(finding, facts, view.record());
    context.add(std::move(finding));
}

void exception(Context &context, const UnitView &view, const ExceptionFacts &facts)
{
    if (looks_like_notation(view.unit, facts)) {
        address_notation(context, view, facts);
        return;
    }
    const FindingId id = facts.code == 10   ? FindingId::modbus_gateway_path
                         : facts.code == 11 ? FindingId::modbus_gateway_no_response
                                            : FindingId::modbus_exception;
    Finding finding = about_unit(id, Certainty::certain, By::server, view);
    finding.function_code = facts.function;
    finding.exception_code = facts.code;
    const FunctionFacts *function = function_of(view.unit, facts.function);
    const std::uint32_t asked = function == nullptr ? facts.responses.count : function->requests;
    const bool always = function == nullptr || function->answered == 0;
    finding.severity = facts.code == 5             ? Severity::note
                       : always && facts.code != 6 ? Severity::error
                                                   : Severity::warning;
    finding.summary = plural(facts.responses.count, "request", "requests") + " with " + function_words(facts.function) +
                      " of " + std::to_string(asked) + " answered by exception " + std::to_string(facts.code) + " (" +
                      std::string(modbus::exception_name(facts.code)) + "). " +
                      std::string(exception_meaning(facts.code));
    if (facts.has_address)
        finding.summary += " Asked for: address " + std::to_string(facts.lowest) +
                           (facts.highest != facts.lowest ? " to " + std::to_string(facts.highest) : std::string()) +
                           ".";
    for (const std::string_view step : exception_next_steps(facts.code))
        finding.extra_next_steps.push_back(fill(step, finding));
    show_exception(finding, facts, view.record());
    finding.recovered = view.unit.last_answer.packet > facts.responses.last.packet && !always;
    context.add(std::move(finding));
}

std::string_view field_name(Field field)
{
    switch (field) {
    case Field::transaction: return "transaction identifier";
    case Field::unit: return "unit identifier";
    case Field::function: return "function code";
    }
    return {};
}

void mismatch(Context &context, const UnitView &view, const MismatchFacts &facts)
{
    Finding finding = about_unit(FindingId::modbus_transaction_mismatch, Certainty::certain, By::server, view);
    finding.field = field_name(facts.field);
    finding.summary =
        plural(facts.responses.count, "answer carries", "answers carry") + " another " + finding.field +
        " than the request: asked with " + std::to_string(facts.asked) + ", answered with " +
        std::to_string(facts.answered) +
        (facts.constant_answer && facts.responses.count > 1 ? " (always " + std::to_string(facts.answered) + ")."
                                                            : ".");
    const std::size_t kept = std::min<std::size_t>(facts.responses.count, facts.requests.size());
    span(finding, facts.responses.first(), facts.responses.last, facts.responses.count);
    for (std::size_t i = 0; i < kept; ++i)
        finding.evidence.push_back(evidence(facts.responses.firsts[i], "answers the request of packet " +
                                                                           std::to_string(facts.requests[i].packet) +
                                                                           " in everything but the " + finding.field));
    context.add(std::move(finding));
}

void without_request(Context &context, const UnitView &view)
{
    const UnitFacts &u = view.unit;
    if (u.trouble->duplicates != 0) {
        Finding finding = about_unit(FindingId::modbus_duplicate_response, Certainty::certain, By::server, view);
        finding.summary = plural(u.trouble->duplicates, "answer was", "answers were") +
                          " sent a second time (as new octets of the stream, no TCP repetition).";
        show(finding, u.trouble->duplicates_seen, "the same answer as the one before");
        context.add(std::move(finding));
    }
    if (u.trouble->unmatched != 0) {
        Finding finding = about_unit(FindingId::modbus_transaction_mismatch, Certainty::certain, By::server, view);
        finding.field = "no request";
        finding.summary = plural(u.trouble->unmatched, "response answers", "responses answer") +
                          " no request that this client sent on its connection.";
        show(finding, u.trouble->unmatched_seen, "response without a request");
        context.add(std::move(finding));
    }
}

// What one side wrote against the specification; the octets that the capture cut are never counted here.
void malformed(Context &context, const UnitView &view, const DefectFacts &facts)
{
    if (facts.role == Role::request && facts.defect == Defect::truncated)
        return;  // the client closed in the middle of its own request: nothing to learn from it
    Finding finding = about_unit(FindingId::modbus_malformed, Certainty::certain,
                                 facts.role == Role::request ? By::client : By::server, view);
    finding.field = modbus::field_of(facts.defect);
    finding.function_code = facts.function;
    finding.severity = facts.answered != 0 || facts.role == Role::request ? Severity::warning : Severity::error;
    finding.summary = plural(facts.seen.count, facts.role == Role::request ? "request" : "response",
                             facts.role == Role::request ? "requests" : "responses") +
                      " with " + function_words(facts.function) + ": " + std::string(modbus::describe(facts.defect)) +
                      ".";
    show(finding, facts.seen, modbus::describe(facts.defect));
    finding.evidence.front().pdu = octet_words(facts.pdu);
    context.add(std::move(finding));
}

}  // namespace

void answer_rules(Context &context)
{
    for (const UnitView &view : units_anywhere(context)) {
        for (const ExceptionFacts &facts : view.unit.exception_kinds)
            exception(context, view, facts);
        if (view.on_line()) {
            // One may be an accident of a damaged line.
            for (const DefectFacts &facts : view.unit.trouble->defects)
                if (facts.seen.count >= 3)
                    malformed(context, view, facts);
            continue;
        }
        if (!context.wrong_framing.contains(view.key()))
            for (const DefectFacts &facts : view.unit.trouble->defects)
                malformed(context, view, facts);
        for (const MismatchFacts &facts : view.unit.trouble->mismatches)
            mismatch(context, view, facts);
        if (!context.foreign.contains(view.key()) && !context.wrong_framing.contains(view.key()))
            without_request(context, view);
    }
}

}  // namespace buswitness::diagnose
