#include "decode/serial/chunk_habit.h"

#include <algorithm>

namespace buswitness::serial {
namespace {

constexpr Duration bin_width = std::chrono::microseconds(100);
constexpr Duration shortest_latency = std::chrono::milliseconds(1);  // USB polls no faster at full speed
constexpr Duration unlimited = std::chrono::seconds(10);
constexpr std::uint32_t enough = 20;
constexpr std::uint32_t most = 1U << 16;

// Octets that UARTs and USB adapters send without waiting: FIFO trigger levels, endpoint sizes, those less a header.
constexpr bool is_packet_size(std::size_t size)
{
    return size == 8 || size == 14 || size == 32 || size == 62 || size == 64;
}

}  // namespace

void HabitMeter::add(std::size_t size, Duration distance)
{
    if (chunks_ >= most)
        halve();
    ++chunks_;
    ++sizes_[std::min(size, size_limit)];
    if (is_packet_size(size) || size >= size_limit || distance < Duration(0))
        return;
    const auto bin = static_cast<std::uint64_t>(distance / bin_width);
    ++distances_[std::min<std::uint64_t>(bin, bins - 1)];
    ++timed_;
}

void HabitMeter::halve()
{
    chunks_ = timed_ = 0;
    for (std::uint32_t &count : sizes_)
        chunks_ += count /= 2;
    for (std::uint32_t &count : distances_)
        timed_ += count /= 2;
}

// The commonest of the known sizes, unless larger chunks are as common: then that size means nothing.
std::size_t HabitMeter::usual_packet() const
{
    std::size_t best = 62;
    std::uint32_t count = 3;
    for (const std::size_t size : {std::size_t{32}, std::size_t{62}, std::size_t{64}})
        if (sizes_[size] > count) {
            std::uint32_t larger = 0;
            for (std::size_t i = size + 1; i <= size_limit; ++i)
                larger += sizes_[i];
            if (larger > sizes_[size])
                continue;
            best = size;
            count = sizes_[size];
        }
    return best;
}

// A timer never fires early: the distances of chunks that were not full begin at the latency. A few are shorter
// because the read of the chunk before came late.
Duration HabitMeter::shortest_wait() const
{
    std::uint32_t below = 0;
    std::size_t bin = 0;
    while (bin + 1 < bins && (below += distances_[bin]) <= timed_ / 20)
        ++bin;
    return bin_width * static_cast<std::int64_t>(bin + 1);
}

// A UART's FIFO sends at its trigger level, or when four characters long nothing came.
bool HabitMeter::waits_for_silence(Duration wait, Duration character) const
{
    const std::uint32_t triggered = sizes_[8] + sizes_[14];
    return triggered * 10 > chunks_ && wait >= 4 * character && wait < 7 * character;
}

// An adapter (or its driver) that sends nothing but full packets lets the last octets of a frame wait for the next.
bool HabitMeter::only_full_packets(std::size_t packet) const
{
    return chunks_ >= enough && sizes_[packet] * 10 >= chunks_ * 9;
}

ChunkHabit HabitMeter::habit(Duration character) const
{
    ChunkHabit habit;
    habit.packet = usual_packet();
    if (only_full_packets(habit.packet)) {
        habit.latency = unlimited;
        habit.measured = true;
    }
    if (timed_ < enough || habit.measured)
        return habit;
    habit.measured = true;
    const Duration wait = shortest_wait();
    habit.latency = std::max(wait, shortest_latency);
    if (wait < shortest_latency * 8 / 5)
        habit.latency = shortest_latency;
    if (waits_for_silence(wait, character))
        habit.silence = 4 * character;
    return habit;
}

}  // namespace buswitness::serial
