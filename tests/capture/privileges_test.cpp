#include "capture/privileges.h"

#include <gtest/gtest.h>

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <functional>
#include <pty.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace buswitness::capture {
namespace {

// In a process of its own, whose exit status it returns: what is denied stays denied.
int status_of(const std::function<int()> &work)
{
    const pid_t child = ::fork();
    if (child == 0)
        ::_exit(work());
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

constexpr int not_restricted = 100;

// errno of a request to a terminal that is open for reading only, once sending is denied; 0: it was done.
int reason_of(unsigned long request)
{
    return status_of([request] {
        int master = -1, slave = -1;
        std::array<char, 64> name{};
        if (::openpty(&master, &slave, name.data(), nullptr, nullptr) != 0)
            return not_restricted;
        const int port = ::open(name.data(), O_RDONLY | O_NOCTTY | O_NONBLOCK);
        if (deny_sending({}))
            return not_restricted;
        int argument = 0;
        return ::ioctl(port, request, &argument) == 0 ? 0 : errno;
    });
}

TEST(Privileges, WhatWouldMakeAPortSendIsDenied)
{
    if (reason_of(TIOCGWINSZ) == not_restricted)
        GTEST_SKIP() << "no pseudo-terminals or no seccomp here";
    for (const int request : {TIOCSBRK, TCSBRK, TCSBRKP, TCXONC, TIOCSTI, TIOCMBIS, TIOCMSET, TIOCSRS485})
        EXPECT_EQ(reason_of(static_cast<unsigned>(request)), EPERM) << std::hex << request;
    // The kernel looks at the lower half of the word only.
    EXPECT_EQ(reason_of(TIOCSBRK | std::uint64_t{1} << 32), EPERM);
}

TEST(Privileges, WhatAListenerNeedsIsNot)
{
    if (reason_of(TIOCGWINSZ) == not_restricted)
        GTEST_SKIP() << "no pseudo-terminals or no seccomp here";
    EXPECT_EQ(reason_of(FIONREAD), 0);
    EXPECT_EQ(reason_of(TIOCMBIC), ENOTTY) << "lowers RTS and DTR; a pseudo-terminal has none";
    EXPECT_EQ(reason_of(TIOCGICOUNT), ENOTTY);
}

}  // namespace
}  // namespace buswitness::capture
