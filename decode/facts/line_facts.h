// What is known of a serial line after reading: what was heard, framed, timed, and read again with other settings.
// Bounded by the 256 unit numbers and by how much is kept for reading again.
#pragma once

#include "decode/base/histogram.h"
#include "decode/base/sightings.h"
#include "decode/serial/chunk_habit.h"
#include "decode/serial/line.h"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace buswitness {

// What became of the requests to one unit until the next request was heard.
struct LineUnitFacts {
    std::uint8_t unit = 0;
    std::uint32_t requests = 0, responses = 0;
    std::uint32_t bad = 0;         // damaged frames that begin with this unit
    std::uint32_t clean = 0;       // one right answer
    std::uint32_t doubled = 0;     // two right answers, without room for a request between them
    std::uint32_t damaged = 0;     // octets in the answer's place, none of them a right answer
    std::uint32_t overlong = 0;    // of these: more than the answer may have
    std::uint32_t unanswered = 0;  // silence
    // Asked right after a request to another unit that nobody answered, and otherwise.
    std::uint32_t after_silence = 0, after_silence_lost = 0, otherwise = 0, otherwise_lost = 0;
    // Silence between another unit's frame and the request, of those answered and those in vain.
    Histogram gap_answered, gap_lost;
    std::uint32_t late = 0, stale = 0;  // answers to a request before the newest; stale: taken for the newest's answer
    Sightings doubled_seen, damaged_seen, unanswered_seen, late_seen, stale_seen, deaf_seen;
    // Damaged answers read again inverted: how many became the answer that was due.
    std::uint32_t read_inverted = 0, tried_inverted = 0;
    Sightings inverted_seen;
    [[nodiscard]] std::uint32_t answers() const { return clean + doubled + damaged; }
};

// The octets heard, by marks: none, parity, framing or break, either of these (the adapter does not tell which).
// Adapters mark single octets or whole chunks, so both are counted.
struct LineMarks {
    enum Kind : std::size_t { none, parity, framing, either };
    std::array<std::array<std::uint32_t, 4>, 2> octets{};  // of right frames; by an even or odd number of ones
    std::array<std::array<std::uint32_t, 4>, 3> chunks{};  // only such octets, only odd ones, both
    std::uint32_t several = 0, mixed = 0;                  // marked chunks of several octets; with differing marks
};

// Bit errors of damaged frames against the same frame heard well: how far behind a change of the line they lie.
struct LineBitErrors {
    static constexpr std::size_t distances = 12;
    std::uint32_t frames = 0;
    double errors = 0;
    std::array<double, distances> after_edge{}, expected{}, variance{};
};

// The kept octets as they read with other settings.
struct LineReading {
    serial::LineSettings settings;
    bool inverted = false;
    // Bursts that differ from each other; a poll that repeats itself proves nothing more.
    std::uint32_t bursts = 0, requests = 0, answers = 0;
    double log_chance = 0;  // natural logarithm of the chance that so many requests are accidents
};

// What the lengths of runs of equal bits say of the rate; baud 0: nothing.
struct LineRate {
    std::uint32_t baud = 0;
    double log_odds = 0;
    bool only_low = false;  // whole characters are single low pulses: the line is far slower
    std::uint32_t characters = 0;
};

// Octets beside the frames that look like short low pulses.
struct LineSpikes {
    std::uint32_t before = 0, behind = 0, between = 0;
    std::uint64_t octets = 0, pulses = 0;  // of them, as a short low pulse is heard
    Sightings seen;
};

// Signs that somebody talks out of turn.
struct LineTurns {
    Histogram turnarounds;   // from a request to its answer
    Histogram hasty;         // from a request to the next one, where nothing was heard between; at most
    Histogram out_of_order;  // between the two requests, where the first was answered after the second
    // Damaged bursts of just the length that is due, and of another: noise changes octets, seldom their number.
    std::uint32_t exact = 0, inexact = 0;
    std::uint32_t overlong = 0;           // of these: longer than anything that may stand there
    std::uint32_t overlong_together = 0;  // most of them in one place: answers of one unit, or between exchanges
    Sightings hasty_seen, out_of_order_seen, overlong_seen;
    std::uint32_t echoes = 0;  // requests heard twice in a row, without the time of a repetition between them
    Sightings echoes_seen;
};

struct LineSilences {
    std::uint32_t frames = 0;
    std::uint32_t pauses = 0;  // frames with a silence inside that is certainly longer than t1.5
    std::uint32_t close = 0;   // frames certainly less than t3.5 behind the one before
    Duration longest_pause{}, shortest_gap = Duration::max();
    Sightings pauses_seen, close_seen;
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
    std::uint64_t answered = 0, broadcasts = 0, ascii_frames = 0, reserved = 0;
    // Damaged frames by their place: where an answer is due, and elsewhere.
    std::uint64_t bad_answers = 0, bad_others = 0;
    std::vector<LineUnitFacts> units;  // in the order of their first frame
    LineMarks marks;
    LineBitErrors bit_errors;
    LineSpikes spikes;
    LineTurns turns;
    LineSilences silences;
    Sightings bad_seen, ascii_seen, reserved_seen, frames_seen;
    // Filled at the end, where few frames were found or answers were damaged.
    std::vector<LineReading> readings;
    LineRate rate;

    [[nodiscard]] double good_share() const
    {
        return octets == 0 ? 0 : static_cast<double>(frame_octets) / static_cast<double>(octets);
    }
};

}  // namespace buswitness
