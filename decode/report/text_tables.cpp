// Figures that add up: every total is printed as the sum of its parts.
#include "decode/report/text_parts.h"

#include <fmt/format.h>

namespace buswitness::report {

void add_totals(Page &page, const Report &report)
{
    constexpr std::size_t label_width = 21;
    page.heading("Totals");
    for (const TotalLine &total : total_lines(report))
        page.item(total.label, total.text, 0, label_width);
}

void add_tables(Page &page, const Report &report)
{
    for (const Table &table : tables(report, {}, page.utf8())) {
        page.caption(table.caption);
        page.table(table, 0);
        if (table.left_out != 0)
            page.paragraph(fmt::format("and {} more, not shown here", table.left_out), 0, Tone::dim);
    }
}

}  // namespace buswitness::report
