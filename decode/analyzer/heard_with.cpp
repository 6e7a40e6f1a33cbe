#include "decode/analyzer/heard_with.h"

#include "decode/analyzer/line_signal.h"
#include "decode/serial/framer.h"
#include "decode/serial/timing.h"

#include <algorithm>
#include <bit>

namespace buswitness::analyzer {

using serial::SerialFrame;

class HeardWith::Sink final : public serial::FrameSink {
public:
    explicit Sink(Reading &reading) : reading_(reading) {}
    void item(const SerialFrame &item) override
    {
        signal.item(item, reading_.facts);
        if (item.kind != serial::ItemKind::frame)
            return;
        ++reading_.facts.frames;
        reading_.facts.frame_octets += item.octets.size();
        reading_.facts.ascii_frames += item.ascii;
        if (!item.ascii && !item.length_predicted)
            return;
        ++reading_.frames;
        reading_.frame_octets += item.octets.size();
        if (item.ascii)
            count_top_bits(item.octets);
        count_marks(item);
        if (reading_.different.size() < most_different)
            reading_.different.emplace(item.octets.begin(), item.octets.end());
    }

    LineSignal signal;

private:
    static constexpr std::size_t most_different = 64;

    void count_top_bits(Bytes octets)
    {
        ++reading_.ascii;
        for (const std::uint8_t octet : octets) {
            ++reading_.characters;
            reading_.top_bits += octet >> 7;
            reading_.even += std::popcount(octet) % 2 == 0;
        }
    }

    void count_marks(const SerialFrame &item)
    {
        bool even = false, odd = false;
        for (const std::uint8_t octet : item.octets)
            (std::popcount(octet) % 2 != 0 ? odd : even) = true;
        if (even && odd)
            ++(item.errors == serial::no_mark ? reading_.clean : reading_.marked);
    }

    Reading &reading_;
};

HeardWith::HeardWith(const serial::LineSettings &settings) : settings_(settings) {}

Duration HeardWith::silence() const
{
    return std::chrono::milliseconds(20) + 4 * serial::character_time(settings_);
}

void HeardWith::begin_stay(Timestamp now)
{
    stay_ = {.begin = now, .last = now};
    ++stays_;
    left_out_ = 0;
    cut_ = false;
}

// It began before the tap had these settings. On a line without silences, not for long.
bool HeardWith::is_cut(const serial::LineChunk &chunk)
{
    constexpr std::size_t most = 64;
    const bool first = stay_.octets == 0, quiet = elapsed(stay_.last, chunk.time) > silence();
    cut_ = first ? elapsed(stay_.begin, chunk.time) <= silence() / 2 : cut_ && !quiet && left_out_ < most;
    left_out_ += cut_ ? chunk.octets.size() : 0;
    return cut_;
}

void HeardWith::chunk(const serial::LineChunk &chunk)
{
    if (chunk.octets.empty())
        return;
    const bool cut_before = cut_, first = stay_.octets == 0, quiet = elapsed(stay_.last, chunk.time) > silence();
    const bool cut = is_cut(chunk);
    stay_.last = chunk.time;
    stay_.octets += chunk.octets.size();
    if (cut)
        return;
    if (first || quiet || cut_before) {
        ++stay_.bursts;
        ++bursts_;
    }
    const Bytes octets = chunk.octets.first(std::min(chunk.octets.size(), most_octets / 4));
    Kept kept{chunk.time, {octets.begin(), octets.end()}, {}};
    for (std::size_t i = 0; i < octets.size(); ++i) {
        const std::uint8_t mark = i < chunk.marks.size() ? chunk.marks[i] : std::uint8_t{serial::no_mark};
        kept.marks.push_back(mark);
        stay_.marked += mark != serial::no_mark;
        told_errors_ =
            told_errors_ || (mark & (serial::parity_error | serial::framing_error | serial::line_error)) != 0;
    }
    kept_octets_ += octets.size();
    chunks_.push_back(std::move(kept));
    if (kept_octets_ <= most_octets)
        return;
    const auto half = chunks_.begin() + static_cast<std::ptrdiff_t>(chunks_.size() / 2);
    for (auto old = chunks_.begin(); old != half; ++old)
        kept_octets_ -= old->octets.size();
    chunks_.erase(chunks_.begin(), half);
}

HeardWith::Reading HeardWith::read() const
{
    Reading reading;
    reading.facts.settings = settings_;
    LineRereading rereading;
    serial::Framer framer({.settings = settings_});
    Sink sink(reading);
    for (const Kept &kept : chunks_) {
        const serial::LineChunk chunk{.time = kept.time, .octets = kept.octets, .marks = kept.marks};
        reading.facts.octets += kept.octets.size();
        sink.signal.chunk(chunk, reading.facts);
        rereading.chunk(chunk);
        framer.add(chunk, sink);
    }
    framer.finish(sink);
    reading.facts.habit = framer.habit();
    rereading.estimate_rate(reading.facts);
    return reading;
}

HeardWith::Reading HeardWith::read_otherwise() const
{
    Reading reading = read();
    LineRereading rereading;
    for (const Kept &kept : chunks_)
        rereading.chunk({.time = kept.time, .octets = kept.octets, .marks = kept.marks});
    rereading.finish(reading.facts);
    return reading;
}

}  // namespace buswitness::analyzer
