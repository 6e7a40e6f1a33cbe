// The report as one HTML file, by a mustache template: every text is escaped by the template, none is put together
// here.
#include "decode/base/text.h"
#include "decode/diagnose/catalogue.h"
#include "decode/report/charts.h"
#include "decode/report/compare.h"
#include "decode/report/html_page.h"
#include "decode/report/markup.h"
#include "decode/report/report.h"
#include "decode/report/tables.h"
#include "decode/report/words.h"

#include <fmt/format.h>
#include <kainjow/mustache.hpp>

#include <algorithm>
#include <cassert>

namespace buswitness::report {

namespace {

using diagnose::Finding;
using kainjow::mustache::data;

constexpr std::size_t name_limit = 1024;

// As the library's own, and more: a page that is pasted where Markdown is read, or where addresses become links, gets
// neither a link nor one that runs.
std::string escape_markup(const std::string &text)
{
    std::string out;
    out.reserve(text.size() + text.size() / 8);
    for (const char octet : text) {
        switch (octet) {
        case '&': out += "&amp;"; break;
        case '<': out += "&lt;"; break;
        case '>': out += "&gt;"; break;
        case '"': out += "&quot;"; break;
        case '\'': out += "&#39;"; break;
        case ']': out += "&#93;"; break;
        case ':': out += out.ends_with("script") ? "&#58;" : ":"; break;
        default: out += octet;
        }
    }
    return out;
}

data list()
{
    return data{data::type::list};
}

// Names and words from outside: without control characters; the template escapes the markup.
data plain(std::string_view text)
{
    return data{escaped(text, name_limit)};
}

// An empty text hides its section.
data plain_if(std::string_view text)
{
    return text.empty() ? data{false} : plain(text);
}

data marked(std::string_view text)
{
    data all = list();
    for (const Piece &piece : pieces(text)) {
        data one;
        one.set("code", piece.code);
        one.set("piece", piece.text);
        all << one;
    }
    return all;
}

data with_words(std::string_view text)
{
    data one;
    one.set("words", marked(text));
    return one;
}

data words_if(std::string_view text)
{
    return text.empty() ? data{false} : with_words(text);
}

data all_words(const std::vector<std::string> &texts)
{
    data all = list();
    for (const std::string &text : texts)
        all << with_words(text);
    return all;
}

std::string tone(const Report &report)
{
    if (findings_of(report, diagnose::Severity::error) != 0)
        return "error";
    if (findings_of(report, diagnose::Severity::warning) != 0)
        return "warning";
    const auto &requests = report.totals.requests;
    return requests.answered + requests.exception == 0 ? "none" : "ok";
}

void add_head(data &page, const Report &report)
{
    data files = list();
    for (const File &file : report.files) {
        data one;
        one.set("name", plain(file.name));
        one.set("size", fmt::format("{}, {}", plural(file.packets, "packet"), plural(file.octets, "octet")));
        one.set("damage",
                file.complete ? data{false} : plain(file.damage.empty() ? "the file is damaged" : file.damage));
        files << one;
    }
    page.set("files", files);
    page.set("name", plain(report.files.empty() ? std::string("capture") : report.files.front().name));
    data interfaces = list();
    for (const Interface &one : report.interfaces) {
        if (one.name.empty())
            continue;
        data entry;
        entry.set("name", plain(one.name));
        interfaces << entry;
    }
    page.set("interfaces", interfaces);
    page.set("time", report.first && report.last
                         ? data{fmt::format("{} to {} UTC ({})", moment(*report.first), moment(*report.last),
                                            human(elapsed(*report.first, *report.last)))}
                         : data{false});
    page.set("tone", tone(report));
    page.set("verdict", all_words(verdict(report)));
    page.set("shows", all_words(report.view.shows));
    page.set("hides", all_words(report.view.hides));
}

data evidence_of(const Finding &finding, const Report &report)
{
    data rows = list();
    for (const diagnose::Evidence &one : finding.evidence) {
        data row;
        row.set("packet", one.packet == 0 ? std::string() : std::to_string(one.packet));
        row.set("time", one.packet == 0 ? std::string() : clock_in(report, one.time));
        row.set("text", marked(evidence_words(one)));
        rows << row;
    }
    return rows;
}

void add_advice(data &entry, const Finding &finding, std::size_t same_as)
{
    const bool told = same_as != 0;
    data platforms = list();
    for (const diagnose::PlatformStep &step : diagnose::row(finding.id).platforms) {
        data one;
        one.set("platform", std::string(step.platform));
        one.set("words", marked(diagnose::fill(step.text, finding)));
        platforms << one;
    }
    entry.set("as", told ? data{std::to_string(same_as)} : data{false});
    entry.set("meaning", told ? data{false} : words_if(meaning(finding)));
    entry.set("refuted", told ? data{false} : words_if(refuted_by(finding)));
    entry.set("any_steps", !told);
    entry.set("steps", told ? list() : all_words(next_steps(finding)));
    entry.set("any_platforms", !told && !platforms.is_empty_list());
    entry.set("platforms", platforms);
}

data finding_entry(const Finding &finding, std::size_t number, std::size_t same_as, const Report &report)
{
    data entry;
    entry.set("number", std::to_string(number));
    entry.set("severity", std::string(to_string(finding.severity)));
    entry.set("certainty", std::string(to_string(finding.certainty)));
    entry.set("id", std::string(diagnose::row(finding.id).name));
    entry.set("title", marked(title(finding)));
    entry.set("summary", words_if(finding.summary));
    entry.set("certainty_words", certainty_words(finding.certainty));
    entry.set("subject", plain(subject(finding, true)));
    entry.set("by", plain_if(side_words(finding.by)));
    entry.set("seen", finding.count == 0 ? data{false} : plain(seen_words(finding, report)));
    entry.set("any_evidence", !finding.evidence.empty());
    entry.set("evidence", evidence_of(finding, report));
    entry.set("any_causes", !finding.possible_causes.empty());
    entry.set("causes", all_words(finding.possible_causes));
    add_advice(entry, finding, same_as);
    return entry;
}

void add_findings(data &page, const Report &report)
{
    data findings = list();
    const std::vector<const Finding *> ranked = in_reading_order(report);
    for (std::size_t i = 0; i < ranked.size(); ++i)
        findings << finding_entry(*ranked[i], i + 1, same_advice(ranked, i), report);
    data left_out = list();
    for (const LeftOut &rest : report.findings_left_out) {
        data one;
        one.set("words", fmt::format("And {} more of {} ({}), not told one by one.", rest.findings,
                                     diagnose::row(rest.id).name, to_string(rest.severity)));
        left_out << one;
    }
    page.set("any_findings", !ranked.empty());
    page.set("findings", findings);
    page.set("left_out", left_out);
}

void add_checklists(data &page, const Report &report)
{
    data lists = list();
    for (const diagnose::Checklist &one : report.checklists) {
        data items = list();
        for (const diagnose::ChecklistItem &item : one.items) {
            data row;
            row.set("question", std::string(item.question));
            row.set("style", std::string(to_string(item.status)));
            row.set("status", std::string(status_words(item.status)));
            row.set("text", marked(item.text));
            items << row;
        }
        data entry;
        entry.set("title", std::string(one.title));
        entry.set("reason", plain_if(not_applicable_as_a_whole(one)));
        entry.set("items", items);
        lists << entry;
    }
    page.set("any_checklists", !lists.is_empty_list());
    page.set("checklists", lists);
}

data table_entry(const Table &table)
{
    data columns = list();
    for (const Table::Column &column : table.columns) {
        data one;
        one.set("heading", column.wide.empty() ? column.heading : column.wide);
        one.set("number", column.number);
        columns << one;
    }
    data rows = list();
    for (const auto &row : table.rows) {
        data cells = list();
        for (std::size_t i = 0; i < row.size(); ++i) {
            data cell;
            cell.set("cell", plain(row[i]));
            cell.set("number", table.columns[i].number);
            cells << cell;
        }
        data entry;
        entry.set("cells", cells);
        rows << entry;
    }
    data entry;
    entry.set("caption", table.caption);
    entry.set("columns", columns);
    entry.set("rows", rows);
    entry.set("more",
              table.left_out == 0 ? data{false} : data{fmt::format("and {} more, not shown here", table.left_out)});
    return entry;
}

void add_figures(data &page, const Report &report)
{
    data all = list();
    for (const Table &table : tables(report, {100, 100}, true))
        all << table_entry(table);
    page.set("any_tables", !all.is_empty_list());
    page.set("tables", all);
    data totals = list();
    for (const TotalLine &line : total_lines(report)) {
        data one;
        one.set("label", line.label);
        one.set("text", line.text);
        totals << one;
    }
    page.set("totals", totals);
}

void add_charts(data &page, const Report &report)
{
    data all = list();
    for (const Chart &chart : charts(report)) {
        data legend = list();
        for (const Legend &one : chart.legend) {
            data key;
            key.set("style", one.style);
            key.set("words", one.words);
            legend << key;
        }
        data entry;
        entry.set("caption", plain(chart.caption));
        entry.set("svg", chart.svg);
        entry.set("any_legend", !chart.legend.empty());
        entry.set("legend", legend);
        entry.set("note", plain_if(chart.note));
        all << entry;
    }
    page.set("any_charts", !all.is_empty_list());
    page.set("charts", all);
}

std::string style_of(const Change &change)
{
    switch (change.kind) {
    case Change::Kind::fresh: return change.fault ? "problem" : "note";
    case Change::Kind::gone: return change.fault ? "ok" : "note";
    case Change::Kind::changed: return "note";
    case Change::Kind::better: return "ok";
    case Change::Kind::remains:
    case Change::Kind::worse: return "problem";
    }
    return {};
}

void add_comparison(data &page, const Report &report)
{
    if (!report.comparison) {
        page.set("comparison", false);
        return;
    }
    const Comparison &comparison = *report.comparison;
    data rows = list();
    for (const Change &change : comparison.changes) {
        data row;
        row.set("what", marked(change.what));
        row.set("before", plain(change.before));
        row.set("now", plain(change.now));
        row.set("change", std::string(to_string(change.kind)));
        row.set("style", style_of(change));
        rows << row;
    }
    data entry;
    entry.set("outcome", comparison_verdict(comparison));
    entry.set("baseline", plain(comparison.baseline));
    entry.set("any_rows", !rows.is_empty_list());
    entry.set("rows", rows);
    entry.set("more", comparison.left_out == 0 ? data{false}
                                               : data{fmt::format("and {} more, not shown here", comparison.left_out)});
    page.set("comparison", entry);
}

void add_reproduction(data &page, const Report &report)
{
    page.set("version", plain(report.reproduction.version));
    if (report.reproduction.command.empty()) {
        page.set("reproduction", false);
        return;
    }
    data sums = list();
    for (const File &file : report.files) {
        if (file.sha256.empty())
            continue;
        data one;
        one.set("sum", file.sha256);
        one.set("name", plain(file.name));
        sums << one;
    }
    data entry;
    entry.set("command", plain(report.reproduction.command));
    entry.set("version", plain(report.reproduction.version));
    entry.set("sums", sums);
    page.set("reproduction", entry);
}

}  // namespace

std::string to_html(const Report &report)
{
    data page;
    page.set("style", std::string(html_style));
    add_head(page, report);
    add_comparison(page, report);
    add_findings(page, report);
    add_checklists(page, report);
    add_figures(page, report);
    add_charts(page, report);
    add_reproduction(page, report);
    kainjow::mustache::mustache shape(html_template());
    shape.set_custom_escape(escape_markup);
    assert(shape.is_valid());
    return shape.render(page);
}

}  // namespace buswitness::report
