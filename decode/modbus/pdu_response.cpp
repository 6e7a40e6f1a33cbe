#include "decode/modbus/pdu_parts.h"

namespace buswitness::modbus::parts {
namespace {

// | 0 function | 1 byte count | values |; `least` and `most` are what the function code allows as byte count.
void parse_counted(Pdu &pdu, Bytes octets, std::size_t least, std::size_t most)
{
    if (octets.size() < 2)
        return fail(pdu, Defect::too_short);
    const std::size_t count = octets[1];
    pdu.values = counted(octets, 2, count);
    fail_if(octets.size() != 2 + count || count < least || count > most, pdu, Defect::byte_count);
}

void parse_registers(Pdu &pdu, Bytes octets)  // functions 3, 4, 23
{
    parse_counted(pdu, octets, 2, 250);
    fail_if(octets.size() >= 2 && octets[1] % 2 != 0, pdu, Defect::byte_count);
}

// | 0 function | 1-2 status 0000 or FFFF | 3-4 event count |  function 11 (6.9)
void parse_event_counter(Pdu &pdu, Bytes octets)
{
    pdu.values = counted(octets, 1, 4);
    expect_length(pdu, octets, 5);
    if (octets.size() >= 3) {
        const std::uint16_t status = be16_at(octets, 1);
        fail_if(status != 0 && status != 0xFFFF, pdu, Defect::value);
    }
}

// | 0 function | 1-2 address | 3-4 quantity |  functions 15 and 16 (6.11, 6.12)
void parse_written(Pdu &pdu, Bytes octets)
{
    take_address(pdu, octets);
    take_quantity(pdu, octets);
    expect_length(pdu, octets, 5);
    expect_quantity(pdu, pdu.function == 15 ? 1968 : 123);
}

// | 0 function | 1 byte count | { length 1 + 2 N | 6 | 2 N octets } |  function 20 (6.14)
void parse_file_records(Pdu &pdu, Bytes octets)
{
    parse_counted(pdu, octets, 4, 245);
    Bytes rest = pdu.values;
    while (rest.size() >= 2) {
        fail_if(rest[1] != 6, pdu, Defect::value);
        const std::size_t length = rest[0];
        fail_if(length % 2 == 0 || length + 1 > rest.size(), pdu, Defect::byte_count);
        rest = from(rest, length + 1);
    }
    fail_if(!rest.empty(), pdu, Defect::byte_count);
}

// | 0 function | 1-2 byte count | 3-4 FIFO count | values |  function 24 (6.18)
void parse_fifo(Pdu &pdu, Bytes octets)
{
    take_quantity(pdu, octets);
    pdu.values = from(octets, 5);
    if (octets.size() < 5)
        return fail(pdu, Defect::too_short);
    const std::size_t count = be16_at(octets, 1);
    pdu.values = counted(octets, 5, count < 2 ? 0 : count - 2);
    fail_if(pdu.quantity > 31, pdu, Defect::quantity);
    fail_if(count != 2 + 2 * std::size_t{pdu.quantity} || octets.size() != 3 + count, pdu, Defect::byte_count);
}

// | 2 read device id code | 3 conformity | 4 more follows | 5 next object | 6 number of objects | { id | length | value
// } function 43, MEI type 14 (6.21)
void parse_device_identification(Pdu &pdu, Bytes octets)
{
    fail_if(octets.size() < 7, pdu, Defect::too_short);
    fail_if(octets.size() > 2 && (octets[2] < 1 || octets[2] > 4), pdu, Defect::value);
    if (octets.size() > 3) {
        const int level = octets[3] & 0x7F;
        fail_if(level < 1 || level > 3, pdu, Defect::value);
    }
    fail_if(octets.size() > 4 && octets[4] != 0 && octets[4] != 0xFF, pdu, Defect::value);
    if (octets.size() < 7)
        return;
    Bytes rest = octets.subspan(7);
    for (int left = octets[6]; left > 0; --left) {
        if (rest.size() < 2)
            return fail(pdu, Defect::too_short);
        if (rest.size() < 2U + rest[1])
            return fail(pdu, Defect::byte_count);
        rest = rest.subspan(2U + rest[1]);
    }
    fail_if(!rest.empty(), pdu, Defect::too_long);
}

void parse_interface_response(Pdu &pdu, Bytes octets)
{
    if (octets.size() < 2)
        return fail(pdu, Defect::too_short);
    pdu.has_sub_function = true;
    pdu.sub_function = octets[1];
    pdu.values = octets.subspan(2);
    if (pdu.sub_function == device_identification)
        parse_device_identification(pdu, octets);
}

// | 0 function + 128 | 1 exception code |  (7)
void parse_exception(Pdu &pdu, Bytes octets)
{
    expect_length(pdu, octets, 2);
    if (octets.size() < 2)
        return;
    pdu.exception_code = octets[1];
    fail_if(pdu.exception_code == 0, pdu, Defect::value);
}

}  // namespace

[[gnu::hot]] void parse_response(Pdu &pdu, Bytes octets)
{
    if (pdu.exception)
        return parse_exception(pdu, octets);
    switch (pdu.function) {
    case 1:
    case 2: return parse_counted(pdu, octets, 1, 250);
    case 3:
    case 4:
    case 23: return parse_registers(pdu, octets);
    case 5:
    case 6: return parse_write_single(pdu, octets);
    case 7: pdu.values = counted(octets, 1, 1); return expect_length(pdu, octets, 2);
    case 8: return parse_diagnostics(pdu, octets);
    case 11: return parse_event_counter(pdu, octets);
    case 12: return parse_counted(pdu, octets, 6, 70);  // status, two counts, 0 to 64 events (6.10)
    case 15:
    case 16: return parse_written(pdu, octets);
    case 17: return parse_counted(pdu, octets, 1, 251);
    case 20: return parse_file_records(pdu, octets);
    case 21: return parse_write_file(pdu, octets);
    case 22: return parse_mask_write(pdu, octets);
    case 24: return parse_fifo(pdu, octets);
    case encapsulated_interface: return parse_interface_response(pdu, octets);
    default: pdu.values = octets.subspan(1);
    }
}

}  // namespace buswitness::modbus::parts
