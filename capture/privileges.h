// Only CAP_NET_RAW is needed, and only until the sources are open. Then it is given up, and a filter on system calls
// (seccomp) makes sure that nothing can be sent.
#pragma once

#include "decode/base/result.h"

#include <optional>
#include <vector>

namespace buswitness::capture {

// Keeps nothing but CAP_NET_RAW from here on; run by sudo, becomes the user who called it, with his groups (dialout),
// whose the output files then are. Without sudo root stays root, and keeps CAP_DAC_OVERRIDE so that it can write into
// others' folders.
std::optional<Error> keep_only_capture_right();

// Gives up CAP_NET_RAW as well.
std::optional<Error> drop_capture_right();

// Gives up every right of the calling thread, and of the threads that it starts.
void drop_all_rights();

struct Sandbox {
    std::vector<int> packet_sockets;  // nothing can be written to these, by any thread
    bool may_reopen = false;          // new packet sockets may be opened (capture --wait)
    bool serves = false;              // other threads answer on sockets (metrics)
};

// From here on no thread makes a serial port send (break, flow control) or raises its lines. Before all sources are
// open.
std::optional<Error> deny_serial_sending();

// From here on no thread starts programs, traces others or loads kernel code, or makes a serial port send (break, flow
// control) or raises its lines; the calling thread opens no sockets and sends nothing. Where the kernel offers no
// seccomp, says so.
std::optional<Error> deny_sending(const Sandbox &sandbox);

}  // namespace buswitness::capture
