#include "decode/serial/settings_text.h"

#include <charconv>

namespace buswitness::serial {
namespace {

bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

std::optional<Parity> parity_of(char letter)
{
    switch (letter) {
    case 'N':
    case 'n': return Parity::none;
    case 'E':
    case 'e': return Parity::even;
    case 'O':
    case 'o': return Parity::odd;
    default: return std::nullopt;
    }
}

// The number that ends at `end`, after blanks, commas and slashes.
std::uint32_t number_before(std::string_view text, std::size_t end)
{
    constexpr std::uint32_t fastest = 100'000'000;
    while (end > 0 && (text[end - 1] == ' ' || text[end - 1] == ',' || text[end - 1] == '/'))
        --end;
    std::size_t begin = end;
    while (begin > 0 && is_digit(text[begin - 1]))
        --begin;
    std::uint32_t value = 0;
    const auto result = std::from_chars(text.data() + begin, text.data() + end, value);
    return result.ec == std::errc() && value <= fastest ? value : 0;
}

}  // namespace

std::optional<LineSettings> settings_in(std::string_view text)
{
    for (std::size_t at = 0; at + 3 <= text.size(); ++at) {
        const std::optional<Parity> parity = parity_of(text[at + 1]);
        const bool word = (at == 0 || !is_digit(text[at - 1])) && (at + 3 == text.size() || !is_digit(text[at + 3]));
        if (!word || !parity || (text[at] != '7' && text[at] != '8') || (text[at + 2] != '1' && text[at + 2] != '2'))
            continue;
        return LineSettings{.baud = number_before(text, at),
                            .data_bits = static_cast<std::uint8_t>(text[at] - '0'),
                            .parity = *parity,
                            .stop_bits = static_cast<std::uint8_t>(text[at + 2] - '0')};
    }
    return std::nullopt;
}

std::string to_string(const LineSettings &settings)
{
    const char parity = settings.parity == Parity::none ? 'N' : settings.parity == Parity::even ? 'E' : 'O';
    const std::string format = std::to_string(settings.data_bits) + parity + std::to_string(settings.stop_bits);
    return settings.baud == 0 ? format : std::to_string(settings.baud) + " " + format;
}

}  // namespace buswitness::serial
