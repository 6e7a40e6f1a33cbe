#include "capture/serial_ports.h"

#include <algorithm>
#include <array>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <grp.h>
#include <istream>
#include <iterator>
#include <pwd.h>
#include <sstream>
#include <sys/stat.h>
#include <unistd.h>

namespace buswitness::capture {

namespace {

namespace fs = std::filesystem;

std::string first_line(const fs::path &path)
{
    std::ifstream file(path);
    std::string line;
    std::getline(file, line);
    return line.substr(0, 128);
}

std::string driver_in(const fs::path &entry)
{
    std::error_code none;
    return fs::canonical(entry / "device" / "driver", none).filename().string();
}

// What the USB device says of itself stands in a folder above the port.
std::string usb_description(const fs::path &entry)
{
    std::error_code problem;
    fs::path folder = fs::canonical(entry / "device", problem);
    for (int level = 0; !problem && level < 8 && folder.has_relative_path(); ++level, folder = folder.parent_path()) {
        if (!fs::exists(folder / "idVendor", problem))
            continue;
        std::string text = first_line(folder / "manufacturer");
        for (const std::string &more : {first_line(folder / "product"), first_line(folder / "serial")})
            if (!more.empty())
                text += (text.empty() ? "" : " ") + more;
        return text.empty() ? first_line(folder / "idVendor") + ":" + first_line(folder / "idProduct") : text;
    }
    return {};
}

// The 8250 driver has entries for ports that no machine has; their type is 0.
bool is_there(const fs::path &entry)
{
    std::error_code none;
    return fs::exists(entry / "device", none) && first_line(entry / "type") != "0";
}

std::string user_name()
{
    const passwd *user = ::getpwuid(::geteuid());
    return user != nullptr ? user->pw_name : "USER";
}

bool belongs_by_now(gid_t group)
{
    const passwd *user = ::getpwuid(::geteuid());
    if (user == nullptr)
        return false;
    std::array<gid_t, 256> groups{};
    int count = static_cast<int>(groups.size());
    if (::getgrouplist(user->pw_name, user->pw_gid, groups.data(), &count) < 0)
        return false;
    return std::ranges::find(groups.begin(), groups.begin() + count, group) != groups.begin() + count;
}

// ttyS2 before ttyS10.
bool in_order(const SerialPort &a, const SerialPort &b)
{
    const auto stem = [](const std::string &name) { return name.find_last_not_of("0123456789"); };
    const std::string_view one = std::string_view(a.device).substr(0, stem(a.device) + 1);
    const std::string_view other = std::string_view(b.device).substr(0, stem(b.device) + 1);
    if (one != other)
        return one < other;
    return a.device.size() != b.device.size() ? a.device.size() < b.device.size() : a.device < b.device;
}

struct TerminalNumbers {
    unsigned major = 0, first = 0, last = 0;  // minors
};

// From the end: a driver's name may be several words.
std::optional<TerminalNumbers> numbers_in(const std::string &line)
{
    std::istringstream words(line);
    const std::vector<std::string> all(std::istream_iterator<std::string>(words), {});
    if (all.size() < 5)
        return std::nullopt;
    const std::string &minors = all[all.size() - 2];
    std::istringstream numbers(all[all.size() - 3] + " " + minors);
    TerminalNumbers found;
    if (!(numbers >> found.major >> found.first))
        return std::nullopt;
    found.last = found.first;
    char dash = 0;
    if (numbers >> dash && (dash != '-' || !(numbers >> found.last)))
        return std::nullopt;
    return found;
}

}  // namespace

std::vector<SerialPort> serial_ports(const std::string &classes, const std::string &devices)
{
    std::vector<SerialPort> ports;
    std::error_code problem;
    for (const fs::directory_entry &entry : fs::directory_iterator(classes, problem)) {
        if (!is_there(entry.path()))
            continue;
        SerialPort port;
        port.device = devices + "/" + entry.path().filename().string();
        port.driver = driver_in(entry.path());
        port.description = usb_description(entry.path());
        port.holder = holder_of(port.device);
        port.permitted = ::faccessat(AT_FDCWD, port.device.c_str(), R_OK, AT_EACCESS) == 0;
        if (!port.permitted)
            port.cure = permission_cure(port.device);
        ports.push_back(std::move(port));
    }
    std::ranges::sort(ports, in_order);
    return ports;
}

std::string permission_cure(const std::string &device)
{
    struct stat status = {};
    const bool known = ::stat(device.c_str(), &status) == 0;
    const group *owner = known ? ::getgrgid(status.st_gid) : nullptr;
    if (owner == nullptr || status.st_gid == 0 || (status.st_mode & S_IRGRP) == 0)
        return "sudo setfacl -m u:" + user_name() + ":r " + device;
    if (belongs_by_now(status.st_gid))
        return "log out and in again: " + user_name() + " belongs to the group " + owner->gr_name +
               ", but this session began before";
    return "sudo usermod -aG " + std::string(owner->gr_name) + " " + user_name() + ", then log out and in again";
}

std::string driver_of(const std::string &device, const std::string &classes)
{
    return driver_in(fs::path(classes) / fs::path(device).filename());
}

std::optional<bool> listed_as_terminal(std::istream &drivers, unsigned major, unsigned minor)
{
    bool understood = false, odd = false;
    for (std::string line; std::getline(drivers, line);) {
        const auto numbers = numbers_in(line);
        odd |= !numbers;
        understood |= numbers.has_value();
        if (numbers && numbers->major == major && minor >= numbers->first && minor <= numbers->last)
            return true;
    }
    return understood && !odd ? std::optional(false) : std::nullopt;
}

}  // namespace buswitness::capture
