#include "cli/options.h"

#include "cli/exit_code.h"

#include <gtest/gtest.h>

namespace buswitness::cli {
namespace {

using Arguments = std::vector<std::string>;

ReportOptions parsed_report(const Arguments &arguments)
{
    const auto parsed = parse(arguments);
    const auto *report = std::get_if<ReportOptions>(&parsed);
    EXPECT_NE(report, nullptr);
    return report != nullptr ? *report : ReportOptions();
}

// The exit status of a command line that leaves at once; -1 when it does not.
int left_with(const Arguments &arguments)
{
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    const auto parsed = parse(arguments);
    testing::internal::GetCapturedStdout();
    testing::internal::GetCapturedStderr();
    const auto *leave = std::get_if<Leave>(&parsed);
    return leave != nullptr ? leave->exit_code : -1;
}

std::string complaint_about(const Arguments &arguments)
{
    testing::internal::CaptureStderr();
    (void)parse(arguments);
    return testing::internal::GetCapturedStderr();
}

TEST(Options, AFileWithoutACommandIsReported)
{
    EXPECT_EQ(parsed_report({"a.pcap", "b.pcapng"}).files, (Arguments{"a.pcap", "b.pcapng"}));
    EXPECT_EQ(parsed_report({"-q", "a.pcap"}).files, Arguments{"a.pcap"});
    EXPECT_EQ(parsed_report({"-"}).files, Arguments{"-"});
    EXPECT_EQ(parsed_report({"--", "-odd.pcap"}).files, Arguments{"-odd.pcap"});
    EXPECT_EQ(parsed_report({"-r", "a.pcap"}).files, Arguments{"a.pcap"});
}

TEST(Options, ListTakesTheFramesOfSerialLines)
{
    const auto parsed = parse({"list", "--frames", "-T", "jsonl", "-q", "a.pcapng", "b.pcapng"});
    const auto *list = std::get_if<ListOptions>(&parsed);
    ASSERT_NE(list, nullptr);
    EXPECT_EQ(list->style, ListOptions::Style::jsonl);
    EXPECT_EQ(list->files, (Arguments{"a.pcapng", "b.pcapng"}));
    EXPECT_TRUE(list->quiet);
    EXPECT_EQ(left_with({"list", "a.pcapng"}), exit_code::usage);
    EXPECT_NE(complaint_about({"list", "a.pcapng"}).find("--frames"), std::string::npos);
    EXPECT_EQ(left_with({"list", "--frames"}), exit_code::usage);
    EXPECT_EQ(left_with({"list", "--frames", "-T", "xml", "a.pcapng"}), exit_code::usage);
}

TEST(Options, ReportOptionsBecomeValues)
{
    const ReportOptions options =
        parsed_report({"report", "--format", "json", "-o", "out.txt", "--force", "--port", "1502", "--port", "503",
                       "--fail-on", "warning", "--color", "never", "x.pcap"});
    EXPECT_EQ(options.format, Format::json);
    EXPECT_EQ(options.output, "out.txt");
    EXPECT_TRUE(options.overwrite);
    EXPECT_EQ(options.ports, (std::vector<std::uint16_t>{1502, 503}));
    EXPECT_EQ(options.fail_on, diagnose::Severity::warning);
    EXPECT_EQ(options.colour, Colour::never);
    EXPECT_EQ(options.files, Arguments{"x.pcap"});
}

TEST(Options, APortTakesOneNumberOnly)
{
    EXPECT_EQ(parsed_report({"--port", "1502", "1503"}).files, Arguments{"1503"});
}

TEST(Options, TheEndingOfTheOutputChoosesTheFormat)
{
    EXPECT_EQ(parsed_report({"x.pcap", "-o", "r.json"}).format, Format::json);
    EXPECT_EQ(parsed_report({"x.pcap", "-o", "r.txt"}).format, Format::text);
    EXPECT_EQ(parsed_report({"x.pcap", "-o", "r"}).format, Format::text);
    EXPECT_EQ(parsed_report({"x.pcap", "-o", "r.html", "--format", "text"}).format, Format::text);
    EXPECT_EQ(parsed_report({"x.pcap", "-o", "r.html"}).format, Format::html);
    EXPECT_EQ(parsed_report({"x.pcap", "-o", "r.md"}).format, Format::markdown);
}

TEST(Options, WrongUsageLeavesWithTwo)
{
    const std::vector<Arguments> wrong = {
        {},
        {"report"},
        {"report", "x", "--bogus"},
        {"report", "x", "--format", "pdf"},
        {"report", "x", "--format", "pdf"},
        {"report", "x", "--port", "0"},
        {"report", "x", "--port", "65536"},
        {"report", "x", "--port", "http"},
        {"report", "x", "--fail-on", "info"},
        {"report", "x", "--color", "maybe"},
        {"report", "x", "--lang", "xx"},
        {"report", "x", "-o"},
        {"report", "-", "-"},
        {"explain", "a", "b"},
    };
    for (const Arguments &arguments : wrong)
        EXPECT_EQ(left_with(arguments), exit_code::usage) << testing::PrintToString(arguments);
}

TEST(Options, HelpAndVersionLeaveWithZero)
{
    for (const Arguments &arguments :
         {Arguments{"--help"}, {"-h"}, {"--version"}, {"report", "--help"}, {"x.pcap", "-h"}, {"explain", "-h"}})
        EXPECT_EQ(left_with(arguments), exit_code::done) << testing::PrintToString(arguments);
}

TEST(Options, AMistypedCommandIsSuggested)
{
    EXPECT_NE(complaint_about({"reprot", "x.pcap"}).find("did you mean report?"), std::string::npos);
    EXPECT_NE(complaint_about({"explian"}).find("did you mean explain?"), std::string::npos);
}

TEST(Options, ComplaintsEscapeWhatTheyQuote)
{
    EXPECT_EQ(complaint_about({"report", "x", "--\x1b[31m"}).find('\x1b'), std::string::npos);
}

TEST(Options, ExplainTakesAnIdOrNothing)
{
    const auto one = parse({"explain", "duplicate-ip"});
    ASSERT_TRUE(std::holds_alternative<ExplainOptions>(one));
    EXPECT_EQ(std::get<ExplainOptions>(one).id, "duplicate-ip");
    const auto all = parse({"explain"});
    ASSERT_TRUE(std::holds_alternative<ExplainOptions>(all));
    EXPECT_EQ(std::get<ExplainOptions>(all).id, "");
}

}  // namespace
}  // namespace buswitness::cli
