// The only place where stages meet: packets in, Facts out. Streaming and bounded; nothing is kept per packet.
#pragma once

#include "decode/facts.h"
#include "decode/net/packet.h"

#include <memory>
#include <vector>

namespace buswitness {

struct AnalyzerOptions {
    std::vector<std::uint16_t> modbus_ports;  // beside 502 and 802
    std::uint64_t hash_key = 0;               // unknown to senders; never changes a result
};

class Analyzer {
public:
    explicit Analyzer(AnalyzerOptions options);
    ~Analyzer();
    Analyzer(const Analyzer &) = delete;
    Analyzer &operator=(const Analyzer &) = delete;

    void add(const net::RawPacket &packet);
    void note_capture(CaptureNotes notes);
    // No packet comes any more: open questions are settled. Call once.
    void finish();

    [[nodiscard]] const Facts &facts() const;

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace buswitness
