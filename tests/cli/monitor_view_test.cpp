#include "cli/monitor_view.h"

#include <gtest/gtest.h>

#include <sstream>

namespace buswitness::cli {
namespace {

using diagnose::FindingId;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Timestamp noon{seconds(1'780'000'000)};

class MonitorView : public testing::Test {
protected:
    MonitorView()
    {
        facts_.pairs.emplace_back().server = Endpoint{Address::v4(0x0A000002), 502};
        for (std::uint8_t unit = 1; unit <= 40; ++unit) {
            UnitFacts &added = facts_.units.emplace_back();
            added.pair = 0;
            added.unit = unit;
            added.requests = 1'000'000U - unit;
            if (unit == 1)
                continue;  // never answers
            added.answered = added.requests;
            added.times.add(milliseconds(unit));
        }
        std::vector<diagnose::Finding> findings;
        for (std::uint8_t unit = 1; unit <= 15; ++unit) {
            diagnose::Finding &finding = findings.emplace_back();
            finding.id = FindingId::modbus_unit_silent;
            finding.severity = diagnose::Severity::error;
            finding.client = Address::v4(0x0A000001);
            finding.server = Endpoint{Address::v4(0x0A000002), 502};
            finding.unit = unit;
        }
        tracker_.update(findings, noon);
    }

    std::vector<std::string> lines(int rows, int columns)
    {
        const View view = {.source = "eth0\x1b[31m",
                           .now = noon,
                           .running = seconds(90),
                           .seconds = 1,
                           .added = {},
                           .all = {},
                           .facts = &facts_,
                           .tracker = &tracker_,
                           .rows = rows,
                           .columns = columns,
                           .colour = false};
        std::string text = screen(view);
        for (const std::string_view code : {"\x1b[H", "\x1b[J", "\x1b[K"})
            for (std::size_t at = 0; (at = text.find(code, at)) != std::string::npos;)
                text.erase(at, code.size());
        EXPECT_EQ(text.find('\x1b'), std::string::npos) << "only our own sequences";
        std::vector<std::string> all;
        std::istringstream in(text);
        for (std::string line; std::getline(in, line);)
            all.push_back(line);
        return all;
    }

    Facts facts_{1};
    live::Tracker tracker_;
};

TEST_F(MonitorView, FitsAnyTerminal)
{
    for (const auto &[rows, columns] : {std::pair{24, 80}, {12, 40}, {50, 200}, {30, 70}}) {
        const std::vector<std::string> shown = lines(rows, columns);
        EXPECT_LT(shown.size(), static_cast<std::size_t>(rows)) << "the last line would scroll";
        for (const std::string &line : shown)
            EXPECT_LE(line.size(), static_cast<std::size_t>(columns)) << line;
    }
}

TEST_F(MonitorView, ShowsUnitsAndFindingsAndHowManyAreLeftOut)
{
    const std::vector<std::string> shown = lines(24, 80);
    const auto line = [&](std::string_view begin) {
        const auto found = std::ranges::find_if(shown, [&](const std::string &l) { return l.starts_with(begin); });
        return found == shown.end() ? std::string() : *found;
    };
    EXPECT_EQ(line("server"), "server                unit requests answered exceptions med. ms 95 % ms  max ms");
    EXPECT_EQ(line("10.0.0.2:502"), "10.0.0.2:502             1   999999    0.0 %          0       -       -       -");
    EXPECT_NE(line("... and"), "");
    EXPECT_EQ(line("Findings"), "Findings: 15 errors, 0 warnings, 0 notes hold now");
}

TEST_F(MonitorView, BreaksAFindingInsteadOfCuttingIt)
{
    const std::vector<std::string> shown = lines(40, 60);
    const auto finding = std::ranges::find_if(shown, [](const std::string &l) { return l.find(" error ") == 8; });
    ASSERT_NE(finding, shown.end());
    ASSERT_NE(finding + 1, shown.end());
    EXPECT_TRUE((finding + 1)->starts_with("                 ")) << *(finding + 1);
}

}  // namespace
}  // namespace buswitness::cli
