#include "decode/modbus/rtu.h"

namespace buswitness::modbus {
namespace {

constexpr std::size_t longest_ascii = 513;  // characters (2.5.2.1)
constexpr std::size_t shortest_ascii = 9;   // ":", unit, function, LRC, CR, LF

int hex_value(std::uint8_t character)
{
    if (character >= '0' && character <= '9')
        return character - '0';
    if (character >= 'A' && character <= 'F')
        return character - 'A' + 10;
    if (character >= 'a' && character <= 'f')
        return character - 'a' + 10;
    return -1;
}

// Number of hexadecimal digits that follow the colon.
std::size_t count_digits(Bytes octets)
{
    std::size_t count = 0;
    while (1 + count < octets.size() && count < longest_ascii && hex_value(octets[1 + count]) >= 0)
        ++count;
    return count;
}

}  // namespace

std::uint8_t lrc(Bytes octets)
{
    unsigned sum = 0;
    for (const std::uint8_t octet : octets)
        sum += octet;
    return static_cast<std::uint8_t>(0U - sum);
}

std::optional<SerialAdu> ascii_frame(Bytes octets, std::array<std::uint8_t, 256> &storage)
{
    if (octets.size() < shortest_ascii || octets[0] != ':')
        return std::nullopt;
    const std::size_t digits = count_digits(octets);
    const std::size_t length = 1 + digits + 2;
    if (digits % 2 != 0 || length < shortest_ascii || length > longest_ascii || length > octets.size())
        return std::nullopt;
    if (octets[1 + digits] != '\r' || octets[2 + digits] != '\n')
        return std::nullopt;
    const std::size_t count = digits / 2;
    for (std::size_t i = 0; i < count; ++i)
        storage[i] = static_cast<std::uint8_t>(hex_value(octets[1 + 2 * i]) << 4 | hex_value(octets[2 + 2 * i]));
    const Bytes decoded(storage.data(), count);
    if (lrc(decoded) != 0)  // the sum of everything with its LRC is 0
        return std::nullopt;
    return SerialAdu{.unit = decoded[0], .pdu = decoded.subspan(1, count - 2), .length = length};
}

}  // namespace buswitness::modbus
