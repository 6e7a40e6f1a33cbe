// The checklists, what the capture can show, and how to get the same report, for the terminal.
#include "decode/base/text.h"
#include "decode/report/compare.h"
#include "decode/report/text_parts.h"
#include "decode/report/words.h"

#include <fmt/format.h>

namespace buswitness::report {

namespace {

using diagnose::CheckStatus;

Tone tone_of(CheckStatus status)
{
    switch (status) {
    case CheckStatus::ok: return Tone::bold;
    case CheckStatus::problem: return Tone::error;
    case CheckStatus::suspect: return Tone::warning;
    case CheckStatus::not_visible: return Tone::note;
    case CheckStatus::not_applicable: return Tone::dim;
    }
    return Tone::plain;
}

void add_checklist(Page &page, const diagnose::Checklist &list)
{
    constexpr std::size_t status_width = 13;
    page.caption(list.title);
    for (const diagnose::ChecklistItem &item : list.items) {
        page.item(status_words(item.status), item.question, 0, status_width, tone_of(item.status), Tone::bold);
        page.item("", item.text, 0, status_width);
    }
}

}  // namespace

void add_checklists(Page &page, const Report &report)
{
    bool headed = false;
    for (const diagnose::Checklist &list : report.checklists) {
        if (!headed)
            page.heading("Checklists");
        headed = true;
        if (const std::string reason = not_applicable_as_a_whole(list); reason.empty()) {
            add_checklist(page, list);
        } else {
            page.caption(list.title);
            page.paragraph(fmt::format("Not applicable. {}", reason), 0);
        }
    }
}

void add_comparison(Page &page, const Report &report)
{
    if (!report.comparison)
        return;
    const Comparison &comparison = *report.comparison;
    page.heading("Comparison");
    page.paragraph(comparison_verdict(comparison), 0, Tone::bold);
    page.paragraph(fmt::format("Compared with {}.", comparison.baseline), 0);
    constexpr std::size_t kind_width = 9;
    for (const Change &change : comparison.changes)
        page.item(to_string(change.kind),
                  fmt::format("{}: {} {} {}", change.what, change.before, page.utf8() ? "\u2192" : "->", change.now), 0,
                  kind_width);
    if (comparison.left_out != 0)
        page.paragraph(fmt::format("and {} more, not shown here", comparison.left_out), 0, Tone::dim);
}

void add_view(Page &page, const Report &report)
{
    if (report.view.shows.empty() && report.view.hides.empty())
        return;
    page.heading("What this capture can and cannot show");
    for (const std::string &line : report.view.shows)
        page.item("+ ", line, 0, 2);
    for (const std::string &line : report.view.hides)
        page.item("- ", line, 0, 2);
}

void add_reproduction(Page &page, const Report &report)
{
    if (report.reproduction.command.empty())
        return;
    constexpr std::size_t label_width = 10;
    page.heading("How to get this report again");
    page.item("Command", report.reproduction.command, 0, label_width);
    page.item("Version", report.reproduction.version, 0, label_width);
    for (const File &file : report.files) {
        if (!file.sha256.empty())
            page.item("SHA-256", fmt::format("{} {}", file.sha256, escaped(file.name)), 0, label_width);
    }
}

}  // namespace buswitness::report
