#include "decode/report/words.h"
#include "tests/decode/report/example.h"

#include <gtest/gtest.h>

#include <fmt/format.h>

namespace buswitness::report {
namespace {

std::string words(const Report &report)
{
    return fmt::format("{}", fmt::join(verdict(report), "\n"));
}

bool says(const Report &report, std::string_view text)
{
    return words(report).find(text) != std::string::npos;
}

TEST(Verdict, GivesProofOfHealthWithFigures)
{
    EXPECT_EQ(words(example::healthy()), "No fault found in 300 Modbus requests.\n"
                                         "300 of 300 requests answered.\n"
                                         "Response time: median 1.2 ms, 99th percentile 9.1 ms, slowest 210 ms.");
}

TEST(Verdict, NamesTheMostImportantFindingFirst)
{
    const std::vector<std::string> sentences = verdict(example::faulty());
    ASSERT_GE(sentences.size(), 5U);
    EXPECT_EQ(sentences[0], "1 error and 1 warning. Most important: Nothing listens on 10.0.0.2:502: the connection is "
                            "refused.");
    EXPECT_EQ(sentences[1], "All 3 connection attempts were refused.");
    EXPECT_EQ(sentences[2], "First thing to do: Start the Modbus server on 10.0.0.2, or correct the port 502 in the "
                            "client.");
    EXPECT_EQ(sentences[3], "Also: 10.0.0.2:502 answers function 3 (Read Holding Registers) of unit 1 with exception 2 "
                            "(Illegal Data Address) (likely).");
    EXPECT_EQ(sentences[4],
              "280 of 300 requests answered, 12 answered with an exception, 6 not answered, 2 undecided.");
}

TEST(Verdict, SaysThatItWorkedAgain)
{
    Report report = example::healthy();
    report.findings = {example::exception()};
    EXPECT_TRUE(says(report, "It worked again later in the capture."));
}

TEST(Verdict, AsksForTheCauseOfWhatWorksAgain)
{
    Report report = example::healthy();
    report.findings = {example::refused()};
    report.findings[0].recovered = true;
    EXPECT_TRUE(
        says(report, "First thing to do: Find out what happened there from 08:15:30.000123 to 08:15:34.000123"));
    EXPECT_FALSE(says(report, "Start the Modbus server"));
}

TEST(Verdict, DrawsNoConclusionFromNothing)
{
    EXPECT_EQ(words(Report{}), "No conclusion is possible: not one packet was read.");
}

TEST(Verdict, DrawsNoConclusionWithoutModbus)
{
    Report report;
    report.packets = report.totals.packets.arp = 12;
    EXPECT_TRUE(says(report, "No conclusion about Modbus is possible"));
    EXPECT_FALSE(says(report, "No fault"));
}

TEST(Verdict, DrawsNoConclusionFromResponsesAlone)
{
    Report report;
    report.packets = report.totals.packets.modbus = report.totals.responses.unmatched = 12;
    EXPECT_TRUE(says(report, "No conclusion about Modbus is possible"));
}

TEST(Verdict, DrawsNoConclusionWhenEveryRequestIsUndecided)
{
    Report report = example::healthy();
    report.totals.requests = {.total = 300, .undecided = 300};
    EXPECT_TRUE(says(report, "No conclusion: the capture holds 300 Modbus requests"));
    EXPECT_FALSE(says(report, "No fault"));
}

TEST(Verdict, NeverSaysNoFaultWhenARequestIsUnanswered)
{
    Report report = example::healthy();
    report.totals.requests = {.total = 300, .answered = 299, .no_response = 1};
    EXPECT_FALSE(says(report, "No fault"));
    EXPECT_TRUE(says(report, "1 not answered"));
}

TEST(Verdict, SaysWhatLimitsIt)
{
    Report report = example::healthy();
    report.findings = {example::midstream()};
    EXPECT_FALSE(says(report, "limits"));
    report.findings[0].severity = diagnose::Severity::warning;
    report.files[0].complete = false;
    report.evicted = 2;
    report.beyond_limits = true;
    EXPECT_TRUE(says(report, "The capture limits this verdict: The capture begins in the middle of connections."));
    EXPECT_TRUE(says(report, "line3.pcapng could be read only in part"));
    EXPECT_TRUE(says(report, "2 connections left memory early"));
    EXPECT_TRUE(says(report, "are in the totals only, and are not judged"));
}

TEST(Verdict, GivesARangeForSeveralUnits)
{
    Report report = example::healthy();
    report.units.push_back(report.units[0]);
    report.units[1].times.median = 40;
    EXPECT_TRUE(says(report, "medians from 1.2 ms to 40.0 ms"));
}

TEST(Words, RoundSharesDown)
{
    EXPECT_EQ(percent(99'999, 100'000), "99.9 %");
    EXPECT_EQ(percent(3, 3), "100 %");
    EXPECT_EQ(percent(0, 0), "-");
}

TEST(Words, DescribeTheSubject)
{
    EXPECT_EQ(subject(example::refused(), false), "10.0.0.1 -> 10.0.0.2:502");
    EXPECT_EQ(subject(example::exception(), false),
              "server 10.0.0.2:502, unit 1, function 3 (Read Holding Registers), exception 2 (Illegal Data Address)");
    EXPECT_EQ(subject(example::midstream(), false), "the capture as a whole");
}

TEST(Words, DateTheClockInACaptureOfSeveralDays)
{
    Report report = example::faulty();
    EXPECT_EQ(time_range(report.findings[0], report), "from 08:15:30.000123 to 08:15:34.000123 (4 s)");
    report.last = *report.first + std::chrono::hours(30);
    EXPECT_EQ(time_range(report.findings[1], report), "at 2026-06-02 08:15:31.000123");
}

TEST(Words, GiveEachNextStepOnce)
{
    diagnose::Finding finding = example::exception();
    const std::vector<std::string> steps = next_steps(finding);
    finding.extra_next_steps = {steps[1]};
    EXPECT_EQ(next_steps(finding).size(), steps.size());
    EXPECT_EQ(next_steps(finding)[0], steps[1]);
}

}  // namespace
}  // namespace buswitness::report
