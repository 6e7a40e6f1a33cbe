// The options of capture and monitor as words, and what they become. Letters as in dumpcap and tshark.
#pragma once

#include "cli/options.h"

#include <CLI/CLI.hpp>
#include <map>
#include <string>

namespace buswitness::cli {

// What the words after --color and --fail-on mean.
inline const std::map<std::string, Colour> colours = {
    {"auto", Colour::automatic}, {"always", Colour::always}, {"never", Colour::never}};
inline const std::map<std::string, diagnose::Severity> severities = {
    {"note", diagnose::Severity::note}, {"warning", diagnose::Severity::warning}, {"error", diagnose::Severity::error}};

struct LiveWords {
    std::vector<std::string> interfaces, serial, stop, ring;
    std::vector<std::uint16_t> ports;
    std::string filter, output;
    std::string read, report, format, lines, metrics, incidents, interval, duration, fail_on, colour = "auto";
    bool intervals = false;
    bool transactions = false;
    std::uint64_t packets = 0;
    std::uint32_t snap_length = 262'144, buffer_mib = 32;
    bool not_promiscuous = false, wait = false, overwrite = false, quiet = false;
};

void add_capture(CLI::App &app, LiveWords &words);
void add_monitor(CLI::App &app, LiveWords &words);
void add_detect(CLI::App &app, LiveWords &words);
Result<CaptureOptions> capture_options(LiveWords &words);
Result<MonitorOptions> monitor_options(LiveWords &words);
Result<DetectOptions> detect_options(LiveWords &words);

// "key:value" of -a and -b; every key may stand once.
struct Limits {
    std::uint64_t packets = 0, octets = 0, files = 0;
    Duration duration{}, interval{};
};
Result<Limits> limits_of(const std::vector<std::string> &words, char letter);

// 90, 1.5h, 10m, 30s, 2d; seconds without a unit. More than 0, at most ten years.
std::optional<Duration> duration_of(std::string_view text);

}  // namespace buswitness::cli
