// The line read again, as another format or inverted, from the octets that a tap with wrong settings heard: a proof of
// what is wrong, with the chance that it is an accident.
//
// The bits of each character are known (tap_character.h). Not known is how many bit times pass from its stop bit to the
// next falling edge. Within a frame nobody pauses, so these are whole bits, and the line must read as characters of the
// format that is tried. A search over the silences keeps the likeliest readings; one counts when it is a frame that is
// due there and its CRC is right.
#pragma once

#include "decode/base/bytes.h"
#include "decode/serial/tap_character.h"

#include <array>
#include <optional>
#include <span>
#include <vector>

namespace buswitness::serial {

struct RereadResult {
    bool found = false;
    std::uint32_t tests = 0;             // check sums looked at: each is right by chance once in 65536
    std::array<std::uint8_t, 8> head{};  // of what was found: its first octets
    std::size_t length = 0;
    std::size_t characters = 0;  // of the burst, up to its end
};

class Reread {
public:
    // Character formats only; the rate is taken to be the same.
    Reread(const LineSettings &tap, const LineSettings &bus, bool inverted);

    // A request of a common function at the beginning of the burst, which begins after silence.
    RereadResult request(std::span<const TapCharacter> burst);
    // The normal answer to this request.
    RereadResult answer(std::span<const TapCharacter> burst, Bytes request);

private:
    struct State {
        std::uint16_t crc = 0xFFFF, length = 0, expected = 0;  // expected: of the frame, 0 not known yet
        std::uint8_t phase = 0, octet = 0, ones = 0, stop = 1;
        bool ended = false, tested = false;
        float cost = 0;  // how unusual, in nats
        std::array<std::uint8_t, 8> head{};
    };
    struct Due {
        std::array<std::uint8_t, 8> head{};
        std::size_t known = 0;  // octets of head; 0: any request
        std::size_t length = 0;
    };
    RereadResult search(std::span<const TapCharacter> burst, const Due &due);
    void begin(const Due &due);
    void continue_with(const TapCharacter &character, bool first, const Due &due);
    void read(State state, const TapCharacter &character, const Due &due);
    [[nodiscard]] bool put_tap(State &state, int level, const Due &due) const
    {
        return put(state, level ^ (inverted_ ? 1 : 0), due);
    }
    [[nodiscard]] bool put(State &state, int bit, const Due &due) const;
    [[nodiscard]] static bool plausible_request(State &state);

    LineSettings tap_, bus_;
    bool inverted_ = false;
    bool thorough_ = true;  // looks for the longest silences that a frame can have in itself
    std::vector<State> states_, next_;
};

// Natural logarithm of a bound for the chance of `found` accidents or more where `expected` are usual.
double log_chance(double found, double expected);

}  // namespace buswitness::serial
