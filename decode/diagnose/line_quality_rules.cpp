// What limits the recording of a serial line: the adapter's timing, and errors that it does not report.
#include "decode/base/text.h"
#include "decode/diagnose/line_context.h"

#include "decode/serial/timing.h"

#include <fmt/format.h>

namespace buswitness::diagnose {

namespace {

void coarse_timing(Context &context, const LineFacts &line)
{
    const Duration t3_5 = serial::t3_5(line.settings);
    if (line.frames == 0 || line.settings.baud == 0 || !line.habit.measured || line.habit.latency <= t3_5)
        return;
    Finding finding = about_line(FindingId::capture_timing_coarse, Certainty::certain, By::tap, line);
    finding.summary = fmt::format(
        "The adapter keeps octets for up to {}, t3.5 at these settings is {}. So silences between frames and inside "
        "them are judged only where they are longer than that; frames themselves are read in full.",
        human(line.habit.latency), human(t3_5));
    finding.count = line.chunks;
    context.add(std::move(finding));
}

void no_marks(Context &context, const LineFacts &line)
{
    constexpr std::uint64_t enough = 60;
    // Without parity a wrong bit makes no mark.
    const bool would_mark = line.settings.parity != serial::Parity::none || context.unreadable.contains(&line);
    if (line.marked_octets != 0 || !would_mark || line.bad_octets < enough)
        return;
    Finding finding = about_line(FindingId::capture_no_line_flags, Certainty::likely, By::tap, line);
    finding.summary = fmt::format("{} octets are in damaged frames, and the adapter marked none of them with a "
                                  "parity or framing error: it does not report them. A wrong parity setting cannot be "
                                  "seen then.",
                                  line.bad_octets);
    finding.count = line.bad_octets;
    context.add(std::move(finding));
}

}  // namespace

void line_quality_rules(Context &context)
{
    for (const LineFacts &line : context.facts.lines) {
        coarse_timing(context, line);
        no_marks(context, line);
    }
}

}  // namespace buswitness::diagnose
