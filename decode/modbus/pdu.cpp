#include "decode/modbus/pdu.h"

#include "decode/modbus/pdu_parts.h"

#include <array>

namespace buswitness::modbus {
namespace {

bool needs_missing_octets(Defect defect)
{
    return defect == Defect::empty || defect == Defect::too_short || defect == Defect::byte_count;
}

struct Words {
    std::string_view description;
    std::string_view field;
};

constexpr std::array<Words, 14> words = {{
    {"no defect", ""},
    {"protocol identifier is not 0", "protocol_identifier"},
    {"length field says more octets than there are", "length"},
    {"length field says fewer octets than there are", "length"},
    {"length field is outside 2 to 254", "length"},
    {"the stream ended inside the ADU", "length"},
    {"no function code", "function_code"},
    {"function code 0", "function_code"},
    {"shorter than its function code needs", "length"},
    {"longer than its function code defines", "length"},
    {"byte count does not fit the length", "byte_count"},
    {"quantity is outside the limits of its function code", "quantity"},
    {"a field is outside its range", "value"},
    {"a request with the exception bit set", "function_code"},
}};
static_assert(words.size() == static_cast<std::size_t>(Defect::exception_in_request) + 1);

}  // namespace

[[gnu::hot]] Pdu parse_pdu(Role role, Bytes octets, bool complete)
{
    Pdu pdu;
    pdu.role = role;
    pdu.complete = complete;
    if (octets.empty()) {
        pdu.defect = complete ? Defect::empty : Defect::none;
        return pdu;
    }
    pdu.function = octets[0] & 0x7F;
    pdu.exception = octets[0] >= 0x80;
    if (pdu.function == 0 || (pdu.exception && role == Role::request)) {
        pdu.defect = pdu.function == 0 ? Defect::function_zero : Defect::exception_in_request;
        pdu.values = octets.subspan(1);
        if (pdu.exception && octets.size() >= 2)
            pdu.exception_code = octets[1];
        return pdu;
    }
    if (role == Role::request)
        parts::parse_request(pdu, octets);
    else
        parts::parse_response(pdu, octets);
    if (!complete && needs_missing_octets(pdu.defect))
        pdu.defect = Defect::none;
    return pdu;
}

std::string_view describe(Defect defect)
{
    return words[static_cast<std::size_t>(defect)].description;
}

std::string_view field_of(Defect defect)
{
    return words[static_cast<std::size_t>(defect)].field;
}

}  // namespace buswitness::modbus
