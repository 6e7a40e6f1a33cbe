#include "cli/live_start.h"

#include "capture/capture_filter.h"
#include "capture/privileges.h"
#include "cli/exit_code.h"
#include "cli/terminal.h"

namespace buswitness::cli {

LiveStart open_live(const capture::LiveOptions &options)
{
    if (const auto problem = capture::filter_problem(options.filter); problem && !options.filter.empty()) {
        complain(*problem);
        return exit_code::usage;
    }
    for (const capture::SerialOptions &port : options.serial) {
        if (const auto refused = capture::refused_serial(port)) {
            complain(*refused);
            return exit_code::not_completed;
        }
    }
    if (const auto error = capture::keep_only_capture_right()) {
        complain(*error);
        return exit_code::not_completed;
    }
    auto source = capture::LiveSource::open(options);
    if (!source) {
        complain(source.error());
        return exit_code::not_completed;
    }
    if (!options.reopen) {
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
