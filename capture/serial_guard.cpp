#include "capture/serial_guard.h"

#include "capture/serial_ports.h"
#include "decode/base/text.h"

#include <algorithm>
#include <asm/termbits.h>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <linux/serial.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>
#include <utility>

namespace buswitness::capture {

namespace {

using serial::LineSettings;
using serial::Parity;

// Raw, errors marked in band, nothing ever sent: no echo, no XON/XOFF, no RTS/CTS, and the lines left alone at close.
termios2 silent(const termios2 &found)
{
    termios2 port = found;
    port.c_iflag = INPCK | PARMRK;
    port.c_oflag = 0;
    port.c_lflag = 0;
    port.c_cflag = (found.c_cflag & static_cast<tcflag_t>(~(CRTSCTS | HUPCL))) | CLOCAL | CREAD;
    port.c_cc[VMIN] = 1;
    port.c_cc[VTIME] = 0;
    return port;
}

tcflag_t format_of(const LineSettings &settings)
{
    const tcflag_t parity = settings.parity == Parity::none   ? 0
                            : settings.parity == Parity::even ? PARENB
                                                              : PARENB | PARODD;
    return (settings.data_bits == 7 ? CS7 : CS8) | (settings.stop_bits == 2 ? CSTOPB : 0) | parity;
}

constexpr tcflag_t format_bits = CSIZE | CSTOPB | PARENB | PARODD | CMSPAR;

LineSettings settings_in(const termios2 &port)
{
    LineSettings settings;
    settings.baud = port.c_ospeed;
    settings.data_bits = (port.c_cflag & CSIZE) == CS7 ? 7 : 8;
    settings.stop_bits = (port.c_cflag & CSTOPB) != 0 ? 2 : 1;
    settings.parity = (port.c_cflag & PARENB) == 0   ? Parity::none
                      : (port.c_cflag & PARODD) != 0 ? Parity::odd
                                                     : Parity::even;
    return settings;
}

void lower_lines(int descriptor)
{
    const int lines = TIOCM_RTS | TIOCM_DTR;
    (void)::ioctl(descriptor, TIOCMBIC, &lines);
}

Error missing(const std::string &device)
{
    std::string there;
    for (const SerialPort &port : serial_ports())
        there += (there.empty() ? "there are: " : ", ") + port.device;
    return {"cannot listen on " + device, "serial-port-missing: there is no such port",
            there.empty() ? "this machine shows no serial port; is the adapter plugged in? dmesg tells" : there};
}

Error refused(const std::string &device, int reason)
{
    const std::string what = "cannot listen on " + device;
    switch (reason) {
    case ENOENT:
    case ENXIO:
    case ENODEV: return missing(device);
    case EBUSY: return serial_port_busy(device);
    case EACCES:
    case EPERM: return {what, "serial-port-permission: " + std::string(std::strerror(reason)), permission_cure(device)};
    case ENOTTY:
    case EINVAL: return {what, "it is no serial port", "buswitness interfaces lists the ports"};
    default: return {what, std::strerror(reason), ""};
    }
}

bool opens_pseudo_terminal(int descriptor)
{
    struct stat status = {};
    return ::fstat(descriptor, &status) == 0 && major(status.st_rdev) >= 136 && major(status.st_rdev) <= 143;
}

// No terminal driver of the kernel answers for it.
bool is_something_else(dev_t device)
{
    std::ifstream drivers("/proc/tty/drivers");
    return !listed_as_terminal(drivers, major(device), minor(device)).value_or(true);
}

}  // namespace

Error serial_port_busy(const std::string &device)
{
    const auto holder = holder_of(device);
    return {"cannot listen on " + device,
            "serial-port-busy: " + (holder ? to_string(*holder) + " has it" : "a program of another user has it"),
            (holder ? "end that program" : "sudo fuser -v " + device + " names it; end it") +
                std::string(": of two readers each gets only a part of the octets")};
}

std::optional<Error> refused_serial(const SerialOptions &options)
{
    const std::string device = device_path(options.port);
    struct stat status = {};
    if (::stat(device.c_str(), &status) != 0)
        return refused(device, errno);
    if (!S_ISCHR(status.st_mode) || is_something_else(status.st_rdev))  // a pipe would wait, a disk would spin up
        return refused(device, ENOTTY);
    if (holder_of(device))
        return serial_port_busy(device);
    return std::nullopt;
}

Result<SerialGuard> SerialGuard::open(const SerialOptions &options)
{
    if (const auto error = refused_serial(options))
        return *error;
    const std::string device = device_path(options.port);
    const int descriptor = ::open(device.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (descriptor < 0)
        return refused(device, errno);
    SerialGuard guard(descriptor, device);
    if (!guard.configure(options.settings))
        return refused(device, errno);
    return guard;
}

SerialGuard::SerialGuard(SerialGuard &&other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), device_(std::move(other.device_)), accepted_(other.accepted_),
      pseudo_terminal_(other.pseudo_terminal_), echo_was_on_(other.echo_was_on_)
{
}

SerialGuard::~SerialGuard()
{
    if (descriptor_ >= 0)
        ::close(descriptor_);  // left raw: whoever opens it next cannot make it echo by opening it
}

bool SerialGuard::configure(const LineSettings &settings)
{
    termios2 found = {};
    if (::ioctl(descriptor_, TCGETS2, &found) != 0)
        return false;
    termios2 wanted = silent(found);
    wanted.c_cflag = (wanted.c_cflag & ~(format_bits | CBAUD | (CBAUD << IBSHIFT))) | format_of(settings) | BOTHER;
    wanted.c_ispeed = wanted.c_ospeed = settings.baud;
    if (::ioctl(descriptor_, TCSETS2, &wanted) != 0)
        return false;
    lower_lines(descriptor_);
    echo_was_on_ = echo_was_on_ || (found.c_lflag & ECHO) != 0;
    pseudo_terminal_ = opens_pseudo_terminal(descriptor_);
    termios2 taken = {};
    if (::ioctl(descriptor_, TCGETS2, &taken) != 0)
        return false;
    accepted_ = settings_in(taken);
    return true;
}

void SerialGuard::make_silent_again(int descriptor) const
{
    lower_lines(descriptor);
    termios2 found = {};
    if (::ioctl(descriptor, TCGETS2, &found) != 0)
        return;
    const termios2 wanted = silent(found);
    if (std::memcmp(&wanted, &found, sizeof found) != 0)  // some adapters lose octets at every change
        (void)::ioctl(descriptor, TCSETS2, &wanted);
}

void SerialGuard::forget_unread() const
{
    (void)::ioctl(descriptor_, TCFLSH, TCIFLUSH);
}

std::optional<LineErrors> SerialGuard::errors() const
{
    serial_icounter_struct counted = {};
    if (::ioctl(descriptor_, TIOCGICOUNT, &counted) != 0)
        return std::nullopt;
    const auto number = [](int value) { return static_cast<std::uint32_t>(value); };
    return LineErrors{number(counted.parity), number(counted.frame), number(counted.brk),
                      number(counted.overrun) + number(counted.buf_overrun)};
}

bool SerialGuard::hung_up() const
{
    pollfd wanted = {.fd = descriptor_, .events = 0, .revents = 0};
    return ::poll(&wanted, 1, 0) > 0 && (wanted.revents & (POLLHUP | POLLERR | POLLNVAL)) != 0;
}

LatencyRequest request_low_latency(const SerialGuard &guard)
{
    LatencyRequest request;
    serial_struct driver = {};
    if (::ioctl(guard.descriptor(), TIOCGSERIAL, &driver) == 0) {
        driver.flags |= ASYNC_LOW_LATENCY;
        request.accepted = ::ioctl(guard.descriptor(), TIOCSSERIAL, &driver) == 0;
    }
    const std::filesystem::path name = std::filesystem::path(guard.device()).filename();
    const std::string timer = "/sys/class/tty/" + name.string() + "/device/latency_timer";
    const auto read = [&timer]() -> std::optional<int> {
        std::ifstream file(timer);
        int value = 0;
        return file >> value ? std::optional(value) : std::nullopt;
    };
    request.timer_ms = read();
    if (request.timer_ms.value_or(0) > 1) {
        std::ofstream(timer) << 1;  // root only; with ASYNC_LOW_LATENCY the driver has done it
        request.timer_ms = read();
    }
    return request;
}

}  // namespace buswitness::capture
