#include "capture/output_file.h"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

namespace buswitness::capture {

namespace {

std::string spoken(const std::string &name)
{
    return name == "-" ? "standard output" : name;
}

Error cannot_write(const std::string &name, int reason)
{
    std::string hint;
    if (reason == EACCES || reason == EPERM)
        hint = "choose a folder that you may write to";
    else if (reason == ENOENT)
        hint = "the folder has to exist";
    else if (reason == EFBIG || reason == ENOSPC || reason == EDQUOT)
        hint = "what was written before is complete; free some space, or record in a ring (-b filesize:KB -b files:N)";
    return {"cannot write " + spoken(name), std::strerror(reason), hint};
}

bool is_stream(const struct stat &status)
{
    return S_ISCHR(status.st_mode) || S_ISFIFO(status.st_mode);
}

constexpr int fresh = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY;

// A new file beside the old one, put in its place.
int replace(const std::string &name)
{
    const std::string temporary = name + "." + std::to_string(::getpid()) + ".part";
    const int descriptor = ::open(temporary.c_str(), fresh, 0600);
    if (descriptor < 0)
        return -1;
    if (std::rename(temporary.c_str(), name.c_str()) == 0)
        return descriptor;
    const int reason = errno;
    ::unlink(temporary.c_str());
    ::close(descriptor);
    errno = reason;
    return -1;
}

}  // namespace

Result<std::unique_ptr<OutputFile>> OutputFile::create(const std::string &name, bool overwrite)
{
    const auto made = [&name](int descriptor, bool regular) {
        return std::unique_ptr<OutputFile>(new OutputFile(name, descriptor, regular));
    };
    struct stat status = {};
    if (name == "-") {
        if (::isatty(STDOUT_FILENO) != 0)
            return Error{"cannot write packets to a terminal", "", "pipe them into a program, or name a file"};
        const bool regular = ::fstat(STDOUT_FILENO, &status) == 0 && S_ISREG(status.st_mode);
        return made(STDOUT_FILENO, regular);
    }
    if (::lstat(name.c_str(), &status) == 0) {
        if (is_stream(status)) {
            const int descriptor = ::open(name.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY | O_NOFOLLOW);
            if (descriptor < 0)
                return cannot_write(name, errno);
            return made(descriptor, false);
        }
        if (S_ISDIR(status.st_mode))
            return Error{"cannot write " + name, "it is a directory", "name a file in it"};
        if (S_ISLNK(status.st_mode))
            return Error{"cannot write " + name, "it is a symbolic link", "name the file itself"};
        if (!overwrite)
            return Error{name + " exists already", "", "--force overwrites it"};
        const int descriptor = replace(name);
        if (descriptor < 0)
            return cannot_write(name, errno);
        return made(descriptor, true);
    }
    const int descriptor = ::open(name.c_str(), fresh, 0600);
    if (descriptor < 0)
        return cannot_write(name, errno);
    return made(descriptor, true);
}

OutputFile::~OutputFile()
{
    close();
}

void OutputFile::fail(int reason)
{
    reader_gone_ |= reason == EPIPE;
    if (!failure_)
        failure_ = cannot_write(name_, reason);
}

bool OutputFile::wait_until_writable(const std::function<bool()> &give_up)
{
    while (!give_up()) {
        pollfd wanted = {.fd = descriptor_, .events = POLLOUT, .revents = 0};
        if (::poll(&wanted, 1, 100) > 0)
            return true;
    }
    fail(EAGAIN);
    return false;
}

std::size_t OutputFile::write(Bytes octets, const std::function<bool()> &give_up)
{
    std::size_t done = 0;
    while (done < octets.size() && !failure_) {
        // A pipe that is ready takes PIPE_BUF octets without blocking; a file takes everything.
        const std::size_t most = regular_ ? octets.size() : PIPE_BUF;
        if (!regular_ && !wait_until_writable(give_up))
            break;
        const ssize_t written = ::write(descriptor_, octets.data() + done, std::min(most, octets.size() - done));
        if (written >= 0)
            done += static_cast<std::size_t>(written);
        else if (errno != EINTR && errno != EAGAIN)
            fail(errno);
    }
    return done;
}

void OutputFile::cut(std::uint64_t size)
{
    if (regular_ && descriptor_ >= 0 && ::ftruncate(descriptor_, static_cast<off_t>(size)) != 0)
        fail(errno);
}

void OutputFile::close()
{
    if (descriptor_ < 0)
        return;
    if (descriptor_ != STDOUT_FILENO && ::close(descriptor_) != 0 && errno != EINTR)
        fail(errno);
    descriptor_ = -1;
}

bool OutputFile::vanished() const
{
    struct stat status = {};
    return regular_ && descriptor_ >= 0 && name_ != "-" && ::fstat(descriptor_, &status) == 0 && status.st_nlink == 0;
}

void OutputFile::remove()
{
    if (regular_ && name_ != "-")
        ::unlink(name_.c_str());
}

}  // namespace buswitness::capture
