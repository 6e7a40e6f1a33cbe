#include "cli/stop_signal.h"

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <sys/eventfd.h>
#include <unistd.h>

namespace buswitness::cli {

namespace {

std::atomic<int> wishes{0};
std::atomic<int> wake{-1};
static_assert(std::atomic<int>::is_always_lock_free);

void wish(int)
{
    const int reason = errno;
    ++wishes;
    const std::uint64_t one = 1;
    (void)!::write(wake, &one, sizeof one);
    errno = reason;
}

void on(int signal, void (*action)(int))
{
    struct sigaction how = {};
    how.sa_handler = action;
    sigemptyset(&how.sa_mask);
    ::sigaction(signal, &how, nullptr);
}

}  // namespace

StopSignal::StopSignal() : descriptor_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK))
{
    wishes = 0;
    wake = descriptor_;
    for (const int signal : {SIGINT, SIGTERM, SIGHUP})
        on(signal, &wish);
    on(SIGPIPE, SIG_IGN);
}

StopSignal::~StopSignal()
{
    for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGPIPE})
        on(signal, SIG_DFL);
    wake = -1;
    ::close(descriptor_);
}

bool StopSignal::wished() const
{
    return wishes != 0;
}

bool StopSignal::wished_twice() const
{
    return wishes > 1;
}

}  // namespace buswitness::cli
