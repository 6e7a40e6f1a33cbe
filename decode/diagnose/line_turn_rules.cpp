// Who speaks when on a serial line: a second master, late answers, echoes, one direction only, reserved numbers.
#include "decode/base/text.h"
#include "decode/diagnose/line_context.h"

#include <fmt/format.h>

#include <algorithm>

namespace buswitness::diagnose {

namespace {

// Signs of a second master, each of which a single one does not give.
struct Signs {
    std::uint64_t hasty = 0;         // requests before the answer to the one before could come
    std::uint64_t hasty_bursts = 0;  // damaged frames before that
    std::uint64_t out_of_order = 0;  // answers to the request before, which was not given up
    [[nodiscard]] std::uint64_t all() const { return hasty + hasty_bursts + out_of_order; }
};

Signs signs_on(const LineFacts &line)
{
    constexpr std::uint64_t enough = 10;
    Signs signs;
    const LineTurns &turns = line.turns;
    if (turns.turnarounds.count() < enough)
        return signs;
    const Duration usual = turns.turnarounds.percentile(0.5), soonest = turns.turnarounds.percentile(0.05);
    const Duration slowest = turns.turnarounds.percentile(0.99);
    signs.hasty = turns.hasty.count_below(usual * 6 / 10);
    signs.hasty_bursts = turns.hasty_bursts.count_below(soonest / 2);
    signs.out_of_order = turns.out_of_order.count_below(2 * slowest + line.habit.latency);
    return signs;
}

bool has_duplicate(const Context &context, const LineFacts &line)
{
    return context.found(FindingId::rtu_duplicate_address, name_of(line));
}

void two_masters(Context &context, const LineFacts &line)
{
    const LineTurns &turns = line.turns;
    const Signs signs = signs_on(line);
    const std::uint64_t bursts = std::uint64_t{turns.too_long} + turns.fitting;
    const std::uint32_t most = *std::ranges::max_element(turns.too_long_by);
    const bool spread = most * 100ULL < turns.too_long * 85ULL || signs.all() >= 2;
    const bool long_bursts = turns.too_long + signs.all() >= 4 && turns.too_long >= 2 &&
                             turns.too_long * 100ULL > bursts * 12 && spread && !has_duplicate(context, line);
    const bool clean_signs = signs.all() >= 3 && signs.all() * 100 >= line.requests;
    if (!long_bursts && !clean_signs)
        return;
    Finding finding = about_line(FindingId::rtu_two_masters, Certainty::likely, By::client, line);
    finding.count = signs.all() + turns.too_long;
    finding.summary = fmt::format(
        "{} requests came before the one before could be answered, {} answers belong to an earlier request that "
        "nobody had given up, {} damaged frames began where nobody may speak, and {} of {} damaged bursts are longer "
        "than any frame that may stand there.",
        signs.hasty, signs.out_of_order, signs.hasty_bursts, turns.too_long, bursts);
    if (turns.too_long != 0)
        show(finding, turns.too_long_seen, "longer than any frame that may stand here");
    else if (signs.out_of_order != 0)
        show(finding, turns.out_of_order_seen, "answers the request before the latest");
    else
        show(finding, turns.hasty_seen, "request while the one before is open");
    finding.count = signs.all() + turns.too_long;
    context.add(std::move(finding));
}

void late(Context &context, const LineFacts &line, const LineUnitFacts &unit)
{
    if (unit.late != 0) {
        Finding finding = about_unit_of(FindingId::rtu_late_response, Certainty::likely, line, unit);
        finding.summary = fmt::format("{} of unit {} came after the master had sent another request.",
                                      plural(unit.late, "answer", "answers"), unit.unit);
        show(finding, unit.late_seen, "answer to an earlier request");
        context.add(std::move(finding));
    }
    if (unit.stale == 0)
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
