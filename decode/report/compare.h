// Two captures of the same installation held against each other: a good and a bad day, or before and after a fix.
#pragma once

#include "decode/report/report.h"

namespace buswitness::report {

Comparison compare(const Report &before, const Report &now);

std::string_view to_string(Comparison::Outcome outcome);  // "not-fixed"
std::string_view to_string(Change::Kind kind);            // "new"
std::string comparison_verdict(const Comparison &comparison);

}  // namespace buswitness::report
