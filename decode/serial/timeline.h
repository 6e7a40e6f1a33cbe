// When each octet of a window was complete, as far as the chunks tell. Part of the framer.
#pragma once

#include "decode/serial/chunk_habit.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace buswitness::serial {

using Nanos = std::int64_t;  // since 1970, kept far from the ends of its range

struct ChunkStart {
    std::size_t first = 0;  // index of its first octet in the window
    Nanos time = 0;
    std::size_t gone = 0;  // octets of it that were before the window
};

// The last octet before a window, and the chunk before the window's first.
struct OctetTime {
    bool known = false;
    Nanos low = 0, high = 0;
    Nanos chunk = -(Nanos{1} << 61);
};

struct Pace {
    Nanos character = 0;  // as set; 0: not known
    Nanos shortest = 0;   // with one stop bit: how many the line has, nobody sees
    ChunkHabit habit;
};

// Bounds of the moment at which each octet's stop bit was seen, and of the silence before each octet.
class Timeline {
public:
    // `chunks` begin with one whose first octet is `octets` 0.
    void build(const std::vector<ChunkStart> &chunks, std::size_t octets, const OctetTime &before, const Pace &pace);

    [[nodiscard]] std::size_t size() const { return low_.size(); }
    [[nodiscard]] Nanos low(std::size_t i) const { return low_[i]; }
    [[nodiscard]] Nanos high(std::size_t i) const { return high_[i]; }
    // Silence before octet i; of octet 0 what OctetTime allows.
    [[nodiscard]] Nanos gap_min(std::size_t i) const { return gap_min_[i]; }
    [[nodiscard]] Nanos gap_max(std::size_t i) const { return gap_max_[i]; }
    [[nodiscard]] bool first_known() const { return first_known_; }

    static constexpr Nanos usual_delay = 150'000;  // from the adapter's packet to the read

private:
    void bound_chunks(const std::vector<ChunkStart> &chunks, std::size_t octets, const OctetTime &before,
                      const Pace &pace);
    void tighten(Nanos spacing);
    void measure_gaps(const OctetTime &before, const Pace &pace);

    std::vector<Nanos> low_, high_, gap_min_, gap_max_;
    bool first_known_ = false;
};

}  // namespace buswitness::serial
