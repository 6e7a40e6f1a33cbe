#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/output.h"
#include "cli/suggest.h"
#include "cli/terminal.h"
#include "decode/diagnose/catalogue.h"
#include "decode/report/explain.h"

#include <fmt/format.h>

namespace buswitness::cli {

namespace {

// Names that are near, or else those that contain the word.
int complain_unknown(const std::string &id)
{
    std::vector<std::string_view> names;
    for (const diagnose::CatalogueRow &row : diagnose::catalogue())
        names.push_back(row.name);
    complain("there is no finding " + id);
    if (const std::string_view meant = nearest(id, names); !meant.empty()) {
        complain(fmt::format("did you mean {}?", meant));
    } else {
        for (const std::string_view name : names)
            if (name.find(id) != std::string_view::npos)
                complain(fmt::format("there is {}", name));
    }
    complain("buswitness explain tells all of them");
    return exit_code::usage;
}

}  // namespace

int run_explain(const ExplainOptions &options)
{
    const diagnose::CatalogueRow *row = options.id.empty() ? nullptr : diagnose::find_row(options.id);
    if (row == nullptr && !options.id.empty())
        return complain_unknown(options.id);
    if (const auto error = write_stdout(row == nullptr ? report::explain_all() : report::explain(*row))) {
        complain(*error);
        return exit_code::not_completed;
    }
    return exit_code::done;
}

}  // namespace buswitness::cli
