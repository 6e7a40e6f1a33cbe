#include "cli/analyse.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/output.h"
#include "cli/summary.h"
#include "cli/terminal.h"
#include "decode/report/compare.h"

#include <algorithm>
#include <iterator>

namespace buswitness::cli {

namespace {

std::string rendered(const report::Report &result, const ReportOptions &options)
{
    const bool to_file = !options.output.empty();
    const bool colour = to_file ? options.colour == Colour::always : colour_on_stdout(options.colour);
    return in_format(result, options.format, colour, to_file || utf8_on_stdout());
}

void complain_of(const Error &error)
{
    complain(error);
}

int complain_about_output(const Error &error)
{
    complain(error);
    return exit_code::not_completed;
}

// Only a document that is handed on must be tied to its file.
Digests digests_for(Format format)
{
    return format == Format::html || format == Format::markdown ? Digests::yes : Digests::no;
}

// False when nothing of the earlier capture could be read.
bool add_baseline(Analysis &analysis, const ReportOptions &options)
{
    const Analysis earlier = analyse(options.baseline, options.ports, options.quiet, Digests::no);
    if (earlier.nothing_read) {
        std::ranges::for_each(earlier.complaints, complain_of);
        return false;
    }
    report::Comparison comparison = report::compare(earlier.report, analysis.report);
    std::string command;
    for (const std::string &file : options.baseline) {
        comparison.baseline += (comparison.baseline.empty() ? "" : ", ") + file;
        command += " --baseline " + shell_word(file);
    }
    analysis.report.comparison = std::move(comparison);
    analysis.report.reproduction.command.insert(report_command.size(), command);
    std::ranges::copy(earlier.complaints, std::back_inserter(analysis.complaints));
    return true;
}

}  // namespace

int run_report(const ReportOptions &options)
{
    if (!options.output.empty()) {
        if (const std::optional<Error> error = refused_output(options.output, options.overwrite)) {
            complain(*error);
            return exit_code::usage;
        }
    }
    Analysis analysis = analyse(options.files, options.ports, options.quiet, digests_for(options.format));
    if (analysis.nothing_read) {
        std::ranges::for_each(analysis.complaints, complain_of);
        return exit_code::input;
    }
    if (!options.baseline.empty() && !add_baseline(analysis, options))
        return exit_code::input;
    const std::string text = rendered(analysis.report, options);
    const std::optional<Error> error =
        options.output.empty() ? write_stdout(text) : write_file(options.output, text, options.overwrite);
    std::ranges::for_each(analysis.complaints, complain_of);
    if (error)
        return complain_about_output(*error);
    if (!analysis.complaints.empty())
        return exit_code::input;
    return reaches(analysis.report.findings, options.fail_on) ? exit_code::finding : exit_code::done;
}

}  // namespace buswitness::cli
