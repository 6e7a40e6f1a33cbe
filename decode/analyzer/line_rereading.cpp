#include "decode/analyzer/line_rereading.h"

#include "decode/facts/line_evidence.h"
#include "decode/serial/reread.h"
#include "decode/serial/run_lengths.h"

#include <algorithm>
#include <set>

namespace buswitness::analyzer {
namespace {

using serial::LineSettings;
using serial::Parity;
using serial::TapCharacter;

constexpr std::size_t most_bursts = 160;
constexpr std::size_t shortest_burst = 4;
constexpr double hardly_any = 0.05;  // of the octets in frames
constexpr std::uint64_t enough_octets = 40;
constexpr double chance_of_one = 1.0 / 65'536;

bool any_marks(const LineMarks &marks)
{
    return std::ranges::any_of(marks.chunks, [](const auto &c) { return c[1] + c[2] + c[3] != 0; });
}

// Where a frame may begin behind another: what ends it, and the silence, may read as characters.
constexpr std::size_t places = 3;

// More characters than this without a silence are several frames.
constexpr std::size_t several_frames = 100;
constexpr std::size_t most_places = 400;  // that are tried in such

// What tells one burst from another.
std::vector<std::uint8_t> beginning(std::span<const TapCharacter> characters)
{
    constexpr std::size_t compared = 10;
    std::vector<std::uint8_t> begin;
    for (std::size_t i = 0; i < std::min(characters.size(), compared); ++i)
        begin.push_back(characters[i].octet);
    return begin;
}

// One way to read the line, with how many frames chance alone would give.
class Attempt {
public:
    Attempt(const LineSettings &tap, const LineSettings &bus, bool inverted) : reread_(tap, bus, inverted) {}

    double requests_expected = 0, answers_expected = 0;

    serial::RereadResult request(std::span<const TapCharacter> characters, std::size_t tried)
    {
        return first_of(characters, tried, requests_expected,
                        [&](std::span<const TapCharacter> from) { return reread_.request(from); });
    }
    serial::RereadResult answer(std::span<const TapCharacter> characters, Bytes request, std::size_t tried)
    {
        return first_of(characters, tried, answers_expected,
                        [&](std::span<const TapCharacter> from) { return reread_.answer(from, request); });
    }

    // The next place that does not begin as one before: the same request asked again would count an accident again.
    // Takes one of `left` for it.
    std::span<const TapCharacter> next_place(std::span<const TapCharacter> rest, std::size_t &left)
    {
        for (rest = rest.subspan(1); rest.size() >= shortest_burst; rest = rest.subspan(1)) {
            if (!seen_.insert(beginning(rest)).second)
                continue;
            --left;
            break;
        }
        return rest;
    }

private:
    // Its characters count from the beginning; none when nothing was found.
    template <typename Read>
    static serial::RereadResult first_of(std::span<const TapCharacter> characters, std::size_t tried, double &expected,
                                         Read read)
    {
        for (std::size_t skip = 0; skip < tried && skip + shortest_burst <= characters.size(); ++skip) {
            serial::RereadResult result = read(characters.subspan(skip));
            expected += std::min(1.0, result.tests * chance_of_one);
            result.characters += skip;
            if (result.found)
                return result;
        }
        return {};
    }

    serial::Reread reread_;
    std::set<std::vector<std::uint8_t>> seen_;
};

}  // namespace

void LineRereading::chunk(const serial::LineChunk &chunk)
{
    if (octets_.size() + chunk.octets.size() > most_octets && !chunks_.empty()) {
        // The older half goes.
        const std::size_t half = chunks_.size() / 2;
        const std::size_t gone = half < chunks_.size() ? chunks_[half].begin : octets_.size();
        octets_.erase(octets_.begin(), octets_.begin() + static_cast<std::ptrdiff_t>(gone));
        marks_.erase(marks_.begin(), marks_.begin() + static_cast<std::ptrdiff_t>(gone));
        chunks_.erase(chunks_.begin(), chunks_.begin() + static_cast<std::ptrdiff_t>(half));
        for (Kept &kept : chunks_)
            kept.begin -= gone;
    }
    const Bytes octets = chunk.octets.first(std::min(chunk.octets.size(), most_octets / 4));
    chunks_.push_back({octets_.size(), chunk.time});
    octets_.insert(octets_.end(), octets.begin(), octets.end());
    for (std::size_t i = 0; i < octets.size(); ++i)
        marks_.push_back(i < chunk.marks.size() ? chunk.marks[i] : std::uint8_t{serial::no_mark});
}

std::vector<LineRereading::Burst> LineRereading::bursts(const LineFacts &facts) const
{
    const Duration silence = facts.habit.latency + std::chrono::microseconds(1500) +
                             std::max(serial::t3_5(facts.settings), 3 * serial::character_time(facts.settings));
    const bool exact = marks_are_exact(facts.marks), marking = any_marks(facts.marks);
    std::vector<Burst> bursts;
    for (std::size_t i = 0; i < chunks_.size(); ++i) {
        const std::size_t end = i + 1 < chunks_.size() ? chunks_[i + 1].begin : octets_.size();
        const Bytes marks = Bytes(marks_).subspan(chunks_[i].begin, end - chunks_[i].begin);
        const bool unmarked = std::ranges::all_of(marks, [](auto mark) { return mark == serial::no_mark; });
        const bool known = marking && (exact || unmarked || marks.size() == 1);
        if (i == 0 || elapsed(chunks_[i - 1].time, chunks_[i].time) > silence)
            bursts.push_back({{}, chunks_[i].time});
        for (std::size_t at = chunks_[i].begin; at < end; ++at)
            bursts.back().characters.push_back(tap_character(octets_[at], marks_[at], facts.settings, known));
    }
    return bursts;
}

// A master asks the same again and again: what reads wrongly by accident once does so each time.
void LineRereading::mark_repeats(std::vector<Burst> &bursts)
{
    std::set<std::vector<std::uint8_t>> seen;
    for (Burst &burst : bursts)
        burst.repeats = !seen.insert(beginning(burst.characters)).second;
}

void LineRereading::read_as(const std::vector<Burst> &bursts, const LineSettings &bus, bool inverted, LineFacts &facts)
{
    constexpr Duration soon = std::chrono::milliseconds(1500);
    Attempt attempt(facts.settings, bus, inverted);
    LineReading reading{.settings = bus, .inverted = inverted};
    std::size_t left = most_places;
    for (std::size_t i = 0; i < bursts.size() && reading.bursts < most_bursts; ++i) {
        std::span<const TapCharacter> rest = bursts[i].characters;
        if (rest.size() < shortest_burst || bursts[i].repeats)
            continue;
        ++reading.bursts;
        // An adapter that shows no silences joins what follows: a frame may begin anywhere in what it joined.
        std::size_t tried = 1;
        while (rest.size() >= shortest_burst) {
            const serial::RereadResult request = attempt.request(rest, tried);
            tried = places;
            if (request.found) {
                ++reading.requests;
                rest = rest.subspan(request.characters);
                serial::RereadResult answer = attempt.answer(rest, request.head, places);
                rest = rest.subspan(answer.characters);
                if (!answer.found && i + 1 < bursts.size() && elapsed(bursts[i].begin, bursts[i + 1].begin) < soon)
                    answer = attempt.answer(bursts[i + 1].characters, request.head, 1);
                reading.answers += answer.found;
            } else if (bursts[i].characters.size() > several_frames && left != 0) {
                rest = attempt.next_place(rest, left);
                tried = 1;
            } else {
                break;
            }
        }
    }
    reading.log_chance = serial::log_chance(reading.requests, attempt.requests_expected) +
                         serial::log_chance(reading.answers, attempt.answers_expected);
    facts.readings.push_back(reading);
}

void LineRereading::finish(LineFacts &facts) const
{
    facts.readings.clear();
    facts.rate = {};
    if (facts.octets < enough_octets || facts.good_share() >= hardly_any || facts.ascii_frames >= 2 ||
        facts.settings.baud == 0)
        return;
    std::vector<Burst> heard = bursts(facts);
    mark_repeats(heard);
    struct Format {
        Parity parity;
        std::uint8_t stop_bits;
    };
    for (const bool inverted : {true, false})
        for (const Format format :
             {Format{Parity::even, 1}, Format{Parity::none, 1}, Format{Parity::none, 2}, Format{Parity::odd, 1}}) {
            LineSettings bus = facts.settings;
            bus.parity = format.parity;
            bus.stop_bits = format.stop_bits;
            if (inverted || bus.parity != facts.settings.parity)
                read_as(heard, bus, inverted, facts);
        }
    estimate_rate(heard, facts);
}

void LineRereading::estimate_rate(LineFacts &facts) const
{
    estimate_rate(bursts(facts), facts);
}

void LineRereading::estimate_rate(const std::vector<Burst> &bursts, LineFacts &facts)
{
    serial::RunLengths runs(facts.settings);
    for (const Burst &burst : bursts)
        for (const TapCharacter &character : burst.characters)
            runs.add(character);
    const serial::RateEstimate estimate = runs.estimate();
    facts.rate = {estimate.baud, estimate.log_odds, estimate.only_low, estimate.characters};
}

void LineRereading::read_answers(const std::deque<GarbledAnswer> &answers, LineFacts &facts)
{
    serial::Reread reread(facts.settings, facts.settings, true);
    const bool exact = marks_are_exact(facts.marks), marking = any_marks(facts.marks);
    for (const GarbledAnswer &garbled : answers) {
        const auto unit = std::ranges::find(facts.units, garbled.request[0], &LineUnitFacts::unit);
        if (unit == facts.units.end() || garbled.octets.size() < shortest_burst)
            continue;
        const bool unmarked = std::ranges::all_of(garbled.marks, [](auto mark) { return mark == serial::no_mark; });
        std::vector<TapCharacter> characters;
        for (std::size_t i = 0; i < garbled.octets.size(); ++i)
            characters.push_back(
                tap_character(garbled.octets[i], garbled.marks[i], facts.settings, marking && (exact || unmarked)));
        ++unit->tried_inverted;
        if (reread.answer(characters, garbled.request).found) {
            ++unit->read_inverted;
            unit->inverted_seen.add(garbled.moment);
        }
    }
}

}  // namespace buswitness::analyzer
