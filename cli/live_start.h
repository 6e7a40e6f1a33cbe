// What capture and monitor do before the first packet: check the filter, open the interfaces, give up every right.
#pragma once

#include "capture/live_source.h"
#include "cli/stop_signal.h"

#include <memory>
#include <optional>
#include <string>
#include <variant>

namespace buswitness::cli {

class LiveStart {
public:
    LiveStart(std::unique_ptr<capture::LiveSource> source) : source_(std::move(source)) {}
    LiveStart(int exit_code) : exit_code_(exit_code) {}
    explicit operator bool() const { return source_ != nullptr; }
    [[nodiscard]] std::unique_ptr<capture::LiveSource> &value() { return source_; }
    [[nodiscard]] int error() const { return exit_code_; }

private:
    std::unique_ptr<capture::LiveSource> source_;
    int exit_code_ = 0;
};

struct LiveWait {
    const StopSignal &stop;
    Duration duration{};  // settings of serial lines are looked for at most as long; 0: until somebody talks
    bool quiet = false;
};
// The source, with the settings of its serial lines found; or the exit status, after complaining.
LiveStart open_live(capture::LiveOptions options, const LiveWait &wait);

// What failed and what to do, with the finding that explains it.
void complain_of_port(const Error &error);

// After the outputs are open too. `serves`: other threads answer on sockets.
int confine(const capture::LiveSource &source, bool reopens, bool serves);

std::string names_of(const std::vector<capture::InterfaceSettings> &interfaces);

}  // namespace buswitness::cli
