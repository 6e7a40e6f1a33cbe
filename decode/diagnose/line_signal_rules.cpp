// Damage on a serial line: noise beside the frames, reflections, damaged frames; and silences that break the rules.
#include "decode/base/text.h"
#include "decode/diagnose/line_context.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace buswitness::diagnose {

namespace {

void noise(Context &context, const LineFacts &line)
{
    const LineSpikes &spikes = line.spikes;
    const std::uint64_t all = stray_pulses(line);
    const double beside = spikes.before + spikes.behind + 0.5 * spikes.between;
    constexpr double readable = 0.5;
    if (all < 5 || line.frames < 10 || line.good_share() < readable || all * 20 <= line.frames ||
        spikes.pulses * 10 <= spikes.octets * 6 || beside <= static_cast<double>(line.bad))
        return;
    Finding finding = about_line(FindingId::rtu_noise_bias, Certainty::likely, By::unknown, line);
    finding.summary = fmt::format(
        "{} times one to three octets that nobody sent stand right before a frame, {} times right behind one, {} times "
        "alone; {} % of them look like short low pulses, as an idle line without bias makes.",
        spikes.before, spikes.behind, spikes.between, spikes.pulses * 100 / std::max<std::uint64_t>(spikes.octets, 1));
    finding.possible_causes = {"no bias resistors: nobody holds the idle line",
                               "interference from a drive or a contactor on the idle line"};
    show(finding, spikes.seen, "octets that belong to no frame");
    context.add(std::move(finding));
}

// An echo of each change of the line comes back after one way to the open end and again, weaker, after three and five:
// it lasts as long as the way takes. Bits are sampled in their middle.
struct Echo {
    double delay = 0;  // in bit times
    double z = 0;      // in standard deviations of errors that hit anywhere
    double seen = 0, expected = 0;
};

Echo echo_after(const LineBitErrors &errors, double delay)
{
    std::array<double, LineBitErrors::distances> weights{};
    double weight = 1;
    for (int ways = 1; ways <= 5; ways += 2, weight /= 2)
        for (std::size_t d = 0; d < weights.size(); ++d) {
            const double sampled = static_cast<double>(d) + 0.5;
            if (sampled >= ways * delay - 0.1 && sampled <= (ways + 1) * delay + 0.1)
                weights[d] = std::max(weights[d], weight);
        }
    double difference = 0, variance = 0;
    Echo echo{.delay = delay};
    for (std::size_t d = 0; d < weights.size(); ++d) {
        difference += weights[d] * (errors.after_edge[d] - errors.expected[d]);
        variance += weights[d] * weights[d] * errors.variance[d];
        if (weights[d] == 1) {
            echo.seen += errors.after_edge[d];
            echo.expected += errors.expected[d];
        }
    }
    echo.z = variance > 0 ? difference / std::sqrt(variance) : 0;
    return echo;
}

// A bus is at most 1200 m long, and the signal takes 5 ns for a metre; some more for devices on the way.
constexpr double longest_way = 15e-6;  // seconds, there and back

// What an echo of such a cable would do, and with far stronger evidence what a longer or branched one would: each of
// its bounces is one. On a slow line an echo is over before a bit is sampled.
Echo strongest_echo(const LineBitErrors &errors, double bits_per_second)
{
    constexpr double shortest = 0.2, longest = 4, step = 1.15, slow = 19'200, doubt = 2.3;
    Echo best;
    if (bits_per_second <= slow)
        return best;
    for (double delay = shortest; delay < longest; delay *= step) {
        Echo echo = echo_after(errors, delay);
        if (delay > longest_way * bits_per_second)
            echo.z -= doubt;
        if (echo.z > best.z)
            best = echo;
    }
    return best;
}

bool reflections(Context &context, const LineFacts &line)
{
    constexpr double enough_errors = 8;
    const LineBitErrors &errors = line.bit_errors;
    // What disturbs the line when nobody talks damages frames as well; an echo comes only of what is sent.
    const bool disturbed = stray_pulses(line) * 6 >= line.bad;
    const double sure = disturbed ? 4.7 : 3.7;
    const Echo echo = strongest_echo(errors, line.settings.baud);
    if (errors.errors < enough_errors || echo.z < sure || damaged_share(line) < 0.01 ||
        echo.seen < 1.15 * echo.expected)
        return false;
    const double bit = line.settings.baud == 0 ? 0 : 1e9 / line.settings.baud;
    Finding finding = about_line(FindingId::rtu_reflections, Certainty::likely, By::unknown, line);
    finding.summary = fmt::format(
        "The {:.0f} bit errors in damaged frames come about {} after a change of the line far more often than by "
        "chance ({:.1f} standard deviations): an echo from the end of the cable or of a stub. Noise would hit "
        "anywhere.",
        errors.errors, human(Duration(static_cast<std::int64_t>(echo.delay * bit))), echo.z);
    show(finding, line.bad_seen, "damaged frame");
    context.add(std::move(finding));
    return true;
}

// Whose frames are damaged: everybody's speaks for the medium, one sender's for him.
std::string senders(const LineFacts &line)
{
    std::string words;
    for (const LineUnitFacts &unit : line.units) {
        if (unit.damaged == 0 || unit.answers() < 3)
            continue;
        words += fmt::format("{}unit {}: {} of {}", words.empty() ? "" : ", ", unit.unit, unit.damaged, unit.answers());
    }
    return words.empty() ? std::string() : " Damaged answers by sender: " + words + ".";
}

void damaged(Context &context, const LineFacts &line)
{
    const double share = damaged_share(line);
    if (share <= 0.02 || line.bad < 3)
        return;
    Finding finding = about_line(FindingId::rtu_crc_errors, Certainty::certain, By::unknown, line);
    finding.severity = share > 0.1 ? Severity::error : Severity::warning;
    finding.summary = fmt::format("{} of {} frames are damaged ({:.1f} %).{}", line.bad, line.frames + line.bad,
                                  100 * share, senders(line));
    show(finding, line.bad_seen, "damaged frame");
    context.add(std::move(finding));
}

void silences(Context &context, const LineFacts &line)
{
    const LineSilences &s = line.silences;
    if (s.pauses >= 5 && s.pauses * 100ULL > s.frames * 6ULL) {
        Finding finding = about_line(FindingId::rtu_intercharacter_gap, Certainty::certain, By::unknown, line);
        finding.summary = fmt::format("{} of {} frames contain a silence that is certainly longer than t1.5, the "
                                      "longest {}.",
                                      s.pauses, s.frames, human(s.longest_pause));
        show(finding, s.pauses_seen, "a silence longer than t1.5 inside");
        context.add(std::move(finding));
    }
    const bool echo = context.found(FindingId::rtu_echo, name_of(line));  // it follows at once
    if (!echo && s.close >= 5 && s.close * 100ULL > s.frames * 3ULL) {
        Finding finding = about_line(FindingId::rtu_interframe_gap, Certainty::certain, By::unknown, line);
        finding.summary = fmt::format("{} of {} frames begin certainly less than t3.5 behind the one before, the "
                                      "closest at most {}.",
                                      s.close, s.frames, human(s.shortest_gap));
        show(finding, s.close_seen, "less than t3.5 behind the frame before");
        context.add(std::move(finding));
    }
}

void signal(Context &context, const LineFacts &line)
{
    const std::string name = name_of(line);
    noise(context, line);
    const bool echoed = reflections(context, line);
    const bool collisions = context.found(FindingId::rtu_duplicate_address, name) ||
                            context.found(FindingId::rtu_two_masters, name) ||
                            context.found(FindingId::rtu_node_inverted, name);
    if (!echoed && !collisions)
        damaged(context, line);
    silences(context, line);
}

}  // namespace

void line_signal_rules(Context &context)
{
    each_readable_line(context, signal);
}

}  // namespace buswitness::diagnose
