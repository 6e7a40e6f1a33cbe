#include "decode/facts/line_evidence.h"

namespace buswitness {
namespace {

using serial::LineSettings;
using serial::Parity;

// A format of the bus, and the octets that the tap must mark if the bus has it.
struct Guess {
    LineSettings bus;
    LineMarks::Kind kind = LineMarks::none;
    bool even = false, odd = false;  // octets with such a number of ones are marked
};

std::vector<Guess> guesses(const LineSettings &tap)
{
    const auto format = [&](Parity parity, std::uint8_t stop_bits) {
        LineSettings bus = tap;
        bus.parity = parity;
        bus.stop_bits = stop_bits;
        return bus;
    };
    switch (tap.parity) {
    case Parity::none:
        return {{format(Parity::even, 1), LineMarks::framing, true, false},
                {format(Parity::odd, 1), LineMarks::framing, false, true}};
    case Parity::even:
        return {{format(Parity::odd, 1), LineMarks::parity, true, true},
                {format(Parity::none, 2), LineMarks::parity, true, false}};
    case Parity::odd:
        return {{format(Parity::even, 1), LineMarks::parity, true, true},
                {format(Parity::none, 2), LineMarks::parity, false, true}};
    }
    return {};
}

struct Agreement {
    std::uint64_t agree = 0, all = 0, marked = 0;
    std::uint64_t due_unmarked = 0, unmarked = 0;  // of those that the guess leaves unmarked
    [[nodiscard]] double share() const { return all == 0 ? 0 : static_cast<double>(agree) / static_cast<double>(all); }
};

void compare(Agreement &agreement, const std::array<std::uint32_t, 4> &counts, LineMarks::Kind kind, bool expected)
{
    const std::uint64_t marked = std::uint64_t{counts[kind]} + counts[LineMarks::either];
    std::uint64_t all = 0;
    for (const std::uint32_t count : counts)
        all += count;
    agreement.all += all;
    agreement.marked += marked;
    agreement.agree += expected ? marked : counts[LineMarks::none];
    if (expected)
        return;
    agreement.due_unmarked += all;
    agreement.unmarked += counts[LineMarks::none];
}

// The marks are a function of the octets: settings. At random they are noise.
Agreement agreement_of(const LineMarks &marks, const Guess &guess)
{
    Agreement agreement;
    if (marks_are_exact(marks)) {
        compare(agreement, marks.octets[0], guess.kind, guess.even);
        compare(agreement, marks.octets[1], guess.kind, guess.odd);
    } else {
        compare(agreement, marks.chunks[0], guess.kind, guess.even);
        compare(agreement, marks.chunks[1], guess.kind, guess.odd);
        compare(agreement, marks.chunks[2], guess.kind, guess.even || guess.odd);
    }
    return agreement;
}

bool tells(const Agreement &agreement, const Guess &guess)
{
    constexpr std::uint64_t enough = 20;
    if (agreement.all < enough || agreement.share() < 0.93)
        return false;
    const double marked = static_cast<double>(agreement.marked) / static_cast<double>(agreement.all);
    if (guess.even && guess.odd)
        return marked > 0.9;
    // Some must be unmarked as they should, else the marks follow nothing.
    constexpr std::uint64_t some = 3;
    return marked > 0.1 && agreement.unmarked >= some && agreement.unmarked * 10 >= agreement.due_unmarked * 8;
}

}  // namespace

std::optional<MarkedFormat> format_by_marks(const LineMarks &marks, const LineSettings &tap)
{
    std::optional<MarkedFormat> best;
    for (const Guess &guess : guesses(tap)) {
        const Agreement agreement = agreement_of(marks, guess);
        if (tells(agreement, guess) && (!best || agreement.share() > best->share))
            best = {guess.bus, agreement.share(), agreement.all, agreement.marked};
    }
    return best;
}

MarkedChunks marked_chunks(const LineMarks &marks)
{
    MarkedChunks chunks;
    for (const auto &counts : marks.chunks) {
        for (const std::uint32_t count : counts)
            chunks.all += count;
        chunks.marked +=
            std::uint64_t{counts[LineMarks::parity]} + counts[LineMarks::framing] + counts[LineMarks::either];
    }
    return chunks;
}

bool marks_are_exact(const LineMarks &marks)
{
    return marks.mixed >= 3 && marks.mixed * 100 > marks.several * 15;
}

const LineReading *proven_reading(const LineFacts &line)
{
    constexpr double proven = -11.5;  // nats: one in a hundred thousand
    const LineReading *best = nullptr;
    for (const LineReading &reading : line.readings)
        if (reading.requests + reading.answers >= 3 && reading.log_chance < proven &&
            (reading.requests * 100 >= reading.bursts * 4 || reading.answers >= 2) &&
            (best == nullptr || reading.log_chance < best->log_chance))
            best = &reading;
    return best;
}

}  // namespace buswitness
