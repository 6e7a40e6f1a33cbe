// What changed between two diagnoses of a capture that goes on: findings that appeared, grew worse, or are over.
// A finding is the same as before when it says the same of the same subject.
#pragma once

#include "decode/diagnose/finding.h"

#include <compare>
#include <map>
#include <tuple>

namespace buswitness::live {

struct Change {
    enum class Kind : std::uint8_t {
        appeared,
        again,  // it was over, and is there again
        over,   // works again, or an answer came after all
    };
    Kind kind{};
    Timestamp time;  // when it was noticed
    diagnose::Finding finding;
};
std::string_view to_string(Change::Kind kind);

class Tracker {
public:
    // All findings that hold now. Changes in the order of the findings, then those that are over.
    std::vector<Change> update(const std::vector<diagnose::Finding> &findings, Timestamp now);

    struct Known {
        diagnose::Finding finding;
        Timestamp since;  // when it was noticed
        bool over = false;
        std::uint64_t round = 0;  // of the update that saw it last
    };
    [[nodiscard]] std::vector<const Known *> newest(std::size_t most) const;
    [[nodiscard]] std::size_t holding(diagnose::Severity severity) const;
    [[nodiscard]] std::uint64_t left_out() const { return left_out_; }

    static constexpr std::size_t most_known = 2048;

private:
    using Key = std::tuple<diagnose::FindingId, Address, Endpoint, int, int, int, std::string>;
    static Key key_of(const diagnose::Finding &finding);
    bool make_room();

    std::map<Key, Known> known_;
    std::uint64_t round_ = 0;
    std::uint64_t left_out_ = 0;
};

// Findings that a live view has no use for: it always begins in the middle, and silence is not the end.
bool is_live(const diagnose::Finding &finding);

}  // namespace buswitness::live
