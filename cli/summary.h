// What a report says of the captures themselves.
#pragma once

#include "capture/capture_file.h"
#include "cli/options.h"
#include "decode/facts.h"
#include "decode/report/build.h"

#include <string>
#include <vector>

namespace buswitness::cli {

report::CaptureSummary summary_of(const capture::CaptureSet &captures, const std::vector<std::string> &names);
CaptureNotes notes_of(const report::CaptureSummary &summary);
// Files that could not be read, or only in part.
std::vector<Error> complaints_about(const capture::CaptureSet &captures);
bool reaches(const std::vector<diagnose::Finding> &findings, std::optional<diagnose::Severity> level);
// Colour and UTF-8 matter to text only.
std::string in_format(const report::Report &report, Format format, bool colour, bool utf8);
std::uint64_t random_key();

}  // namespace buswitness::cli
