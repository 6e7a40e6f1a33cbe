// Our own descriptor on a serial port, opened before Qt's and closed after it: read only, and the port raw and without
// echo from the first moment to beyond the last, so that no setting that anybody restores can make the port answer
// what it hears. RTS and DTR, which Linux raises whenever a port is opened, are lowered at once.
#pragma once

#include "capture/serial_options.h"
#include "capture/tty_marks.h"

#include <optional>
#include <string>

namespace buswitness::capture {

class SerialGuard {
public:
    // Failures name the finding: serial-port-missing, serial-port-busy, serial-port-permission.
    static Result<SerialGuard> open(const SerialOptions &options);
    SerialGuard(SerialGuard &&other) noexcept;
    SerialGuard &operator=(SerialGuard &&) = delete;
    ~SerialGuard();

    // Other settings, and the port silent as before. False: the driver refuses; what it took instead is `accepted`.
    bool configure(const serial::LineSettings &settings);
    // After somebody else changed the port through `descriptor`, or opened it.
    void make_silent_again(int descriptor) const;
    void forget_unread() const;  // what was heard before the marks were on

    [[nodiscard]] int descriptor() const { return descriptor_; }
    [[nodiscard]] const std::string &device() const { return device_; }
    // As the driver took them; a pseudo-terminal takes anything and has 8N1.
    [[nodiscard]] const serial::LineSettings &accepted() const { return accepted_; }
    [[nodiscard]] bool pseudo_terminal() const { return pseudo_terminal_; }
    [[nodiscard]] bool echo_was_on() const { return echo_was_on_; }
    [[nodiscard]] std::optional<LineErrors> errors() const;  // since the driver began to count
    [[nodiscard]] bool hung_up() const;                      // unplugged

private:
    SerialGuard(int descriptor, std::string device) : descriptor_(descriptor), device_(std::move(device)) {}

    int descriptor_;
    std::string device_;
    serial::LineSettings accepted_;
    bool pseudo_terminal_ = false, echo_was_on_ = false;
};

// Why the port cannot be listened on, as far as that can be told without opening it: it is missing, none, or held by
// another process. Root sees every holder only as long as it has its rights.
std::optional<Error> refused_serial(const SerialOptions &options);

Error serial_port_busy(const std::string &device);

// Asks driver and adapter to hand octets over at once (ASYNC_LOW_LATENCY, the latency timer of FTDI). Whether it helps
// is measured, not believed: setting the timer has been seen to change nothing.
struct LatencyRequest {
    bool accepted = false;             // ASYNC_LOW_LATENCY
    std::optional<int> timer_ms = {};  // the adapter's timer, as it is now
};
LatencyRequest request_low_latency(const SerialGuard &guard);

}  // namespace buswitness::capture
