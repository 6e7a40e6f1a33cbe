#include "capture/capture_file.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/output.h"
#include "cli/summary.h"
#include "cli/terminal.h"
#include "decode/analyzer.h"
#include "decode/diagnose/diagnose.h"
#include "decode/report/build.h"

#include <fmt/format.h>

#include <algorithm>

namespace buswitness::cli {

namespace {

void read(capture::CaptureSet &captures, Analyzer &analyzer, bool quiet)
{
    Progress progress(quiet);
    net::RawPacket packet;
    while (captures.next(packet)) {
        analyzer.add(packet);
        progress.at(packet.number);
    }
}

std::string rendered(const report::Report &result, const ReportOptions &options)
{
    switch (options.format) {
    case Format::json: return report::to_json(result);
    case Format::text: break;
    }
    const bool to_file = !options.output.empty();
    const bool colour = to_file ? options.colour == Colour::always : colour_on_stdout(options.colour);
    return report::to_text(result, colour, to_file || utf8_on_stdout());
}

int complain_about_output(const Error &error)
{
    complain(error);
    return exit_code::not_completed;
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
    capture::CaptureSet captures(options.files);
    if (captures.errors().size() == options.files.size()) {
        complain_about_inputs(captures);
        return exit_code::input;
    }
    Analyzer analyzer({.modbus_ports = options.ports, .hash_key = random_key()});
    read(captures, analyzer, options.quiet);
    const report::CaptureSummary summary = summary_of(captures, options.files);
    analyzer.note_capture(notes_of(summary));
    analyzer.advance(captures.quiet_until());
    analyzer.finish();
    const report::Report result = report::build(summary, analyzer.facts(), diagnose::diagnose(analyzer.facts()));

    const std::string text = rendered(result, options);
    const std::optional<Error> error =
        options.output.empty() ? write_stdout(text) : write_file(options.output, text, options.overwrite);
    const bool damaged = complain_about_inputs(captures);
    if (error)
        return complain_about_output(*error);
    if (damaged)
        return exit_code::input;
    return reaches(result.findings, options.fail_on) ? exit_code::finding : exit_code::done;
}

}  // namespace buswitness::cli
