#include "decode/live/tracker.h"

#include <algorithm>
#include <utility>

namespace buswitness::live {

using diagnose::Finding;
using diagnose::FindingId;

std::string_view to_string(Change::Kind kind)
{
    switch (kind) {
    case Change::Kind::appeared: return "appeared";
    case Change::Kind::again: return "again";
    case Change::Kind::over: return "over";
    case Change::Kind::crowd: return "crowd";
    }
    return "";
}

bool is_live(const Finding &finding)
{
    return finding.id != FindingId::capture_no_modbus && finding.id != FindingId::capture_midstream;
}

Tracker::Key Tracker::key_of(const Finding &finding)
{
    const auto number = [](const std::optional<std::uint8_t> &value) { return value ? *value : -1; };
    return {finding.id,
            finding.client.value_or(Address()),
            finding.server.value_or(Endpoint()),
            number(finding.unit),
            number(finding.function_code),
            number(finding.exception_code),
            finding.line + finding.field};
}

// The one that has been over for longest goes; what still holds stays.
bool Tracker::make_room()
{
    auto oldest = known_.end();
    for (auto known = known_.begin(); known != known_.end(); ++known)
        if (known->second.over && (oldest == known_.end() || known->second.since < oldest->second.since))
            oldest = known;
    if (oldest == known_.end())
        return false;
    known_.erase(oldest);
    return true;
}

bool Tracker::add(const Key &key, const Finding &finding, Timestamp now, std::vector<Change> &changes)
{
    std::size_t &holding = holding_[finding.id];
    if (holding >= most_of_one_id) {
        ++left_out_;
        if (!std::exchange(crowded_[finding.id], true))
            changes.push_back({Change::Kind::crowd, now, finding});
        return false;
    }
    if (known_.size() >= most_known && !make_room()) {
        ++left_out_;
        return false;
    }
    known_.emplace(key, Known{finding, now, finding.recovered, now, round_});
    holding += finding.recovered ? 0 : 1;
    changes.push_back({Change::Kind::appeared, now, finding});
    return true;
}

std::vector<Change> Tracker::update(const std::vector<Finding> &findings, Timestamp now)
{
    std::vector<Change> changes;
    ++round_;
    left_out_ = 0;
    for (const Finding &finding : findings) {
        if (!is_live(finding))
            continue;
        const Key key = key_of(finding);
        const auto known = known_.find(key);
        if (known == known_.end()) {
            (void)add(key, finding, now, changes);
            continue;
        }
        Known &before = known->second;
        if (before.over && !finding.recovered) {
            before.since = now;
            ++holding_[finding.id];
            changes.push_back({Change::Kind::again, now, finding});
        } else if (!before.over && finding.recovered) {
            --holding_[finding.id];
            changes.push_back({Change::Kind::over, now, finding});
        }
        before.over = finding.recovered;
        before.finding = finding;
        before.seen = now;
        before.round = round_;
    }
    for (auto &[key, known] : known_) {
        if (known.round == round_ || known.over || elapsed(known.seen, now) < patience)
            continue;
        known.over = true;
        --holding_[known.finding.id];
        changes.push_back({Change::Kind::over, now, known.finding});
    }
    for (auto &[id, crowded] : crowded_)
        crowded = crowded && holding_[id] >= most_of_one_id / 2;
    return changes;
}

std::vector<const Tracker::Known *> Tracker::newest(std::size_t most) const
{
    std::vector<const Known *> all;
    for (const auto &[key, known] : known_)
        all.push_back(&known);
    std::ranges::stable_sort(all, [](const Known *a, const Known *b) { return a->since > b->since; });
    all.resize(std::min(all.size(), most));
    return all;
}

std::size_t Tracker::holding(diagnose::Severity severity) const
{
    return static_cast<std::size_t>(std::ranges::count_if(known_, [severity](const auto &entry) {
        return !entry.second.over && entry.second.finding.severity == severity;
    }));
}

}  // namespace buswitness::live
