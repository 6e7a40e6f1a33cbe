#include "cli/options_live.h"

namespace buswitness::cli {

namespace {

constexpr std::string_view detect_notes =
    R"(Exit status: 0 done, whatever was found, also after Ctrl+C; 2 wrong usage; 4 the port could not be opened, or went away.
Standard output has the settings, how sure they are and why, what no tap can know, and the command to run next.
Nothing is ever sent. The port is opened once; but Linux raises RTS and DTR for some milliseconds when it is: on a
running RS-485 line use a receive-only adapter, or one that finds the direction by itself.
)";

}  // namespace

void add_detect(CLI::App &app, LiveWords &words)
{
    CLI::App *detect =
        app.add_subcommand("detect", "Find the settings of a serial line: rate, parity, RTU or ASCII, polarity");
    detect->footer(std::string(detect_notes));
    detect->add_option("--serial", words.serial, "Serial port to listen on; buswitness interfaces lists them")
        ->allow_extra_args(false)
        ->type_name("PORT");
    detect->add_option("--duration", words.duration, "Listen at most so long: 90, 30s, 10m, 1.5h; default 60s")
        ->type_name("TIME");
    detect->add_flag("-q,--quiet", words.quiet, "No progress on standard error, only problems");
}

Result<DetectOptions> detect_options(LiveWords &words)
{
    if (words.serial.size() != 1)
        return Error{words.serial.empty() ? "no port is named" : "more than one port is named", "",
                     "--serial PORT; buswitness interfaces lists them"};
    auto port = capture::serial_options(words.serial.front());
    if (!port)
        return port.error();
    if (words.serial.front().find(',') != std::string::npos && !port.value().find_settings)
        return Error{"detect finds the settings, they cannot be given", "", "--serial " + port.value().port};
    DetectOptions options;
    options.port = std::move(port).value();
    options.quiet = words.quiet;
    if (!words.duration.empty()) {
        const auto duration = duration_of(words.duration);
        if (!duration)
            return Error{words.duration + " is no time", "", "seconds, or with a unit: 90, 30s, 10m, 1.5h"};
        options.duration = *duration;
    }
    return options;
}

}  // namespace buswitness::cli
