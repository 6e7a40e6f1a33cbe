#include "decode/analyzer/line_detection.h"

#include "decode/facts/line_evidence.h"
#include "decode/serial/reread.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace buswitness::analyzer {
namespace {

using serial::LineSettings;
using serial::Parity;
using Verdict = Listened::Verdict;
using Reading = HeardWith::Reading;

constexpr std::size_t most_told = 256;
constexpr double some_framed = 0.25, most_framed = 0.6;  // of the octets in frames
constexpr double by_chance = 0.005, least_damage = 0.15, most_damage = 0.8;
constexpr std::uint32_t patience = 12;  // bursts

double share_of(const Reading &reading)
{
    return reading.facts.octets == 0
               ? 0
               : static_cast<double>(reading.frame_octets) / static_cast<double>(reading.facts.octets);
}

bool promising(const Reading &reading)
{
    return reading.frames != 0 && share_of(reading) >= some_framed;
}

// Two frames that differ are two witnesses; a poll that repeats itself is one.
bool reads(const Reading &reading)
{
    return promising(reading) &&
           (reading.different.size() >= 2 || (reading.frames >= 3 && share_of(reading) >= most_framed));
}

enum class Marked : std::uint8_t { not_known, clean, throughout };

// Of right frames. With another parity than the line's every frame has a marked octet, also where the adapter marks
// whole packets; with the line's own only noise marks, which damages most frames that it marks.
Marked marked(const Reading &reading, double damaged)
{
    if (reading.clean != 0 && reading.clean * 4 >= reading.clean + reading.marked)
        return Marked::clean;
    const bool chance = std::pow(damaged, reading.marked) > by_chance;
    return reading.clean != 0 || chance ? Marked::not_known : Marked::throughout;
}

// Two stop bits show as parity errors on every other octet; they count where single octets of right frames show it.
std::optional<LineSettings> format_of_marks(const Reading &reading)
{
    const LineSettings &tap = reading.facts.settings;
    const auto format = format_by_marks(reading.facts.marks, tap);
    if (!format || tap.parity == Parity::none || format->bus.parity != Parity::none)
        return format ? std::optional(format->bus) : std::nullopt;
    const auto &due_unmarked = reading.facts.marks.octets[tap.parity == Parity::even ? 1 : 0];
    const std::uint32_t all = std::accumulate(due_unmarked.begin(), due_unmarked.end(), std::uint32_t{0});
    const std::uint32_t unmarked = due_unmarked[LineMarks::none];
    return unmarked >= 3 && unmarked * 10 >= all * 8 ? std::optional(format->bus) : std::nullopt;
}

LineFormats only(const LineSettings &bus)
{
    const bool none = bus.parity == Parity::none;
    return {.none_1 = none && bus.stop_bits == 1,
            .none_2 = none && bus.stop_bits == 2,
            .even = bus.parity == Parity::even,
            .odd = bus.parity == Parity::odd};
}

constexpr LineFormats eleven_bits = {.none_1 = false, .none_2 = true, .even = true, .odd = true};
constexpr LineFormats no_parity = {.none_1 = true, .none_2 = true, .even = false, .odd = false};
constexpr LineFormats even_parity = {.none_1 = false, .none_2 = false, .even = true, .odd = false};
constexpr LineFormats odd_parity = {.none_1 = false, .none_2 = false, .even = false, .odd = true};

}  // namespace

LineDetection::LineDetection()
{
    listen_with(search_.current());
}

void LineDetection::listen_with(const LineSettings &settings)
{
    const auto known = std::ranges::find(heard_, settings, &HeardWith::settings);
    here_ = static_cast<std::size_t>(known - heard_.begin());
    if (known == heard_.end())
        heard_.emplace_back(settings);
    unread_ = 0;
}

void LineDetection::begin(Timestamp now)
{
    here().begin_stay(now);
    step_bursts_ = 0;
}

void LineDetection::refused()
{
    if (finished_.size() < most_told)
        finished_.push_back({.settings = wanted(), .verdict = Verdict::refused});
    if (step_ != Step::rate) {
        proof_ = FormatProof::not_possible;  // what is known stays
        formats_ = {};
        step_ = Step::confirm;
        listen_with(base_);
        return;
    }
    search_.refused();
    listen_with(search_.current());
}

void LineDetection::chunk(const serial::LineChunk &chunk)
{
    constexpr Duration longest = std::chrono::seconds(20);
    if (chunk.octets.empty())
        return;
    longest_wait_ = std::max(longest_wait_, std::min(longest, elapsed(here().stay().last, chunk.time)));
    here().chunk(chunk);
    octets_ += chunk.octets.size();
    unread_ += chunk.octets.size();
}

bool LineDetection::advance(Timestamp now)
{
    constexpr std::uint64_t look_again = 64;
    if (done())
        return false;
    const bool quiet = elapsed(here().stay().last, now) >= here().silence();
    if (unread_ != 0 && (quiet || unread_ >= look_again)) {
        unread_ = 0;
        return look(now);
    }
    if (step_ != Step::rate || !too_silent(now))
        return false;
    leave(Verdict::silence, now);
    search_.go_on({});
    listen_with(search_.current());
    return true;
}

// Of a line that talked at another rate. At the first, silence is silence.
bool LineDetection::too_silent(Timestamp now) const
{
    constexpr Duration least = std::chrono::seconds(3);
    const bool elsewhere = octets_ != here().stay().octets;
    return elsewhere && here().stay().octets == 0 &&
           elapsed(here().stay().begin, now) > std::max(least, 3 * longest_wait_);
}

bool LineDetection::tells_errors() const
{
    return std::ranges::any_of(heard_, &HeardWith::told_errors);
}

Listened LineDetection::current(Timestamp now) const
{
    const HeardWith &heard = here();
    return {.settings = heard.settings(),
            .time = elapsed(heard.stay().begin, now),
            .octets = heard.stay().octets,
            .frames = frames_here_,
            .rate = 0,
            .verdict = Verdict::open};
}

void LineDetection::leave(Verdict verdict, Timestamp now)
{
    Listened told = current(now);
    told.verdict = verdict;
    told.rate = verdict == Verdict::other_rate ? last_rate_.baud : 0;
    if (finished_.size() < most_told)
        finished_.push_back(told);
    frames_here_ = 0;
}

std::vector<Listened> LineDetection::take_finished()
{
    return std::exchange(finished_, {});
}

bool LineDetection::look(Timestamp now)
{
    const Reading reading = here().read();
    frames_here_ = reading.frames;
    switch (step_) {
    case Step::rate: return look_for_rate(reading, now);
    case Step::marks: return look_at_marks(reading, now);
    case Step::even: return look_with_even(reading, now);
    case Step::odd: return look_with_odd(reading, now);
    case Step::confirm: return confirm(now);
    case Step::done: break;
    }
    return false;
}

bool LineDetection::look_for_rate(const Reading &reading, Timestamp now)
{
    constexpr double worth_telling = 3;
    if (reads(reading)) {
        base_ = wanted();
        step_bursts_ = here().stay().bursts;
        step_ = base_.parity == Parity::none ? Step::marks : Step::even;
        return look(now);
    }
    if (search_.patience() > 1 && here().bursts() >= next_rereading_ && read_otherwise(now))
        return false;
    if (!in_vain(reading))
        return false;
    last_rate_ = reading.facts.rate;
    const bool measured = last_rate_.baud != 0 && last_rate_.log_odds >= worth_telling;
    leave(last_rate_.only_low ? Verdict::slower_by_far : measured ? Verdict::other_rate : Verdict::nothing_reads, now);
    search_.go_on(last_rate_);
    listen_with(search_.current());
    next_rereading_ = std::max(first_rereading, here().bursts() + 4);
    return true;
}

// A first look takes two bursts; a rate that stands out takes one.
bool LineDetection::in_vain(const Reading &reading) const
{
    constexpr std::uint32_t few_octets = 10, many_octets = 60, few_bursts = 2, more = 6, characters = 16;
    constexpr double stands_out = 12;
    const HeardWith::Stay &stay = here().stay();
    const LineRate &rate = reading.facts.rate;
    const std::uint32_t looks = search_.patience() * (promising(reading) ? more : 1);
    const bool other_rate = rate.only_low || (rate.baud != 0 && rate.log_odds > stands_out);
    if (looks == 1 && rate.characters >= characters && other_rate)
        return true;
    return stay.octets >= std::uint64_t{many_octets} * looks ||
           (stay.octets >= few_octets && stay.bursts >= few_bursts * looks);
}

// The bits read as another format, or inverted.
bool LineDetection::read_otherwise(Timestamp now)
{
    const std::uint32_t bursts = here().bursts();
    next_rereading_ = bursts + std::max(4U, bursts / 2);
    const Reading reading = here().read_otherwise();
    const LineReading *proven = proven_reading(reading.facts);
    if (proven == nullptr)
        return false;
    otherwise_ = *proven;
    base_ = proven->settings;
    formats_ = only(base_);
    proof_ = FormatProof::reading;
    leave(Verdict::reads, now);
    step_ = Step::done;
    return true;
}

bool LineDetection::look_at_marks(const Reading &reading, Timestamp now)
{
    constexpr std::uint32_t more_bursts = 2;
    if (reading.ascii >= 2 && eighth_bit(reading))
        return conclude(formats_, FormatProof::eighth_bit, now);
    if (const auto format = format_of_marks(reading))
        return conclude(only(*format), FormatProof::marks_of_octets, now);
    damaged_ = std::clamp(1 - share_of(reading), least_damage, most_damage);
    if (marked(reading, damaged_) == Marked::clean)
        return tells_errors() ? conclude(no_parity, FormatProof::no_marks, now) : try_parity(Parity::even, now);
    return here().stay().bursts >= step_bursts_ + more_bursts && try_parity(Parity::even, now);
}

// Seven data bits heard as eight: the eighth is their parity, or a stop bit.
bool LineDetection::eighth_bit(const Reading &reading)
{
    ascii_ = true;
    if (reading.top_bits == 0)
        return false;  // eight bits
    const bool even = reading.even == reading.characters, odd = reading.even == 0;
    if (!even && !odd && reading.top_bits != reading.characters)
        return false;
    data_bits_ = 7;
    formats_ = even  ? even_parity
               : odd ? odd_parity
                     : LineFormats{.none_1 = false, .none_2 = true, .even = false, .odd = false};
    return true;
}

bool LineDetection::try_parity(Parity parity, Timestamp now)
{
    leave(Verdict::reads, now);
    step_ = parity == Parity::even ? Step::even : Step::odd;
    listen_with({.baud = base_.baud, .data_bits = 8, .parity = parity, .stop_bits = 1});
    return true;
}

bool LineDetection::look_with_even(const Reading &reading, Timestamp now)
{
    constexpr std::uint32_t enough_octets = 16;
    const HeardWith::Stay &stay = here().stay();
    if (reading.frames == 0) {
        const bool chance = stay.bursts < 2 || std::pow(damaged_, stay.bursts) > by_chance;
        return stay.octets >= enough_octets && !chance &&
               conclude(only({.parity = Parity::none}), FormatProof::not_with_parity, now);
    }
    if (reading.ascii >= 2 && eighth_bit(reading))
        return conclude(formats_, FormatProof::eighth_bit, now);
    if (const auto format = format_of_marks(reading))
        return conclude(only(*format), FormatProof::marks_of_octets, now);
    switch (marked(reading, damaged_)) {
    case Marked::not_known: return stay.bursts >= patience && conclude({}, FormatProof::none, now);
    case Marked::clean:
        return tells_errors() ? conclude(even_parity, FormatProof::with_parity, now) : try_parity(Parity::odd, now);
    case Marked::throughout: break;
    }
    marked_with_even_ = true;
    return try_parity(Parity::odd, now);
}

bool LineDetection::look_with_odd(const Reading &reading, Timestamp now)
{
    if (const auto format = format_of_marks(reading))
        return conclude(only(*format), FormatProof::marks_of_octets, now);
    switch (marked(reading, damaged_)) {
    case Marked::not_known: return here().stay().bursts >= patience && conclude({}, FormatProof::none, now);
    case Marked::clean:
        return marked_with_even_ ? conclude(odd_parity, FormatProof::with_parity, now)
                                 : conclude(eleven_bits, FormatProof::no_marks_at_all, now);
    case Marked::throughout:
        return marked_with_even_ ? conclude(no_parity, FormatProof::with_parity, now)
                                 : conclude(even_parity, FormatProof::with_parity, now);
    }
    return false;
}

bool LineDetection::conclude(LineFormats formats, FormatProof proof, Timestamp now)
{
    formats_ = formats;
    proof_ = proof;
    step_ = Step::confirm;
    step_bursts_ = here().stay().bursts;
    return confirm(now);
}

// Frames are few where one look was enough for rate and format: a little more is heard.
bool LineDetection::confirm(Timestamp now)
{
    constexpr std::uint32_t different = 3, many = 6, more_bursts = 3;
    DetectedLine line;
    count_frames(line);
    if (line.different < different && line.frames < many && here().stay().bursts < step_bursts_ + more_bursts)
        return false;
    leave(proof_ == FormatProof::not_with_parity ? Verdict::nothing_reads : Verdict::reads, now);
    step_ = Step::done;
    return false;
}

void LineDetection::count_frames(DetectedLine &line) const
{
    std::set<std::vector<std::uint8_t>> different;
    for (const HeardWith &heard : heard_) {
        if (heard.settings().baud != base_.baud)
            continue;
        Reading reading = heard.read();
        line.frames += reading.frames;
        line.octets += reading.facts.octets;
        line.frame_octets += reading.frame_octets;
        different.merge(reading.different);
    }
    line.different = static_cast<std::uint32_t>(different.size());
}

LineSettings LineDetection::reading_settings() const
{
    LineSettings settings = base_;
    settings.data_bits = data_bits_;
    settings.stop_bits = 1;
    if (formats_.count() == 4)
        return settings;  // what it was heard with
    if (formats_ == odd_parity) {
        settings.parity = Parity::odd;
    } else if (formats_.even) {
        settings.parity = Parity::even;  // characters of eleven bits, where it may be another one
    } else {
        settings.parity = Parity::none;
        settings.stop_bits = formats_.none_1 ? 1 : 2;
    }
    return settings;
}

DetectedLine LineDetection::result() const
{
    constexpr double tests_per_octet = 2, right_by_chance = 1.0 / 65'536, beyond_doubt = -20, clear = -16;
    DetectedLine line;
    line.heard = heard();
    line.all_octets = octets_;
    line.rate = last_rate_;
    line.found = step_ != Step::rate;
    if (!line.found) {
        line.listen = wanted();
        return line;
    }
    line.listen = reading_settings();
    line.formats = formats_;
    line.proof = proof_;
    line.ascii = ascii_;
    count_frames(line);
    if (otherwise_) {
        line.inverted = otherwise_->inverted;
        line.both_sides = otherwise_->answers >= 2;
        line.frames = line.different = otherwise_->requests + otherwise_->answers;
        line.log_chance = otherwise_->log_chance;
        line.certain = line.log_chance < beyond_doubt;
        return line;
    }
    line.log_chance =
        serial::log_chance(line.different, static_cast<double>(octets_) * tests_per_octet * right_by_chance);
    line.certain = line.different >= 3 || line.log_chance < clear;
    return line;
}

}  // namespace buswitness::analyzer
