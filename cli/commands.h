// One function per command; each returns the exit status.
#pragma once

#include "cli/options.h"

namespace buswitness::cli {

int run_report(const ReportOptions &options);
int run_list(const ListOptions &options);
int run_interfaces(const InterfacesOptions &options);
int run_capture(const CaptureOptions &options);
int run_monitor(const MonitorOptions &options);
int run_detect(const DetectOptions &options);
int run_explain(const ExplainOptions &options);

}  // namespace buswitness::cli
