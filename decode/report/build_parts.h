// Parts of the report that are derived rather than copied: charts, and what the capture can show.
#pragma once

#include "decode/base/histogram.h"
#include "decode/facts.h"
#include "decode/report/report.h"

#include <span>

namespace buswitness::report {

std::vector<LatencyBar> latency_bars(const Histogram &times);
TimeBins attempts_over_time(const Facts &facts);
TimeBins requests_over_time(const ModbusTotals &totals);
CaptureView view_of(const Report &report, const Facts &facts, std::span<const diagnose::Finding> findings);

}  // namespace buswitness::report
