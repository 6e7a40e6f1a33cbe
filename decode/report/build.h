// From facts and findings to the report's figures. Everything adds up here, and asserts say so.
#pragma once

#include "decode/facts.h"
#include "decode/report/report.h"

namespace buswitness::report {

struct CaptureSummary {
    std::vector<File> files;
    std::vector<Interface> interfaces;
};

Report build(const CaptureSummary &capture, const Facts &facts, std::vector<diagnose::Finding> findings);

}  // namespace buswitness::report
