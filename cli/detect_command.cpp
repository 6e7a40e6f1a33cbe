#include "capture/privileges.h"
#include "cli/commands.h"
#include "cli/detection_text.h"
#include "cli/exit_code.h"
#include "cli/output.h"
#include "cli/terminal.h"

namespace buswitness::cli {

int run_detect(const DetectOptions &options)
{
    const StopSignal stop;
    const auto refuse = [](const Error &error) {
        complain_of_port(error);
        return exit_code::not_completed;
    };
    if (const auto refused = capture::refused_serial(options.port))
        return refuse(*refused);
    if (const auto error = capture::keep_only_capture_right())
        return refuse(*error);
    auto tap = open_for_detection(options.port);
    if (!tap)
        return refuse(tap.error());
    if (const auto error = capture::drop_capture_right())
        return refuse(*error);
    if (const auto error = capture::deny_sending({}))
        return refuse(*error);
    const std::string name = capture::port_name(options.port.port);
    if (!options.quiet) {
        complain("listening on " + name + "; Ctrl+C ends it");
        for (const std::string &note : tap.value()->notes())
            complain(name + ": " + note);
    }
    const Detection found =
        detect(*tap.value(), {.all = options.duration, .talking = Duration(0)}, stop, options.quiet);
    if (const auto error = write_stdout(detection_text(found, options.port.port, tap.value()->pseudo_terminal())))
        return refuse(*error);
    return found.end == Detection::End::unplugged ? exit_code::not_completed : exit_code::done;
}

}  // namespace buswitness::cli
