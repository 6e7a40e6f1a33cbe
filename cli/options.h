// The command line as values. options.cpp is the only place that knows how it is parsed.
#pragma once

#include "capture/live_source.h"
#include "capture/recorder.h"
#include "decode/diagnose/finding.h"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace buswitness::cli {

enum class Format : std::uint8_t { text, markdown, html, json };
// By its name, else by the ending of the output file, else text.
Format format_of(const std::string &name, const std::string &output);

enum class Colour : std::uint8_t { automatic, always, never };

struct ReportOptions {
    std::vector<std::string> files;  // "-": standard input
    Format format = Format::text;
    std::vector<std::string> baseline;  // an earlier capture to compare with; empty: none
    std::string output;                 // empty: standard output
    bool overwrite = false;
    std::vector<std::uint16_t> ports;
    std::optional<diagnose::Severity> fail_on;
    Colour colour = Colour::automatic;
    bool quiet = false;
};

struct ListOptions {
    enum class Style : std::uint8_t { text, jsonl };
    std::vector<std::string> files;  // "-": standard input
    Style style = Style::text;
    bool quiet = false;
};

struct ExplainOptions {
    std::string id;  // empty: the whole catalogue
};

struct InterfacesOptions {};

struct CaptureOptions {
    capture::LiveOptions source;
    std::string output;  // "-": standard output
    bool overwrite = false;
    capture::RingLimits ring;
    struct {  // 0: no limit
        std::uint64_t packets = 0, octets = 0;
        Duration duration{};
    } stop;
    bool quiet = false;
};

struct MonitorOptions {
    capture::LiveOptions source;  // without interfaces: `read`
    std::string read;             // "-": standard input
    std::string record;           // empty: nothing is recorded
    std::string report;           // the final report; empty: none
    Format format = Format::text;
    std::string lines;          // --jsonl; "-": standard output
    bool transactions = false;  // an object per transaction among them
    bool intervals = false;     // an object per interval among them
    std::string metrics;        // [ADDRESS:]PORT
    std::string incidents;      // folder
    Duration interval = std::chrono::seconds(10);
    Duration duration{};  // 0: until Ctrl+C, or the end of the input
    bool overwrite = false;
    std::optional<diagnose::Severity> fail_on;
    Colour colour = Colour::automatic;
    bool quiet = false;
};

struct DetectOptions {
    capture::SerialOptions port;  // only its name counts
    Duration duration = std::chrono::seconds(60);
    bool quiet = false;
};

struct Leave {  // nothing to run: help or version was printed, or the usage was wrong
    int exit_code = 0;
};

// `arguments` without the program's name. Prints help, version and complaints itself.
using Parsed = std::variant<ReportOptions, ListOptions, ExplainOptions, InterfacesOptions, CaptureOptions,
                            MonitorOptions, DetectOptions, Leave>;
Parsed parse(std::vector<std::string> arguments);

}  // namespace buswitness::cli
