#include "decode/serial/reread.h"

#include "decode/modbus/rtu.h"

#include <algorithm>
#include <cmath>

namespace buswitness::serial {
namespace {

constexpr std::size_t kept_readings = 600;
constexpr std::size_t longest_burst = 150;  // characters that are looked at
constexpr std::uint32_t most_tests = 800;
constexpr int longest_run = 10;  // equal bits within a frame: those of a zero with start and parity bit
constexpr std::size_t usual_request = 8;
constexpr float silent_bit = 0.1F, unknown_stop = 0.3F;

}  // namespace

Reread::Reread(const LineSettings &tap, const LineSettings &bus, bool inverted)
    : tap_(tap), bus_(bus), inverted_(inverted)
{
}

RereadResult Reread::request(std::span<const TapCharacter> burst)
{
    thorough_ = false;  // else too many readings are open
    return search(burst, {});
}

RereadResult Reread::answer(std::span<const TapCharacter> burst, Bytes request)
{
    constexpr std::size_t around = 5;  // unit, function, byte count and CRC
    if (request.size() < usual_request)
        return {};
    thorough_ = true;  // little of it is open
    Due due;
    std::copy_n(request.begin(), 2, due.head.begin());
    const std::size_t quantity = be16_at(request, 4);
    switch (request[1]) {
    case 1:
    case 2: due.length = around + (quantity + 7) / 8; break;
    case 3:
    case 4:
    case 23: due.length = around + 2 * quantity; break;
    case 5:
    case 6:
    case 15:
    case 16:
        due.length = usual_request;
        due.known = 6;
        std::copy_n(request.begin(), due.known, due.head.begin());
        return search(burst, due);
    default: return {};
    }
    if (due.length > 256 || quantity == 0)
        return {};
    due.known = 3;
    due.head[2] = static_cast<std::uint8_t>(due.length - around);
    return search(burst, due);
}

RereadResult Reread::search(std::span<const TapCharacter> burst, const Due &due)
{
    RereadResult result;
    begin(due);
    for (std::size_t i = 0; i < std::min(burst.size(), longest_burst) && !states_.empty(); ++i) {
        next_.clear();
        continue_with(burst[i], i == 0, due);
        std::vector<State *> whole;
        for (State &state : next_)
            if (state.expected != 0 && state.length >= state.expected && !state.tested)
                whole.push_back(&state);
        std::ranges::sort(whole, {}, &State::cost);
        for (State *state : whole) {
            if (result.tests >= most_tests)
                return result;
            ++result.tests;
            state->tested = true;
            if (state->crc == 0) {
                result.found = true;
                result.head = state->head;
                result.length = state->expected;
                result.characters = i + 1;
                return result;
            }
        }
        std::erase_if(next_, [](const State &s) { return s.ended || s.tested; });
        if (next_.size() > kept_readings) {
            std::ranges::nth_element(next_, next_.begin() + kept_readings, {}, &State::cost);
            next_.resize(kept_readings);
        }
        states_.swap(next_);
    }
    return result;
}

// Inverted and idle low, the first falling edge comes after the start bit and the zeros behind it, which raised the
// line. Idle high (a fail-safe receiver), it is the driver switching on.
void Reread::begin(const Due &due)
{
    constexpr int most_zeros = 9;
    states_.clear();
    states_.emplace_back();
    if (!inverted_)
        return;
    State zeros;
    for (int i = 0; i < most_zeros && put(zeros, 0, due); ++i)
        states_.push_back(zeros);
}

void Reread::continue_with(const TapCharacter &character, bool first, const Due &due)
{
    for (const State &state : states_) {
        if (first) {
            read(state, character, due);
            continue;
        }
        // After a low stop bit the line stays low for a while and must rise before it can fall.
        for (int low = 0; low < (state.stop == 1 ? 1 : longest_run); ++low) {
            State waiting = state;
            bool possible = true;
            for (int i = 0; i < low && possible; ++i) {
                waiting.cost += silent_bit;
                possible = put_tap(waiting, 0, due);
            }
            for (int high = 0; possible && high + (thorough_ ? 0 : low) <= longest_run; ++high) {
                if (high > 0 || state.stop == 1)
                    read(waiting, character, due);
                waiting.cost += silent_bit;
                possible = put_tap(waiting, 1, due);
            }
        }
    }
}

// All values of the bits that are not known.
void Reread::read(State state, const TapCharacter &character, const Due &due)
{
    if (!put_tap(state, 0, due))
        return;
    for (int bit = 0; bit < tap_.data_bits; ++bit)
        if (!put_tap(state, character.octet >> bit & 1, due))
            return;
    const bool has_parity = tap_.parity != Parity::none;
    for (int parity = 0; parity < (has_parity ? 2 : 1); ++parity) {
        if (has_parity && character.parity >= 0 && character.parity != parity)
            continue;
        State with_parity = state;
        if (has_parity && !put_tap(with_parity, parity, due))
            continue;
        for (int stop = 0; stop < 2; ++stop) {
            if (character.stop >= 0 && character.stop != stop)
                continue;
            State whole = with_parity;
            if (!put_tap(whole, stop, due))
                continue;
            whole.stop = static_cast<std::uint8_t>(stop);
            whole.cost += character.stop < 0 ? unknown_stop : 0;
            next_.push_back(whole);
        }
    }
}

// One bit as the bus has it. False: no frame that is due can read so.
bool Reread::put(State &state, int bit, const Due &due) const
{
    if (state.ended)
        return true;  // behind the frame
    const int data = bus_.data_bits, parity = bus_.parity == Parity::none ? 0 : 1;
    if (state.phase == 0) {
        if (bit == 1) {
            state.ended = state.length != 0;  // idle; before the first character it says nothing
            return true;
        }
        state.phase = 1;
        state.octet = state.ones = 0;
        return true;
    }
    if (state.phase <= data) {
        state.octet = static_cast<std::uint8_t>(state.octet | bit << (state.phase - 1));
        state.ones = static_cast<std::uint8_t>(state.ones + bit);
        ++state.phase;
        return true;
    }
    if (parity != 0 && state.phase == data + 1) {
        ++state.phase;
        return (state.ones + bit) % 2 == (bus_.parity == Parity::even ? 0 : 1);
    }
    if (bit == 0)
        return false;  // stop bits are high
    if (++state.phase <= data + parity + bus_.stop_bits)
        return true;
    state.phase = 0;
    if (state.length < state.head.size())
        state.head[state.length] = state.octet;
    state.crc = modbus::crc16_step(state.crc, state.octet);
    ++state.length;
    bool possible = true;
    if (due.known == 0) {
        possible = plausible_request(state);
    } else {
        state.expected = static_cast<std::uint16_t>(due.length);
        possible = state.length > due.known || state.head[state.length - 1U] == due.head[state.length - 1U];
    }
    // What follows is silence, whatever its level: a sender whose wires are exchanged idles as the others do.
    state.ended = state.expected != 0 && state.length >= state.expected;
    return possible;
}

// A request of functions 1 to 6, 15 and 16 can begin so. How unusual its octets are adds to the cost.
bool Reread::plausible_request(State &state)
{
    const std::uint8_t octet = state.head[std::min<std::size_t>(state.length, state.head.size()) - 1];
    const std::uint8_t function = state.head[1];
    const bool reads_registers = function == 3 || function == 4, reads_bits = function == 1 || function == 2;
    switch (state.length) {
    case 1: state.cost += octet <= 32 ? 0.0F : 1.0F; return octet <= modbus::last_unit;
    case 2:
        if (octet >= 1 && octet <= 6)
            state.expected = usual_request;
        return (octet >= 1 && octet <= 6) || octet == 15 || octet == 16;
    case 3: state.cost += octet == 0 ? 0.0F : octet < 32 ? 1.0F : 2.5F; return true;
    case 5:
        if (function == 5)
            return octet == 0 || octet == 0xFF;
        if (function == 6) {
            state.cost += octet < 16 ? 0.5F : 2.0F;
            return true;
        }
        return reads_registers || function == 16 ? octet == 0 : octet <= 7;
    case 6:
        if (reads_registers)
            return octet >= 1 && octet <= 125;
        if (reads_bits || function == 15)
            return octet != 0 || state.head[4] != 0;
        return function == 5 ? octet == 0 : function != 16 || (octet >= 1 && octet <= 123);
    case 7: {
        if (function != 15 && function != 16)
            return true;
        const int quantity = state.head[4] << 8 | state.head[5];
        state.expected = static_cast<std::uint16_t>(9 + octet);
        return octet == (function == 16 ? 2 * quantity : (quantity + 7) / 8);
    }
    default: return true;
    }
}

double log_chance(double found, double expected)
{
    const double usual = std::max(expected, 1e-9);
    if (found <= usual)
        return 0;
    return found * (std::log(usual / found) + 1) - usual;  // Chernoff's bound of a Poisson tail
}

}  // namespace buswitness::serial
