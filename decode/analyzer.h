// The only place where stages meet: packets in, Facts out. Streaming and bounded; nothing is kept per packet.
#pragma once

#include "decode/facts.h"
#include "decode/journal.h"
#include "decode/net/packet.h"

#include <memory>
#include <string>
#include <vector>

namespace buswitness {

struct AnalyzerOptions {
    std::vector<std::uint16_t> modbus_ports;  // beside 502 and 802
    std::uint64_t hash_key = 0;               // unknown to senders; never changes a result
    std::size_t connections = 65'536;         // followed at a time
    bool transactions = false;                // each leaves a row, see take_transactions()
};

// What a capture says of an interface: of a serial line, the settings of the tap.
struct InterfaceWords {
    std::string name, description;
    std::uint64_t speed = 0;      // bit/s; 0: not told
    std::uint32_t link_type = 0;  // 0: not known before its first packet
};

class Analyzer {
public:
    explicit Analyzer(AnalyzerOptions options);
    ~Analyzer();
    Analyzer(const Analyzer &) = delete;
    Analyzer &operator=(const Analyzer &) = delete;

    // Before the first packet of the interface; packets name it by its index in the capture.
    void describe_interface(std::uint32_t interface, const InterfaceWords &words);
    void add(const net::RawPacket &packet);
    void note_capture(CaptureNotes notes);
    // Nothing came until this time, which is not before the last packet.
    void advance(Timestamp now);
    // The capture was interrupted here: nobody is said to have kept silent meanwhile.
    void interrupted();
    // The transactions that were settled since the last call, at most 262,144; more are counted only.
    [[nodiscard]] std::vector<TransactionRow> take_transactions();
    [[nodiscard]] std::uint64_t transactions_left_out() const;
    // No packet comes any more: open questions are settled. Call once.
    void finish();
    // What facts() would be if nothing came until `now` and then finish() were called. Copies what is known: costs
    // memory and time by the connections, so it is for a few times a second.
    [[nodiscard]] Facts if_ended(Timestamp now) const;

    [[nodiscard]] const Facts &facts() const;

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace buswitness
