#include "decode/serial/timeline.h"

#include <algorithm>

namespace buswitness::serial {
namespace {

constexpr Nanos read_delay = 1'000'000;  // a read comes at most so much after its packet, but for rare stalls

// Senders may be 1.5 % fast.
Nanos least_spacing(Nanos character)
{
    return character - character * 15 / 1000;
}

}  // namespace

void Timeline::build(const std::vector<ChunkStart> &chunks, std::size_t octets, const OctetTime &before,
                     const Pace &pace)
{
    low_.resize(octets);
    high_.resize(octets);
    gap_min_.resize(octets);
    gap_max_.resize(octets);
    bound_chunks(chunks, octets, before, pace);
    tighten(least_spacing(pace.shortest));
    measure_gaps(before, pace);
}

namespace {

// When the last octet of the chunk came, at the latest. A FIFO below its trigger level has waited for silence.
Nanos sent_at(const ChunkHabit &habit, Nanos read, std::size_t count)
{
    constexpr std::size_t deepest_fifo = 16;
    const bool timed_out = count < deepest_fifo && !ChunkHabit::is_trigger_level(count);
    return timed_out ? read - habit.silence.count() : read;
}

// How long before that its first octet can have come.
Nanos waiting(const Pace &pace, std::size_t count)
{
    const Nanos contiguous = static_cast<Nanos>(count) * pace.character;
    if (pace.habit.silence.count() != 0)  // each octet less than that after the one before
        return contiguous + pace.habit.silence.count();
    const auto packets = static_cast<Nanos>((count + pace.habit.packet - 1) / pace.habit.packet);
    return std::max(pace.habit.latency.count() * packets, contiguous);
}

std::size_t size_of(const std::vector<ChunkStart> &chunks, std::size_t c, std::size_t octets)
{
    const std::size_t end = c + 1 < chunks.size() ? chunks[c + 1].first : octets;
    return end - chunks[c].first + chunks[c].gone;
}

// More octets than fit into the latency: the read came late and returned several packets, nobody knows how late.
bool came_late(const Pace &pace, std::size_t count)
{
    if (!pace.habit.measured || pace.habit.silence.count() != 0)
        return false;
    const auto packets = static_cast<Nanos>((count + pace.habit.packet - 1) / pace.habit.packet);
    const Nanos room = pace.habit.latency.count() * packets;
    return static_cast<Nanos>(count) * pace.character > room + room / 4 + 2 * pace.character;
}

// Where many chunks are like that they are no reads of an adapter with a timer but, say, frames of another sniffer.
bool late_reads_are_rare(const Pace &pace, const std::vector<ChunkStart> &chunks, std::size_t octets)
{
    std::size_t late = 0;
    for (std::size_t c = 0; c < chunks.size(); ++c)
        late += came_late(pace, size_of(chunks, c, octets));
    return late * 20 <= chunks.size();
}

}  // namespace

// An octet came before the read that returned it, by at most the adapter's latency for each packet in the chunk or the
// time the octets themselves take, and after the chunk before had been sent.
void Timeline::bound_chunks(const std::vector<ChunkStart> &chunks, std::size_t octets, const OctetTime &before,
                            const Pace &pace)
{
    const Nanos spacing = least_spacing(pace.shortest);
    bool has_last = before.known;
    Nanos last = before.chunk, last_low = before.low;
    const bool rare = late_reads_are_rare(pace, chunks, octets);
    for (std::size_t c = 0; c < chunks.size(); ++c) {
        const ChunkStart &chunk = chunks[c];
        const std::size_t end = c + 1 < chunks.size() ? chunks[c + 1].first : octets;
        const std::size_t count = size_of(chunks, c, octets);
        const Nanos sent = sent_at(pace.habit, chunk.time, count);
        const bool late = rare && has_last && came_late(pace, count);
        Nanos low = (late ? last : std::max(sent - waiting(pace, count), last)) - read_delay;
        for (std::size_t i = chunk.first; i < end; ++i) {
            if (has_last)
                low = std::max(low, last_low + spacing);
            high_[i] = sent - static_cast<Nanos>(end - 1 - i) * spacing;
            low_[i] = last_low = std::min(low, high_[i]);
            low = low_[i] + spacing;
            has_last = true;
        }
        last = chunk.time;
    }
}

// Octets that came soon after a read push the ones before to earlier times.
void Timeline::tighten(Nanos spacing)
{
    for (std::size_t i = high_.size(); i-- > 1;)
        high_[i - 1] = std::max(low_[i - 1], std::min(high_[i - 1], high_[i] - spacing));
}

void Timeline::measure_gaps(const OctetTime &before, const Pace &pace)
{
    first_known_ = before.known;
    for (std::size_t i = 0; i < low_.size(); ++i) {
        if (i == 0 && !before.known) {
            gap_min_[0] = 0;
            gap_max_[0] = 1'000'000'000;
            continue;
        }
        const Nanos before_low = i == 0 ? before.low : low_[i - 1];
        const Nanos before_high = i == 0 ? before.high : high_[i - 1];
        gap_min_[i] = std::max<Nanos>(0, low_[i] - pace.character - before_high);
        gap_max_[i] = std::max<Nanos>(0, high_[i] - pace.shortest - before_low);
    }
}

}  // namespace buswitness::serial
