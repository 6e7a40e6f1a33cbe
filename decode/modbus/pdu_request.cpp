#include "decode/modbus/pdu_parts.h"

namespace buswitness::modbus::parts {
namespace {

// | 0 function | 1-2 address | 3-4 quantity |  functions 1 to 4 (6.1 to 6.4)
void parse_read(Pdu &pdu, Bytes octets)
{
    take_address(pdu, octets);
    take_quantity(pdu, octets);
    expect_length(pdu, octets, 5);
    expect_quantity(pdu, pdu.function <= 2 ? 2000 : 125);
}

// The byte count at `at` must fit the quantity and the octets that follow.
void parse_written(Pdu &pdu, Bytes octets, std::size_t at, std::size_t expected)
{
    if (octets.size() <= at)
        return fail(pdu, Defect::too_short);
    const std::size_t count = octets[at];
    pdu.values = counted(octets, at + 1, count);
    if (count != expected || octets.size() != at + 1 + count)
        fail(pdu, Defect::byte_count);
}

// | 0 function | 1-2 address | 3-4 quantity | 5 byte count | values |  functions 15 and 16 (6.11, 6.12)
void parse_write_multiple(Pdu &pdu, Bytes octets)
{
    take_address(pdu, octets);
    take_quantity(pdu, octets);
    const bool coils = pdu.function == 15;
    expect_quantity(pdu, coils ? 1968 : 123);
    parse_written(pdu, octets, 5, coils ? (pdu.quantity + 7U) / 8 : pdu.quantity * 2U);
}

// | 0 function | 1-2 read address | 3-4 read quantity | 5-6 write address | 7-8 write quantity | 9 byte count | values
// | function 23 (6.17)
void parse_read_write(Pdu &pdu, Bytes octets)
{
    take_address(pdu, octets);
    take_quantity(pdu, octets);
    expect_quantity(pdu, 125);
    if (octets.size() < 9)
        return fail(pdu, Defect::too_short);
    const std::uint16_t written = be16_at(octets, 7);
    fail_if(written < 1 || written > 121, pdu, Defect::quantity);
    parse_written(pdu, octets, 9, written * 2U);
}

// | 0 function | 1 byte count | { 6 | file | record | length } of 7 octets |  function 20 (6.14)
void parse_read_file(Pdu &pdu, Bytes octets)
{
    if (octets.size() < 2)
        return fail(pdu, Defect::too_short);
    const std::size_t count = octets[1];
    pdu.values = counted(octets, 2, count);
    take_address(pdu, pdu.values, 3);
    take_quantity(pdu, pdu.values, 5);
    fail_if(octets.size() != 2 + count || count < 7 || count > 245 || count % 7 != 0, pdu, Defect::byte_count);
    for (Bytes group = pdu.values; group.size() >= 7; group = group.subspan(7)) {
        fail_if(group[0] != 6 || be16_at(group, 1) == 0 || be16_at(group, 3) > 9999, pdu, Defect::value);
        fail_if(be16_at(group, 5) == 0, pdu, Defect::quantity);
    }
}

// | 0 function | 1 MEI type | data |  function 43 (6.19 to 6.21)
void parse_interface_request(Pdu &pdu, Bytes octets)
{
    if (octets.size() < 2)
        return fail(pdu, Defect::too_short);
    pdu.has_sub_function = true;
    pdu.sub_function = octets[1];
    pdu.values = octets.subspan(2);
    if (pdu.sub_function != device_identification)
        return;
    expect_length(pdu, octets, 4);  // | read device id code | object id |
    fail_if(octets.size() > 2 && (octets[2] < 1 || octets[2] > 4), pdu, Defect::value);
}

}  // namespace

// | 0 function | 1-2 address | 3-4 value |  functions 5 and 6 (6.5, 6.6)
void parse_write_single(Pdu &pdu, Bytes octets)
{
    take_address(pdu, octets);
    pdu.has_quantity = true;
    pdu.quantity = 1;
    pdu.values = counted(octets, 3, 2);
    expect_length(pdu, octets, 5);
    if (pdu.function == 5 && pdu.values.size() == 2) {
        const std::uint16_t value = be16_at(pdu.values, 0);
        fail_if(value != 0 && value != 0xFF00, pdu, Defect::value);
    }
}

// | 0 function | 1-2 address | 3-4 and mask | 5-6 or mask |  function 22 (6.16)
void parse_mask_write(Pdu &pdu, Bytes octets)
{
    take_address(pdu, octets);
    pdu.values = counted(octets, 3, 4);
    expect_length(pdu, octets, 7);
}

// | 0 function | 1-2 sub-function | data |  function 8 (6.8)
void parse_diagnostics(Pdu &pdu, Bytes octets)
{
    if (octets.size() < 3)
        return fail(pdu, Defect::too_short);
    pdu.has_sub_function = true;
    pdu.sub_function = be16_at(octets, 1);
    pdu.values = octets.subspan(3);
    if (is_one_word_diagnostic(pdu.sub_function))
        expect_length(pdu, octets, 5);
    else if (pdu.sub_function == 0)
        fail_if(octets.size() < 5, pdu, Defect::too_short);
    if (pdu.sub_function == 1 && pdu.values.size() == 2) {
        const std::uint16_t clear_log = be16_at(pdu.values, 0);
        fail_if(clear_log != 0 && clear_log != 0xFF00, pdu, Defect::value);
    }
}

// | 0 function | 1 byte count | { 6 | file | record | length N | 2 N octets } |  function 21 (6.15), answered by its
// echo
void parse_write_file(Pdu &pdu, Bytes octets)
{
    if (octets.size() < 2)
        return fail(pdu, Defect::too_short);
    const std::size_t count = octets[1];
    pdu.values = counted(octets, 2, count);
    take_address(pdu, pdu.values, 3);
    take_quantity(pdu, pdu.values, 5);
    fail_if(octets.size() != 2 + count || count < 9 || count > 251, pdu, Defect::byte_count);
    Bytes rest = pdu.values;
    while (rest.size() >= 7) {
        fail_if(rest[0] != 6 || be16_at(rest, 1) == 0 || be16_at(rest, 3) > 9999, pdu, Defect::value);
        const std::size_t group = 7 + 2 * std::size_t{be16_at(rest, 5)};
        fail_if(group == 7, pdu, Defect::quantity);
        fail_if(group > rest.size(), pdu, Defect::byte_count);
        rest = from(rest, group);
    }
    fail_if(!rest.empty(), pdu, Defect::byte_count);
}

[[gnu::hot]] void parse_request(Pdu &pdu, Bytes octets)
{
    switch (pdu.function) {
    case 1:
    case 2:
    case 3:
    case 4: return parse_read(pdu, octets);
    case 5:
    case 6: return parse_write_single(pdu, octets);
    case 7:
    case 11:
    case 12:
    case 17: return expect_length(pdu, octets, 1);
    case 8: return parse_diagnostics(pdu, octets);
    case 15:
    case 16: return parse_write_multiple(pdu, octets);
    case 20: return parse_read_file(pdu, octets);
    case 21: return parse_write_file(pdu, octets);
    case 22: return parse_mask_write(pdu, octets);
    case 23: return parse_read_write(pdu, octets);
    case 24: take_address(pdu, octets); return expect_length(pdu, octets, 3);
    case encapsulated_interface: return parse_interface_request(pdu, octets);
    default: pdu.values = octets.subspan(1);
    }
}

}  // namespace buswitness::modbus::parts
