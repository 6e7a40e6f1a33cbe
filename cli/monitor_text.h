// What monitor shows: lines for people and programs, and a view that refreshes in place.
#pragma once

#include "decode/facts.h"
#include "decode/journal.h"
#include "decode/live/figures.h"
#include "decode/live/tracker.h"

#include <string>

namespace buswitness::cli {

// One line each, without its end. Everything from the wire is escaped.
std::string change_line(const live::Change &change, bool colour);
std::string interval_line(Timestamp now, const live::Figures &added, double seconds, std::uint64_t open_connections);
std::string change_json(const live::Change &change);
std::string transaction_json(const TransactionRow &row);
std::string interval_json(Timestamp now, const live::Figures &added, double seconds, const live::Figures &all);

struct View {
    std::string source;
    Timestamp now;
    Duration running{};
    double seconds = 1;  // since the figures before
    live::Figures added, all;
    const Facts *facts = nullptr;
    const live::Tracker *tracker = nullptr;
    int rows = 24, columns = 80;
    bool colour = true;
};
// The whole screen, to be written at once.
std::string screen(const View &view);

}  // namespace buswitness::cli
