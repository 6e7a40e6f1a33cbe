// What the Modbus rules share: a unit's facts beside those of its client-server pair and of the whole server.
#pragma once

#include "decode/diagnose/line_context.h"

namespace buswitness::diagnose {

struct UnitView {
    const UnitFacts &unit;
    const PairFacts &pair;
    const LineFacts *line = nullptr;  // of units on a serial line

    [[nodiscard]] bool on_line() const { return line != nullptr; }
    [[nodiscard]] std::string_view record() const { return on_line() ? "frame" : "packet"; }
    [[nodiscard]] PairKey key() const { return {pair.client, pair.server}; }
    [[nodiscard]] std::uint32_t answers() const { return unit.answered + unit.exceptions + unit.trouble->mismatched; }
};

// Every unit of every pair on which Modbus was recognised, in the order in which they appeared.
std::vector<UnitView> units_of(const Context &context);
// Also those on serial lines.
std::vector<UnitView> units_anywhere(const Context &context);

Finding about_unit(FindingId id, Certainty certainty, By by, const UnitView &view);

// "function 3 (Read Holding Registers)"
std::string function_words(std::uint8_t function);
std::string address_words(std::uint16_t address, std::uint16_t quantity);

}  // namespace buswitness::diagnose
