#include "cli/analyse.h"

#include "capture/capture_file.h"
#include "cli/digest.h"
#include "cli/summary.h"
#include "cli/terminal.h"
#include "decode/analyzer.h"
#include "decode/diagnose/diagnose.h"
#include "decode/report/build.h"

#include <fmt/format.h>

#include <future>

namespace buswitness::cli {

namespace {

// Tells the analyzer what the capture says of an interface, when its first packet comes.
class InterfaceWordsTold {
public:
    InterfaceWordsTold(const capture::CaptureSet &captures, Analyzer &analyzer)
        : captures_(captures), analyzer_(analyzer)
    {
    }
    void before(const net::RawPacket &packet)
    {
        for (; packet.interface >= told_; ++told_)
            [[unlikely]] if (const capture::InterfaceInfo *one = captures_.interface(told_)) tell(*one);
    }
    // Also of interfaces on which nothing was recorded.
    void all()
    {
        const std::vector<capture::InterfaceInfo> interfaces = captures_.interfaces();
        for (; told_ < interfaces.size(); ++told_)
            tell(interfaces[told_]);
    }

private:
    void tell(const capture::InterfaceInfo &one)
    {
        analyzer_.describe_interface(told_, {one.name, one.description, one.speed, one.link_type});
    }

    const capture::CaptureSet &captures_;
    Analyzer &analyzer_;
    std::uint32_t told_ = 0;
};

void read(capture::CaptureSet &captures, Analyzer &analyzer, bool quiet)
{
    Progress progress(quiet);
    InterfaceWordsTold words(captures, analyzer);
    net::RawPacket packet;
    while (captures.next(packet)) {
        words.before(packet);
        analyzer.add(packet);
        progress.at(packet.number);
    }
    words.all();
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

report::Reproduction reproduction_of(const std::vector<std::string> &files, const std::vector<std::uint16_t> &ports)
{
    return {command_line(files, ports), BUSWITNESS_VERSION};
}

Analysis analyse(const std::vector<std::string> &files, const std::vector<std::uint16_t> &ports, bool quiet,
                 Digests digests)
{
    Analysis analysis;
    capture::CaptureSet captures(files);
    if (captures.errors().size() == files.size()) {
        analysis.complaints = complaints_about(captures);
        analysis.nothing_read = true;
        return analysis;
    }
    // Beside the reading: the files come from the same pages.
    std::future<std::vector<std::string>> hashing;
    if (digests == Digests::yes)
        hashing = std::async(std::launch::async, digests_of, files);
    Analyzer analyzer({.modbus_ports = ports, .hash_key = random_key()});
    read(captures, analyzer, quiet);
    report::CaptureSummary summary = summary_of(captures, files);
    analyzer.note_capture(notes_of(summary));
    analyzer.advance(captures.quiet_until());
    analyzer.finish();
    const std::vector<std::string> sums = hashing.valid() ? hashing.get() : std::vector<std::string>();
    for (std::size_t i = 0; i < std::min(sums.size(), summary.files.size()); ++i)
        summary.files[i].sha256 = sums[i];
    analysis.report = report::build(summary, analyzer.facts(), diagnose::diagnose(analyzer.facts()));
    analysis.report.reproduction = reproduction_of(files, ports);
    analysis.complaints = complaints_about(captures);
    return analysis;
}

}  // namespace buswitness::cli
