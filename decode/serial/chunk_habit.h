// How the adapter hands octets over, measured from the chunks themselves: how long an octet may wait in it, and how
// many make it send at once. No name of an adapter is asked for.
#pragma once

#include "decode/base/timestamp.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace buswitness::serial {

struct ChunkHabit {
    Duration latency = std::chrono::milliseconds(16);  // the longest wait of an octet in the adapter
    std::size_t packet = 62;                           // octets that make the adapter send at once
    bool measured = false;                             // false: the cautious values above
    // A UART's FIFO sends what it has when nothing came for so long; zero: the adapter has a timer.
    Duration silence{};

    [[nodiscard]] static constexpr bool is_trigger_level(std::size_t size) { return size == 8 || size == 14; }
};

// Watches whole chunks. Bounded: two histograms.
class HabitMeter {
public:
    void add(std::size_t size, Duration distance);  // from the chunk before it
    // `character`: time of one, zero when not known.
    [[nodiscard]] ChunkHabit habit(Duration character) const;

private:
    [[nodiscard]] std::size_t usual_packet() const;
    [[nodiscard]] Duration shortest_wait() const;
    [[nodiscard]] bool waits_for_silence(Duration wait, Duration character) const;
    [[nodiscard]] bool only_full_packets(std::size_t packet) const;
    void halve();

    static constexpr std::size_t size_limit = 72;  // larger chunks are several packets in one read
    static constexpr std::size_t bins = 400;
    std::array<std::uint32_t, size_limit + 1> sizes_{};
    std::array<std::uint32_t, bins> distances_{};  // of chunks that were not full: their time was up
    std::uint32_t chunks_ = 0, timed_ = 0;
};

}  // namespace buswitness::serial
