#include "tests/decode/report/example.h"

#include <gtest/gtest.h>

namespace buswitness::report {
namespace {

bool holds(const std::string &text, std::string_view part)
{
    return text.find(part) != std::string::npos;
}

TEST(ReportMarkdown, BeginsWithFileAndVerdict)
{
    const std::string text = to_markdown(example::healthy());
    EXPECT_TRUE(text.starts_with("# Modbus capture report\n\n- **File:** `line3.pcapng`\n"));
    EXPECT_TRUE(holds(text, "## Verdict\n\nNo fault found in 300 Modbus requests.\n"));
}

TEST(ReportMarkdown, TellsAFindingAsHeadingListAndTable)
{
    const std::string text = to_markdown(example::faulty());
    for (const std::string_view part :
         {"### 1. error: Nothing listens on 10.0.0.2:502: the connection is refused\n",
          "| Packet | Time | What it shows |\n| ---: | --- | --- |\n| 12 | 08:15:30.000123 | SYN answered by RST,ACK "
          "after "
          "0.2 ms |\n",
          "1. First of all, look at the lamp.\n", "- **Windows:** `netstat -an | findstr :502`"})
        EXPECT_TRUE(holds(text, part)) << part << "\n" << text;
}

TEST(ReportMarkdown, EscapesNamesFromOutside)
{
    Report report = example::faulty();
    report.files[0].name = "`x`|<b>\n# head";
    report.findings[0].summary = "<script>[a](b) | c";
    report.findings[0].evidence[0].text = "a | b\n| c";
    const std::string text = to_markdown(report);
    EXPECT_FALSE(holds(text, "<script>"));
    EXPECT_FALSE(holds(text, "\n# head"));
    EXPECT_TRUE(holds(text, "`` `x`|<b>\\x0a# head ``"));
    EXPECT_TRUE(holds(text, "a \\| b\\\\x0a\\| c |"));
}

TEST(ReportMarkdown, SetsNoEmptyLinesTwiceAndNoTrailingSpace)
{
    for (const Report &report : {example::healthy(), example::faulty(), Report{}}) {
        const std::string text = to_markdown(report);
        EXPECT_FALSE(holds(text, "\n\n\n"));
        EXPECT_FALSE(holds(text, " \n"));
    }
}

}  // namespace
}  // namespace buswitness::report
