#include "decode/modbus/rtu.h"

#include "decode/modbus/names.h"

namespace buswitness::modbus {
namespace {

constexpr std::size_t shortest_rtu = 4;  // unit, function, CRC
constexpr std::size_t longest_rtu = 256;

constexpr std::array<std::uint16_t, 256> make_crc_table()
{
    std::array<std::uint16_t, 256> table{};
    for (unsigned value = 0; value < table.size(); ++value) {
        unsigned crc = value;
        for (int bit = 0; bit < 8; ++bit)
            crc = (crc & 1U) != 0 ? crc >> 1 ^ 0xA001U : crc >> 1;
        table[value] = static_cast<std::uint16_t>(crc);
    }
    return table;
}
constexpr std::array<std::uint16_t, 256> crc_table = make_crc_table();

// The low octet of the CRC goes first (2.5.1.2).
bool crc_closes(Bytes frame)
{
    const std::size_t end = frame.size() - 2;
    return crc16(frame.first(end)) == (frame[end] | frame[end + 1] << 8);
}

SerialAdu adu_of(Bytes frame)
{
    return {.unit = frame[0], .pdu = frame.subspan(1, frame.size() - 3), .length = frame.size()};
}

}  // namespace

std::uint16_t crc16(Bytes octets)
{
    unsigned crc = 0xFFFF;
    for (const std::uint8_t octet : octets)
        crc = crc >> 8 ^ crc_table[(crc ^ octet) & 0xFF];
    return static_cast<std::uint16_t>(crc);
}

std::uint16_t crc16_step(std::uint16_t crc, std::uint8_t octet)
{
    return static_cast<std::uint16_t>(crc >> 8 ^ crc_table[(crc ^ octet) & 0xFF]);
}

std::optional<SerialAdu> rtu_frame(Role role, Bytes octets)
{
    if (octets.size() < shortest_rtu)
        return std::nullopt;
    const PredictedLength predicted = predict_length(role, octets.subspan(1));
    if (predicted.need > 0)
        return std::nullopt;
    const std::size_t length = predicted.known ? predicted.octets + 3 : octets.size();
    if (length > octets.size() || length > longest_rtu)
        return std::nullopt;
    if (octets[0] > last_unit && !(predicted.known && is_public_function(octets[1] & 0x7F)))
        return std::nullopt;
    const Bytes frame = octets.first(length);
    if (!crc_closes(frame))
        return std::nullopt;
    return adu_of(frame);
}

}  // namespace buswitness::modbus
