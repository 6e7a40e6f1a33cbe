// What is known of a serial line after reading: what was heard, framed and timed. Bounded by the 256 unit numbers.
#pragma once

#include "decode/base/histogram.h"
#include "decode/serial/chunk_habit.h"
#include "decode/serial/line.h"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace buswitness {

struct LineFunctionFacts {
    std::uint8_t function = 0;
    std::uint32_t requests = 0, answered = 0, exceptions = 0;
};

struct LineUnitFacts {
    std::uint8_t unit = 0;
    std::uint32_t requests = 0, answered = 0, exceptions = 0;  // exceptions are a part of the answered
    std::uint32_t responses = 0, bad = 0;                      // bad: damaged frames that begin with this unit
    std::vector<LineFunctionFacts> functions;                  // at most 128
    Histogram times;                                           // from the end of the request to the start of its answer
};

struct LineFacts {
    std::uint32_t interface = 0;
    std::string name, description;  // as in the file, not escaped
    serial::LineSettings settings;  // of the tap; baud 0: not told
    serial::ChunkHabit habit;
    Timestamp first, last;  // start of the first item, end of the last
    std::uint64_t records = 0, undecodable = 0;
    std::uint64_t chunks = 0, octets = 0, marked_octets = 0, lost_marks = 0;
    // Items of each kind; their octets add up to `octets`.
    std::uint64_t frames = 0, bad = 0, noise = 0;
    std::uint64_t frame_octets = 0, bad_octets = 0, noise_octets = 0;
    // Good frames by direction; they add up to `frames`.
    std::uint64_t requests = 0, responses = 0, undirected = 0;
    std::uint64_t answered = 0, broadcasts = 0, ascii_frames = 0;
    std::vector<LineUnitFacts> units;  // in the order of their first frame
};

}  // namespace buswitness
