// The global parse: which octets of a window are frames and which are none, so that the whole is most likely. Part of
// the framer.
#pragma once

#include "decode/serial/learned.h"
#include "decode/serial/shapes.h"
#include "decode/serial/timeline.h"

#include <span>
#include <vector>

namespace buswitness::serial {

// A frame, or a run of octets that belongs to none.
struct Piece {
    std::size_t begin = 0, end = 0;
    bool frame = false;
    bool ascii = false;
    bool predicted = false;  // the length is the one that the function tells
    std::uint8_t roles = no_role;
    double score = 0;  // nats in favour of the frame
};

// What the parse looks at. Boundaries are judged against nine tenths of t3.5: clocks differ.
struct Heard {
    Bytes octets;
    const Timeline &timeline;
    Nanos t1_5 = 0, t3_5 = 0;
    bool silence_follows = false;  // behind the last octet

    [[nodiscard]] Nanos limit() const { return t3_5 - t3_5 / 10; }
    [[nodiscard]] bool proven(std::size_t i) const  // a silence before octet i that parts frames
    {
        if (i == octets.size())
            return silence_follows;
        return timeline.gap_min(i) >= limit() || (i == 0 && !timeline.first_known());
    }
    [[nodiscard]] bool possible(std::size_t i) const { return i == octets.size() || timeline.gap_max(i) >= limit(); }
};

class Parser {
public:
    // Finds frames that could be anywhere in the window; parse() may then be called again as more is learned.
    void scan(const Heard &heard);
    std::span<const Piece> parse(const Heard &heard, const Learned &learned);

private:
    struct Candidate {
        std::size_t begin = 0;
        std::uint16_t length = 0;
        std::uint8_t roles = no_role;
        bool predicted = false, ascii = false;
        std::int32_t next = -1;  // at the same begin
        double score = 0;

        [[nodiscard]] std::size_t end() const { return begin + length; }
    };
    struct Cell {
        double score = 0;
        std::int32_t candidate = -1;   // that ends here; -1: a noise octet
        std::int32_t last_frame = -1;  // the last one on the way here
        bool reached = false;
        bool from_noise = false;
    };

    void scan_at(const Heard &heard, std::size_t begin);
    void add(Candidate candidate);
    void add_up_pauses(const Heard &heard, const Learned &learned);
    void scan_unpredicted(const Heard &heard, const Learned &learned);
    void scan_lengths(const Heard &heard, const Learned &learned, std::size_t begin);
    [[nodiscard]] bool supported(const Heard &heard, const Learned &learned, std::size_t begin) const;
    [[nodiscard]] bool near_proven(const Heard &heard, std::size_t begin) const;
    [[nodiscard]] std::size_t silence_behind(const Heard &heard, std::size_t end) const;
    void score_all(const Heard &heard, const Learned &learned);
    [[nodiscard]] double score(const Heard &heard, const Learned &learned, const Candidate &candidate) const;
    [[nodiscard]] double unpredicted_evidence(const Heard &heard, const Learned &learned,
                                              const Candidate &candidate) const;
    void prefer_shorter(const Heard &heard, const Learned &learned);
    [[nodiscard]] double pauses_inside(std::size_t begin, std::size_t end) const;
    [[nodiscard]] double fit(const Heard &heard, std::int32_t last_frame, const Candidate &candidate) const;
    void walk(const Heard &heard);
    void reach(Cell &cell, const Cell &better) const;
    void trace_back(const Heard &heard);

    std::vector<Candidate> candidates_;
    std::size_t scanned_ = 0;               // candidates of scan(); those behind are of parse()
    std::vector<std::int32_t> first_at_;    // candidates by begin; -1: none
    std::vector<std::uint8_t> frame_edge_;  // a candidate with a predicted length ends here
    std::vector<float> pauses_;             // cost of the silences before octets 1 to i, added up
    std::vector<Cell> after_frame_, in_noise_;
    std::vector<Piece> pieces_;
};

inline constexpr bool is_spike(std::uint8_t octet)  // what a short disturbance of an idle line reads as
{
    return octet == 0x00 || octet == 0xFF || octet == 0xFE || octet == 0xFC || octet == 0xF8 || octet == 0xF0 ||
           octet == 0xE0 || octet == 0xC0 || octet == 0x80;
}

}  // namespace buswitness::serial
