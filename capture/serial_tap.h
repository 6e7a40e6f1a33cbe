// Listens on one serial port and never sends. A thread of its own reads (Qt SerialPort, blocking, CLOCK_MONOTONIC right
// after each read) and hands over finished chunks; the port is read only and guarded (serial_guard.h).
#pragma once

#include "capture/serial_guard.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace buswitness::capture {

struct SerialChunk {
    Duration monotonic{};  // when the read returned
    std::vector<std::uint8_t> octets;
    std::vector<std::uint8_t> marks;  // one for each octet; empty: none is marked
};

// What was heard. Octets, marks and losses are counted apart from what a full queue made us drop.
struct SerialCounts {
    std::uint64_t octets = 0, chunks = 0;
    std::uint64_t parity_errors = 0, framing_errors = 0, line_errors = 0, breaks = 0;
    std::uint64_t overruns = 0;  // as the driver counts; each at least one octet lost
    std::uint64_t dropped = 0;   // octets, because nobody took the chunks in time
    std::uint64_t largest_chunk = 0;
    bool counts_losses = false;  // the driver tells losses; else 0 overruns mean nothing
    SerialCounts &operator+=(const SerialCounts &other);
};

class SerialTap {
public:
    static Result<std::unique_ptr<SerialTap>> open(const SerialOptions &options);
    ~SerialTap();  // the port is left raw

    [[nodiscard]] int descriptor() const;  // readable when chunks wait, or the end
    [[nodiscard]] std::vector<SerialChunk> take();
    [[nodiscard]] bool gone() const;  // unplugged; nothing comes any more
    // Listens with other settings from here on, as if it had been opened with them; what was not taken is dropped.
    // False: the driver does not do them.
    [[nodiscard]] bool listen_with(const serial::LineSettings &settings);
    // Reads what the port has, and no more from here on.
    void stop();

    [[nodiscard]] SerialCounts counts() const;
    [[nodiscard]] const serial::LineSettings &settings() const { return settings_; }
    [[nodiscard]] bool pseudo_terminal() const;  // it has no rate and no format
    [[nodiscard]] const LatencyRequest &latency() const { return latency_; }
    [[nodiscard]] const std::string &driver() const { return driver_; }
    [[nodiscard]] const std::vector<std::string> &notes() const { return notes_; }  // what the user should know

private:
    struct Shared;
    class Reader;
    SerialTap();

    serial::LineSettings settings_;
    LatencyRequest latency_;
    std::string driver_;
    std::vector<std::string> notes_;
    std::unique_ptr<Shared> shared_;
    std::unique_ptr<Reader> reader_;
};

}  // namespace buswitness::capture
