// What a report says of the captures themselves.
#pragma once

#include "capture/capture_file.h"
#include "decode/facts.h"
#include "decode/report/build.h"

#include <string>
#include <vector>

namespace buswitness::cli {

report::CaptureSummary summary_of(const capture::CaptureSet &captures, const std::vector<std::string> &names);
CaptureNotes notes_of(const report::CaptureSummary &summary);
bool complain_about_inputs(const capture::CaptureSet &captures);  // true when a file was not read to its end
bool reaches(const std::vector<diagnose::Finding> &findings, std::optional<diagnose::Severity> level);
std::uint64_t random_key();

}  // namespace buswitness::cli
