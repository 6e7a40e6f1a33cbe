// What monitor shows on a terminal: one screen that refreshes in place.
#pragma once

#include "decode/facts.h"
#include "decode/live/figures.h"
#include "decode/live/tracker.h"

#include <string>

namespace buswitness::cli {

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
