#include "decode/diagnose/line_context.h"

#include <fmt/format.h>

namespace buswitness::diagnose {

const LineFacts *line_of(const Facts &facts, const PairFacts &pair)
{
    return pair.line < facts.lines.size() ? &facts.lines[pair.line] : nullptr;
}

std::string name_of(const LineFacts &line)
{
    return line.name.empty() ? fmt::format("line {}", line.interface + 1) : line.name;
}

std::string settings_words(const serial::LineSettings &settings)
{
    const char parity = settings.parity == serial::Parity::none   ? 'N'
                        : settings.parity == serial::Parity::even ? 'E'
                                                                  : 'O';
    return fmt::format("{}{}{}", settings.data_bits, parity, settings.stop_bits);
}

std::string rate_words(const serial::LineSettings &settings)
{
    return settings.baud == 0 ? settings_words(settings)
                              : fmt::format("{} {}", settings.baud, settings_words(settings));
}

Finding about_line(FindingId id, Certainty certainty, By by, const LineFacts &line)
{
    Finding finding;
    finding.id = id;
    finding.severity = row(id).severity;
    finding.certainty = certainty;
    finding.by = by;
    finding.line = name_of(line);
    finding.first = line.first;
    finding.last = line.last;
    return finding;
}

Finding about_unit_of(FindingId id, Certainty certainty, const LineFacts &line, const LineUnitFacts &unit)
{
    Finding finding = about_line(id, certainty, By::server, line);
    finding.unit = unit.unit;
    return finding;
}

std::uint64_t stray_pulses(const LineFacts &line)
{
    return std::uint64_t{line.spikes.before} + line.spikes.behind + line.spikes.between;
}

double damaged_share(const LineFacts &line)
{
    const std::uint64_t all = line.frames + line.bad;
    return all == 0 ? 0 : static_cast<double>(line.bad) / static_cast<double>(all);
}

}  // namespace buswitness::diagnose
