#include "cli/analyse.h"

#include "capture/capture_file.h"
#include "cli/digest.h"
#include "cli/terminal.h"
#include "decode/analyzer.h"
#include "decode/diagnose/diagnose.h"
#include "decode/report/build.h"

#include <fmt/format.h>

#include <future>
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
            files.push_back({name, next->packets, next->octets, next->complete, damage_of(*next), {}});
            ++next;
        } else if (failed != captures.errors().end()) {
            files.push_back({name, 0, 0, false, failed->why.empty() ? failed->what : failed->why, {}});
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

std::vector<Error> complaints_about(const capture::CaptureSet &captures)
{
    std::vector<Error> complaints = captures.errors();
    for (const capture::FileInfo &file : captures.files()) {
        if (!file.complete)
            complaints.push_back({fmt::format("{}: {} at octet {}; the {} packets before it are reported", file.name,
                                              file.damage, file.damage_offset, file.packets),
                                  "", ""});
    }
    return complaints;
}

// Hash tables of hostile keys must not be predictable; what is reported does not depend on it.
std::uint64_t random_key()
{
    std::random_device device;
    return static_cast<std::uint64_t>(device()) << 32 | device();
}

std::string command_line(const std::vector<std::string> &files, const std::vector<std::uint16_t> &ports)
{
    std::string command(report_command);
    for (const std::uint16_t port : ports)
        command += fmt::format(" --port {}", port);
    for (const std::string &file : files)
        command += " " + shell_word(file);
    return command;
}

std::vector<std::string> digests_of(const std::vector<std::string> &names)
{
    std::vector<std::string> digests;
    for (const std::string &name : names)
        digests.push_back(sha256_of(name));
    return digests;
}

}  // namespace

std::string shell_word(const std::string &word)
{
    constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./:=+@%,-";
    if (!word.empty() && word.find_first_not_of(plain) == std::string::npos)
        return word;
    std::string quoted = "'";
    for (const char octet : word)
        quoted += octet == '\'' ? std::string("'\\''") : std::string(1, octet);
    return quoted + "'";
}

Analysis analyse(const std::vector<std::string> &files, const std::vector<std::uint16_t> &ports, bool quiet)
{
    Analysis analysis;
    capture::CaptureSet captures(files);
    if (captures.errors().size() == files.size()) {
        analysis.complaints = complaints_about(captures);
        analysis.nothing_read = true;
        return analysis;
    }
    // Beside the reading: the files come from the same pages.
    std::future<std::vector<std::string>> digests = std::async(std::launch::async, digests_of, files);
    Analyzer analyzer({.modbus_ports = ports, .hash_key = random_key()});
    read(captures, analyzer, quiet);
    report::CaptureSummary summary = {files_of(captures, files), interfaces_of(captures)};
    analyzer.note_capture(notes_of(summary));
    analyzer.finish();
    const std::vector<std::string> sums = digests.get();
    for (std::size_t i = 0; i < std::min(sums.size(), summary.files.size()); ++i)
        summary.files[i].sha256 = sums[i];
    analysis.report = report::build(summary, analyzer.facts(), diagnose::diagnose(analyzer.facts()));
    analysis.report.reproduction = {command_line(files, ports), BUSWITNESS_VERSION};
    analysis.complaints = complaints_about(captures);
    return analysis;
}

}  // namespace buswitness::cli
