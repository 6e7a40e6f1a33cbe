// Lengths from the first octets (MODBUS Application Protocol V1.1b3, 6): how a frame without a length field is cut.
#include "decode/modbus/names.h"
#include "decode/modbus/pdu_parts.h"

#include <array>

namespace buswitness::modbus {
namespace {

using parts::LengthRule;
using Rules = std::array<LengthRule, 25>;

constexpr Rules request_rules = {{
    {},     {5},    {5}, {5},     {5},  // 0 to 4
    {5},    {5},    {1}, {},      {},   // 5 to 9
    {},     {1},    {1}, {},      {},   // 10 to 14
    {6, 5}, {6, 5}, {1}, {},      {},   // 15 to 19
    {2, 1}, {2, 1}, {7}, {10, 9}, {3},
}};
constexpr Rules response_rules = {{
    {},     {2, 1}, {2, 1}, {2, 1}, {2, 1},  // 0 to 4
    {5},    {5},    {2},    {},     {},      // 5 to 9
    {},     {5},    {2, 1}, {},     {},      // 10 to 14
    {5},    {5},    {2, 1}, {},     {},      // 15 to 19
    {2, 1}, {2, 1}, {7},    {2, 1}, {},      // 24 has a byte count of two octets
}};
constexpr std::array rules = {request_rules, response_rules};  // by role

PredictedLength exactly(std::size_t octets)
{
    return {.known = true, .octets = octets, .need = 0};
}
PredictedLength needs(Bytes octets, std::size_t size)
{
    return {.known = false, .octets = 0, .need = size - octets.size()};
}

PredictedLength diagnostics_length(Bytes octets)
{
    if (octets.size() < 3)
        return needs(octets, 3);
    return parts::is_one_word_diagnostic(be16_at(octets, 1)) ? exactly(5) : PredictedLength{};
}

PredictedLength fifo_length(Bytes octets)
{
    return octets.size() < 3 ? needs(octets, 3) : exactly(std::size_t{3} + be16_at(octets, 1));
}

// Function 43: the objects of a device identification tell their lengths one by one.
PredictedLength interface_length(Role role, Bytes octets)
{
    if (octets.size() < 2)
        return needs(octets, 2);
    if (octets[1] != parts::device_identification)
        return {};
    if (role == Role::request)
        return exactly(4);
    if (octets.size() < 7)
        return needs(octets, 7);
    std::size_t at = 7;
    for (int left = octets[6]; left > 0; --left) {
        if (octets.size() < at + 2)
            return needs(octets, at + 2);
        at += 2U + octets[at + 1];
    }
    return exactly(at);
}

// The length of a PDU without defect, counted from its parts.
std::size_t length_of_parts(const Pdu &pdu)
{
    const LengthRule rule = parts::length_rule(pdu.role, pdu.function);
    if (rule.fixed != 0)
        return rule.fixed + (rule.count_at != 0 ? pdu.values.size() : 0);
    switch (pdu.function) {
    case 8: return 3 + pdu.values.size();
    case 24: return 5 + pdu.values.size();
    default: return 2 + pdu.values.size();
    }
}

bool is_checked_exactly(const Pdu &pdu)
{
    if (pdu.function == 8)
        return parts::is_one_word_diagnostic(pdu.sub_function);
    if (pdu.function == parts::encapsulated_interface)
        return pdu.sub_function == parts::device_identification;
    return is_public_function(pdu.function);
}

}  // namespace

parts::LengthRule parts::length_rule(Role role, std::uint8_t function)
{
    const Rules &of_role = rules[static_cast<std::size_t>(role)];
    return function < of_role.size() ? of_role[function] : LengthRule{};
}

[[gnu::hot]] PredictedLength predict_length(Role role, Bytes octets)
{
    if (octets.empty())
        return needs(octets, 1);
    const std::uint8_t function = octets[0];
    if (function >= 0x80)
        return role == Role::response && function != 0x80 ? exactly(2) : PredictedLength{};
    if (function == 8)
        return diagnostics_length(octets);
    if (function == 24 && role == Role::response)
        return fifo_length(octets);
    if (function == parts::encapsulated_interface)
        return interface_length(role, octets);
    const LengthRule rule = parts::length_rule(role, function);
    if (rule.fixed == 0)
        return {};
    if (rule.count_at == 0)
        return exactly(rule.fixed);
    if (octets.size() <= rule.count_at)
        return needs(octets, rule.count_at + std::size_t{1});
    return exactly(std::size_t{rule.fixed} + octets[rule.count_at]);
}

bool is_strict(const Pdu &pdu, std::size_t pdu_length)
{
    if (!pdu.complete || pdu.defect != Defect::none || pdu_length == 0 || pdu_length > parts::pdu_limit)
        return false;
    if (pdu.exception)
        return pdu_length == 2 && is_public_function(pdu.function) && is_public_exception(pdu.exception_code);
    return is_checked_exactly(pdu) && pdu_length == length_of_parts(pdu);
}

}  // namespace buswitness::modbus
