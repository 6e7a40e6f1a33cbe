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
        over,   // works again, or what proved it is no longer so
        crowd,  // one of very many of its kind: from now on they are only counted
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
        Timestamp seen;           // it was found last
        std::uint64_t round = 0;  // of the update that saw it last
    };
    [[nodiscard]] std::vector<const Known *> newest(std::size_t most) const;
    [[nodiscard]] std::size_t holding(diagnose::Severity severity) const;
    [[nodiscard]] std::uint64_t left_out() const { return left_out_; }

    static constexpr std::size_t most_known = 2048;
    static constexpr std::size_t most_of_one_id = 20;  // holding at a time and told one by one, as in a report
    // What is not found any more is over after this: a connection that left memory may come again.
    static constexpr Duration patience = std::chrono::seconds(30);

private:
    using Key = std::tuple<diagnose::FindingId, Address, Endpoint, int, int, int, std::string>;
    static Key key_of(const diagnose::Finding &finding);
    bool make_room();
    bool add(const Key &key, const diagnose::Finding &finding, Timestamp now, std::vector<Change> &changes);

    std::map<Key, Known> known_;
    std::uint64_t round_ = 0;
    std::uint64_t left_out_ = 0;
    std::map<diagnose::FindingId, std::size_t> holding_;  // told and not over
    std::map<diagnose::FindingId, bool> crowded_;
};

// Findings that a live view has no use for: it always begins in the middle, and silence is not the end.
bool is_live(const diagnose::Finding &finding);

}  // namespace buswitness::live
