#include "cli/serial_detection.h"

#include "capture/privileges.h"
#include "cli/detection_text.h"
#include "cli/exit_code.h"
#include "cli/terminal.h"
#include "decode/serial/settings_text.h"

#include <fmt/format.h>

#include <array>
#include <poll.h>

namespace buswitness::cli {

namespace {

using namespace std::chrono_literals;
using analyzer::LineDetection;
using Clock = std::chrono::steady_clock;

Timestamp now()
{
    return Timestamp(Clock::now().time_since_epoch());  // CLOCK_MONOTONIC, as the tap's chunks
}

class Listener {
public:
    Listener(capture::SerialTap &tap, const DetectionLimit &limit, const StopSignal &stop, bool quiet)
        : tap_(tap), limit_(limit), stop_(stop), quiet_(quiet), status_(quiet)
    {
    }

    Detection run()
    {
        begin();
        while (!over()) {
            wait();
            take();
            const bool change = detection_.advance(now());
            tell();
            if (change)
                begin();
        }
        status_.clear();
        end_.line = detection_.result();
        end_.time = elapsed(began_, now());
        return end_;
    }

private:
    void begin()
    {
        for (int refused = 0; refused < most_refused && !detection_.done(); ++refused) {
            if (tap_.listen_with(detection_.wanted())) {
                detection_.begin(now());
                return;
            }
            detection_.refused();
        }
    }

    [[nodiscard]] bool over()
    {
        const auto ends = [this](Detection::End how) {
            end_.end = how;
            return true;
        };
        if (detection_.done())
            return ends(Detection::End::found);
        if (stop_.wished())
            return ends(Detection::End::stopped);
        if (tap_.gone())
            return ends(Detection::End::unplugged);
        const bool late = limit_.all > Duration(0) && elapsed(began_, now()) >= limit_.all;
        const bool vain = limit_.talking > Duration(0) && heard_ && elapsed(*heard_, now()) >= limit_.talking;
        return (late || vain) && ends(Detection::End::time_over);
    }

    void wait() const
    {
        std::array<pollfd, 2> wanted{pollfd{.fd = tap_.descriptor(), .events = POLLIN, .revents = 0},
                                     pollfd{.fd = stop_.descriptor(), .events = POLLIN, .revents = 0}};
        (void)::poll(wanted.data(), wanted.size(), 20);
    }

    void take()
    {
        for (const capture::SerialChunk &chunk : tap_.take()) {
            detection_.chunk(
                {.time = Timestamp(chunk.monotonic), .octets = chunk.octets, .marks = chunk.marks, .interface = 0});
            if (!heard_)
                heard_ = now();
        }
    }

    void tell()
    {
        for (const analyzer::Listened &stay : detection_.take_finished()) {
            status_.clear();
            if (!quiet_)
                complain(words_of(stay));
        }
        status_.show(words_of(detection_.current(now())) + (heard_ ? "" : "; nothing heard yet"));
    }

    static constexpr int most_refused = 64;
    capture::SerialTap &tap_;
    DetectionLimit limit_;
    const StopSignal &stop_;
    bool quiet_;
    StatusLine status_;
    LineDetection detection_;
    Timestamp began_ = now();
    std::optional<Timestamp> heard_;
    Detection end_;
};

}  // namespace

Detection detect(capture::SerialTap &tap, const DetectionLimit &limit, const StopSignal &stop, bool quiet)
{
    return Listener(tap, limit, stop, quiet).run();
}

Result<std::shared_ptr<capture::SerialTap>> open_for_detection(capture::SerialOptions port)
{
    port.settings = LineDetection().wanted();
    auto tap = capture::SerialTap::open(port);
    if (!tap)
        return tap.error();
    if (const auto error = capture::deny_serial_sending())
        return *error;
    return std::shared_ptr<capture::SerialTap>(std::move(tap).value());
}

std::optional<int> find_settings(capture::SerialOptions &port, const LiveWait &wait)
{
    auto tap = open_for_detection(port);
    if (!tap) {
        complain_of_port(tap.error());
        return exit_code::not_completed;
    }
    const std::string name = capture::port_name(port.port);
    if (!wait.quiet)
        complain("looking for the settings of " + name + "; what is heard until then is not recorded");
    const Detection found = detect(*tap.value(), {.all = wait.duration, .talking = 60s}, wait.stop, wait.quiet);
    if (found.end == Detection::End::stopped)
        return exit_code::done;
    if (!reads_as_heard(found.line) ||
        (!tap.value()->listen_with(found.line.listen) && !tap.value()->pseudo_terminal())) {
        complain("the settings of " + name + " were not found: " + headline(found));
        complain("buswitness detect --serial " + port.port + " tells more; or name them: --serial " + port.port +
                 ",19200,8E1");
        return exit_code::not_completed;
    }
    if (!wait.quiet)
        complain(name + ": " + headline(found) + "; listening with " + to_string(found.line.listen));
    port.settings = found.line.listen;
    port.find_settings = false;
    port.opened = std::move(tap).value();
    return std::nullopt;
}

}  // namespace buswitness::cli
