// What a receiver's report of one character says of the bits on the line. A UART with wrong settings still samples the
// line at every bit time from the start edge to its first stop bit.
#pragma once

#include "decode/serial/line.h"

#include <bit>

namespace buswitness::serial {

struct TapCharacter {
    std::uint8_t octet = 0;
    std::int8_t parity = -1, stop = -1;  // the sampled bit; -1: not known, or the receiver expects none
};

// `exact`: the marks belong to this very octet, and the adapter does mark errors.
inline TapCharacter tap_character(std::uint8_t octet, std::uint8_t marks, const LineSettings &tap, bool exact)
{
    TapCharacter character{octet, -1, -1};
    const bool has_parity = tap.parity != Parity::none;
    if ((marks & break_condition) != 0) {
        character.stop = 0;
        character.parity = has_parity ? std::int8_t{0} : std::int8_t{-1};
        return character;
    }
    if (!exact)
        return character;
    if (!has_parity) {
        character.stop = (marks & (framing_error | line_error)) != 0 ? 0 : 1;
        return character;
    }
    if ((marks & line_error) != 0)
        return character;
    const bool odd = std::popcount(octet) % 2 != 0;
    const bool expected = (tap.parity == Parity::even) == odd;
    const bool wrong = (marks & parity_error) != 0;
    character.parity = static_cast<std::int8_t>(expected != wrong ? 1 : 0);
    if ((marks & framing_error) != 0)
        character.stop = 0;
    else if (!wrong)  // drivers that report one error put parity before framing
        character.stop = 1;
    return character;
}

}  // namespace buswitness::serial
