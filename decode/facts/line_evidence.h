// What a line's facts say of its settings, for the rules that conclude from them and for who looks for the settings.
#pragma once

#include "decode/facts/line_facts.h"

#include <optional>

namespace buswitness {

// A format of the bus that explains the marks of a tap with other settings: marks that are a function of the octets
// are settings, marks at random are noise.
struct MarkedFormat {
    serial::LineSettings bus;
    double share = 0;                     // of the cases that agree
    std::uint64_t cases = 0, marked = 0;  // octets, or chunks where the adapter marks whole ones
};
std::optional<MarkedFormat> format_by_marks(const LineMarks &marks, const serial::LineSettings &tap);

struct MarkedChunks {
    std::uint64_t all = 0, marked = 0;
};
MarkedChunks marked_chunks(const LineMarks &marks);

// Whether a chunk's marks belong to single octets.
bool marks_are_exact(const LineMarks &marks);

// The reading with other settings that is no accident; null: none is.
const LineReading *proven_reading(const LineFacts &line);

}  // namespace buswitness
