#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/output.h"
#include "cli/suggest.h"
#include "cli/terminal.h"
#include "decode/diagnose/catalogue.h"

#include <fmt/format.h>

#include <algorithm>

namespace buswitness::cli {

namespace {

using diagnose::CatalogueRow;

constexpr std::size_t line_width = 100;

// Words of `text` in lines of line_width, `first` before the first line, spaces of the same width before the others.
std::string wrapped(std::string_view text, std::string_view first)
{
    std::string out(first);
    std::size_t column = first.size();
    bool line_start = true;
    while (!text.empty()) {
        const std::size_t space = std::min(text.find(' '), text.size());
        const std::string_view word = text.substr(0, space);
        text.remove_prefix(std::min(space + 1, text.size()));
        if (!line_start && column + 1 + word.size() > line_width) {
            out += '\n';
            out.append(first.size(), ' ');
            column = first.size();
            line_start = true;
        }
        if (!line_start)
            out += ' ';
        out += word;
        column += word.size() + (line_start ? 0 : 1);
        line_start = false;
    }
    return out + '\n';
}

std::string bold(std::string_view text, bool colour)
{
    return colour ? fmt::format("\x1b[1m{}\x1b[0m", text) : std::string(text);
}

void section(std::string &out, std::string_view heading, std::string_view text, bool colour)
{
    if (!text.empty())
        out += "\n" + bold(heading, colour) + "\n" + wrapped(text, "  ");
}

// The words without a case: placeholders become neutral.
std::string filled(std::string_view text, const CatalogueRow &row)
{
    diagnose::Finding finding;
    finding.id = row.id;
    return diagnose::fill(text, finding);
}

std::string page(const CatalogueRow &row, bool colour)
{
    std::string out = bold(row.name, colour) + fmt::format(" ({})\n", diagnose::to_string(row.severity));
    out += wrapped(filled(row.title, row), "  ");
    section(out, "What it means", row.meaning, colour);
    section(out, "What in a capture proves it", row.proof, colour);
    section(out, "Not to be confused with", row.not_proof, colour);
    section(out, "What would refute it", filled(row.refuted_by, row), colour);
    section(out, "More specific than", row.parents, colour);
    if (!row.next_steps.empty())
        out += "\n" + bold("What to do", colour) + "\n";
    std::size_t number = 0;
    for (const std::string_view step : row.next_steps)
        out += wrapped(filled(step, row), fmt::format("  {}. ", ++number));
    return out;
}

std::string contents(bool colour)
{
    std::string out;
    for (const CatalogueRow &row : diagnose::catalogue())
        out += fmt::format("{} {}({})\n{}", bold(row.name, colour),
                           std::string(30 - std::min<std::size_t>(29, row.name.size()), ' '),
                           diagnose::to_string(row.severity), wrapped(filled(row.title, row), "    "));
    return out + "\nbuswitness explain ID tells what one of them means, how it is proven and what to do.\n";
}

int unknown(const std::string &id)
{
    std::vector<std::string_view> names;
    for (const CatalogueRow &row : diagnose::catalogue())
        names.push_back(row.name);
    complain("there is no finding " + id);
    if (const std::string_view meant = nearest(id, names); !meant.empty())
        complain(fmt::format("did you mean {}?", meant));
    else
        for (const std::string_view name : names)
            if (!id.empty() && name.find(id) != std::string_view::npos)
                complain(fmt::format("there is {}", name));
    complain("buswitness explain lists all of them");
    return exit_code::usage;
}

}  // namespace

int run_explain(const ExplainOptions &options)
{
    const bool colour = colour_on_stdout(options.colour);
    std::string out;
    if (options.id.empty()) {
        out = contents(colour);
    } else if (const CatalogueRow *row = diagnose::find_row(options.id); row != nullptr) {
        out = page(*row, colour);
    } else {
        return unknown(options.id);
    }
    if (const std::optional<Error> error = write_stdout(out)) {
        complain(*error);
        return exit_code::not_completed;
    }
    return exit_code::done;
}

}  // namespace buswitness::cli
