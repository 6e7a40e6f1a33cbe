// Who holds a serial port: octets that another program reads do not reach us.
#pragma once

#include <optional>
#include <string>

namespace buswitness::capture {

struct PortHolder {
    int process = 0;
    std::string name;  // of its program; empty: not known
    std::string lock;  // the lock file that says so; empty: it has the device open
};

// A process other than this one that has the device open, or that says so in a lock file (LCK..ttyUSB0). Processes of
// other users are seen only by root. Whoever holds the other end of a pseudo-terminal is its line, not a holder.
std::optional<PortHolder> holder_of(const std::string &device);

// "minicom (process 1234)"
std::string to_string(const PortHolder &holder);

}  // namespace buswitness::capture
