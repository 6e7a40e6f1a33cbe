// Which port to listen on, and how.
#pragma once

#include "decode/base/result.h"
#include "decode/serial/line.h"

#include <memory>
#include <string>
#include <string_view>

namespace buswitness::capture {

class SerialTap;

struct SerialOptions {
    std::string port;  // ttyUSB0, /dev/ttyUSB0, /dev/serial/by-id/...
    serial::LineSettings settings;
    bool find_settings = false;         // "auto"
    std::shared_ptr<SerialTap> opened;  // by who found the settings; null: not yet
};

// PORT, PORT,BAUD, PORT,FORMAT, PORT,BAUD,FORMAT or PORT,auto; what is not said is 19200 8E1, the default of the
// specification.
Result<SerialOptions> serial_options(std::string_view words);

// The path of a port that may be named without /dev/, with links followed.
std::string device_path(const std::string &port);
// The name of a port as people say it: without /dev/.
std::string port_name(const std::string &port);

}  // namespace buswitness::capture
