// The report for a ticket system: headings, lists and tables that GitHub, GitLab and Jira importers read alike.
#include "decode/base/text.h"
#include "decode/diagnose/catalogue.h"
#include "decode/report/compare.h"
#include "decode/report/markup.h"
#include "decode/report/report.h"
#include "decode/report/tables.h"
#include "decode/report/words.h"

#include <fmt/format.h>

#include <algorithm>

namespace buswitness::report {

namespace {

using diagnose::Finding;

class Markdown {
public:
    void heading(int level, std::string_view text)
    {
        blank();
        out_ += fmt::format("{} {}\n\n", std::string(static_cast<std::size_t>(level), '#'), markdown_pieces(text));
    }
    void paragraph(std::string_view text) { out_ += markdown_pieces(text) + "\n\n"; }
    void bullet(std::string_view label, std::string_view text)
    {
        if (text.empty())
            return;
        out_ += label.empty() ? fmt::format("- {}\n", markdown_pieces(text))
                              : fmt::format("- **{}:** {}\n", label, markdown_pieces(text));
    }
    void bold(std::string_view text) { out_ += fmt::format("**{}**\n\n", text); }
    void numbered(const std::vector<std::string> &texts)
    {
        for (std::size_t i = 0; i < texts.size(); ++i)
            out_ += fmt::format("{}. {}\n", i + 1, markdown_pieces(texts[i]));
        blank();
    }
    void table(const Table &table)
    {
        std::string rule = "|";
        std::string head = "|";
        for (const Table::Column &column : table.columns) {
            head += fmt::format(" {} |", cell(column.wide.empty() ? column.heading : column.wide));
            rule += column.number ? " ---: |" : " --- |";
        }
        out_ += head + "\n" + rule + "\n";
        for (const auto &row : table.rows) {
            out_ += "|";
            for (const std::string &text : row)
                out_ += fmt::format(" {} |", cell(text));
            out_ += "\n";
        }
        blank();
    }
    void code_line(std::string_view label, std::string_view text)
    {
        if (!text.empty())
            out_ += fmt::format("- **{}:** {}\n", label, markdown_code(text));
    }
    void blank()
    {
        if (!out_.empty() && !out_.ends_with("\n\n"))
            out_ += "\n";
    }
    [[nodiscard]] std::string text() && { return std::move(out_); }

private:
    // A pipe inside a code span would end the cell.
    static std::string cell(std::string_view text)
    {
        std::string out;
        for (const Piece &piece : pieces(text)) {
            if (!piece.code) {
                out += markdown_text(piece.text);
                continue;
            }
            for (const char octet : markdown_code(piece.text))
                out += octet == '|' ? std::string("\\|") : std::string(1, octet);
        }
        return out;
    }

    std::string out_;
};

void add_head(Markdown &md, const Report &report)
{
    md.heading(1, "Modbus capture report");
    for (const File &file : report.files) {
        md.code_line("File", file.name);
        md.bullet("", fmt::format("{}, {}{}", plural(file.packets, "packet"), plural(file.octets, "octet"),
                                  file.complete ? "" : "; read only in part: " + file.damage));
    }
    if (report.first && report.last)
        md.bullet("Time", fmt::format("{} to {} UTC ({})", moment(*report.first), moment(*report.last),
                                      human(elapsed(*report.first, *report.last))));
    for (const Interface &one : report.interfaces)
        md.code_line("Interface", one.name);
}

void add_verdict(Markdown &md, const Report &report)
{
    md.heading(2, "Verdict");
    for (const std::string &sentence : verdict(report))
        md.paragraph(sentence);
}

void add_comparison(Markdown &md, const Report &report)
{
    if (!report.comparison)
        return;
    md.heading(2, "Comparison");
    md.paragraph(comparison_verdict(*report.comparison));
    md.paragraph(fmt::format("Compared with {}.", report.comparison->baseline));
    if (report.comparison->changes.empty())
        return;
    Table table{"", {{"What"}, {"Before"}, {"Now"}, {"Change"}}, {}};
    for (const Change &change : report.comparison->changes)
        table.rows.push_back({change.what, change.before, change.now, std::string(to_string(change.kind))});
    md.table(table);
    if (report.comparison->left_out != 0)
        md.paragraph(fmt::format("and {} more, not shown here", report.comparison->left_out));
}

void add_view(Markdown &md, const Report &report)
{
    md.heading(2, "What this capture can and cannot show");
    for (const std::string &line : report.view.shows)
        md.bullet("Shows", line);
    for (const std::string &line : report.view.hides)
        md.bullet("Does not show", line);
}

void add_evidence(Markdown &md, const Finding &finding, const Report &report)
{
    if (finding.evidence.empty())
        return;
    Table table{"", {{finding.line.empty() ? "Packet" : "Frame", true}, {"Time"}, {"What it shows"}}, {}};
    for (const diagnose::Evidence &one : finding.evidence)
        table.rows.push_back({one.packet == 0 ? "" : std::to_string(one.packet),
                              one.packet == 0 ? "" : clock_in(report, one.time), evidence_words(one)});
    md.blank();
    md.table(table);
}

void add_advice(Markdown &md, const Finding &finding)
{
    md.bold("Next steps");
    md.numbered(next_steps(finding));
    for (const diagnose::PlatformStep &step : diagnose::row(finding.id).platforms)
        md.bullet(step.platform, diagnose::fill(step.text, finding));
}

void add_finding(Markdown &md, const std::vector<const Finding *> &ranked, std::size_t index, const Report &report)
{
    const Finding &finding = *ranked[index];
    const std::size_t earlier = same_advice(ranked, index);
    md.heading(3, fmt::format("{}. {}: {}", index + 1, to_string(finding.severity), title(finding)));
    if (!finding.summary.empty())
        md.paragraph(finding.summary);
    md.bullet("Certainty", certainty_words(finding.certainty));
    md.bullet("Concerns", subject(finding, true));
    md.bullet("Points to", side_words(finding.by));
    if (finding.count != 0)
        md.bullet("Seen", seen_words(finding, report));
    md.bullet("Meaning", earlier == 0 ? meaning(finding) : "");
    for (const std::string &cause : finding.possible_causes)
        md.bullet("Possible cause, not proven", cause);
    md.bullet("Refuted by", earlier == 0 ? refuted_by(finding) : "");
    md.bullet("Id", fmt::format("`{}`", diagnose::row(finding.id).name));
    add_evidence(md, finding, report);
    md.blank();
    if (earlier == 0)
        add_advice(md, finding);
    else
        md.paragraph(fmt::format("Meaning and next steps: as for finding {}.", earlier));
}

void add_findings(Markdown &md, const Report &report)
{
    if (report.findings.empty())
        return;
    md.heading(2, "Findings");
    const std::vector<const Finding *> ranked = in_reading_order(report);
    for (std::size_t i = 0; i < ranked.size(); ++i)
        add_finding(md, ranked, i, report);
    md.blank();
    for (const LeftOut &rest : report.findings_left_out)
        md.paragraph(fmt::format("And {} more of {} ({}), not told one by one.", rest.findings,
                                 diagnose::row(rest.id).name, to_string(rest.severity)));
}

void add_checklists(Markdown &md, const Report &report)
{
    if (report.checklists.empty())
        return;
    md.heading(2, "Checklists");
    for (const diagnose::Checklist &list : report.checklists) {
        md.heading(3, list.title);
        if (const std::string reason = not_applicable_as_a_whole(list); !reason.empty()) {
            md.paragraph("Not applicable. " + reason);
            continue;
        }
        Table table{"", {{"Check"}, {"Result"}, {"Evidence, or how to find out"}}, {}};
        for (const diagnose::ChecklistItem &item : list.items)
            table.rows.push_back({std::string(item.question), std::string(status_words(item.status)), item.text});
        md.table(table);
    }
}

void add_figures(Markdown &md, const Report &report)
{
    md.heading(2, "Totals");
    for (const TotalLine &line : total_lines(report))
        md.bullet(line.label, line.text);
    for (const Table &table : tables(report, {100, 100}, true)) {
        md.heading(3, table.caption);
        md.table(table);
        if (table.left_out != 0)
            md.paragraph(fmt::format("and {} more, not shown here", table.left_out));
    }
}

void add_reproduction(Markdown &md, const Report &report)
{
    if (report.reproduction.command.empty())
        return;
    md.heading(2, "How to get this report again");
    md.code_line("Command", report.reproduction.command);
    md.bullet("Version", "buswitness " + report.reproduction.version);
    for (const File &file : report.files)
        md.code_line("SHA-256", file.sha256);
}

}  // namespace

std::string to_markdown(const Report &report)
{
    Markdown md;
    add_head(md, report);
    add_verdict(md, report);
    add_comparison(md, report);
    add_view(md, report);
    add_findings(md, report);
    add_checklists(md, report);
    add_figures(md, report);
    add_reproduction(md, report);
    return std::move(md).text();
}

}  // namespace buswitness::report
