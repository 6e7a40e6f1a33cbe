#include "decode/serial/direction.h"

#include <algorithm>
#include <cmath>

namespace buswitness::serial {
namespace {

constexpr std::size_t told_limit = 6;

bool single_write(std::uint8_t function)
{
    return function == 5 || function == 6;
}

bool same_header(const Draft &a, const Draft &b)
{
    return a.adu.size() >= 2 && b.adu.size() >= 2 && a.unit() == b.unit() && a.function() == b.function();
}

Nanos silence_between(const Draft &before, const Draft &draft)
{
    return draft.start - before.finish;
}

// Of drafts whose octets allow one direction only.
FrameDirection only_direction(const Draft &draft)
{
    if (draft.roles == as_request)
        return FrameDirection::request;
    return draft.roles == as_response ? FrameDirection::response : FrameDirection::unknown;
}

}  // namespace

// Octets of the ADU are without CRC; response_length counts it.
bool Directions::pairs(const Draft &asked, const Draft &answered)
{
    if (!asked.good() || asked.unit() == 0 || asked.exception || asked.ascii != answered.ascii ||
        !same_header(asked, answered))
        return false;
    if (answered.exception)
        return true;
    if (single_write(asked.function()))
        return std::ranges::equal(asked.adu, answered.adu);
    std::array<std::uint8_t, longest_rtu + 2> frame{};  // as RTU, whatever stands in the place of the CRC
    const std::size_t size = std::min(asked.adu.size(), longest_rtu);
    std::ranges::copy(asked.adu.first(size), frame.begin());
    const std::size_t length = response_length(Bytes(frame.data(), size + 2));
    return length == 0 || length == answered.adu.size() + 2;
}

void Directions::Silences::add(Nanos gap)
{
    constexpr double remembered = 400;
    const double octaves = std::log2(static_cast<double>(std::max<Nanos>(gap, 20'000)) * 1e-9) + 16;
    counts[static_cast<std::size_t>(std::clamp(octaves * 2, 0.0, 47.0))] += 1;
    total += 1;
    if (total <= remembered)
        return;
    for (double &count : counts)
        count /= 2;
    total /= 2;
}

double Directions::Silences::nats(Nanos gap) const
{
    const double octaves = std::log2(static_cast<double>(std::max<Nanos>(gap, 20'000)) * 1e-9) + 16;
    const auto bin = static_cast<std::size_t>(std::clamp(octaves * 2, 0.0, 47.0));
    const double beside = counts[bin == 0 ? 0 : bin - 1] + counts[std::min<std::size_t>(47, bin + 1)];
    return std::clamp(std::log((counts[bin] + 0.5 * beside + 0.05) / (2 * total + 1.2)), -7.0, 0.0);
}

std::size_t Directions::Sayings::place(const Draft &draft)
{
    std::uint32_t hash = 2'166'136'261U;  // FNV-1a
    for (const std::uint8_t octet : draft.adu)
        hash = (hash ^ octet) * 16'777'619U;
    return (hash ^ hash >> 16) & 4095;
}

void Directions::Sayings::add(const Draft &draft)
{
    if (!draft.good() || draft.direction == FrameDirection::unknown)
        return;
    std::uint16_t &count = counts[place(draft)][draft.direction == FrameDirection::request ? request : response];
    count = static_cast<std::uint16_t>(std::min(count + 1, 0xFFFF));
}

double Directions::Sayings::nats(const Draft &draft, Side side) const
{
    if (!draft.good() || draft.roles != either_role)
        return 0;
    const auto &[asked, answered] = counts[place(draft)];
    const double all = asked + answered;
    return std::max(-3.0, std::log((counts[place(draft)][side] + 1.0) / (all + 2.0)));
}

void Directions::Habits::learn_unit(const Draft &before, const Draft &draft, bool pair)
{
    constexpr double remembered = 200;
    if (!before.good() || before.direction != FrameDirection::request || before.unit() == 0)
        return;
    UnitHabit &unit = units[before.unit()];
    if (pair && draft.direction == FrameDirection::response)
        unit.answered += 1;
    else if (draft.good() && draft.direction == FrameDirection::request)
        unit.silent += 1;
    if (unit.answered + unit.silent > remembered) {
        unit.answered /= 2;
        unit.silent /= 2;
    }
}

void Directions::Habits::learn(const Draft &before, const Draft &draft)
{
    const bool pair = pairs(before, draft);
    learn_unit(before, draft, pair);
    sayings.add(draft);
    if (!draft.good())
        return;
    if (draft.direction == FrameDirection::request)
        silences[request].add(silence_between(before, draft));
    else if (draft.direction == FrameDirection::response && pair && before.direction == FrameDirection::request)
        silences[response].add(silence_between(before, draft));
}

void Directions::put_in_order(std::vector<Draft> &drafts)
{
    order_.clear();
    for (Told &told : told_) {
        told.draft.adu = told.adu;  // a copy of this object has octets of its own
        order_.push_back(&told.draft);
    }
    for (Draft &draft : drafts)
        if (draft.kind != ItemKind::noise)
            order_.push_back(&draft);
}

// Of what was told, and of the drafts as their directions stand.
Directions::Habits Directions::habits_of(std::size_t first) const
{
    Habits habits = habits_;
    for (std::size_t m = std::max<std::size_t>(first, 1); m < order_.size(); ++m)
        habits.learn(*order_[m - 1], *order_[m]);
    return habits;
}

void Directions::decide(std::vector<Draft> &drafts)
{
    put_in_order(drafts);
    const std::size_t first = told_.size();
    for (std::size_t m = first; m < order_.size(); ++m)
        order_[m]->direction = only_direction(*order_[m]);
    find_best_way(habits_of(first));
    find_best_way(habits_of(first));
}

bool Directions::take_waiting(const Draft &draft, Waiting &waiting) const
{
    for (std::size_t i = 0; i < waiting.size(); ++i) {
        if (waiting[i] == nobody || !pairs(*order_[static_cast<std::size_t>(waiting[i])], draft))
            continue;
        std::copy(waiting.begin() + static_cast<std::ptrdiff_t>(i) + 1, waiting.end(),
                  waiting.begin() + static_cast<std::ptrdiff_t>(i));
        waiting.back() = nobody;
        return true;
    }
    return false;
}

double Directions::as_answer(const Habits &habits, std::size_t m, Side before_side, Waiting &waiting) const
{
    const Draft &draft = *order_[m];
    const Draft *const before = m == 0 ? nullptr : order_[m - 1];
    const bool asked = before_side == request;
    if (before == nullptr)
        return -1.0;
    const UnitHabit &unit = habits.units[before->unit()];
    const double answers = std::log(unit.answered / (unit.answered + unit.silent));
    if (!draft.good())  // its octets are not to be trusted
        return before->good() && asked ? answers + (same_header(*before, draft) ? 0 : -1.0) : -2.0;
    if (before->good() && asked && pairs(*before, draft)) {
        (void)take_waiting(draft, waiting);
        return answers;
    }
    const bool waited_for = take_waiting(draft, waiting);
    if (!before->good())
        return (waited_for ? -0.4 : -1.0) + (asked ? 0 : -0.7);
    if (waited_for)
        return -2.5;
    if (asked)
        return same_header(*before, draft) ? -4 : -5;
    return same_header(*before, draft) ? -3.5 : -6;
}

double Directions::move(const Habits &habits, std::size_t m, Side before_side, Side side, Waiting &waiting) const
{
    const Draft &draft = *order_[m];
    const Draft *const before = m == 0 ? nullptr : order_[m - 1];
    double nats = 0;
    if (side == response) {
        nats = as_answer(habits, m, before_side, waiting);
    } else {
        if (before == nullptr || !before->good())
            nats = -0.7;
        else if (before_side == request && before->unit() != 0) {
            const UnitHabit &unit = habits.units[before->unit()];
            nats = std::log(unit.silent / (unit.answered + unit.silent));
        }
        if (draft.good() && draft.unit() != 0)
            waiting = {static_cast<std::int32_t>(m), waiting[0], waiting[1]};
    }
    nats += habits.sayings.nats(draft, side);
    if (before == nullptr)
        return nats;
    constexpr double enough = 4;
    constexpr Nanos soon = 30'000'000;
    const Nanos gap = silence_between(*before, draft);
    if (habits.silences[request].total > enough && habits.silences[response].total > enough)
        return nats + habits.silences[side].nats(gap);
    const bool hurried = side == request && before_side == request && before->good() && gap < soon;
    return hurried ? nats - 1 : nats;
}

void Directions::step(const Habits &habits, std::size_t m, Side side)
{
    Cell &cell = cells_[m][side];
    if ((order_[m]->roles & (side == request ? as_request : as_response)) == 0)
        return;
    if (m == 0) {
        cell.reached = true;
        cell.score = move(habits, 0, response, side, cell.waiting);
        return;
    }
    for (const Side before : {request, response}) {
        const Cell &from = cells_[m - 1][before];
        if (!from.reached)
            continue;
        Waiting waiting = from.waiting;
        const double score = from.score + move(habits, m, before, side, waiting);
        if (!cell.reached || score > cell.score)
            cell = {score, true, static_cast<std::uint8_t>(before), waiting};
    }
}

void Directions::find_best_way(const Habits &habits)
{
    cells_.assign(order_.size(), {});
    for (std::size_t m = 0; m < order_.size(); ++m) {
        step(habits, m, request);
        step(habits, m, response);
    }
    std::size_t side = 0;
    for (std::size_t m = order_.size(); m-- > 0;) {
        const std::array<Cell, 2> &here = cells_[m];
        if (m + 1 == order_.size())
            side = here[response].reached && (!here[request].reached || here[response].score > here[request].score);
        order_[m]->direction = side == request ? FrameDirection::request : FrameDirection::response;
        side = here[side].from;
    }
}

void Directions::tell(Draft &draft, std::uint64_t number)
{
    if (draft.kind == ItemKind::noise)
        return;
    if (!told_.empty())
        habits_.learn(told_.back().draft, draft);
    if (draft.good() && draft.direction == FrameDirection::response)
        for (auto asked = told_.rbegin(); asked != told_.rend(); ++asked)
            if (!asked->answered && asked->draft.direction == FrameDirection::request && pairs(asked->draft, draft)) {
                asked->answered = true;
                draft.answers = asked->number;
                break;
            }
    if (told_.size() == told_limit)
        told_.pop_front();
    Told told{.draft = draft, .adu = {draft.adu.begin(), draft.adu.end()}, .number = number};
    told.draft.roles = draft.direction == FrameDirection::request ? as_request : as_response;
    told_.push_back(std::move(told));
    told_.back().draft.adu = told_.back().adu;
}

}  // namespace buswitness::serial
