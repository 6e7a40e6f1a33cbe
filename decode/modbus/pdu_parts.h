// Shared by pdu*.cpp only: the two halves of parse_pdu, and the lengths that the function codes define.
#pragma once

#include "decode/modbus/pdu.h"

#include <algorithm>

namespace buswitness::modbus::parts {

inline constexpr std::size_t pdu_limit = 253;  // MODBUS Application Protocol V1.1b3, 4.1
inline constexpr std::uint8_t encapsulated_interface = 43;
inline constexpr std::uint8_t device_identification = 14;  // MEI type

// `octets` has at least the function code; function and exception are set already.
void parse_request(Pdu &pdu, Bytes octets);
void parse_response(Pdu &pdu, Bytes octets);

// A PDU's length is `fixed` octets, plus what the one-octet byte count at `count_at` says. fixed 0: not here.
struct LengthRule {
    std::uint8_t fixed = 0;
    std::uint8_t count_at = 0;
};
LengthRule length_rule(Role role, std::uint8_t function);

// Sub-functions of function 8 whose data field is one 16-bit word (6.8.1); 0 has any, the reserved ones are unknown.
constexpr bool is_one_word_diagnostic(std::uint16_t sub_function)
{
    return (sub_function >= 1 && sub_function <= 4) || (sub_function >= 10 && sub_function <= 18) || sub_function == 20;
}

inline void fail(Pdu &pdu, Defect defect)  // the first defect stands
{
    if (pdu.defect == Defect::none)
        pdu.defect = defect;
}
inline void fail_if(bool wrong, Pdu &pdu, Defect defect)
{
    if (wrong)
        fail(pdu, defect);
}

inline Bytes from(Bytes octets, std::size_t at)
{
    return octets.subspan(std::min(at, octets.size()));
}

// The octets that follow a byte count: no more than it says, no more than there are.
inline Bytes counted(Bytes octets, std::size_t at, std::size_t count)
{
    const Bytes rest = from(octets, at);
    return rest.first(std::min(count, rest.size()));
}

inline void take_address(Pdu &pdu, Bytes octets, std::size_t at = 1)
{
    if (octets.size() < at + 2)
        return;
    pdu.has_address = true;
    pdu.address = be16_at(octets, at);
}
inline void take_quantity(Pdu &pdu, Bytes octets, std::size_t at = 3)
{
    if (octets.size() < at + 2)
        return;
    pdu.has_quantity = true;
    pdu.quantity = be16_at(octets, at);
}

inline void expect_length(Pdu &pdu, Bytes octets, std::size_t length)
{
    if (octets.size() != length)
        fail(pdu, octets.size() < length ? Defect::too_short : Defect::too_long);
}
inline void expect_quantity(Pdu &pdu, std::uint16_t most)
{
    if (pdu.has_quantity && (pdu.quantity < 1 || pdu.quantity > most))
        fail(pdu, Defect::quantity);
}

// Functions 5, 6 and 22 have the same layout in both directions.
void parse_write_single(Pdu &pdu, Bytes octets);
void parse_mask_write(Pdu &pdu, Bytes octets);
void parse_diagnostics(Pdu &pdu, Bytes octets);
void parse_write_file(Pdu &pdu, Bytes octets);

}  // namespace buswitness::modbus::parts
