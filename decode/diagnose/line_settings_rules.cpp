// The tap's settings against the line: rate, character format, polarity; ASCII where RTU is expected.
#include "decode/diagnose/line_context.h"
#include "decode/facts/line_evidence.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace buswitness::diagnose {

namespace {

constexpr std::uint64_t enough_octets = 40;
constexpr double hardly_any = 0.05;  // of the octets in frames
constexpr double beyond_doubt = -20;

// Where every chunk is marked and the frames are right all the same, it is a setting; which one, whole packets of a
// slow adapter do not tell.
void marked_throughout(Context &context, const LineFacts &line)
{
    constexpr std::uint64_t enough = 8;
    const auto [all, marked] = marked_chunks(line.marks);
    if (all < enough || marked * 10 < all * 9 || line.good_share() < 0.9)
        return;
    Finding finding = about_line(FindingId::rtu_parity_mismatch, Certainty::certain, By::tap, line);
    finding.count = marked;
    finding.summary =
        fmt::format("The tap listens with {}; {} of {} packets of the adapter carry an error mark although "
                    "{:.1f} % of the octets are in frames with right check sums. The line has another "
                    "parity; which, the adapter's marks on whole packets do not tell.",
                    settings_words(line.settings), marked, all, 100 * line.good_share());
    finding.evidence.push_back(evidence(line.frames_seen.first(), "a frame with a right check sum and marked octets"));
    context.add(std::move(finding));
}

void wrong_parity(Context &context, const LineFacts &line)
{
    // Long packets that are marked as a whole are all marked where much is damaged, whatever the settings.
    constexpr double readable = 0.7;
    if (line.settings.data_bits != 8 || (!marks_are_exact(line.marks) && line.good_share() < readable))
        return;
    const auto format = format_by_marks(line.marks, line.settings);
    if (!format) {
        marked_throughout(context, line);
        return;
    }
    Finding finding = about_line(FindingId::rtu_parity_mismatch, Certainty::certain, By::tap, line);
    finding.count = format->marked;
    finding.summary = fmt::format(
        "The tap listens with {}, the line has {}: the receiver's error marks follow the octets in {:.1f} % of {} "
        "cases, while the check sums are right. Noise would mark at random.",
        settings_words(line.settings), settings_words(format->bus), std::floor(1000 * format->share) / 10,
        format->cases);
    finding.field = settings_words(format->bus);
    finding.evidence.push_back(evidence(line.frames_seen.first(), "a frame with a right check sum and marked octets"));
    context.add(std::move(finding));
}

void read_otherwise(Context &context, const LineFacts &line, const LineReading &reading)
{
    const bool both_sides = reading.answers >= 2;
    const FindingId id = !reading.inverted ? FindingId::rtu_parity_mismatch
                         : both_sides      ? FindingId::rtu_tap_polarity
                                           : FindingId::rtu_polarity_swapped;
    const Certainty certainty = reading.log_chance < beyond_doubt ? Certainty::certain : Certainty::likely;
    Finding finding = about_line(id, certainty, reading.inverted && !both_sides ? By::unknown : By::tap, line);
    finding.count = reading.requests;
    finding.field = settings_words(reading.settings);
    finding.summary = fmt::format(
        "Hardly any frame reads as it was heard. Read again {}{}, {} different bursts hold {} requests whose "
        "check sum is right{}; the chance that all are accidents is below 1 in 10^{:.0f}.",
        reading.inverted ? "with the two wires exchanged, as " : "as ", settings_words(reading.settings),
        reading.bursts, reading.requests,
        both_sides ? fmt::format(", and {} have the answer that is due behind them", reading.answers) : "",
        std::floor(-reading.log_chance / std::log(10)));
    if (reading.inverted && both_sides)
        finding.summary += " So the devices understand each other: only the tap's wires are exchanged.";
    else if (reading.inverted)
        finding.possible_causes = {"the tap's own wires are exchanged, the bus is right",
                                   "A and B are exchanged at the master: then no unit answers it"};
    if (reading.inverted && settings_words(reading.settings) != settings_words(line.settings) &&
        reading.settings.parity != line.settings.parity)
        finding.extra_next_steps.push_back(
            fmt::format("Set the tap to {} as well: the line reads so.", settings_words(reading.settings)));
    context.add(std::move(finding));
}

void wrong_rate(Context &context, const LineFacts &line)
{
    constexpr double sure = 12, certain = 40;
    const LineRate &rate = line.rate;
    if (rate.only_low) {
        Finding finding = about_line(FindingId::rtu_baud_mismatch, Certainty::likely, By::tap, line);
        finding.count = rate.characters;
        finding.summary = fmt::format("The tap listens at {} bit/s, the line is slower by far: most characters are "
                                      "one low pulse. Its rate is below {} bit/s.",
                                      line.settings.baud, line.settings.baud / 5);
        context.add(std::move(finding));
        return;
    }
    if (rate.baud != 0 && rate.log_odds > sure) {
        Finding finding = about_line(FindingId::rtu_baud_mismatch,
                                     rate.log_odds > certain ? Certainty::certain : Certainty::likely, By::tap, line);
        finding.count = rate.characters;
        finding.field = std::to_string(rate.baud);
        finding.summary = fmt::format("The tap listens at {} bit/s, the line runs at {}: the runs of equal bits in {} "
                                      "characters have the lengths of that rate.",
                                      line.settings.baud, rate.baud, rate.characters);
        finding.extra_next_steps.push_back(fmt::format("Set the tap to {} bit/s and record again.", rate.baud));
        context.add(std::move(finding));
        return;
    }
    Finding finding = about_line(FindingId::rtu_settings_unknown, Certainty::likely, By::tap, line);
    finding.count = line.octets;
    finding.summary =
        fmt::format("{} octets were heard and {:.1f} % of them are in frames. ", line.octets, 100 * line.good_share());
    if (line.settings.baud == 0)
        finding.summary += "The recording does not say at which rate the tap listened, so other settings could not be "
                           "tried on it.";
    else
        finding.summary += fmt::format("No other format, rate below the tap's {} bit/s, or exchanged wires explains "
                                       "them. A tap that is slower than the line loses what would tell.",
                                       line.settings.baud);
    context.add(std::move(finding));
}

void ascii(Context &context, const LineFacts &line)
{
    if (line.ascii_frames < 2)
        return;
    Finding finding = about_line(FindingId::ascii_on_rtu, Certainty::certain, By::unknown, line);
    finding.summary =
        fmt::format("{} of {} frames are Modbus ASCII with a right check sum (LRC).", line.ascii_frames, line.frames);
    show(finding, line.ascii_seen, "frame from ':' to CR LF");
    context.add(std::move(finding));
}

void nothing_heard(Context &context, const LineFacts &line)
{
    Finding finding = about_line(FindingId::rtu_no_traffic, Certainty::certain, By::unknown, line);
    finding.summary = fmt::format("Not one octet was heard on {}.", name_of(line));
    finding.possible_causes = {"the master is off, or does not poll", "the tap is not connected to the bus",
                               "it listens on another port than the one that is wired"};
    context.add(std::move(finding));
}

}  // namespace

void line_settings_rules(Context &context)
{
    for (const LineFacts &line : context.facts.lines) {
        if (line.octets == 0) {
            nothing_heard(context, line);
            continue;
        }
        ascii(context, line);
        if (line.ascii_frames >= 2)
            continue;
        if (line.good_share() >= hardly_any) {
            wrong_parity(context, line);
            continue;
        }
        context.unreadable.insert(&line);
        if (line.octets < enough_octets)
            continue;
        if (const LineReading *reading = proven_reading(line))
            read_otherwise(context, line, *reading);
        else
            wrong_rate(context, line);
    }
}

}  // namespace buswitness::diagnose
