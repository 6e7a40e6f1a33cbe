// How the octets of a serial line were heard: marks, spikes beside frames, silences, and where the bit errors of
// damaged frames lie.
#pragma once

#include "decode/facts/line_facts.h"
#include "decode/serial/frame.h"

#include <map>
#include <vector>

namespace buswitness::analyzer {

class LineSignal {
public:
    void chunk(const serial::LineChunk &chunk, LineFacts &facts);
    void item(const serial::SerialFrame &item, LineFacts &facts);
    void finish(LineFacts &facts) const;

private:
    using Octets = std::vector<std::uint8_t>;
    static constexpr std::size_t kept_octets = 32'768;  // of each kind

    void keep(const serial::SerialFrame &item);
    static void silences(const serial::SerialFrame &item, bool after_good, LineFacts &facts);
    [[nodiscard]] const Octets *nearest(const Octets &damaged) const;

    std::map<std::size_t, std::vector<Octets>> right_;  // frames heard well, by length, each once
    std::vector<Octets> damaged_;
    std::size_t right_octets_ = 0, damaged_octets_ = 0;
    bool good_before_ = false;
};

}  // namespace buswitness::analyzer
