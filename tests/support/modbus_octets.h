// Octets written as hexadecimal text, for the tables of tests/decode/modbus.
#pragma once

#include "decode/base/bytes.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace buswitness::test {

using Octets = std::vector<std::uint8_t>;

// "01 03 00": two digits an octet; blanks and | are for the reader.
inline Octets octets(std::string_view text)
{
    const auto value = [](char c) { return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10; };
    Octets result;
    int high = -1;
    for (const char c : text) {
        if (c == ' ' || c == '|')
            continue;
        if (high < 0) {
            high = value(c);
            continue;
        }
        result.push_back(static_cast<std::uint8_t>(high << 4 | value(c)));
        high = -1;
    }
    return result;
}

inline Octets characters(std::string_view text)
{
    return {text.begin(), text.end()};
}

inline Octets joined(Octets first, const Octets &second)
{
    first.insert(first.end(), second.begin(), second.end());
    return first;
}

inline Octets filled(std::size_t count, std::uint8_t value = 0)
{
    return Octets(count, value);
}

}  // namespace buswitness::test
