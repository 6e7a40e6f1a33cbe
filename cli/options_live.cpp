#include "cli/options_live.h"

#include <algorithm>
#include <charconv>
#include <map>

namespace buswitness::cli {

namespace {

constexpr std::string_view capture_exit_status =
    R"(Exit status: 0 done, also after Ctrl+C; 2 wrong usage or filter; 4 the capture could not start, or broke off.
Only the right CAP_NET_RAW is needed, and it is given up once the interfaces are open; a serial port needs only the
permission to read it. Nothing is ever sent: no octet, no break, no flow control. But Linux raises RTS and DTR for some
milliseconds when a port is opened: on a running RS-485 line use a receive-only adapter, or one that finds the direction
by itself.
)";

std::optional<std::uint64_t> number_of(std::string_view text)
{
    std::uint64_t value = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (problem != std::errc() || end != text.data() + text.size() || value == 0 || value > std::uint64_t{1} << 40)
        return std::nullopt;
    return value;
}

Error wrong_limit(char letter, const std::string &word, std::string_view keys)
{
    return {std::string("-") + letter + " " + word + " is not understood", "", "it may be " + std::string(keys)};
}

}  // namespace

std::optional<Duration> duration_of(std::string_view text)
{
    double value = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
    const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
    const double unit_seconds = unit.empty() || unit == "s" ? 1
                                : unit == "m"               ? 60
                                : unit == "h"               ? 3600
                                : unit == "d"               ? 86'400
                                                            : 0;
    const double all = value * unit_seconds;
    if (problem != std::errc() || !(all > 0) || all > 10 * 366 * 86'400.0)
        return std::nullopt;
    return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(all));
}

Result<Limits> limits_of(const std::vector<std::string> &words, char letter)
{
    const std::string_view keys = letter == 'a' ? "duration:TIME, filesize:KB, packets:N or files:N"
                                                : "duration:TIME, interval:TIME, filesize:KB, packets:N or files:N";
    Limits limits;
    for (const std::string &word : words) {
        const std::size_t colon = word.find(':');
        const std::string key = word.substr(0, colon);
        const std::string value = colon == std::string::npos ? "" : word.substr(colon + 1);
        const auto number = number_of(value);
        const auto duration = duration_of(value);
        if (key == "packets" && number)
            limits.packets = *number;
        else if (key == "filesize" && number)
            limits.octets = *number * 1000;
        else if (key == "files" && number)
            limits.files = *number;
        else if (key == "duration" && duration)
            limits.duration = *duration;
        else if (key == "interval" && duration && letter == 'b')
            limits.interval = *duration;
        else
            return wrong_limit(letter, word, keys);
    }
    return limits;
}

namespace {

void add_source(CLI::App &command, LiveWords &words)
{
    command
        .add_option("-i,--interface", words.interfaces,
                    "Network interface, repeatable; buswitness interfaces lists them")
        ->allow_extra_args(false)
        ->type_name("NAME");
    command
        .add_option("-f,--filter", words.filter,
                    "Capture filter, see pcap-filter(7). Default: the Modbus ports over TCP and UDP,\n"
                    "ARP, ICMP and ICMPv6, each also behind VLAN tags")
        ->type_name("FILTER");
    command
        .add_option("--port", words.ports,
                    "Another Modbus port for the default filter, repeatable (beside 502 and 802)")
        ->check(CLI::Range(1, 65535).description(""))
        ->allow_extra_args(false)
        ->type_name("N");
    command.add_option("-s,--snapshot-length", words.snap_length, "Octets kept of each packet; default: all")
        ->check(CLI::Range(64, 262'144).description(""))
        ->type_name("OCTETS");
    command.add_option("-B,--buffer-size", words.buffer_mib, "Buffer in the kernel for each interface; default 32")
        ->check(CLI::Range(1, 2047).description(""))
        ->type_name("MiB");
    command.add_flag("-p,--no-promiscuous-mode", words.not_promiscuous, "Only what is meant for this machine");
    command.add_flag("--wait", words.wait,
                     "Go on when an interface or port that went away returns\n(keeps the right to capture)");
}

void add_serial_ports(CLI::App &command, LiveWords &words)
{
    command
        .add_option("--serial", words.serial,
                    "Serial port to listen on, repeatable, also beside -i. Settings of the line: rate and\n"
                    "format; default 19200,8E1. auto: finds them first, as buswitness detect does; what\n"
                    "is heard until then is not recorded")
        ->allow_extra_args(false)
        ->type_name("PORT[,BAUD,FORMAT|,auto]");
}

std::optional<Error> add_serial(const std::vector<std::string> &words, capture::LiveOptions &source)
{
    for (const std::string &word : words) {
        auto options = capture::serial_options(word);
        if (!options)
            return options.error();
        if (std::ranges::find(source.serial, options.value().port, &capture::SerialOptions::port) !=
            source.serial.end())
            return Error{"--serial names " + options.value().port + " twice", "", ""};
        source.serial.push_back(std::move(options).value());
    }
    return std::nullopt;
}

Result<capture::LiveOptions> source_options(LiveWords &words)
{
    if (words.interfaces.empty() && words.serial.empty())
        return Error{"no interface is named", "", "-i NAME or --serial PORT; buswitness interfaces lists them"};
    if (words.interfaces.size() > 64 || words.serial.size() > 64)
        return Error{"more than 64 interfaces", "", "use -i any"};
    capture::LiveOptions source;
    if (const auto error = add_serial(words.serial, source))
        return *error;
    source.interfaces = std::move(words.interfaces);
    source.filter = std::move(words.filter);
    source.ports = std::move(words.ports);
    source.snap_length = words.snap_length;
    source.buffer_mib = words.buffer_mib;
    source.promiscuous = !words.not_promiscuous;
    source.reopen = words.wait;
    return source;
}

}  // namespace

void add_capture(CLI::App &app, LiveWords &words)
{
    CLI::App *capture =
        app.add_subcommand("capture", "Record from network interfaces and serial lines, conclude nothing");
    capture->footer(std::string(capture_exit_status));
    add_source(*capture, words);
    add_serial_ports(*capture, words);
    capture->add_option("-w,--write", words.output, "The file, pcapng; - is standard output")->type_name("FILE");
    capture->add_flag("--force", words.overwrite, "Replace an existing file");
    capture->add_option("-c", words.packets, "Stop after this many packets")
        ->check(CLI::PositiveNumber.description(""))
        ->type_name("N");
    capture
        ->add_option("-a,--autostop", words.stop,
                     "Stop: duration:TIME, filesize:KB, packets:N, files:N (of a ring); repeatable")
        ->allow_extra_args(false)
        ->type_name("WHEN");
    capture
        ->add_option("-b,--ring-buffer", words.ring,
                     "Begin a new file: duration:TIME, interval:TIME, filesize:KB, packets:N;\n"
                     "files:N keeps the newest N and deletes the others; repeatable.\n"
                     "TIME is in seconds, or with a unit: 90, 30s, 10m, 1.5h, 2d")
        ->allow_extra_args(false)
        ->type_name("WHEN");
    capture->add_flag("-q,--quiet", words.quiet, "No progress and no summary on standard error, only problems");
}

Result<CaptureOptions> capture_options(LiveWords &words)
{
    auto source = source_options(words);
    if (!source)
        return source.error();
    if (words.output.empty())
        return Error{"capture needs a file to write", "",
                     "-w FILE, or -w - for standard output; buswitness monitor needs none"};
    const auto stop = limits_of(words.stop, 'a');
    const auto ring = limits_of(words.ring, 'b');
    if (!stop)
        return stop.error();
    if (!ring)
        return ring.error();
    CaptureOptions options;
    options.source = std::move(source).value();
    options.output = words.output;
    options.overwrite = words.overwrite;
    options.quiet = words.quiet;
    const Limits &limits = ring.value();
    options.ring = {limits.octets, limits.packets, limits.duration, limits.interval, limits.files, stop.value().files};
    if (limits.files != 0 && !options.ring.rings())
        return Error{"-b files:N alone never begins a second file", "",
                     "add -b filesize:KB, duration:, interval: or packets:"};
    if (options.ring.rings() && options.output == "-")
        return Error{"standard output cannot be a ring of files", "", "name a file with -w"};
    if (stop.value().files != 0 && !options.ring.rings())
        return Error{"-a files:N needs a ring", "", "add -b filesize:KB, duration:, interval: or packets:"};
    options.stop = {words.packets != 0 ? words.packets : stop.value().packets, stop.value().octets,
                    stop.value().duration};
    return options;
}

namespace {

constexpr std::string_view monitor_exit_status =
    R"(Exit status: 0 done, also after Ctrl+C; 1 with --fail-on, a finding reached that level at any time; 2 wrong usage or
filter; 3 an input could not be read, or only in part; 4 it could not start, broke off, or an output failed.
)";

void add_monitor_outputs(CLI::App &monitor, LiveWords &words)
{
    monitor.add_option("-w,--write", words.output, "Record the packets as well (pcapng)")->type_name("FILE");
    monitor.add_option("-o,--output", words.report, "Write the report of everything to this file, at the end")
        ->type_name("FILE");
    monitor.add_option("--format", words.format, "Of that report; default: as its ending says, else text")
        ->check(CLI::IsMember({"text", "markdown", "html", "json"}).description(""))
        ->type_name("text|markdown|html|json");
    CLI::Option *lines =
        monitor
            .add_option("--jsonl", words.lines,
                        "One JSON object per line for every finding that appears or is over;\n- is standard output")
            ->type_name("FILE");
    monitor.add_flag("--jsonl-intervals", words.intervals, "And one for every interval")->needs(lines);
    monitor
        .add_flag("--jsonl-transactions", words.transactions,
                  "And one for every transaction, when it is answered or given up")
        ->needs(lines);
    monitor.add_option("--interval", words.interval, "Between the lines with figures; default 10s")->type_name("TIME");
    monitor
        .add_option("--metrics", words.metrics, "Answer Prometheus here; without an address only this machine can ask")
        ->type_name("[ADDRESS:]PORT");
    monitor
        .add_option("--incidents", words.incidents,
                    "For every new error a recording in this folder: the last minute before it\nand 10 seconds after "
                    "it, at most 100 files")
        ->type_name("FOLDER");
}

}  // namespace

void add_monitor(CLI::App &app, LiveWords &words)
{
    CLI::App *monitor = app.add_subcommand("monitor", "Watch: live figures, and each finding as soon as it is proven");
    monitor->footer(std::string(monitor_exit_status));
    add_source(*monitor, words);
    add_serial_ports(*monitor, words);
    monitor
        ->add_option("-r,--read", words.read, "Instead of an interface: a capture file, or - for a stream from a pipe")
        ->type_name("FILE");
    add_monitor_outputs(*monitor, words);
    monitor->add_flag("--force", words.overwrite, "Let -w, -o and --jsonl replace existing files");
    monitor->add_option("--duration", words.duration, "Stop after this: 90, 30s, 10m, 1.5h, 2d")->type_name("TIME");
    monitor->add_option("--fail-on", words.fail_on, "Exit with 1 when a finding reached this severity")
        ->check(CLI::IsMember({"note", "warning", "error"}).description(""))
        ->type_name("note|warning|error");
    monitor->add_option("--color,--colour", words.colour, "Colours; auto: on a terminal, unless NO_COLOR is set")
        ->check(CLI::IsMember({"auto", "always", "never"}).description(""))
        ->type_name("auto|always|never");
    monitor->add_flag("-q,--quiet", words.quiet, "No view and no lines with figures; findings and problems only");
}

Result<MonitorOptions> monitor_options(LiveWords &words)
{
    MonitorOptions options;
    options.read = words.read;
    if (words.read.empty() == (words.interfaces.empty() && words.serial.empty()))
        return Error{"monitor needs an interface or an input", "",
                     "-i NAME, --serial PORT or -r FILE; buswitness interfaces lists interfaces and ports"};
    if (words.read.empty()) {
        auto source = source_options(words);
        if (!source)
            return source.error();
        options.source = std::move(source).value();
    } else {
        options.source.ports = words.ports;
    }
    for (const auto &[text, duration] :
         {std::pair(&words.interval, &options.interval), std::pair(&words.duration, &options.duration)}) {
        if (text->empty())
            continue;
        const auto value = duration_of(*text);
        if (!value)
            return Error{*text + " is no time", "", "seconds, or with a unit: 90, 30s, 10m, 1.5h, 2d"};
        *duration = *value;
    }
    options.format = format_of(words.format, words.report);
    if (!words.read.empty() && !words.output.empty())
        return Error{"-w records interfaces; what is read with -r exists already", "",
                     "tee FILE | buswitness monitor -r -"};
    options.record = words.output;
    options.report = words.report;
    options.lines = words.lines;
    options.intervals = words.intervals;
    options.transactions = words.transactions;
    options.metrics = words.metrics;
    options.incidents = words.incidents;
    options.overwrite = words.overwrite;
    if (!words.fail_on.empty())
        options.fail_on = severities.at(words.fail_on);
    options.colour = colours.at(words.colour);
    options.quiet = words.quiet;
    if ((options.record == "-") + (options.lines == "-") + (options.report == "-") > 1)
        return Error{"standard output can be only one of -w, -o and --jsonl", "", ""};
    return options;
}

}  // namespace buswitness::cli
