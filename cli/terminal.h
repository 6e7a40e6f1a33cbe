// What a terminal is told beside the result: messages and progress on standard error, and whether it takes colour.
#pragma once

#include "cli/options.h"
#include "decode/base/result.h"

#include <chrono>
#include <cstdint>
#include <string_view>

namespace buswitness::cli {

void complain(std::string_view message);  // one line on standard error, escaped
void complain(const Error &error);

bool colour_on_stdout(Colour wish);  // a terminal, NO_COLOR unset or empty, TERM not "dumb"
bool utf8_on_stdout();               // the locale's character set

// A line on standard error that is written over, at most five times a second, only where it is a terminal.
class StatusLine {
public:
    explicit StatusLine(bool quiet);
    ~StatusLine() { clear(); }
    StatusLine(const StatusLine &) = delete;
    StatusLine &operator=(const StatusLine &) = delete;

    void show(std::string_view text);  // escaped
    void clear();

private:
    bool shown_ = false;
    bool dirty_ = false;
    std::chrono::steady_clock::time_point next_;
};

// "1234567 packets" on standard error, at most three times a second, only where it is a terminal.
class Progress {
public:
    explicit Progress(bool quiet);
    ~Progress() { clear(); }
    Progress(const Progress &) = delete;
    Progress &operator=(const Progress &) = delete;

    void at(std::uint64_t packets)
    {
        if (shown_ && packets % 4096 == 0)
            show(packets);
    }
    void now(std::uint64_t packets)
    {
        if (shown_)
            show(packets);
    }
    void clear();

private:
    void show(std::uint64_t packets);

    bool shown_ = false;
    bool dirty_ = false;
    std::chrono::steady_clock::time_point next_;
};

}  // namespace buswitness::cli
