// The tables and sums of the report, as words and figures; every format lays them out in its own way.
#pragma once

#include "decode/report/report.h"

namespace buswitness::report {

struct Table {
    struct Column {
        std::string heading;
        bool number = false;    // right-aligned
        std::string wide = {};  // the heading where there is room; empty: the same
    };
    std::string caption;
    std::vector<Column> columns;
    std::vector<std::vector<std::string>> rows;
    std::uint64_t left_out = 0;  // rows that are not shown
};

struct TableLimits {
    std::size_t units = 40, connections = 20;
};

// Functions, exceptions, units, response times, connections; without those that have no row.
std::vector<Table> tables(const Report &report, const TableLimits &limits, bool utf8);

struct TotalLine {
    std::string label, text;
};

// Every total as the sum of its parts.
std::vector<TotalLine> total_lines(const Report &report);

}  // namespace buswitness::report
