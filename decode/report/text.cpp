#include "decode/base/text.h"
#include "decode/diagnose/catalogue.h"
#include "decode/report/report.h"
#include "decode/report/text_parts.h"
#include "decode/report/words.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace buswitness::report {

namespace {

using diagnose::Finding;
using diagnose::Severity;

constexpr std::size_t label_width = 12;
constexpr std::size_t finding_label_width = 12;
constexpr std::size_t finding_indent = 4;

Tone tone_of(Severity severity)
{
    switch (severity) {
    case Severity::error: return Tone::error;
    case Severity::warning: return Tone::warning;
    case Severity::note: return Tone::note;
    }
    return Tone::plain;
}

void add_file(Page &page, const File &file, std::string_view label)
{
    page.item(
        label,
        fmt::format("{}: {}, {}", escaped(file.name), plural(file.packets, "packet"), plural(file.octets, "octet")), 0,
        label_width);
    if (!file.complete) {
        page.item("", fmt::format("read only in part: {}", file.damage.empty() ? "the file is damaged" : file.damage),
                  0, label_width, Tone::plain, Tone::warning);
    }
}

void add_interfaces(Page &page, const Report &report)
{
    std::vector<std::string> parts;
    for (const Interface &one : report.interfaces) {
        std::string part =
            fmt::format("{} (link type {}", one.name.empty() ? "unnamed" : escaped(one.name, 64), one.link_type);
        part += one.dropped == 0 ? ")" : fmt::format(", {} dropped)", one.dropped);
        parts.push_back(std::move(part));
    }
    if (!parts.empty())
        page.item("Interfaces", fmt::format("{}", fmt::join(parts, ", ")), 0, label_width);
}

void add_head(Page &page, const Report &report)
{
    page.heading("Modbus capture report");
    for (std::size_t i = 0; i < report.files.size(); ++i)
        add_file(page, report.files[i], i != 0 ? "" : report.files.size() == 1 ? "File" : "Files");
    if (report.first && report.last) {
        page.item("Time",
                  fmt::format("{} to {} UTC ({})", moment(*report.first), moment(*report.last),
                              human(elapsed(*report.first, *report.last))),
                  0, label_width);
    }
    add_interfaces(page, report);
    std::string packets = std::to_string(report.packets);
    if (report.dropped != 0)
        packets += fmt::format(", and {} dropped by the capture", report.dropped);
    page.item("Packets", packets, 0, label_width);
}

Tone tone_of_verdict(const Report &report)
{
    if (findings_of(report, Severity::error) != 0)
        return Tone::error;
    return findings_of(report, Severity::warning) != 0 ? Tone::warning : Tone::bold;
}

void add_verdict(Page &page, const Report &report)
{
    page.heading("Verdict");
    const std::vector<std::string> sentences = verdict(report);
    for (std::size_t i = 0; i < sentences.size(); ++i)
        page.paragraph(sentences[i], 0, i == 0 ? tone_of_verdict(report) : Tone::plain);
}

void add_evidence(Page &page, const Finding &finding, const Report &report)
{
    if (finding.evidence.empty())
        return;
    page.paragraph("Evidence", finding_indent, Tone::bold);
    std::size_t number_width = 0;
    for (const diagnose::Evidence &one : finding.evidence)
        number_width = std::max(number_width, std::to_string(one.packet).size());
    for (const diagnose::Evidence &one : finding.evidence) {
        const std::string lead = one.packet == 0 ? std::string()
                                                 : fmt::format("{} {:>{}}  {}  ", record_of(finding), one.packet,
                                                               number_width, clock_in(report, one.time));
        page.item(lead, evidence_words(one), finding_indent, lead.size());
    }
}

void add_facts(Page &page, const Finding &finding, const Report &report)
{
    const auto labelled = [&page](std::string_view label, std::string_view text) {
        if (!text.empty())
            page.item(label, text, finding_indent, finding_label_width);
    };
    labelled("Certainty", certainty_words(finding.certainty));
    labelled("Concerns", subject(finding, page.utf8()));
    if (finding.by != diagnose::By::unknown)
        labelled("Points to", std::string(side_words(finding.by)));
    if (finding.count != 0)
        labelled("Seen", seen_words(finding, report));
    labelled("Id", diagnose::row(finding.id).name);
}

void add_possible_causes(Page &page, const Finding &finding)
{
    if (finding.possible_causes.empty())
        return;
    page.paragraph("Possible causes, not proven", finding_indent, Tone::bold);
    for (const std::string &cause : finding.possible_causes)
        page.bullet(cause, finding_indent + 2);
}

void add_advice(Page &page, const Finding &finding)
{
    page.item("Meaning", meaning(finding), finding_indent, finding_label_width);
    page.item("Refuted by", refuted_by(finding), finding_indent, finding_label_width);
    page.paragraph("Next steps", finding_indent, Tone::bold);
    page.numbered(next_steps(finding), finding_indent + 2);
}

using Ranked = std::vector<const Finding *>;

void add_finding(Page &page, const Ranked &ranked, std::size_t index, const Report &report)
{
    const Finding &finding = *ranked[index];
    page.blank();
    page.item(fmt::format("{:>2}. {}: ", index + 1, to_string(finding.severity)), title(finding), 0, finding_indent,
              tone_of(finding.severity), Tone::bold);
    if (!finding.summary.empty())
        page.paragraph(finding.summary, finding_indent);
    page.blank();
    add_facts(page, finding, report);
    add_evidence(page, finding, report);
    add_possible_causes(page, finding);
    if (const std::size_t earlier = same_advice(ranked, index); earlier != 0) {
        page.paragraph(fmt::format("Meaning and next steps: as for finding {}.", earlier), finding_indent);
    } else {
        page.blank();
        add_advice(page, finding);
    }
}

void add_findings(Page &page, const Report &report)
{
    const Ranked ranked = in_reading_order(report);
    for (std::size_t i = 0; i < ranked.size(); ++i) {
        const bool of_capture = about_the_capture(ranked[i]->id);
        if (i == 0 || of_capture != about_the_capture(ranked[i - 1]->id))
            page.heading(of_capture ? "Limits of the capture" : "Findings");
        add_finding(page, ranked, i, report);
    }
    for (const LeftOut &rest : report.findings_left_out)
        page.paragraph(fmt::format("And {} more of {} ({}), not told one by one.", rest.findings,
                                   diagnose::row(rest.id).name, diagnose::to_string(rest.severity)),
                       finding_indent);
}

}  // namespace

std::string to_text(const Report &report, bool colour, bool utf8)
{
    Page page(colour, utf8);
    add_head(page, report);
    add_verdict(page, report);
    add_comparison(page, report);
    add_findings(page, report);
    add_view(page, report);
    add_checklists(page, report);
    add_totals(page, report);
    add_tables(page, report);
    add_reproduction(page, report);
    return std::move(page).text();
}

}  // namespace buswitness::report
