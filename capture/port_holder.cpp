#include "capture/port_holder.h"

#include "decode/base/text.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <dirent.h>
#include <fcntl.h>
#include <fstream>
#include <memory>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

namespace buswitness::capture {

namespace {

struct CloseFolder {
    void operator()(DIR *folder) const { ::closedir(folder); }
};
using Folder = std::unique_ptr<DIR, CloseFolder>;

int number_of(const char *text)
{
    int number = 0;
    const std::string_view all(text);
    const auto [end, problem] = std::from_chars(all.data(), all.data() + all.size(), number);
    return problem == std::errc() && end == all.data() + all.size() ? number : -1;
}

std::string first_line(const std::string &path)
{
    std::ifstream file(path);
    std::string line;
    std::getline(file, line);
    return line.substr(0, 256);
}

// Linux gives pseudo-terminals 136 to 143 as majors; a line of fdinfo tells which one a master belongs to.
bool is_pseudo_terminal(dev_t device)
{
    return major(device) >= 136 && major(device) <= 143;
}

bool is_master_of(const std::string &process, const char *descriptor, dev_t other, dev_t slave)
{
    if (!is_pseudo_terminal(slave) || major(other) != 5 || minor(other) != 2)
        return false;
    std::ifstream info(process + "/fdinfo/" + descriptor);
    const std::string wanted = "tty-index:\t" + std::to_string(minor(slave));
    for (std::string line; std::getline(info, line);)
        if (line == wanted)
            return true;
    return false;
}

bool holds(const std::string &process, dev_t device)
{
    const Folder folder(::opendir((process + "/fd").c_str()));
    bool open = false, other_end = false;
    if (!folder)
        return false;
    while (const dirent *entry = ::readdir(folder.get())) {
        struct stat status = {};
        if (::fstatat(::dirfd(folder.get()), entry->d_name, &status, 0) != 0 || !S_ISCHR(status.st_mode))
            continue;
        open = open || status.st_rdev == device;
        other_end = other_end || is_master_of(process, entry->d_name, status.st_rdev, device);
    }
    return open && !other_end;
}

PortHolder holder(int process)
{
    return {process, first_line("/proc/" + std::to_string(process) + "/comm"), {}};
}

std::optional<PortHolder> holder_by_lock(const std::string &device)
{
    std::string name = device.starts_with("/dev/") ? device.substr(5) : device;
    std::ranges::replace(name, '/', '_');
    for (const char *folder : {"/var/lock", "/run/lock", "/var/spool/lock", "/var/spool/uucp"}) {
        const std::string lock = std::string(folder) + "/LCK.." + name;
        std::ifstream file(lock);
        int process = 0;  // in text, as UUCP and Qt write it
        if (file >> process && process > 0 && process != ::getpid() && (::kill(process, 0) == 0 || errno == EPERM)) {
            PortHolder found = holder(process);
            found.lock = lock;
            return found;
        }
    }
    return std::nullopt;
}

}  // namespace

std::optional<PortHolder> holder_of(const std::string &device)
{
    struct stat status = {};
    if (::stat(device.c_str(), &status) != 0 || !S_ISCHR(status.st_mode))
        return std::nullopt;
    const Folder processes(::opendir("/proc"));
    while (const dirent *entry = processes ? ::readdir(processes.get()) : nullptr) {
        const int process = number_of(entry->d_name);
        if (process > 0 && process != ::getpid() && holds(std::string("/proc/") + entry->d_name, status.st_rdev))
            return holder(process);
    }
    return holder_by_lock(device);
}

std::string to_string(const PortHolder &holder)
{
    return (holder.name.empty() ? "a program" : escaped(holder.name, 64)) + " (process " +
           std::to_string(holder.process) + (holder.lock.empty() ? ")" : ", lock file " + holder.lock + ")");
}

}  // namespace buswitness::capture
