// Units on a serial line: silent, deaf at times, doubled, or wired the wrong way round.
#include "decode/base/text.h"
#include "decode/diagnose/line_context.h"

#include <fmt/format.h>

#include <algorithm>

namespace buswitness::diagnose {

namespace {

constexpr std::uint32_t few = 3;

// Now and then a coincidence reads as an answer; over many requests it is not one.
bool is_silent(const LineUnitFacts &unit)
{
    constexpr std::uint32_t many = 40;
    const std::uint32_t tolerated = unit.requests >= many ? unit.requests / 50 : 0;
    return unit.unit != 0 && unit.unanswered >= few && unit.answers() <= tolerated && unit.responses <= tolerated;
}

bool anybody_answers(const LineFacts &line)
{
    return std::ranges::any_of(line.units, [](const LineUnitFacts &u) { return u.clean + u.doubled != 0; });
}

bool deaf_after_silence(const LineUnitFacts &unit)
{
    return unit.after_silence >= few && unit.otherwise >= few &&
           unit.after_silence_lost * 10 >= unit.after_silence * 8 && unit.otherwise_lost * 10 <= unit.otherwise;
}

void deaf_after(Context &context, const LineFacts &line, const LineUnitFacts &unit)
{
    Finding finding = about_unit_of(FindingId::rtu_deaf_after_silence, Certainty::likely, line, unit);
    finding.summary = fmt::format(
        "Unit {} answers {} of {} requests, but only {} of {} that follow an unanswered request to another unit: its "
        "driver still waits for that unit's answer and takes the next request for it.",
        unit.unit, unit.otherwise - unit.otherwise_lost, unit.otherwise, unit.after_silence - unit.after_silence_lost,
        unit.after_silence);
    show(finding, unit.deaf_seen, "unanswered, right after another unit's silence");
    context.add(std::move(finding));
}

// Lost only when asked soon after another unit's frame.
bool deaf_to_neighbours(const LineUnitFacts &unit)
{
    constexpr std::uint64_t enough = 4;
    constexpr Duration soon = std::chrono::milliseconds(15);
    const Histogram &lost = unit.gap_lost, &answered = unit.gap_answered;
    return lost.count() >= enough && answered.count() >= enough && lost.percentile(0.95) < soon &&
           lost.percentile(0.95) * 3 / 2 < answered.percentile(0.05);
}

void deaf_neighbour(Context &context, const LineFacts &line, const LineUnitFacts &unit)
{
    Finding finding = about_unit_of(FindingId::rtu_deaf_neighbour, Certainty::likely, line, unit);
    finding.summary = fmt::format(
        "Unit {} does not answer when it is asked up to {} after another unit's frame ({} times), and answers from {} "
        "on ({} times).",
        unit.unit, human(unit.gap_lost.percentile(0.95)), unit.gap_lost.count(),
        human(unit.gap_answered.percentile(0.05)), unit.gap_answered.count());
    finding.extra_next_steps.push_back(fmt::format("Let the master wait at least {} between frames, and look for a "
                                                   "setting of that name.",
                                                   human(unit.gap_answered.percentile(0.05))));
    show(finding, unit.unanswered_seen, "unanswered, soon after another unit's frame");
    context.add(std::move(finding));
}

bool node_inverted(const LineUnitFacts &unit)
{
    return unit.read_inverted >= few && unit.clean + unit.doubled == 0 && unit.read_inverted * 2 > unit.tried_inverted;
}

void inverted(Context &context, const LineFacts &line, const LineUnitFacts &unit)
{
    Finding finding = about_unit_of(FindingId::rtu_node_inverted, Certainty::certain, line, unit);
    finding.summary = fmt::format(
        "None of unit {}'s answers reads as it was heard; read with the wires exchanged, {} of {} are the answer that "
        "was due, with a right check sum. The other side of the line reads well.",
        unit.unit, unit.read_inverted, unit.tried_inverted);
    show(finding, unit.inverted_seen, "the answer that is due, when read inverted");
    context.add(std::move(finding));
}

struct Others {
    std::uint64_t damaged = 0, answers = 0;
    [[nodiscard]] double share() const
    {
        return answers == 0 ? 0 : static_cast<double>(damaged) / static_cast<double>(answers);
    }
};

Others others_than(const LineFacts &line, const LineUnitFacts &unit)
{
    Others others;
    for (const LineUnitFacts &other : line.units)
        if (other.unit != 0 && other.unit != unit.unit) {
            others.damaged += other.damaged;
            others.answers += other.answers();
        }
    return others;
}

void duplicate(Context &context, const LineFacts &line, const LineUnitFacts &unit)
{
    constexpr double calm = 0.1;
    const std::uint32_t answers = unit.answers();
    if (unit.unit == 0 || unit.requests < 4)
        return;
    if (unit.doubled >= 2 && unit.doubled * 20 >= answers) {
        Finding finding = about_unit_of(FindingId::rtu_duplicate_address,
                                        unit.doubled >= 4 ? Certainty::certain : Certainty::likely, line, unit);
        finding.summary =
            fmt::format("{} of {} requests to unit {} got two right answers, one behind the other without room for a "
                        "request between them.",
                        unit.doubled, answers, unit.unit);
        show(finding, unit.doubled_seen, "two right answers to this request");
        context.add(std::move(finding));
        return;
    }
    const bool nearly_all =
        unit.damaged * 10 >= answers * 9 && unit.overlong + unit.doubled != 0 && line.settings.baud != 0;
    const bool too_long = (unit.overlong + unit.doubled) * 4 >= unit.damaged;
    const bool most = unit.damaged * 10 >= answers * 7 && (too_long || nearly_all);
    // Nobody else's answers are longer than they may be, and no pulses on the idle line lengthen them.
    const bool mostly_too_long = unit.overlong >= 4 && unit.overlong * 2 >= unit.damaged &&
                                 unit.damaged * 10 >= answers * 3 && stray_pulses(line) <= unit.overlong;
    if (unit.damaged < 4 || others_than(line, unit).share() >= calm || !(most || mostly_too_long))
        return;
    Finding finding = about_unit_of(FindingId::rtu_duplicate_address, Certainty::likely, line, unit);
    finding.summary = fmt::format("{} of {} answers of unit {} are damaged, {} of them longer than the request allows; "
                                  "the other units read well. Two devices with this number answer over each other.",
                                  unit.damaged, answers, unit.unit, unit.overlong);
    if (!too_long)
        finding.possible_causes = {"the unit has other line settings than the rest",
                                   "its transceiver or its stub damages everything it sends"};
    show(finding, unit.damaged_seen, "only damaged octets answer this request");
    context.add(std::move(finding));
}

void silent(Context &context, const LineFacts &line, const LineUnitFacts &unit)
{
    Finding finding = about_unit_of(FindingId::rtu_unit_silent, Certainty::certain, line, unit);
    finding.summary = fmt::format("Unit {} answered none of {} requests, while other units on the line answer.",
                                  unit.unit, unit.unanswered);
    show(finding, unit.unanswered_seen, "unanswered request");
    context.add(std::move(finding));
}

void nobody_answers(Context &context, const LineFacts &line)
{
    std::uint32_t requests = 0;
    std::string units;
    const LineUnitFacts *first = nullptr;
    for (const LineUnitFacts &unit : line.units) {
        if (unit.unit == 0 || unit.unanswered == 0)
            continue;
        first = first == nullptr ? &unit : first;
        requests += unit.unanswered;
        units += (units.empty() ? "" : ", ") + std::to_string(unit.unit);
    }
    if (requests < few)
        return;
    Finding finding = about_line(FindingId::rtu_no_response, Certainty::certain, By::server, line);
    finding.summary = fmt::format("{} requests to unit {} read well, and not one answer was heard.", requests, units);
    finding.possible_causes = {
        "one unit only: it is off, has another number, or other settings than the master",
        "all units: A and B are exchanged between the master and them, or the cable is open behind the tap",
        "the tap hears only the master's pair of a four-wire bus"};
    show(finding, first->unanswered_seen, "unanswered request");
    finding.count = requests;
    context.add(std::move(finding));
}

void units(Context &context, const LineFacts &line)
{
    if (line.requests == 0)
        return;
    const bool answered = anybody_answers(line);
    bool explained = false;
    for (const LineUnitFacts &unit : line.units) {
        if (node_inverted(unit)) {
            inverted(context, line, unit);
            explained = true;
            continue;
        }
        duplicate(context, line, unit);
        if (is_silent(unit)) {
            if (answered)
                silent(context, line, unit);
        } else if (deaf_after_silence(unit)) {
            deaf_after(context, line, unit);
        } else if (deaf_to_neighbours(unit)) {
            deaf_neighbour(context, line, unit);
        }
    }
    if (!answered && !explained && line.responses == 0 && line.bad_answers == 0)
        nobody_answers(context, line);
}

}  // namespace

void line_unit_rules(Context &context)
{
    each_readable_line(context, units);
}

}  // namespace buswitness::diagnose
