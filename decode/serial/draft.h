// Items of a window before they are told: named, timed, their direction being decided. Part of the framer.
#pragma once

#include "decode/serial/frame.h"
#include "decode/serial/parser.h"

#include <vector>

namespace buswitness::serial {

struct Draft {
    std::size_t begin = 0, end = 0;  // octets of the window
    ItemKind kind = ItemKind::noise;
    NoiseName noise = NoiseName::none;
    FrameDirection direction = FrameDirection::unknown;
    std::uint8_t roles = no_role;  // that the octets allow
    bool ascii = false, exception = false, predicted = false;
    double confidence = 0;
    Bytes adu;  // unit and PDU; in the window or in Drafts
    Nanos start = 0, finish = 0;
    Nanos start_low = 0, start_high = 0;
    Nanos likely_low = 0, likely_high = 0;  // of the start, as octets without pause would have it
    Nanos pause_min = 0;
    std::uint64_t answers = 0;

    [[nodiscard]] bool good() const { return kind == ItemKind::frame; }
    [[nodiscard]] std::uint8_t unit() const { return adu.empty() ? std::uint8_t{0} : adu[0]; }
    [[nodiscard]] std::uint8_t function() const
    {
        return adu.size() < 2 ? std::uint8_t{0} : static_cast<std::uint8_t>(adu[1] & 0x7F);
    }
};

class Drafts {
public:
    void build(const Heard &heard, const Learned &learned, Nanos character, std::span<const Piece> pieces);
    std::vector<Draft> list;

private:
    void add_frame(const Heard &heard, const Piece &piece);
    void add_rest(const Heard &heard, const Learned &learned, const Piece &piece, bool frame_before, bool frame_behind);
    [[nodiscard]] std::size_t next_cut(const Heard &heard, const Learned &learned, std::size_t begin,
                                       std::size_t end) const;
    void add_run(const Heard &heard, const Learned &learned, Draft draft, bool frame_before, bool frame_behind);
    void bound(const Heard &heard, Nanos character, Draft &draft) const;
    void keep_apart(const Heard &heard, Nanos character);
    void place(const Heard &heard, Nanos character, Draft &draft) const;

    std::vector<std::uint8_t> decoded_;  // ASCII
};

}  // namespace buswitness::serial
