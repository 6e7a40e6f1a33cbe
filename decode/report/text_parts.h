// The sections of the terminal report, in the order in which they are read.
#pragma once

#include "decode/report/layout.h"
#include "decode/report/report.h"

namespace buswitness::report {

void add_checklists(Page &page, const Report &report);    // text_checklists.cpp
void add_comparison(Page &page, const Report &report);    // with an earlier capture
void add_view(Page &page, const Report &report);          // what the capture can and cannot show
void add_reproduction(Page &page, const Report &report);  // how somebody else gets the same report
void add_totals(Page &page, const Report &report);        // text_tables.cpp
void add_tables(Page &page, const Report &report);

}  // namespace buswitness::report
