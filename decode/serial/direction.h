// Who said it: the order of request and response over a whole window, with what the line has taught about how soon
// answers and new requests come. Part of the framer.
#pragma once

#include "decode/serial/draft.h"

#include <array>
#include <deque>
#include <vector>

namespace buswitness::serial {

class Directions {
public:
    // Decides all drafts of a window. Nothing of it is remembered.
    void decide(std::vector<Draft> &drafts);
    // The draft is told with this number: it is remembered, and what it answers is filled in.
    void tell(Draft &draft, std::uint64_t number);
    void forget_order() { told_.clear(); }  // the line begins anew

private:
    enum Side : std::size_t { request, response };
    struct UnitHabit {
        double answered = 1, silent = 0.15;
    };
    // Silences before requests, or before answers, in steps of half an octave.
    struct Silences {
        std::array<double, 48> counts{};
        double total = 0;
        void add(Nanos gap);
        [[nodiscard]] double nats(Nanos gap) const;
    };
    // Masters ask the same again and again, answers change: how often octets were said by either side.
    struct Sayings {
        std::vector<std::array<std::uint16_t, 2>> counts = std::vector<std::array<std::uint16_t, 2>>(4096);
        void add(const Draft &draft);
        [[nodiscard]] double nats(const Draft &draft, Side side) const;
        static std::size_t place(const Draft &draft);
    };
    struct Habits {
        Sayings sayings;
        std::array<UnitHabit, 256> units{};
        std::array<Silences, 2> silences{};
        void learn(const Draft &before, const Draft &draft);
        void learn_unit(const Draft &before, const Draft &draft, bool pair);
    };
    // An item that was told and can still matter.
    struct Told {
        Draft draft;
        std::vector<std::uint8_t> adu;
        std::uint64_t number = 0;
        bool answered = false;
    };
    static constexpr std::int32_t nobody = -1;
    // Requests that wait for an answer, newest first; indices of order_.
    using Waiting = std::array<std::int32_t, 3>;
    struct Cell {
        double score = 0;
        bool reached = false;
        std::uint8_t from = 0;
        Waiting waiting{nobody, nobody, nobody};
    };

    void put_in_order(std::vector<Draft> &drafts);
    [[nodiscard]] Habits habits_of(std::size_t first) const;
    void find_best_way(const Habits &habits);
    void step(const Habits &habits, std::size_t m, Side side);
    // Nats of the draft being said by this side after the one before it.
    [[nodiscard]] double move(const Habits &habits, std::size_t m, Side before, Side side, Waiting &waiting) const;
    [[nodiscard]] double as_answer(const Habits &habits, std::size_t m, Side before, Waiting &waiting) const;
    [[nodiscard]] bool take_waiting(const Draft &draft, Waiting &waiting) const;
    static bool pairs(const Draft &asked, const Draft &answered);

    Habits habits_;          // of what was told
    std::deque<Told> told_;  // newest last, at most told_limit
    std::vector<Draft *> order_;
    std::vector<std::array<Cell, 2>> cells_;
};

}  // namespace buswitness::serial
