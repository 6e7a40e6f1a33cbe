// The protocol data unit (MODBUS Application Protocol V1.1b3, 4.1 and 6): what it says, and what is wrong with it.
// Octets of unknown function codes are kept; a broken PDU is a value with a defect, never an error.
#pragma once

#include "decode/base/bytes.h"

#include <cstdint>
#include <string_view>

namespace buswitness::modbus {

enum class Role : std::uint8_t { request, response };

enum class Defect : std::uint8_t {
    none,
    // MBAP header (MODBUS Messaging on TCP/IP V1.0b, 3.1.3)
    protocol_identifier,  // not 0
    length_too_long,      // length field says more than the PDU holds
    length_too_short,     // length field says less than the PDU holds
    length_out_of_range,  // below 2 or above 254
    truncated,            // the stream ended inside the ADU (connection closed there)
    // PDU
    empty,                 // no function code
    function_zero,         // function code 0 (or 128)
    too_short,             // fewer octets than the function code needs
    too_long,              // octets after the end that the function code defines
    byte_count,            // byte count field does not fit the octets or the quantity
    quantity,              // quantity outside the specification's limits
    value,                 // a field outside its range (coil value not 0000/FF00, unknown reference type, ...)
    exception_in_request,  // bit 7 of the function code set by a client
};

struct Pdu {
    Role role = Role::request;
    std::uint8_t function = 0;  // bit 7 removed
    bool exception = false;     // response with bit 7 set
    std::uint8_t exception_code = 0;
    bool has_address = false, has_quantity = false, has_sub_function = false;
    // 0-based, as on the wire. Function 23: where it reads; 24: FIFO pointer address; 20/21: the first group's record
    // number.
    std::uint16_t address = 0;
    // Coils or registers. Function 5/6: 1; 23: read; 20/21: the first group's record length; 24 in a response: FIFO
    // count.
    std::uint16_t quantity = 0;
    std::uint16_t sub_function = 0;  // function 8: sub-function; 43: MEI type
    // The data octets after address, quantity, sub-function and byte count; everything after the function code when
    // the function is not public. In the caller's buffer.
    Bytes values;
    Defect defect = Defect::none;
    bool complete = true;  // as the caller of parse_pdu said
};

// `complete` is false when the capture cut the PDU: then no defect is claimed that needs the missing octets.
Pdu parse_pdu(Role role, Bytes octets, bool complete = true);

// Length in octets of the whole PDU as its own first octets predict it. `known` false: the function code has no
// predictable length (user-defined, reserved, 43/13 ...). `need` > 0: that many more octets must come before it can be
// told.
struct PredictedLength {
    bool known = false;
    std::size_t octets = 0;
    std::size_t need = 0;
};
PredictedLength predict_length(Role role, Bytes octets);

// True when the PDU is complete, without defect, and its function is public with a length that was checked exactly.
// This is the strictness that recognising Modbus on an unknown port stands on.
bool is_strict(const Pdu &pdu, std::size_t pdu_length);

std::string_view describe(Defect defect);  // "byte count does not fit the length"
std::string_view field_of(Defect defect);  // "length", "protocol_identifier", "byte_count", "quantity", ...

}  // namespace buswitness::modbus
