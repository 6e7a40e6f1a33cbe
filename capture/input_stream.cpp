#include "capture/input_stream.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <optional>
#include <poll.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace buswitness::capture {

namespace {

class DescriptorSource : public OctetSource {
public:
    DescriptorSource(int descriptor, bool owned) : descriptor_(descriptor), owned_(owned) {}
    DescriptorSource(const DescriptorSource &) = delete;
    DescriptorSource &operator=(const DescriptorSource &) = delete;
    ~DescriptorSource() override
    {
        if (owned_)
            ::close(descriptor_);
    }

    std::size_t read(std::span<std::uint8_t> into) override
    {
        for (;;) {
            const ssize_t count = ::read(descriptor_, into.data(), into.size());
            if (count >= 0)
                return static_cast<std::size_t>(count);
            if (errno == EAGAIN)
                wait();  // a pipe that somebody else made non-blocking
            else if (errno != EINTR) {
                failure_ = "reading failed: " + std::generic_category().message(errno);
                return 0;
            }
        }
    }

private:
    void wait() const
    {
        pollfd waiting{.fd = descriptor_, .events = POLLIN, .revents = 0};
        (void)::poll(&waiting, 1, -1);
    }

    int descriptor_;
    bool owned_;
};

Error system_error(const std::string &name, int number)
{
    std::string hint;
    if (number == ENOENT)
        hint = "check the name and the folder";
    else if (number == EACCES || number == EPERM)
        hint = "ask the owner of the file for permission to read it";
    else if (number == EMFILE)
        hint = "give fewer files at once, or raise the limit with 'ulimit -n'";
    return {cannot_read(name), std::generic_category().message(number), hint};
}

std::optional<Error> refusal(const std::string &name, const struct stat &status)
{
    if (S_ISDIR(status.st_mode))
        return Error{cannot_read(name), "it is a directory", "name the capture files in it"};
    if (S_ISCHR(status.st_mode) || S_ISBLK(status.st_mode))
        return Error{cannot_read(name), "it is a device, not a capture file", "to read a stream, use '-'"};
    return std::nullopt;
}

Result<InputStream> open_standard_input(std::size_t block)
{
    struct stat status = {};
    if (::fstat(STDIN_FILENO, &status) != 0)
        return system_error("-", errno);
    if (S_ISDIR(status.st_mode))
        return *refusal("-", status);
    if (::isatty(STDIN_FILENO) != 0)
        return Error{cannot_read("-"), "it is a terminal", "pipe a capture into it, or name a file"};
    return InputStream(std::make_unique<DescriptorSource>(STDIN_FILENO, false), block);
}

}  // namespace

InputStream::InputStream(std::unique_ptr<OctetSource> source, std::size_t block)
    : source_(std::move(source)), buffer_(std::make_unique_for_overwrite<std::uint8_t[]>(block)), capacity_(block)
{
}

bool InputStream::fill(std::size_t count)
{
    if (!source_ || ended_)
        return false;
    std::size_t have = window_.size();
    if (have > 0)
        std::memmove(buffer_.get(), window_.data(), have);
    while (have < count && !ended_) {
        window_ = Bytes(buffer_.get(), have);
        if (have == capacity_)
            grow();
        const std::size_t got = source_->read(std::span(buffer_.get(), capacity_).subspan(have));
        ended_ = got == 0;
        have += got;
    }
    window_ = Bytes(buffer_.get(), have);
    return have >= count;
}

void InputStream::grow()
{
    const std::size_t larger = 2 * capacity_;
    auto buffer = std::make_unique_for_overwrite<std::uint8_t[]>(larger);
    std::ranges::copy(window_, buffer.get());
    buffer_ = std::move(buffer);
    capacity_ = larger;
}

Result<InputStream> open_input(const std::string &name, std::size_t block)
{
    if (name == "-")
        return open_standard_input(block);
    struct stat status = {};
    if (::stat(name.c_str(), &status) != 0)
        return system_error(name, errno);
    if (const auto refused = refusal(name, status))  // before open(): opening a device can already do something
        return *refused;
    const int descriptor = ::open(name.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (descriptor < 0)
        return system_error(name, errno);
    auto source = std::make_unique<DescriptorSource>(descriptor, true);
    if (::fstat(descriptor, &status) != 0)
        return system_error(name, errno);
    if (const auto refused = refusal(name, status))
        return *refused;
    return InputStream(std::move(source), block);
}

std::string cannot_read(const std::string &name)
{
    return "cannot read " + (name == "-" ? std::string("standard input") : name);
}

}  // namespace buswitness::capture
