#include "tests/support/hex.h"

#include <cassert>
#include <charconv>
#include <string>

namespace buswitness::test {

std::vector<std::uint8_t> hex(std::string_view text)
{
    std::string digits;
    for (const char c : text)
        if (c != ' ' && c != '\n' && c != '|')
            digits += c;
    assert(digits.size() % 2 == 0);
    std::vector<std::uint8_t> octets;
    for (std::size_t at = 0; at < digits.size(); at += 2) {
        std::uint8_t value = 0;
        const char *const end = digits.data() + at + 2;
        [[maybe_unused]] const auto result = std::from_chars(digits.data() + at, end, value, 16);
        assert(result.ptr == end);
        octets.push_back(value);
    }
    return octets;
}

}  // namespace buswitness::test
