// Cuts one direction of a stream into ADUs: several in a segment, one over several segments, wrong lengths, holes.
// The MBAP length is believed unless the PDU's own length and the segment boundary both contradict it.
#pragma once

#include "decode/base/rare.h"
#include "decode/modbus/adu.h"

#include <vector>

namespace buswitness::modbus {

// Longest ADU kept together. UMAS (function 90) uses MBAP lengths up to 1,022 in ordinary traffic.
inline constexpr std::size_t max_mbap_length = 254;
inline constexpr std::size_t max_umas_length = 2048;

// An MBAP header at octets[0] that agrees with the PDU behind it, as far as it is there. Needs 8 octets.
bool plausible_mbap(Role role, Bytes octets);

class Splitter {
public:
    Splitter() = default;
    Splitter(Role role, Framing framing) : role_(role), framing_(framing) {}

    // One segment's octets (the end is a segment boundary unless `missing` follow).
    void feed(Bytes octets, const Moment &moment, std::uint32_t sequence_end, AduSink &sink);
    // `missing` octets of the stream are not in the file: snapped off a packet that is there, or lost.
    void skip(std::uint32_t missing, bool snapped, const Moment &moment, AduSink &sink);
    // The sender closed here: what is left is an ADU cut short by its sender.
    void closed(AduSink &sink);
    // From the next octet on the place within an ADU is unknown (the capture began in the middle).
    void lose_step() { resync_ = true; }

    [[nodiscard]] bool idle() const { return !has_partial_ && skip_ == 0; }

private:
    void feed_rest(Bytes octets, AduSink &sink);
    void cut_all(Bytes octets, AduSink &sink);
    // Each consumes octets from the front of `octets` and returns how many; 0: more octets are needed.
    std::size_t cut(Bytes octets, AduSink &sink);
    std::size_t cut_mbap(Bytes octets, AduSink &sink);
    std::size_t cut_mbap_by_pdu(Bytes octets, std::size_t length, std::size_t pdu_end, AduSink &sink);
    std::size_t cut_odd_mbap(Bytes octets, AduSink &sink);
    std::size_t cut_rtu(Bytes octets, AduSink &sink);
    std::size_t cut_ascii(Bytes octets, AduSink &sink);
    std::size_t drop(std::size_t octets, AduSink &sink);
    [[nodiscard]] std::size_t find_step(Bytes octets) const;
    [[nodiscard]] bool may_begin(Bytes octets) const;
    [[nodiscard]] bool header_may_follow(Bytes octets, std::size_t at) const;
    void emit_mbap(Bytes octets, std::size_t end, bool complete, Defect defect, AduSink &sink) const;

    [[nodiscard]] Bytes partial() const { return *partial_; }
    void keep(Bytes octets);

    Rare<std::vector<std::uint8_t>> partial_;
    std::uint32_t skip_ = 0;  // octets of an ADU already told, still to pass over
    std::uint32_t sequence_end_ = 0;
    Moment moment_;
    Role role_ = Role::request;
    Framing framing_ = Framing::mbap;
    bool resync_ = false;
    bool has_partial_ = false;  // known without a look at them
};

}  // namespace buswitness::modbus
