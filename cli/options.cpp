#include "cli/options.h"

#include "cli/exit_code.h"
#include "cli/options_live.h"
#include "cli/suggest.h"
#include "cli/terminal.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <string_view>
#include <sys/stat.h>

namespace buswitness::cli {

namespace {

constexpr std::array<std::string_view, 7> commands = {"report", "list",       "capture", "monitor",
                                                      "detect", "interfaces", "explain"};

constexpr std::string_view exit_status =
    R"(Exit status: 0 done, whatever was found; 1 with --fail-on, a finding reached that level; 2 wrong usage;
3 an input could not be read, or only in part (the rest is reported); 4 the result could not be written, or a
capture could not start or broke off.
)";

const std::map<std::string, Format> formats = {
    {"text", Format::text}, {"markdown", Format::markdown}, {"html", Format::html}, {"json", Format::json}};

// What the options say before they are values.
struct Words {
    std::string format, output, fail_on, language = "en", colour = "auto", id;
    std::vector<std::string> files, files_by_letter, baseline;
    std::vector<std::uint16_t> ports;
    std::string style = "text";
    bool overwrite = false, quiet = false, frames = false;
};

// Accepts the keys of `known`.
template <typename T>
CLI::Validator one_of(const std::map<std::string, T> &known)
{
    std::vector<std::string> keys;
    for (const auto &[key, value] : known)
        keys.push_back(key);
    return CLI::IsMember(keys).description("");
}

void add_language(CLI::App &command, Words &words)
{
    command.add_option("--lang", words.language, "Language; there is only English")
        ->check(CLI::IsMember({"en"}).description(""))
        ->type_name("en");
}

void add_report(CLI::App &app, Words &words)
{
    CLI::App *report = app.add_subcommand("report", "Diagnose captures, print the troubleshooting report");
    report->footer(std::string(exit_status));
    report
        ->add_option("FILE", words.files,
                     "pcap or pcapng, also compressed (.gz .zst .lz4 .xz); - is standard input.\n"
                     "Several files are one capture in time order")
        ->type_name("");
    report->add_option("-r", words.files_by_letter, "As in tshark")->group("");
    report->add_option("--format", words.format, "Default: as the ending of the output file says, else text")
        ->check(one_of(formats))
        ->type_name("text|markdown|html|json");
    report->add_option("-o,--output", words.output, "Write the report to this file")->type_name("FILE");
    report
        ->add_option("--baseline", words.baseline,
                     "Compare with this earlier capture: a good day, or before the fix;\n"
                     "repeatable, several files are one capture")
        ->allow_extra_args(false)
        ->type_name("FILE");
    report->add_flag("--force", words.overwrite, "Let -o replace an existing file");
    report
        ->add_option("--port", words.ports,
                     "Another port where Modbus/TCP is expected, repeatable (502 and 802\n"
                     "always are; on other ports it is recognised by its octets)")
        ->check(CLI::Range(1, 65535).description(""))
        ->allow_extra_args(false)
        ->type_name("N");
    report->add_option("--fail-on", words.fail_on, "Exit with 1 when a finding reaches this severity")
        ->check(one_of(severities))
        ->type_name("note|warning|error");
    report->add_flag("-q,--quiet", words.quiet, "No progress on standard error, only problems");
    report->add_option("--color,--colour", words.colour, "Colours; auto: on a terminal, unless NO_COLOR is set")
        ->check(one_of(colours))
        ->type_name("auto|always|never");
    add_language(*report, words);
}

void add_list(CLI::App &app, Words &words)
{
    CLI::App *list = app.add_subcommand("list", "List the frames of recorded serial lines");
    list->footer(std::string(exit_status));
    list->add_option("FILE", words.files,
                     "pcap or pcapng, also compressed (.gz .zst .lz4 .xz); - is standard input.\n"
                     "Several files are one capture in time order")
        ->type_name("");
    list->add_option("-r", words.files_by_letter, "As in tshark")->group("");
    list->add_flag("--frames", words.frames, "One line for each frame and each noise on a serial line");
    list->add_option("-T", words.style, "text: for eyes; jsonl: one JSON object a line")
        ->check(CLI::IsMember({"text", "jsonl"}).description(""))
        ->type_name("text|jsonl");
    list->add_flag("-q,--quiet", words.quiet, "No progress on standard error, only problems");
}

void add_explain(CLI::App &app, Words &words)
{
    CLI::App *explain = app.add_subcommand("explain", "What a finding means, how it is proven, what to do");
    explain->add_option("ID", words.id, "A finding, such as tcp-connection-refused; without it, all of them")
        ->type_name("");
    add_language(*explain, words);
}

bool ends_with(std::string_view text, std::string_view ending)
{
    return text.size() > ending.size() && text.ends_with(ending);
}

Parsed report_options(Words &words)
{
    ReportOptions options;
    options.files = std::move(words.files);
    std::ranges::move(words.files_by_letter, std::back_inserter(options.files));
    options.format = format_of(words.format, words.output);
    options.baseline = std::move(words.baseline);
    options.output = words.output == "-" ? "" : words.output;
    options.overwrite = words.overwrite;
    options.ports = std::move(words.ports);
    if (!words.fail_on.empty())
        options.fail_on = severities.at(words.fail_on);
    options.colour = colours.at(words.colour);
    options.quiet = words.quiet;
    if (options.files.empty()) {
        complain("report needs a capture file; see buswitness report --help");
        return Leave{exit_code::usage};
    }
    if (std::ranges::count(options.files, "-") + std::ranges::count(options.baseline, "-") > 1) {
        complain("standard input (-) can be read only once");
        return Leave{exit_code::usage};
    }
    return options;
}

Parsed list_options(Words &words)
{
    ListOptions options;
    options.files = std::move(words.files);
    std::ranges::move(words.files_by_letter, std::back_inserter(options.files));
    options.style = words.style == "jsonl" ? ListOptions::Style::jsonl : ListOptions::Style::text;
    options.quiet = words.quiet;
    const char *problem = nullptr;
    if (!words.frames)
        problem = "list can only list the frames of serial lines yet: say --frames";
    else if (options.files.empty())
        problem = "list needs a capture file; see buswitness list --help";
    else if (std::ranges::count(options.files, "-") > 1)
        problem = "standard input (-) can be read only once";
    if (problem == nullptr)
        return options;
    complain(problem);
    return Leave{exit_code::usage};
}

template <typename Options>
Parsed parsed(Result<Options> options)
{
    if (options)
        return std::move(options).value();
    complain(options.error());
    return Leave{exit_code::usage};
}

bool is_there(const std::string &name)
{
    struct stat status = {};
    return ::stat(name.c_str(), &status) == 0;
}

// A single word that is no file and nearly a command is a typing error.
std::string_view meant_command(const std::vector<std::string> &arguments)
{
    const std::string &first = arguments.front();
    if (first.find_first_of("./-") != std::string::npos || is_there(first))
        return {};
    return nearest(first, commands);
}

bool asks_top_level(const std::string &argument)
{
    return argument == "-h" || argument == "--help" || argument == "--version" || argument == "-V";
}

// Prints help and version as asked, complaints otherwise.
Leave leave(const CLI::App &app, const CLI::ParseError &why)
{
    if (why.get_exit_code() == 0)
        return {app.exit(why) == 0 ? exit_code::done : exit_code::usage};
    complain(why.what());
    complain("see buswitness --help");
    return {exit_code::usage};
}

}  // namespace

Format format_of(const std::string &name, const std::string &output)
{
    if (!name.empty())
        return formats.at(name);
    if (ends_with(output, ".json"))
        return Format::json;
    if (ends_with(output, ".md") || ends_with(output, ".markdown"))
        return Format::markdown;
    return ends_with(output, ".html") || ends_with(output, ".htm") ? Format::html : Format::text;
}

Parsed parse(std::vector<std::string> arguments)
{
    Words words;
    CLI::App app("Reads captures of Modbus traffic and says what is wrong on the network, and why.", "buswitness");
    app.set_version_flag("-V,--version", "buswitness " BUSWITNESS_VERSION);
    app.require_subcommand(1);
    app.get_formatter()->column_width(34);
    add_report(app, words);
    add_list(app, words);
    LiveWords live;
    add_capture(app, live);
    add_monitor(app, live);
    add_detect(app, live);
    app.add_subcommand("interfaces", "Network interfaces and serial ports, and why one cannot be used (also -D)");
    add_explain(app, words);
    app.footer(
        "buswitness FILE... is buswitness report FILE...; buswitness COMMAND --help tells a command's options.\n\n" +
        std::string(exit_status));

    if (arguments.empty()) {
        fmt::print(stderr, "{}", app.help());
        return Leave{exit_code::usage};
    }
    if (std::ranges::find(arguments, "-D") != arguments.end())
        return InterfacesOptions{};
    if (std::ranges::find(commands, arguments.front()) == commands.end() && !asks_top_level(arguments.front())) {
        if (const std::string_view meant = meant_command(arguments); !meant.empty()) {
            complain(fmt::format("there is no command and no file {}; did you mean {}?", arguments.front(), meant));
            return Leave{exit_code::usage};
        }
        arguments.insert(arguments.begin(), "report");
    }
    std::ranges::reverse(arguments);  // as CLI11 wants them
    try {
        app.parse(arguments);
    } catch (const CLI::ParseError &why) {
        return leave(app, why);
    }
    if (app.got_subcommand("list"))
        return list_options(words);
    if (app.got_subcommand("explain"))
        return ExplainOptions{words.id};
    if (app.got_subcommand("interfaces"))
        return InterfacesOptions{};
    if (app.got_subcommand("monitor"))
        return parsed(monitor_options(live));
    if (app.got_subcommand("capture"))
        return parsed(capture_options(live));
    if (app.got_subcommand("detect"))
        return parsed(detect_options(live));
    return report_options(words);
}

}  // namespace buswitness::cli
