#include "cli/digest.h"

#include <fmt/format.h>
#include <nettle/sha2.h>

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

namespace buswitness::cli {

namespace {

bool is_regular(int descriptor)
{
    struct stat status = {};
    return ::fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
}

std::string digest_of(int descriptor)
{
    std::vector<std::uint8_t> buffer(1 << 18);
    sha256_ctx context;
    sha256_init(&context);
    for (;;) {
        const ssize_t got = ::read(descriptor, buffer.data(), buffer.size());
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return {};
        if (got == 0)
            break;
        sha256_update(&context, static_cast<std::size_t>(got), buffer.data());
    }
    std::array<std::uint8_t, SHA256_DIGEST_SIZE> digest{};
    sha256_digest(&context, digest.size(), digest.data());
    return fmt::format("{:02x}", fmt::join(digest, ""));
}

}  // namespace

std::string sha256_of(const std::string &name)
{
    if (name == "-")
        return {};
    // A pipe must not be opened for reading a second time: it would take octets away from the report.
    struct stat status = {};
    if (::stat(name.c_str(), &status) != 0 || !S_ISREG(status.st_mode))
        return {};
    const int descriptor = ::open(name.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0)
        return {};
    std::string digest = is_regular(descriptor) ? digest_of(descriptor) : std::string();
    ::close(descriptor);
    return digest;
}

}  // namespace buswitness::cli
