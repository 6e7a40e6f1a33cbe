// From chunks to frames. Silences, check sums, the lengths that function codes tell and the order of request and
// response decide together, over a window of the line and not octet by octet; what the window has taught (units,
// functions, the quality of the line, how soon answers come) is used for all of it. Memory is bounded by the window.
#pragma once

#include "decode/serial/chunk_habit.h"
#include "decode/serial/frame.h"

#include <cstddef>
#include <memory>

namespace buswitness::serial {

struct FramerOptions {
    LineSettings settings;        // of the tap; baud 0: not known
    std::size_t window = 32'768;  // octets that are read together; live, a smaller one tells sooner
};

class Framer {
public:
    explicit Framer(FramerOptions options);
    Framer(const Framer &other);
    Framer &operator=(Framer &&other) noexcept;
    ~Framer();

    // Chunks of equal time are parts of one chunk. A time before the last one begins the line anew.
    void add(const LineChunk &chunk, FrameSink &sink);
    // Nothing came until `now`: what silence has ended is told. Live only; what later octets would have taught is lost.
    void advance(Timestamp now, FrameSink &sink);
    // No octet comes any more: the rest is told.
    void finish(FrameSink &sink);

    [[nodiscard]] const ChunkHabit &habit() const;  // as measured so far
    [[nodiscard]] std::uint64_t items() const;      // told so far
    [[nodiscard]] bool heard() const;               // any octet

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace buswitness::serial
