#include "cli/serial_summary.h"

#include "decode/serial/settings_text.h"
#include "decode/serial/timing.h"

#include <fmt/format.h>

namespace buswitness::cli {

namespace {

// "3 parity errors, 1 break"; empty when nothing was marked.
std::string marks_of(const capture::SerialCounts &counts)
{
    std::string text;
    const auto add = [&text](std::uint64_t count, std::string_view what) {
        if (count != 0)
            text += fmt::format("{}{} {}{}", text.empty() ? "" : ", ", count, what, count == 1 ? "" : "s");
    };
    add(counts.parity_errors, "parity error");
    add(counts.framing_errors, "framing error");
    add(counts.line_errors, "parity or framing error");
    add(counts.breaks, "break");
    return text;
}

std::string losses_of(const capture::SerialCounts &counts)
{
    std::string text;
    if (counts.overruns != 0)
        text = fmt::format("octets lost {} times, the receiver or the kernel overran", counts.overruns);
    else
        text = counts.counts_losses ? "none lost" : "losses are not known, the driver does not count them";
    if (counts.dropped != 0)
        text += fmt::format("; {} octets dropped, the recording was too slow", counts.dropped);
    return text;
}

// What the adapter's habit allows to say of silences; asked for and achieved are two things.
std::string timing_of(const capture::SerialReport &line, const serial::ChunkHabit &habit)
{
    const std::string timer = line.latency.timer_ms   ? fmt::format(", its timer says {} ms", *line.latency.timer_ms)
                              : line.latency.accepted ? ", low latency was accepted"
                                                      : "";
    if (!habit.measured)
        return fmt::format("too little was heard to measure how the adapter hands octets over{}", timer);
    const Duration silence = serial::t3_5(line.settings);
    return fmt::format(
        "octets wait up to {:.1f} ms in the adapter (measured{}), at most {} at once: silences of t3.5 = "
        "{:.2f} ms {}",
        milliseconds(habit.latency), timer, line.counts.largest_chunk, milliseconds(silence),
        habit.latency <= silence / 2 ? "can be judged" : "cannot be judged with it");
}

}  // namespace

std::vector<std::string> summary_of(const capture::SerialReport &line, const serial::ChunkHabit &habit)
{
    const capture::SerialCounts &counts = line.counts;
    const std::string marks = marks_of(counts);
    return {fmt::format("{} at {}: {} octets in {} chunks{}; {}", line.name, to_string(line.settings), counts.octets,
                        counts.chunks, marks.empty() ? "" : ", " + marks, losses_of(counts)),
            fmt::format("{}: {}", line.name, timing_of(line, habit))};
}

}  // namespace buswitness::cli
