// Which settings a tap tries next while it looks for those of a line. With no parity set, a receiver that waits for an
// edge after an error reads lines of every format; one that takes a low stop bit for the next start bit needs parity,
// so each rate is tried with both.
#pragma once

#include "decode/facts/line_facts.h"

#include <cstdint>
#include <vector>

namespace buswitness::analyzer {

class RateSearch {
public:
    RateSearch();

    [[nodiscard]] const serial::LineSettings &current() const { return current_; }
    // Nothing reads with the current settings. `heard`: what the runs of bits say.
    void go_on(const LineRate &heard);
    // The driver does not do the current settings; without parity: not this rate.
    void refused();
    // How long to stay, in units of what a first look takes.
    [[nodiscard]] std::uint32_t patience() const;

private:
    struct Candidate {
        serial::LineSettings settings;
        std::uint32_t visits = 0;
        std::uint32_t measured = 0;  // how often a faster tap did
    };
    Candidate *find(std::uint32_t baud, serial::Parity parity);
    Candidate *measured(const LineRate &heard);
    Candidate *with_parity();
    Candidate *slower_by_far();
    Candidate *faster();
    Candidate &least_visited();
    void visit(Candidate &candidate);

    std::vector<Candidate> candidates_;
    serial::LineSettings current_;
    std::uint32_t most_ = 1'000'000;  // bit/s; the line is not faster
};

}  // namespace buswitness::analyzer
