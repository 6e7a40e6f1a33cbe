// The charts of the HTML report, as SVG. Each says in its caption what it shows; none is made of nothing.
#pragma once

#include "decode/report/report.h"

#include <string>
#include <vector>

namespace buswitness::report {

struct Legend {
    std::string style, words;
};

struct Chart {
    std::string caption;
    std::string note;  // what is left out; may be empty
    std::vector<Legend> legend;
    std::string svg;
};

std::vector<Chart> charts(const Report &report);

}  // namespace buswitness::report
