// The serial ports of this machine as sysfs tells them. No port is opened for it: opening raises RTS, and an adapter
// that switches its transmitter with RTS would disturb the bus.
#pragma once

#include "capture/port_holder.h"

#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

namespace buswitness::capture {

struct SerialPort {
    std::string device;       // /dev/ttyUSB0
    std::string description;  // of the USB device, as it tells it itself: not escaped; may be empty
    std::string driver;       // of the kernel: ftdi_sio; may be empty
    std::optional<PortHolder> holder;
    bool permitted = true;
    std::string cure;  // when not permitted
};

std::vector<SerialPort> serial_ports(const std::string &classes = "/sys/class/tty",
                                     const std::string &devices = "/dev");

// The one command that lets this user listen on the device.
std::string permission_cure(const std::string &device);

// The driver of /dev/NAME; empty when there is none.
std::string driver_of(const std::string &device, const std::string &classes = "/sys/class/tty");

// Whether a terminal driver of the kernel answers for this device number, by its list of them, /proc/tty/drivers
// (proc(5)): name, path, major, minor or minors "64-111", kind. Nothing when a line is not like that, or there is none.
std::optional<bool> listed_as_terminal(std::istream &drivers, unsigned major, unsigned minor);

}  // namespace buswitness::capture
