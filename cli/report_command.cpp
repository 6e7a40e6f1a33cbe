#include "capture/capture_file.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/output.h"
#include "cli/terminal.h"
#include "decode/analyzer.h"
#include "decode/diagnose/diagnose.h"
#include "decode/report/build.h"

#include <fmt/format.h>

#include <algorithm>
#include <random>

namespace buswitness::cli {

namespace {

std::string damage_of(const capture::FileInfo &file)
{
    return file.complete ? "" : fmt::format("{} (octet {})", file.damage, file.damage_offset);
}

// Files in the order given. One that could not be opened is in the report too, with no packets.
std::vector<report::File> files_of(const capture::CaptureSet &captures, const std::vector<std::string> &names)
{
    const std::vector<capture::FileInfo> opened = captures.files();
    std::vector<report::File> files;
    auto next = opened.begin();
    auto failed = captures.errors().begin();
    for (const std::string &name : names) {
        if (next != opened.end() && next->name == name) {
            files.push_back({name, next->packets, next->octets, next->complete, damage_of(*next)});
            ++next;
        } else if (failed != captures.errors().end()) {
            files.push_back({name, 0, 0, false, failed->why.empty() ? failed->what : failed->why});
            ++failed;
        }
    }
    return files;
}

std::vector<report::Interface> interfaces_of(const capture::CaptureSet &captures)
{
    std::vector<report::Interface> interfaces;
    for (const capture::InterfaceInfo &interface : captures.interfaces())
        interfaces.push_back({interface.name, interface.link_type, interface.dropped});
    return interfaces;
}

CaptureNotes notes_of(const report::CaptureSummary &summary)
{
    CaptureNotes notes;
    for (const report::Interface &interface : summary.interfaces)
        notes.dropped += interface.dropped;
    for (const report::File &file : summary.files) {
        if (file.complete)
            continue;
        notes.damaged = true;
        if (notes.damage.empty())
            notes.damage = file.damage;
    }
    return notes;
}

void read(capture::CaptureSet &captures, Analyzer &analyzer, bool quiet)
{
    Progress progress(quiet);
    net::RawPacket packet;
    while (captures.next(packet)) {
        analyzer.add(packet);
        progress.at(packet.number);
    }
}

// True when a file was not read to its end.
bool complain_about_inputs(const capture::CaptureSet &captures)
{
    bool damaged = !captures.errors().empty();
    for (const Error &error : captures.errors())
        complain(error);
    for (const capture::FileInfo &file : captures.files()) {
        if (file.complete)
            continue;
        damaged = true;
        complain(fmt::format("{}: {} at octet {}; the {} packets before it are reported", file.name, file.damage,
                             file.damage_offset, file.packets));
    }
    return damaged;
}

std::string rendered(const report::Report &result, const ReportOptions &options)
{
    switch (options.format) {
    case Format::json: return report::to_json(result);
    case Format::text: break;
    }
    const bool to_file = !options.output.empty();
    const bool colour = to_file ? options.colour == Colour::always : colour_on_stdout(options.colour);
    return report::to_text(result, colour, to_file || utf8_on_stdout());
}

bool reaches(const std::vector<diagnose::Finding> &findings, std::optional<diagnose::Severity> level)
{
    return level && std::ranges::any_of(findings, [&](const auto &finding) { return finding.severity >= *level; });
}

int complain_about_output(const Error &error)
{
    complain(error);
    return exit_code::not_completed;
}

// Hash tables of hostile keys must not be predictable; what is reported does not depend on it.
std::uint64_t random_key()
{
    std::random_device device;
    return static_cast<std::uint64_t>(device()) << 32 | device();
}

}  // namespace

int run_report(const ReportOptions &options)
{
    if (!options.output.empty()) {
        if (const std::optional<Error> error = refused_output(options.output, options.overwrite)) {
            complain(*error);
            return exit_code::usage;
        }
    }
    capture::CaptureSet captures(options.files);
    if (captures.errors().size() == options.files.size()) {
        complain_about_inputs(captures);
        return exit_code::input;
    }
    Analyzer analyzer({.modbus_ports = options.ports, .hash_key = random_key()});
    read(captures, analyzer, options.quiet);
    const report::CaptureSummary summary = {files_of(captures, options.files), interfaces_of(captures)};
    analyzer.note_capture(notes_of(summary));
    analyzer.finish();
    const report::Report result = report::build(summary, analyzer.facts(), diagnose::diagnose(analyzer.facts()));

    const std::string text = rendered(result, options);
    const std::optional<Error> error =
        options.output.empty() ? write_stdout(text) : write_file(options.output, text, options.overwrite);
    const bool damaged = complain_about_inputs(captures);
    if (error)
        return complain_about_output(*error);
    if (damaged)
        return exit_code::input;
    return reaches(result.findings, options.fail_on) ? exit_code::finding : exit_code::done;
}

}  // namespace buswitness::cli
