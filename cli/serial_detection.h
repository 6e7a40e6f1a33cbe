// The settings of a serial line, found by listening on a port: for detect, and for PORT,auto of capture and monitor.
#pragma once

#include "capture/serial_tap.h"
#include "cli/live_start.h"
#include "decode/analyzer/line_detection.h"

#include <optional>

namespace buswitness::cli {

struct Detection {
    enum class End : std::uint8_t { found, time_over, stopped, unplugged };
    analyzer::DetectedLine line;
    End end = End::found;
    Duration time{};  // listened
};

// Listens until the settings are known, at most `limit`. Progress on standard error, unless `quiet`.
struct DetectionLimit {
    Duration all{};      // 0: none
    Duration talking{};  // from the first octet on; 0: none
};
Detection detect(capture::SerialTap &tap, const DetectionLimit &limit, const StopSignal &stop, bool quiet);

// The tap that a detection begins with; sending is denied once it is open.
Result<std::shared_ptr<capture::SerialTap>> open_for_detection(capture::SerialOptions port);

// Opens the port and puts the settings found into it; or the exit status, after complaining.
std::optional<int> find_settings(capture::SerialOptions &port, const LiveWait &wait);

}  // namespace buswitness::cli
