// Keeps the latest octets of a line as they were heard, and reads them again with other settings where they gave hardly
// any frame.
#pragma once

#include "decode/analyzer/line_talk.h"
#include "decode/serial/tap_character.h"

namespace buswitness::analyzer {

class LineRereading {
public:
    void chunk(const serial::LineChunk &chunk);
    void finish(LineFacts &facts) const;
    void estimate_rate(LineFacts &facts) const;
    // Answers of single units, where the rest of the line reads well.
    static void read_answers(const std::deque<GarbledAnswer> &answers, LineFacts &facts);

private:
    struct Kept {
        std::size_t begin = 0;
        Timestamp time;
    };
    struct Burst {
        std::vector<serial::TapCharacter> characters;
        Timestamp begin;
        bool repeats = false;  // begins as an earlier one does
    };
    static constexpr std::size_t most_octets = 16'384;

    [[nodiscard]] std::vector<Burst> bursts(const LineFacts &facts) const;
    static void estimate_rate(const std::vector<Burst> &bursts, LineFacts &facts);
    static void mark_repeats(std::vector<Burst> &bursts);
    static void read_as(const std::vector<Burst> &bursts, const serial::LineSettings &bus, bool inverted,
                        LineFacts &facts);

    std::vector<std::uint8_t> octets_, marks_;
    std::vector<Kept> chunks_;
};

}  // namespace buswitness::analyzer
