// What capture and monitor do before the first packet: check the filter, open the interfaces, give up every right.
#pragma once

#include "capture/live_source.h"

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

// The source; or the exit status, after complaining.
LiveStart open_live(const capture::LiveOptions &options);

// After the outputs are open too. `serves`: other threads answer on sockets.
int confine(const capture::LiveSource &source, bool reopens, bool serves);

std::string names_of(const std::vector<capture::InterfaceSettings> &interfaces);

}  // namespace buswitness::cli
