#include "cli/live_start.h"

#include "capture/capture_filter.h"
#include "capture/privileges.h"
#include "cli/exit_code.h"
#include "cli/serial_detection.h"
#include "cli/terminal.h"
#include "decode/diagnose/catalogue.h"

namespace buswitness::cli {

void complain_of_port(const Error &error)
{
    complain(error);
    const std::string id = error.why.substr(0, error.why.find(':'));
    if (diagnose::find_row(id) != nullptr)
        complain("buswitness explain " + id + " tells more");
}

LiveStart open_live(capture::LiveOptions options, const LiveWait &wait)
{
    if (const auto problem = capture::filter_problem(options.filter); problem && !options.filter.empty()) {
        complain(*problem);
        return exit_code::usage;
    }
    for (const capture::SerialOptions &port : options.serial) {
        if (const auto refused = capture::refused_serial(port)) {
            complain_of_port(*refused);
            return exit_code::not_completed;
        }
    }
    if (const auto error = capture::keep_only_capture_right()) {
        complain(*error);
        return exit_code::not_completed;
    }
    for (capture::SerialOptions &port : options.serial)
        if (const auto status = port.find_settings ? find_settings(port, wait) : std::nullopt)
            return *status;
    const bool reopens = options.reopen;
    auto source = capture::LiveSource::open(std::move(options));
    if (!source) {
        complain_of_port(source.error());
        return exit_code::not_completed;
    }
    if (!reopens) {
        if (const auto error = capture::drop_capture_right()) {
            complain(*error);
            return exit_code::not_completed;
        }
    }
    return std::move(source).value();
}

int confine(const capture::LiveSource &source, bool reopens, bool serves)
{
    const capture::Sandbox sandbox = {
        .packet_sockets = source.packet_sockets(), .may_reopen = reopens, .serves = serves};
    if (const auto error = capture::deny_sending(sandbox)) {
        complain(*error);
        return exit_code::not_completed;
    }
    return exit_code::done;
}

std::string names_of(const std::vector<capture::InterfaceSettings> &interfaces)
{
    std::string names;
    for (const capture::InterfaceSettings &one : interfaces)
        names += (names.empty() ? "" : ", ") + one.name;
    return names;
}

}  // namespace buswitness::cli
