#include "decode/report/explain.h"

#include "decode/report/layout.h"

#include <fmt/format.h>

#include <array>

namespace buswitness::report {

namespace {

constexpr std::size_t indent = 2;

std::string filled(std::string_view text)
{
    return diagnose::fill(text, diagnose::Finding{});
}

void add_part(Page &page, std::string_view label, std::string_view text)
{
    if (text.empty())
        return;
    page.blank();
    page.paragraph(label, 0);
    page.paragraph(filled(text), indent);
}

void add_exception_codes(Page &page)
{
    for (const std::uint8_t code : std::to_array<std::uint8_t>({1, 2, 3, 4, 5, 6, 8, 10, 11})) {
        diagnose::Finding finding;
        finding.exception_code = code;
        page.blank();
        page.paragraph(diagnose::fill("Exception {exception}", finding), 0);
        page.paragraph(diagnose::exception_meaning(code), indent);
        std::vector<std::string> steps;
        for (const std::string_view step : diagnose::exception_next_steps(code))
            steps.push_back(filled(step));
        page.numbered(steps, indent);
    }
}

void add_platforms(Page &page, const diagnose::CatalogueRow &row)
{
    if (row.platforms.empty())
        return;
    page.blank();
    page.paragraph("By platform", 0);
    for (const diagnose::PlatformStep &step : row.platforms)
        page.item(fmt::format("{}: ", step.platform), filled(step.text), indent, 0);
}

void add_checks(Page &page, const diagnose::CatalogueRow &row)
{
    if (row.problems.empty() && row.suspects.empty())
        return;
    page.blank();
    page.paragraph("In the checklists", 0);
    for (const diagnose::Check check : row.problems)
        page.item("problem: ", diagnose::row(check).question, indent, 0);
    for (const diagnose::Check check : row.suspects)
        page.item("suspect: ", diagnose::row(check).question, indent, 0);
}

void add_references(Page &page, const diagnose::CatalogueRow &row)
{
    page.blank();
    page.paragraph("Documents", 0);
    for (const std::string_view reference : row.references)
        page.bullet(reference, indent);
}

void add_row(Page &page, const diagnose::CatalogueRow &row)
{
    page.heading(row.name);
    page.item(fmt::format("{}: ", to_string(row.severity)), filled(row.title), 0, 0);
    add_part(page, "What it means", row.meaning);
    add_part(page, "What proves it", row.proof);
    add_part(page, "What it must not be confused with", row.not_proof);
    add_part(page, "What would refute it", row.refuted_by);
    add_part(page, "More specific than", row.parents);
    add_part(page, "First thing to do", row.action);
    page.blank();
    page.paragraph("Next steps", 0);
    std::vector<std::string> steps;
    for (const std::string_view step : row.next_steps)
        steps.push_back(filled(step));
    page.numbered(steps, indent);
    add_platforms(page, row);
    add_checks(page, row);
    add_references(page, row);
    if (row.id == diagnose::FindingId::modbus_exception)
        add_exception_codes(page);
}

}  // namespace

std::string explain(const diagnose::CatalogueRow &row)
{
    Page page(false, false);
    add_row(page, row);
    return std::move(page).text();
}

std::string explain_all()
{
    Page page(false, false);
    for (const diagnose::CatalogueRow &row : diagnose::catalogue())
        add_row(page, row);
    return std::move(page).text();
}

}  // namespace buswitness::report
