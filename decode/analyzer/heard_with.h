// What a tap heard with one set of settings, over all the times it had them, and how it reads.
#pragma once

#include "decode/analyzer/line_rereading.h"
#include "decode/facts/line_facts.h"

#include <set>
#include <vector>

namespace buswitness::analyzer {

class HeardWith {
public:
    explicit HeardWith(const serial::LineSettings &settings);

    void chunk(const serial::LineChunk &chunk);
    void begin_stay(Timestamp now);  // the tap has these settings again

    struct Stay {
        Timestamp begin, last;  // last: of its latest chunk, else its begin
        std::uint64_t octets = 0, marked = 0;
        std::uint32_t bursts = 0;  // between silences; one that the begin of the stay cut is left out
    };

    struct Reading {
        LineFacts facts;  // its rate as estimated; readings with other settings only when asked for
        std::set<std::vector<std::uint8_t>> different;  // frames of a known function with right check sum, each once
        std::uint32_t frames = 0;                       // of them, with repetitions
        std::uint64_t frame_octets = 0;
        // Of them: without any mark, and with one. Each has octets of both kinds, with even and odd numbers of ones.
        std::uint32_t clean = 0, marked = 0;
        std::uint32_t ascii = 0;
        // Of the characters of ASCII frames: how the eighth bit stands.
        std::uint32_t characters = 0, top_bits = 0, even = 0;
    };
    [[nodiscard]] Reading read() const;
    // With all that other formats and exchanged wires give. Takes some milliseconds for each burst.
    [[nodiscard]] Reading read_otherwise() const;

    [[nodiscard]] const serial::LineSettings &settings() const { return settings_; }
    [[nodiscard]] const Stay &stay() const { return stay_; }
    [[nodiscard]] std::uint32_t stays() const { return stays_; }
    [[nodiscard]] std::uint32_t bursts() const { return bursts_; }   // of all stays
    [[nodiscard]] bool told_errors() const { return told_errors_; }  // a mark of parity or framing
    [[nodiscard]] Duration silence() const;  // what ends a burst, also where the adapter keeps octets for 16 ms

private:
    struct Kept {
        Timestamp time;
        std::vector<std::uint8_t> octets, marks;
    };
    class Sink;
    [[nodiscard]] bool is_cut(const serial::LineChunk &chunk);
    static constexpr std::size_t most_octets = 8192;

    serial::LineSettings settings_;
    std::vector<Kept> chunks_;
    std::size_t kept_octets_ = 0;
    Stay stay_;
    std::uint32_t stays_ = 0, bursts_ = 0;
    std::size_t left_out_ = 0;  // octets of the cut burst
    bool cut_ = false;
    bool told_errors_ = false;
};

}  // namespace buswitness::analyzer
