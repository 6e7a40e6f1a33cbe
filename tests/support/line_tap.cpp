#include "tests/support/line_tap.h"

#include "decode/analyzer.h"
#include "decode/diagnose/catalogue.h"
#include "decode/diagnose/diagnose.h"
#include "decode/diagnose/line_context.h"
#include "decode/serial/timing.h"

#include <algorithm>
#include <bit>
#include <set>

namespace buswitness::test {
namespace {

using serial::LineSettings;
using serial::Parity;

struct Change {
    double time = 0;  // seconds
    int level = 1;
};

int parity_bit(std::uint8_t octet, Parity parity)
{
    const int odd = std::popcount(octet) & 1;
    return parity == Parity::even ? odd : 1 - odd;
}

std::vector<int> bits_of(std::uint8_t octet, const LineSettings &settings)
{
    std::vector<int> bits{0};
    for (int bit = 0; bit < settings.data_bits; ++bit)
        bits.push_back(octet >> bit & 1);
    if (settings.parity != Parity::none)
        bits.push_back(parity_bit(octet, settings.parity));
    bits.insert(bits.end(), settings.stop_bits, 1);
    return bits;
}

double seconds_of(Timestamp time)
{
    return static_cast<double>(time.time_since_epoch().count()) / 1e9;
}

std::vector<Change> waveform(const LineBench &line, Timestamp begin)
{
    const LineSettings &settings = line.settings();
    const double bit_time = 1.0 / settings.baud;
    std::vector<Change> changes;
    for (const HeardOctet &said : line.heard()) {
        const std::vector<int> bits = bits_of(said.octet, settings);
        double at = seconds_of(Timestamp(said.time - begin)) - static_cast<double>(bits.size()) * bit_time;
        for (const int bit : bits) {
            changes.push_back({at, (said.mark & said_inverted) != 0 ? 1 - bit : bit});
            at += bit_time;
        }
        changes.push_back({at - bit_time * 1e-6, 1});
    }
    return changes;
}

class Level {
public:
    Level(std::vector<Change> changes, bool exchanged) : changes_(std::move(changes)), exchanged_(exchanged) {}
    [[nodiscard]] int at(double time) const
    {
        const auto next = std::ranges::upper_bound(changes_, time, {}, &Change::time);
        const int level = next == changes_.begin() ? 1 : (next - 1)->level;
        return exchanged_ ? 1 - level : level;
    }
    // The next change from high to low; negative: none.
    [[nodiscard]] double falling(double from) const
    {
        auto change = std::ranges::upper_bound(changes_, from, {}, &Change::time);
        for (int before = at(from); change != changes_.end(); ++change) {
            const int level = exchanged_ ? 1 - change->level : change->level;
            if (before == 1 && level == 0)
                return change->time;
            before = level;
        }
        return -1;
    }

private:
    std::vector<Change> changes_;
    bool exchanged_;
};

}  // namespace

LineBench heard_by(const LineBench &line, const LineSettings &tap, bool exchanged_wires, BenchAdapter adapter)
{
    LineBench heard(tap, adapter);
    if (line.heard().empty())
        return heard;
    const Timestamp begin = line.heard().front().time - std::chrono::seconds(1);
    const Level level(waveform(line, begin), exchanged_wires);
    const double bit = 1.0 / tap.baud;
    for (double start = level.falling(0); start >= 0;) {
        double sample = start + 1.5 * bit;
        unsigned octet = 0;
        for (int i = 0; i < tap.data_bits; ++i, sample += bit)
            octet |= static_cast<unsigned>(level.at(sample)) << i;
        unsigned mark = serial::no_mark;
        bool all_low = octet == 0;
        if (tap.parity != Parity::none) {
            const int parity = level.at(sample);
            sample += bit;
            all_low = all_low && parity == 0;
            if (parity != parity_bit(static_cast<std::uint8_t>(octet), tap.parity))
                mark = serial::parity_error;
        }
        if (level.at(sample) == 0)
            mark = all_low                   ? unsigned{serial::break_condition}
                   : mark == serial::no_mark ? unsigned{serial::framing_error}
                                             : mark;
        const auto end = Duration(static_cast<std::int64_t>((sample + bit / 2) * 1e9));
        heard.hear({begin + end, static_cast<std::uint8_t>(octet), static_cast<std::uint8_t>(mark)});
        start = level.falling(sample);
    }
    return heard;
}

LineRecords records_of(const LineBench &line)
{
    LineRecords records;
    const auto event = [](std::uint8_t mark) -> std::uint8_t {
        if ((mark & serial::break_condition) != 0)
            return 9;
        return (mark & serial::parity_error) != 0 ? 8 : (mark & serial::framing_error) != 0 ? 7 : 2;
    };
    for (const HeardChunk &chunk : line.chunks())
        for (std::size_t i = 0; i < chunk.octets.size();) {
            std::vector<std::uint8_t> record{0, 0, 0, 0, 0, 0, 0, 0, event(chunk.marks[i]), 0, 0, 0};
            const std::uint8_t mark = chunk.marks[i];
            for (; i < chunk.octets.size() && chunk.marks[i] == mark; ++i)
                record.push_back(chunk.octets[i]);
            records.data.push_back(std::move(record));
            records.times.push_back(chunk.time);
        }
    return records;
}

Facts facts_of(const LineBench &line)
{
    Analyzer analyzer{{}};
    const std::string words = diagnose::rate_words(line.settings());
    analyzer.describe_interface(0, {.name = "ttyUSB0",
                                    .description = words,
                                    .speed = line.settings().baud,
                                    .link_type = serial::link_rtac_serial});
    const LineRecords records = records_of(line);
    for (std::size_t i = 0; i < records.data.size(); ++i)
        analyzer.add({.data = records.data[i],
                      .original_length = static_cast<std::uint32_t>(records.data[i].size()),
                      .time = records.times[i],
                      .link_type = serial::link_rtac_serial,
                      .interface = 0,
                      .number = i + 1});
    analyzer.finish();
    return analyzer.facts();
}

std::string line_findings(const LineBench &line)
{
    return line_findings(facts_of(line));
}

std::string line_findings(const Facts &facts)
{
    std::set<std::string> found;
    for (const diagnose::Finding &finding : diagnose::diagnose(facts))
        if (finding.severity != diagnose::Severity::note)
            found.insert(std::string(diagnose::row(finding.id).name) +
                         (finding.unit ? "/" + std::to_string(*finding.unit) : ""));
    std::string text;
    for (const std::string &one : found)
        text += (text.empty() ? "" : " ") + one;
    return text;
}

}  // namespace buswitness::test
