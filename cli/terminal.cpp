#include "cli/terminal.h"

#include "decode/base/text.h"

#include <fmt/format.h>

#include <clocale>
#include <cstdio>
#include <cstdlib>
#include <langinfo.h>
#include <string>
#include <unistd.h>

namespace buswitness::cli {

namespace {

constexpr std::size_t message_limit = 2000;  // characters; a file name may have 4096

bool set(const char *variable)
{
    const char *value = std::getenv(variable);
    return value != nullptr && *value != '\0';
}

bool dumb_terminal()
{
    const char *term = std::getenv("TERM");
    return term != nullptr && std::string_view(term) == "dumb";
}

}  // namespace

void complain(std::string_view message)
{
    fmt::print(stderr, "buswitness: {}\n", escaped(message, message_limit));
}

void complain(const Error &error)
{
    complain(error.why.empty() ? error.what : error.what + ": " + error.why);
    if (!error.hint.empty())
        complain(error.hint);
}

bool colour_on_stdout(Colour wish)
{
    switch (wish) {
    case Colour::always: return true;
    case Colour::never: return false;
    case Colour::automatic: break;
    }
    return isatty(STDOUT_FILENO) != 0 && !set("NO_COLOR") && !dumb_terminal();
}

bool utf8_on_stdout()
{
    std::setlocale(LC_CTYPE, "");
    return std::string_view(nl_langinfo(CODESET)) == "UTF-8";
}

StatusLine::StatusLine(bool quiet)
    : shown_(!quiet && isatty(STDERR_FILENO) != 0 && !dumb_terminal()), next_(std::chrono::steady_clock::now())
{
}

void StatusLine::show(std::string_view text)
{
    constexpr std::size_t width = 79;
    const auto now = std::chrono::steady_clock::now();
    if (!shown_ || now < next_)
        return;
    next_ = now + std::chrono::milliseconds(200);
    dirty_ = true;
    fmt::print(stderr, "\r{}\x1b[K", escaped(text, width));
    std::fflush(stderr);
}

void StatusLine::clear()
{
    if (dirty_)
        fmt::print(stderr, "\r\x1b[K");
    dirty_ = false;
    next_ = {};
}

Progress::Progress(bool quiet)
    : shown_(!quiet && isatty(STDERR_FILENO) != 0 && !dumb_terminal()), next_(std::chrono::steady_clock::now())
{
}

void Progress::show(std::uint64_t packets)
{
    const auto now = std::chrono::steady_clock::now();
    if (now < next_)
        return;
    next_ = now + std::chrono::milliseconds(300);
    dirty_ = true;
    fmt::print(stderr, "\r{} packets", packets);
    std::fflush(stderr);
}

void Progress::clear()
{
    if (dirty_)
        fmt::print(stderr, "\r\x1b[K");
    dirty_ = false;
}

}  // namespace buswitness::cli
