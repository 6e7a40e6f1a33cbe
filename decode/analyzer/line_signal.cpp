#include "decode/analyzer/line_signal.h"

#include "decode/serial/parser.h"
#include "decode/serial/timing.h"

#include <algorithm>
#include <bit>

namespace buswitness::analyzer {
namespace {

using serial::ItemKind;
using serial::NoiseName;
using serial::SerialFrame;

constexpr int unlike = 7;  // bits in which a damaged frame may differ from what was sent

LineMarks::Kind kind_of(unsigned marks)
{
    if ((marks & serial::line_error) != 0)
        return LineMarks::either;
    if ((marks & serial::parity_error) != 0)
        return LineMarks::parity;
    return (marks & (serial::framing_error | serial::break_condition)) != 0 ? LineMarks::framing : LineMarks::none;
}

int distance(const std::vector<std::uint8_t> &a, const std::vector<std::uint8_t> &b, int most)
{
    int bits = 0;
    for (std::size_t i = 0; i < a.size() && bits <= most; ++i)
        bits += std::popcount(static_cast<std::uint8_t>(a[i] ^ b[i]));
    return bits;
}

// The levels of a frame on the line, a bit each.
std::vector<std::uint8_t> levels_of(const std::vector<std::uint8_t> &octets, const serial::LineSettings &settings)
{
    std::vector<std::uint8_t> levels;
    levels.reserve(octets.size() * 12);
    for (const std::uint8_t octet : octets) {
        levels.push_back(0);
        for (int bit = 0; bit < 8; ++bit)
            levels.push_back(static_cast<std::uint8_t>(octet >> bit & 1));
        const int odd = std::popcount(octet) & 1;
        if (settings.parity != serial::Parity::none)
            levels.push_back(static_cast<std::uint8_t>(settings.parity == serial::Parity::even ? odd : 1 - odd));
        for (int stop = 0; stop < settings.stop_bits; ++stop)
            levels.push_back(1);
    }
    return levels;
}

void locate_errors(const std::vector<std::uint8_t> &sent, const std::vector<std::uint8_t> &heard,
                   const serial::LineSettings &settings, LineBitErrors &errors)
{
    const std::vector<std::uint8_t> levels = levels_of(sent, settings);
    const auto character = static_cast<std::size_t>(serial::character_bits(settings));
    const auto edge = [&](std::size_t at, std::size_t behind) {
        return at > behind && levels[at - behind] != levels[at - behind - 1];
    };
    ++errors.frames;
    for (std::size_t behind = 0; behind < LineBitErrors::distances; ++behind) {
        double edges = 0, here = 0, wrong = 0;
        for (std::size_t i = 0; i < sent.size(); ++i)
            for (std::size_t bit = 0; bit < 8; ++bit) {
                const bool changed = edge(i * character + 1 + bit, behind);
                edges += changed;
                if (((sent[i] ^ heard[i]) >> bit & 1) != 0) {
                    ++wrong;
                    here += changed;
                }
            }
        const double usual = edges / (8.0 * static_cast<double>(sent.size()));
        errors.after_edge[behind] += here;
        errors.expected[behind] += wrong * usual;
        errors.variance[behind] += wrong * usual * (1 - usual);
        errors.errors += behind == 0 ? wrong : 0;
    }
}

}  // namespace

void LineSignal::chunk(const serial::LineChunk &chunk, LineFacts &facts)
{
    unsigned all = 0;
    for (const std::uint8_t mark : chunk.marks)
        all |= mark;
    bool even = false, odd = false;
    for (const std::uint8_t octet : chunk.octets)
        (std::popcount(octet) % 2 != 0 ? odd : even) = true;
    if (even || odd)
        ++facts.marks.chunks[even && odd ? 2 : odd ? 1 : 0][kind_of(all)];
    // A break marks one octet also where the adapter marks whole packets.
    std::size_t size = chunk.marks.size();
    if (size >= 2 && (chunk.marks[size - 1] & serial::break_condition) != 0)
        --size;
    if (all == 0 || chunk.marks.size() < 2)
        return;
    ++facts.marks.several;
    facts.marks.mixed += std::ranges::any_of(chunk.marks.first(size), [&](auto m) { return m != chunk.marks[0]; });
}

void LineSignal::item(const SerialFrame &item, LineFacts &facts)
{
    constexpr std::size_t most_spikes = 8;
    const Moment moment(item.number, item.start);
    if (item.kind == ItemKind::frame) {
        for (std::size_t i = 0; i < item.octets.size() && i < item.marks.size(); ++i)
            ++facts.marks.octets[std::popcount(item.octets[i]) & 1][kind_of(item.marks[i])];
    } else if (item.kind == ItemKind::noise && item.octets.size() <= most_spikes) {
        LineSpikes &spikes = facts.spikes;
        ++(item.noise == NoiseName::lead_spike   ? spikes.before
           : item.noise == NoiseName::tail_spike ? spikes.behind
                                                 : spikes.between);
        spikes.octets += item.octets.size();
        spikes.pulses += static_cast<std::uint64_t>(std::ranges::count_if(item.octets, serial::is_spike));
        spikes.seen.add(moment);
    }
    if (!item.ascii)
        silences(item, good_before_, facts);
    if (item.kind != ItemKind::noise && !item.ascii)
        keep(item);
    good_before_ = item.kind == ItemKind::frame;
}

// Only what the adapter's timing proves.
void LineSignal::silences(const SerialFrame &item, bool after_good, LineFacts &facts)
{
    LineSilences &silences = facts.silences;
    if (item.kind != ItemKind::frame || facts.settings.baud == 0)
        return;
    const Moment moment(item.number, item.start);
    ++silences.frames;
    if (item.pause_min > serial::t1_5(facts.settings)) {
        ++silences.pauses;
        silences.longest_pause = std::max(silences.longest_pause, item.pause_min);
        silences.pauses_seen.add(moment);
    }
    serial::LineSettings shortest = facts.settings;  // how many stop bits the line has, nobody sees
    shortest.stop_bits = 1;
    const Duration least = serial::t3_5(shortest) * 9 / 10;
    if (after_good && item.has_gap && item.gap_max > Duration(0) && item.gap_max < least) {
        ++silences.close;
        silences.shortest_gap = std::min(silences.shortest_gap, item.gap_max);
        silences.close_seen.add(moment);
    }
}

void LineSignal::keep(const SerialFrame &item)
{
    constexpr std::size_t longest = 120;
    const std::size_t size = item.octets.size();
    const bool good = item.kind == ItemKind::frame;
    std::size_t &total = good ? right_octets_ : damaged_octets_;
    if (size > longest || total + size > kept_octets)
        return;
    const auto same = [&](const Octets &kept) { return std::ranges::equal(kept, item.octets); };
    if (good && std::ranges::any_of(right_[size], same))
        return;
    total += size;
    (good ? right_[size] : damaged_).emplace_back(item.octets.begin(), item.octets.end());
}

const LineSignal::Octets *LineSignal::nearest(const Octets &damaged) const
{
    const auto same_length = right_.find(damaged.size());
    if (same_length == right_.end())
        return nullptr;
    const Octets *best = nullptr;
    int least = unlike;
    for (const Octets &right : same_length->second) {
        if (right[0] != damaged[0] && right[1] != damaged[1])
            continue;
        const int bits = distance(right, damaged, least);
        if (bits != 0 && bits < least) {
            least = bits;
            best = &right;
        }
    }
    return best;
}

void LineSignal::finish(LineFacts &facts) const
{
    facts.bit_errors = {};
    for (const Octets &damaged : damaged_)
        if (const Octets *sent = nearest(damaged))
            locate_errors(*sent, damaged, facts.settings, facts.bit_errors);
}

}  // namespace buswitness::analyzer
