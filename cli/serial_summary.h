// What capture says at its end of a serial port: what was heard, what was not, and how far times can be trusted.
#pragma once

#include "capture/live_source.h"
#include "decode/serial/chunk_habit.h"

#include <string>
#include <vector>

namespace buswitness::cli {

std::vector<std::string> summary_of(const capture::SerialReport &line, const serial::ChunkHabit &habit);

}  // namespace buswitness::cli
