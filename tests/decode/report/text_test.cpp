#include "decode/report/layout.h"
#include "tests/decode/report/example.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace buswitness::report {
namespace {

std::string plain(const Report &report)
{
    return to_text(report, false, false);
}

std::vector<std::string> lines_of(const std::string &text)
{
    std::vector<std::string> lines;
    std::size_t start = 0;
    for (std::size_t end = text.find('\n'); end != std::string::npos; end = text.find('\n', start)) {
        lines.push_back(text.substr(start, end - start));
        start = end + 1;
    }
    return lines;
}

bool holds(const std::string &text, std::string_view part)
{
    return text.find(part) != std::string::npos;
}

TEST(ReportText, BeginsWithWhatWasReadAndTheVerdict)
{
    const std::string expected = "Modbus capture report\n"
                                 "---------------------\n"
                                 "File        line3.pcapng: 640 packets, 61234 octets\n"
                                 "Time        2026-06-02 08:15:30.000123 to 2026-06-02 08:16:31.200123 UTC (1 min\n"
                                 "            1 s)\n"
                                 "Interfaces  eth0 (link type 1)\n"
                                 "Packets     640\n"
                                 "\n"
                                 "Verdict\n"
                                 "-------\n"
                                 "No fault found in 300 Modbus requests.\n";
    EXPECT_EQ(plain(example::healthy()).substr(0, expected.size()), expected);
}

TEST(ReportText, TellsAFindingFromTitleToNextSteps)
{
    const std::string expected = " 1. error: Nothing listens on 10.0.0.2:502: the connection is refused\n"
                                 "    All 3 connection attempts were refused.\n"
                                 "\n"
                                 "    Certainty   certain: the capture proves it\n"
                                 "    Concerns    10.0.0.1 -> 10.0.0.2:502\n"
                                 "    Points to   the server, or what is behind it\n"
                                 "    Seen        3 times, from 08:15:30.000123 to 08:15:34.000123 (4 s); no\n"
                                 "                recovery seen before the capture ended\n"
                                 "    Id          tcp-connection-refused\n"
                                 "    Evidence\n"
                                 "    packet  12  08:15:30.000123  SYN answered by RST,ACK after 0.2 ms\n"
                                 "    packet 112  08:15:34.000123  SYN answered by RST,ACK after 0.3 ms\n"
                                 "    Possible causes, not proven\n"
                                 "      * the service is not running\n"
                                 "\n"
                                 "    Meaning     ";
    const std::string text = plain(example::faulty());
    EXPECT_TRUE(holds(text, expected)) << text;
    EXPECT_TRUE(holds(text, "    Next steps\n      1. First of all, look at the lamp.\n      2. "));
    EXPECT_TRUE(holds(text, "once, at 08:15:31.000123; it worked again later"));
}

TEST(ReportText, PutsTheLimitsOfTheCaptureLast)
{
    Report report = example::faulty();
    std::rotate(report.findings.begin(), report.findings.begin() + 2, report.findings.end());
    const std::string text = plain(report);
    EXPECT_LT(text.find(" 1. error: "), text.find("Limits of the capture"));
    EXPECT_LT(text.find("Limits of the capture"), text.find(" 3. note: The capture begins"));
}

TEST(ReportText, SaysTheSameAdviceOnce)
{
    Report report = example::faulty();
    report.findings.push_back(example::refused());
    report.findings.back().server->port = 1502;
    EXPECT_TRUE(holds(plain(report), "Meaning and next steps: as for finding 1."));
}

// The words on one line, however they were wrapped.
std::string unwrapped(const std::string &text)
{
    std::string words;
    for (const char octet : text) {
        const char next = octet == '\n' ? ' ' : octet;
        if (next != ' ' || !words.ends_with(' '))
            words += next;
    }
    return words;
}

TEST(ReportText, PrintsTotalsAsSums)
{
    const std::string text = unwrapped(plain(example::faulty()));
    EXPECT_TRUE(holds(text, "812 = 600 Modbus + 150 other TCP + 40 ARP/ND + 2 ICMP + 19 other + 1 undecodable;"));
    EXPECT_TRUE(holds(text, "10 = 4 established + 3 refused + 1 without an answer + 1 unreachable + 1 incomplete;"));
    EXPECT_TRUE(holds(text, "300 = 280 answered + 12 answered with an exception + 6 not answered + 2 undecided; 1 of"));
    EXPECT_TRUE(holds(text, "298 = 283 normal + 12 exceptions + 3 without a visible request; 4 of them"));
}

TEST(ReportText, PrintsTablesWithFiguresUnderTheirHeadings)
{
    const std::string text = plain(example::faulty());
    EXPECT_TRUE(holds(text, "Function                  Requests  Responses  Exceptions\n"
                            "3 Read Holding Registers       300        300           0\n"));
    EXPECT_TRUE(holds(text, "Server        Unit  Via  Requests   Ok  Except.  Silent  Open\n"
                            "10.0.0.2:502     1  tcp       300  300        0       0     0\n"));
    EXPECT_TRUE(holds(text, "10.0.0.2:502     1      300  0.80 ms  1.2 ms  3.0 ms  9.1 ms  210 ms\n"));
}

TEST(ReportText, LimitsTheTableOfConnections)
{
    Report report = example::healthy();
    report.connections.assign(25, report.connections[0]);
    report.connections_left_out = 10;
    const std::string text = plain(report);
    EXPECT_TRUE(holds(text, "and 15 more, not shown here"));
}

TEST(ReportText, GivesLongAddressesALineOfTheirOwn)
{
    Report report = example::healthy();
    const Address address{0xFD00'1234'1234'1234, 0x1234'5678'1234'5678};
    report.connections[0].client = address;
    report.connections[0].server = {address, 502};
    for (const std::string &line : lines_of(plain(report)))
        EXPECT_LE(columns(line), page_width) << line;
}

TEST(ReportText, SaysWhereADamagedFileEnds)
{
    Report report = example::healthy();
    report.files[0].complete = false;
    report.files[0].damage = "the file ends inside packet 641, at octet 61234";
    EXPECT_TRUE(
        holds(plain(report), "            read only in part: the file ends inside packet 641, at octet 61234\n"));
}

TEST(ReportText, StaysWithinThePageWithoutTrailingSpaces)
{
    for (const std::string &line : lines_of(to_text(example::faulty(), false, true))) {
        EXPECT_LE(columns(line), page_width) << line;
        EXPECT_FALSE(line.ends_with(' ')) << line;
    }
}

TEST(ReportText, UsesColourOnlyIfAsked)
{
    EXPECT_FALSE(holds(to_text(example::faulty(), false), "\x1b"));
    const std::string coloured = to_text(example::faulty(), true);
    EXPECT_TRUE(holds(coloured, "\x1b[1;31m 1. error: \x1b[0m\x1b[1mNothing listens"));
    EXPECT_TRUE(holds(coloured, "\x1b[1;33m 2. warning: \x1b[0m"));
    EXPECT_TRUE(holds(coloured, "\x1b[36m 3. note: \x1b[0m"));
}

TEST(ReportText, IsAsciiUnlessUtf8IsAllowed)
{
    Report report = example::faulty();
    report.findings[0].summary = "caf\xc3\xa9";
    const auto ascii = [](char octet) { return static_cast<unsigned char>(octet) < 0x80; };
    EXPECT_TRUE(std::ranges::all_of(plain(report), ascii));
    EXPECT_TRUE(holds(to_text(report, false, true), "caf\xc3\xa9"));
}

TEST(ReportText, LetsNoControlCharacterThrough)
{
    const std::string hostile = "a\x1b]0;title\x07\x1b[2J\xff\xc2\x9b\xe2\x80\xae\r\nb\x7f";
    Report report = example::faulty();
    report.files[0].name = report.interfaces[0].name = report.files[0].damage = hostile;
    report.files[0].complete = false;
    for (diagnose::Finding &finding : report.findings) {
        finding.summary = finding.field = hostile;
        finding.evidence = {{1, example::start(), hostile}};
        finding.extra_next_steps = finding.possible_causes = {hostile};
    }
    report.units[0].transport = report.connections[0].protocol = report.connections[0].outcome = hostile;
    for (const bool utf8 : {false, true}) {
        const std::string text = to_text(report, false, utf8);
        for (const char octet : text)
            EXPECT_TRUE(octet == '\n' || (static_cast<unsigned char>(octet) >= 0x20 && octet != 0x7F));
        EXPECT_FALSE(holds(text, "\xc2\x9b"));
        EXPECT_FALSE(holds(text, "\xe2\x80\xae"));
    }
}

TEST(ReportText, HasWordsForAnEmptyReport)
{
    const std::string text = plain(Report{});
    EXPECT_TRUE(holds(text, "No conclusion is possible"));
    EXPECT_FALSE(holds(text, "Findings"));
}

TEST(Layout, WrapsAtSpacesAndKeepsCommandsWhole)
{
    EXPECT_EQ(wrapped("one two three", 7, 7), (std::vector<std::string>{"one two", "three"}));
    EXPECT_EQ(wrapped("run `nc -vz h 1` now", 12, 12), (std::vector<std::string>{"run", "`nc -vz h 1`", "now"}));
    EXPECT_EQ(wrapped("", 7, 7), (std::vector<std::string>{""}));
}

TEST(Layout, BreaksWordsThatFitNoLine)
{
    EXPECT_EQ(wrapped("abcdefgh ij", 3, 3), (std::vector<std::string>{"abc", "def", "gh", "ij"}));
    EXPECT_EQ(wrapped("\xc3\xa9\xc3\xa9\xc3\xa9", 2, 2), (std::vector<std::string>{"\xc3\xa9\xc3\xa9", "\xc3\xa9"}));
    EXPECT_EQ(wrapped("`a b c d e` f", 5, 5), (std::vector<std::string>{"`a b", "c d", "e` f"}));
}

}  // namespace
}  // namespace buswitness::report
