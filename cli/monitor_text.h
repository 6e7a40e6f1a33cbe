// What monitor says, a line each, for people and for programs.
#pragma once

#include "decode/facts.h"
#include "decode/journal.h"
#include "decode/live/figures.h"
#include "decode/live/tracker.h"

#include <string>
#include <string_view>

namespace buswitness::cli {

// One line each, without its end. Everything from the wire is escaped.
std::string change_line(const live::Change &change, bool colour);
std::string interval_line(Timestamp now, const live::Figures &added, double seconds, std::uint64_t open_connections);
std::string change_json(const live::Change &change);
std::string transaction_json(const TransactionRow &row);
std::string interval_json(Timestamp now, const live::Figures &added, double seconds, const live::Figures &all);

// Whom a finding concerns: "CLIENT -> SERVER, unit N" or the line.
std::string subject(const diagnose::Finding &finding);
// In the colour of the severity, where asked.
std::string coloured(std::string_view text, diagnose::Severity severity, bool colour);

}  // namespace buswitness::cli
