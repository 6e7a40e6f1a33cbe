// The sections of the terminal report, in the order in which they are read.
#pragma once

#include "decode/report/layout.h"
#include "decode/report/report.h"

namespace buswitness::report {

void add_totals(Page &page, const Report &report);     // text_tables.cpp
void add_functions(Page &page, const Report &report);  // and exceptions
void add_units(Page &page, const Report &report);      // with response times
void add_connections(Page &page, const Report &report);

}  // namespace buswitness::report
