// Who speaks when on a serial line: a second master, late answers, echoes, one direction only, reserved numbers.
#include "decode/base/text.h"
#include "decode/diagnose/line_context.h"

#include <fmt/format.h>

#include <algorithm>

namespace buswitness::diagnose {

namespace {

// Signs of a second master, which a single one does not give: it waits for the answer, or for its time-out, which is
// longer than most answers take.
struct Signs {
    std::uint64_t hasty = 0;         // requests before the one before could be answered
    std::uint64_t out_of_order = 0;  // answers to the request before, which was not given up
    [[nodiscard]] std::uint64_t all() const { return hasty + out_of_order; }
};

Signs signs_on(const LineFacts &line)
{
    constexpr std::uint64_t enough = 10;
    const LineTurns &turns = line.turns;
    if (turns.turnarounds.count() < enough)
        return {};
    const Duration slow = turns.turnarounds.percentile(0.9);
    return {turns.hasty.count_below(slow), turns.out_of_order.count_below(slow)};
}

bool has_duplicate(const Context &context, const LineFacts &line)
{
    return context.found(FindingId::rtu_duplicate_address, name_of(line));
}

// Nothing but collisions: frames of several units and requests that resemble nothing that is heard otherwise, on a line
// that is quiet between them. Noise leaves most bits of a frame alone, and does not spare the silences.
bool only_collisions(const LineFacts &line)
{
    constexpr std::uint32_t enough = 12;
    const LineTurns &turns = line.turns;
    const auto hit = std::ranges::count_if(line.units, [](const LineUnitFacts &u) { return u.damaged != 0; });
    return turns.inexact >= enough && turns.exact * 8 <= turns.inexact && hit >= 2 && line.bad_others != 0 &&
           line.bit_errors.frames * 32ULL <= line.bad && stray_pulses(line) * 8 <= turns.inexact &&
           line.good_share() > 0.2;
}

// Longer than anything that may stand there, at several places: one talks into the other's frame and goes on behind its
// end. Neither noise nor an echo lengthens what is sent, and a disturbed idle line shows itself also alone.
bool run_together(const LineFacts &line, const Signs &signs)
{
    const LineTurns &turns = line.turns;
    const std::uint64_t bursts = std::uint64_t{turns.exact} + turns.inexact;
    const bool spread = turns.overlong_together * 7ULL <= turns.overlong * 6ULL || signs.all() >= 2;
    return turns.overlong >= 2 && signs.all() + turns.overlong >= 4 && turns.overlong * 12ULL >= bursts && spread &&
           turns.exact * 2 <= turns.inexact && stray_pulses(line) * 4 <= turns.overlong;
}

void two_masters(Context &context, const LineFacts &line)
{
    const LineTurns &turns = line.turns;
    const Signs signs = signs_on(line);
    const bool clean = signs.all() >= 3 && signs.all() * 100 >= line.requests;
    // Where two talk at once, what is heard is seldom as long as one of them; noise changes octets.
    const bool two = signs.all() >= 2 && turns.inexact >= 4 && turns.exact * 4 <= turns.inexact;
    const bool one = signs.all() >= 1 && turns.inexact >= 5 && turns.exact * 8 <= turns.inexact;
    if (!clean && (has_duplicate(context, line) || !(two || one || only_collisions(line) || run_together(line, signs))))
        return;
    Finding finding = about_line(FindingId::rtu_two_masters, Certainty::likely, By::client, line);
    finding.summary = fmt::format(
        "{} requests came before the one before could be answered, and {} answers belong to an earlier request that "
        "nobody had given up{}.",
        signs.hasty, signs.out_of_order,
        turns.inexact + turns.overlong == 0
            ? std::string()
            : fmt::format("; {} of {} damaged frames have a length that none of the two could have, {} are longer than "
                          "anything that may stand there",
                          turns.inexact, turns.exact + turns.inexact, turns.overlong));
    if (signs.all() == 0 && turns.overlong != 0)
        show(finding, turns.overlong_seen, "damaged, and longer than anything that may stand here");
    else if (signs.all() == 0)
        show(finding, line.bad_seen, "damaged, and of a length that nothing here has");
    else if (signs.hasty != 0)
        show(finding, turns.hasty_seen, "request while the one before is open");
    else
        show(finding, turns.out_of_order_seen, "answers the request before the latest");
    finding.count = std::max<std::uint64_t>(signs.all(), 1);
    context.add(std::move(finding));
}

void late(Context &context, const LineFacts &line, const LineUnitFacts &unit)
{
    constexpr std::uint32_t again = 2;
    if (unit.late >= again) {
        Finding finding = about_unit_of(FindingId::rtu_late_response, Certainty::likely, line, unit);
        finding.summary = fmt::format("{} of unit {} came after the master had sent another request.",
                                      plural(unit.late, "answer", "answers"), unit.unit);
        show(finding, unit.late_seen, "answer to an earlier request");
        context.add(std::move(finding));
    }
    if (unit.stale < again)
        return;
    Finding finding = about_unit_of(FindingId::rtu_stale_response, Certainty::likely, line, unit);
    finding.summary = fmt::format(
        "{} of unit {} fit an earlier request and not the one that the master was waiting for: with no transaction "
        "number in RTU, it may have taken them for the wrong values.",
        plural(unit.stale, "answer", "answers"), unit.unit);
    show(finding, unit.stale_seen, "fits the request before, not the latest");
    context.add(std::move(finding));
}

void echo(Context &context, const LineFacts &line)
{
    constexpr std::uint32_t few = 5;
    if (line.turns.echoes < few || line.turns.echoes * 10ULL < (line.requests - line.turns.echoes) * 5ULL)
        return;
    Finding finding = about_line(FindingId::rtu_echo, Certainty::certain, By::tap, line);
    finding.summary = fmt::format("{} of {} requests were heard a second time at once, octet by octet.",
                                  line.turns.echoes, line.requests - line.turns.echoes);
    show(finding, line.turns.echoes_seen, "the request before, once more");
    context.add(std::move(finding));
}

void one_direction(Context &context, const LineFacts &line)
{
    constexpr std::uint64_t few = 5;
    if (line.requests != 0 || line.responses < few || line.undirected != 0)
        return;
    Finding finding = about_line(FindingId::rtu_one_direction, Certainty::certain, By::tap, line);
    finding.summary = fmt::format("{} answers were heard and not one request: the tap hears only what the units send.",
                                  line.responses);
    show(finding, line.frames_seen, "answer without a request");
    context.add(std::move(finding));
}

void reserved(Context &context, const LineFacts &line)
{
    if (line.reserved < 2)
        return;
    Finding finding = about_line(FindingId::rtu_reserved_address, Certainty::certain, By::client, line);
    finding.summary = fmt::format("{} frames carry unit numbers from 248 to 255, which are reserved.", line.reserved);
    show(finding, line.reserved_seen, "reserved unit number");
    context.add(std::move(finding));
}

void turns(Context &context, const LineFacts &line)
{
    one_direction(context, line);
    reserved(context, line);
    echo(context, line);
    if (line.ascii_frames < 2)
        two_masters(context, line);
    if (context.found(FindingId::rtu_two_masters, name_of(line)) || has_duplicate(context, line))
        return;  // two talk at once: nobody is late
    for (const LineUnitFacts &unit : line.units)
        late(context, line, unit);
}

}  // namespace

void line_turn_rules(Context &context)
{
    each_readable_line(context, turns);
}

}  // namespace buswitness::diagnose
