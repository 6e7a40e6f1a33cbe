// A tap on the line of a LineBench with settings of its own, bit by bit: what a UART hears that is set to another
// format or rate, or whose wires are exchanged. And what is concluded from a line.
#pragma once

#include "decode/facts.h"
#include "tests/support/line_bench.h"

namespace buswitness::test {

// On the bench: the sender of this octet has A and B exchanged.
inline constexpr std::uint8_t said_inverted = 0x80;

// The same line as the tap hears it, with the marks its receiver puts on octets.
LineBench heard_by(const LineBench &line, const serial::LineSettings &tap, bool exchanged_wires,
                   BenchAdapter adapter = {});

// The records of the line as a capture has them: LINKTYPE_RTAC_SERIAL, a record for each run of equal marks.
struct LineRecords {
    std::vector<std::vector<std::uint8_t>> data;
    std::vector<Timestamp> times;
};
LineRecords records_of(const LineBench &line);

Facts facts_of(const LineBench &line);
// Warnings and errors, "rtu-unit-silent/5" with the unit where there is one, sorted, joined by spaces.
std::string line_findings(const Facts &facts);
std::string line_findings(const LineBench &line);

}  // namespace buswitness::test
