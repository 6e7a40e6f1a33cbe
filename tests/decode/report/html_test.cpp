#include "decode/report/html_page.h"
#include "tests/decode/report/example.h"

#include <gtest/gtest.h>

namespace buswitness::report {
namespace {

bool holds(const std::string &text, std::string_view part)
{
    return text.find(part) != std::string::npos;
}

std::size_t count(const std::string &text, std::string_view part)
{
    std::size_t n = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size()))
        ++n;
    return n;
}

TEST(ReportHtml, IsOnePageThatLoadsAndRunsNothing)
{
    const std::string page = to_html(example::faulty());
    EXPECT_TRUE(page.starts_with("<!DOCTYPE html>"));
    EXPECT_TRUE(holds(page, "default-src 'none'; style-src 'unsafe-inline'"));
    for (const std::string_view forbidden : {"<script", "<link", "<img", "<iframe", "src=", "@import", "url(", "http"})
        EXPECT_FALSE(holds(page.substr(page.find("<title>")), forbidden)) << forbidden;
}

TEST(ReportHtml, TellsFindingsWithEvidenceStepsAndPlatforms)
{
    const std::string page = to_html(example::faulty());
    for (const std::string_view part :
         {"1. Nothing listens on 10.0.0.2:502: the connection is refused", "SYN answered by RST,ACK after 0.2 ms",
          "<td class=\"n\">12</td>", "<code>ss -tlnp | grep :502</code>", "First of all, look at the lamp.",
          "<dt>Windows</dt>", "certain: the capture proves it", "class=\"verdict error\""})
        EXPECT_TRUE(holds(page, part)) << part;
    EXPECT_EQ(count(page, "<article"), 3U);
}

TEST(ReportHtml, LeavesNoTemplateTagAndNoEmptySection)
{
    for (const Report &report : {example::healthy(), example::faulty(), Report{}}) {
        const std::string page = to_html(report);
        const std::string body = page.substr(page.find("</style>"));
        for (const std::string_view part : {"{{", "}}", "[[", "]]", "<ul></ul>", "<tbody>\n</tbody>", "<p></p>"})
            EXPECT_FALSE(holds(body, part)) << part;
    }
}

TEST(ReportHtml, EscapesEveryTextFromOutside)
{
    const std::string evil = "\"><script>alert(1)</script>{{version}}'&<img src=x>";
    Report report = example::faulty();
    report.files[0].name = report.files[0].damage = evil;
    report.files[0].complete = false;
    report.files[0].sha256 = "00";
    report.interfaces[0].name = evil;
    report.reproduction = {evil, evil};
    report.connections[0].protocol = report.connections[0].outcome = evil;
    report.findings[0].summary = report.findings[0].field = report.findings[0].evidence[0].text = evil;
    report.findings[0].possible_causes = report.findings[0].extra_next_steps = {evil};
    report.view.shows = report.view.hides = {evil};
    const std::string page = to_html(report);
    EXPECT_FALSE(holds(page, "<script"));
    EXPECT_FALSE(holds(page, "<img"));
    EXPECT_TRUE(holds(page, "{{version}}")) << "a tag in a text is a text";
    EXPECT_GT(count(page, "&lt;script&gt;"), 8U);
}

TEST(ReportHtml, MakesNoLinkWhereItIsPasted)
{
    Report report = example::healthy();
    report.interfaces[0].name = "[x](javascript:alert(1))";
    const std::string page = to_html(report);
    EXPECT_TRUE(holds(page, "Interface [x&#93;(javascript&#58;alert(1))"));
}

TEST(ReportHtml, EscapesByTheTemplateItself)
{
    const std::string page = html_template();
    EXPECT_EQ(count(page, "{{{"), 2U) << "only the style sheet and the pictures are put in as they are";
    EXPECT_EQ(count(page, "{{&"), 0U);
}

TEST(ReportHtml, TellsTheSameAdviceOnce)
{
    Report report = example::faulty();
    report.findings.insert(report.findings.begin() + 1, example::refused());
    const std::string page = to_html(report);
    EXPECT_TRUE(holds(page, "as for <a href=\"#finding-1\">finding 1</a>"));
    EXPECT_EQ(count(page, "First of all, look at the lamp."), 1U);
}

}  // namespace
}  // namespace buswitness::report
