// From capture files to a report: what `report` does with one capture.
#pragma once

#include "decode/base/result.h"
#include "decode/report/report.h"

#include <cstdint>
#include <string>
#include <vector>

namespace buswitness::cli {

struct Analysis {
    report::Report report;
    std::vector<Error> complaints;  // files that could not be read, or only in part
    bool nothing_read = false;      // not one file could be opened; there is no report
};

Analysis analyse(const std::vector<std::string> &files, const std::vector<std::uint16_t> &ports, bool quiet);

}  // namespace buswitness::cli
