#include "cli/output.h"

#include <fmt/format.h>

#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

namespace buswitness::cli {

namespace {

Error cannot_write(const std::string &name)
{
    return {"cannot write " + name, std::strerror(errno), ""};
}

Error exists_already(const std::string &name)
{
    return {name + " exists already", "", "--force overwrites it"};
}

bool write_all(int descriptor, std::string_view text)
{
    while (!text.empty()) {
        const ssize_t written = ::write(descriptor, text.data(), text.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return false;
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

// Who is ready takes PIPE_BUF octets without blocking. Signals may reach another thread: asking is what ends it.
bool write_patiently(int descriptor, std::string_view text, const std::function<bool()> &give_up)
{
    while (!text.empty()) {
        pollfd wanted = {.fd = descriptor, .events = POLLOUT, .revents = 0};
        if (::poll(&wanted, 1, 100) <= 0) {
            if (!give_up())
                continue;
            errno = EAGAIN;
            return false;
        }
        const std::string_view part = text.substr(0, PIPE_BUF);
        if (!write_all(descriptor, part))
            return false;
        text.remove_prefix(part.size());
    }
    return true;
}

// Network file systems and quotas tell some failures only when the file is closed.
bool write_and_close(int descriptor, std::string_view text)
{
    const bool written = write_all(descriptor, text);
    const int write_error = errno;
    const bool closed = ::close(descriptor) == 0;
    if (!written)
        errno = write_error;
    return written && closed;
}

bool is_stream(const struct stat &status)
{
    return S_ISCHR(status.st_mode) || S_ISFIFO(status.st_mode);
}

std::optional<Error> write_stream(const std::string &name, std::string_view text)
{
    const int descriptor = ::open(name.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY);
    if (descriptor < 0 || !write_and_close(descriptor, text))
        return cannot_write(name);
    return std::nullopt;
}

std::string temporary_beside(const std::string &name)
{
    const std::size_t slash = name.rfind('/');
    const std::size_t base = slash == std::string::npos ? 0 : slash + 1;
    return fmt::format("{}.{}.{}.part", name.substr(0, base), name.substr(base, 200), ::getpid());
}

bool put_in_place(const std::string &temporary, const std::string &name, bool overwrite)
{
    if (overwrite)
        return std::rename(temporary.c_str(), name.c_str()) == 0;
    if (::renameat2(AT_FDCWD, temporary.c_str(), AT_FDCWD, name.c_str(), RENAME_NOREPLACE) == 0)
        return true;
    if (errno != EINVAL && errno != ENOSYS)
        return false;
    // The file system cannot rename without replacing: look, then rename.
    struct stat status = {};
    if (::lstat(name.c_str(), &status) == 0) {
        errno = EEXIST;
        return false;
    }
    return std::rename(temporary.c_str(), name.c_str()) == 0;
}

}  // namespace

std::optional<Error> refused_output(const std::string &name, bool overwrite)
{
    struct stat status = {};
    if (::stat(name.c_str(), &status) != 0 || is_stream(status))
        return std::nullopt;
    if (S_ISDIR(status.st_mode))
        return Error{"cannot write " + name, "it is a directory", ""};
    if (!overwrite)
        return exists_already(name);
    return std::nullopt;
}

std::optional<Error> write_file(const std::string &name, std::string_view text, bool overwrite)
{
    struct stat status = {};
    if (::stat(name.c_str(), &status) == 0 && is_stream(status))
        return write_stream(name, text);

    const std::string temporary = temporary_beside(name);
    const int descriptor = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
    if (descriptor < 0)
        return cannot_write(name);
    if (write_and_close(descriptor, text) && put_in_place(temporary, name, overwrite))
        return std::nullopt;
    const Error error = errno == EEXIST ? exists_already(name) : cannot_write(name);
    ::unlink(temporary.c_str());
    return error;
}

std::optional<Error> write_stdout(std::string_view text)
{
    std::fflush(stdout);
    if (!write_all(STDOUT_FILENO, text))
        return cannot_write("standard output");
    return std::nullopt;
}

std::optional<Error> write_stdout(std::string_view text, const std::function<bool()> &give_up)
{
    std::fflush(stdout);
    if (!write_patiently(STDOUT_FILENO, text, give_up))
        return cannot_write("standard output");
    return std::nullopt;
}

}  // namespace buswitness::cli
