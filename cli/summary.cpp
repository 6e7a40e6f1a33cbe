#include "cli/summary.h"

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

}  // namespace

report::CaptureSummary summary_of(const capture::CaptureSet &captures, const std::vector<std::string> &names)
{
    return {files_of(captures, names), interfaces_of(captures)};
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

bool reaches(const std::vector<diagnose::Finding> &findings, std::optional<diagnose::Severity> level)
{
    return level && std::ranges::any_of(findings, [&](const auto &finding) { return finding.severity >= *level; });
}

std::string in_format(const report::Report &report, Format format, bool colour, bool utf8)
{
    switch (format) {
    case Format::json: return report::to_json(report);
    case Format::markdown: return report::to_markdown(report);
    case Format::html: return report::to_html(report);
    case Format::text: break;
    }
    return report::to_text(report, colour, utf8);
}

// Hash tables of hostile keys must not be predictable; what is reported does not depend on it.
std::uint64_t random_key()
{
    std::random_device device;
    return static_cast<std::uint64_t>(device()) << 32 | device();
}

}  // namespace buswitness::cli
