#include "decode/serial/shapes.h"

#include "decode/modbus/names.h"
#include "decode/modbus/pdu.h"
#include "decode/modbus/rtu.h"

#include <algorithm>
#include <cmath>

namespace buswitness::serial {
namespace {

using modbus::Role;

constexpr std::uint8_t diagnostics = 8;
constexpr std::size_t around_pdu = 3;  // unit and CRC

modbus::PredictedLength pdu_length(Role role, Bytes pdu)
{
    // "Return Query Data" may carry more, and nobody does: one word like its neighbours.
    if (pdu.size() >= 3 && pdu[0] == diagnostics && be16_at(pdu, 1) == 0)
        return {.known = true, .octets = 5, .need = 0};
    return modbus::predict_length(role, pdu);
}

void add(Shapes &shapes, std::uint16_t length, std::uint8_t role)
{
    for (std::size_t i = 0; i < shapes.count; ++i)
        if (shapes.list[i].length == length) {
            shapes.list[i].roles = static_cast<std::uint8_t>(shapes.list[i].roles | role);
            return;
        }
    shapes.list[shapes.count++] = {length, role};
}

// Nats of the fields that the specification limits, against any value (Application Protocol V1.1b3, 6).
double field_evidence(Role role, std::uint8_t function)
{
    const bool request = role == Role::request;
    switch (function) {
    case 1:
    case 2: return request ? 3.5 : 0;
    case 3:
    case 4: return request ? 6.3 : 0.7;
    case 5: return 10.4;
    case 8: return 8;
    case 15: return request ? 9 : 3.5;
    case 16: return request ? 11.8 : 6.3;
    case 20:
    case 21: return 2;
    case 23: return request ? 18 : 0.7;
    case 24: return request ? 0 : 7.6;
    case 43: return 5.5;
    default: return 0;
    }
}

double exception_evidence(Bytes frame, bool seen)
{
    const auto function = static_cast<std::uint8_t>(frame[1] & 0x7F);
    if (!modbus::is_public_exception(frame[2]))
        return -3;
    const double code = 3.3;
    if (seen)
        return code + 1;
    return code + (modbus::is_public_function(function) ? 0 : is_user_defined(function) ? -1 : -4);
}

double role_evidence(Role role, Bytes frame)
{
    const Bytes octets = frame.subspan(1, frame.size() - around_pdu);
    const modbus::Pdu pdu = modbus::parse_pdu(role, octets);
    return pdu.defect == modbus::Defect::none ? field_evidence(role, pdu.function) : -4;
}

int hex_value(std::uint8_t octet)
{
    const auto character = static_cast<std::uint8_t>(octet & 0x7F);
    if (character >= '0' && character <= '9')
        return character - '0';
    if (character >= 'A' && character <= 'F')
        return character - 'A' + 10;
    return character >= 'a' && character <= 'f' ? character - 'a' + 10 : -1;
}

constexpr std::array<std::uint8_t, 8> common_functions = {1, 2, 3, 4, 5, 6, 15, 16};

std::array<bool, 256> make_tells_length()
{
    std::array<bool, 256> table{};
    for (unsigned code = 1; code < 256; ++code) {
        const std::array<std::uint8_t, 8> pdu = {static_cast<std::uint8_t>(code), 0, 1, 0, 0, 0, 0, 0};
        const std::array<std::uint8_t, 2> identification = {static_cast<std::uint8_t>(code), 14};
        for (const Role role : {Role::request, Role::response}) {
            const modbus::PredictedLength first = modbus::predict_length(role, pdu);
            const modbus::PredictedLength second = modbus::predict_length(role, identification);
            table[code] = table[code] || first.known || second.known || second.need > 0;
        }
    }
    return table;
}

}  // namespace

bool tells_length(std::uint8_t function)
{
    static const std::array<bool, 256> table = make_tells_length();
    return table[function];
}

bool is_user_defined(std::uint8_t function)
{
    const auto code = static_cast<std::uint8_t>(function & 0x7F);
    return (code >= 65 && code <= 72) || (code >= 100 && code <= 110);
}

Shapes shapes_of(Bytes octets)
{
    Shapes shapes;
    if (octets.size() < 2 || !tells_length(octets[1])) {
        shapes.cut = octets.size() < 2;
        return shapes;
    }
    if (octets[0] > modbus::last_unit && !modbus::is_public_function(octets[1] & 0x7F))
        return shapes;
    const Bytes pdu = octets.subspan(1, std::min(octets.size(), longest_rtu) - 1);
    for (const Role role : {Role::request, Role::response}) {
        if (role == Role::response && octets[0] == 0)
            continue;  // nobody answers a broadcast
        const modbus::PredictedLength predicted = pdu_length(role, pdu);
        const std::size_t length = predicted.octets + around_pdu;
        if (predicted.need > 0 || (predicted.known && length <= longest_rtu && length > octets.size()))
            shapes.cut = true;
        else if (predicted.known && length <= longest_rtu)
            add(shapes, static_cast<std::uint16_t>(length), role == Role::request ? as_request : as_response);
    }
    return shapes;
}

bool crc_right(Bytes frame)
{
    return frame.size() >= shortest_rtu && modbus::crc16(frame) == 0;  // the CRC over frame and CRC is 0
}

double evidence(Bytes frame, std::uint8_t roles, bool seen)
{
    const std::uint8_t function = frame[1];
    if ((function & 0x80) != 0)
        return exception_evidence(frame, seen);
    const bool common = std::ranges::find(common_functions, function) != common_functions.end();
    double best = -4;
    if ((roles & as_request) != 0)
        best = std::max(best, role_evidence(Role::request, frame));
    if ((roles & as_response) != 0)
        best = std::max(best, role_evidence(Role::response, frame));
    return best + (common || seen ? 3.2 : 0);
}

std::size_t response_length(Bytes request)
{
    if (request.size() < shortest_rtu || request[0] == 0)
        return 0;
    switch (request[1]) {
    case 1:
    case 2: return request.size() == 8 ? 5 + (std::size_t{be16_at(request, 4)} + 7) / 8 : 0;
    case 3:
    case 4: return request.size() == 8 ? 5 + 2 * std::size_t{be16_at(request, 4)} : 0;
    case 23: return request.size() >= 13 ? 5 + 2 * std::size_t{be16_at(request, 4)} : 0;
    case 5:
    case 6:
    case 8:
    case 11:
    case 15:
    case 16: return 8;
    case 7: return 5;
    case 22: return 10;
    default: return 0;
    }
}

AsciiFrame ascii_at(Bytes octets)
{
    constexpr std::size_t shortest = 9;  // ":", unit, function, LRC, CR, LF
    if (octets.size() < shortest || (octets[0] & 0x7F) != ':')
        return {};
    unsigned sum = 0;
    std::size_t at = 1;
    while (at + 1 < octets.size() && at + 2 <= longest_ascii) {
        if ((octets[at] & 0x7F) == '\r') {
            const bool ends = (octets[at + 1] & 0x7F) == '\n' && at + 2 >= shortest;
            return {ends ? at + 2 : 0, ends && (sum & 0xFF) == 0};
        }
        const int high = hex_value(octets[at]), low = hex_value(octets[at + 1]);
        if (high < 0 || low < 0)
            return {};
        sum += static_cast<unsigned>(high << 4 | low);
        at += 2;
    }
    return {};
}

void decode_ascii(Bytes frame, std::vector<std::uint8_t> &out)
{
    for (std::size_t at = 1; at + 5 < frame.size(); at += 2)
        out.push_back(static_cast<std::uint8_t>(hex_value(frame[at]) << 4 | hex_value(frame[at + 1])));
}

}  // namespace buswitness::serial
