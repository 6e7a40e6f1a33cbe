// From capture files to a report: what `report` does with one capture.
#pragma once

#include "decode/base/result.h"
#include "decode/report/report.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace buswitness::cli {

struct Analysis {
    report::Report report;
    std::vector<Error> complaints;  // files that could not be read, or only in part
    bool nothing_read = false;      // not one file could be opened; there is no report
};

inline constexpr std::string_view report_command = "buswitness report";  // how each reproduction begins

std::string shell_word(const std::string &word);  // as a shell takes it: quoted where it must be

// How somebody else gets the report of these files.
report::Reproduction reproduction_of(const std::vector<std::string> &files, const std::vector<std::uint16_t> &ports);

enum class Digests : bool { no, yes };  // SHA-256 of each file: hashing costs as much as a third of the analysis

Analysis analyse(const std::vector<std::string> &files, const std::vector<std::uint16_t> &ports, bool quiet,
                 Digests digests);

}  // namespace buswitness::cli
