// What is watched says at its end what a report of the same capture says.
#include "cli/analyse.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/summary.h"
#include "tests/support/capture_bytes.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace buswitness::cli {
namespace {

namespace fs = std::filesystem;

class MonitorTest : public testing::Test {
protected:
    MonitorTest()
    {
        std::string name = (fs::temp_directory_path() / "monitorXXXXXX").string();
        folder = ::mkdtemp(name.data());
        fs::create_directory(folder / "incidents");
    }
    ~MonitorTest() override { fs::remove_all(folder); }

    MonitorOptions of(const std::string &capture) const
    {
        MonitorOptions options;
        options.read = capture;
        options.report = (folder / "report.json").string();
        options.format = Format::json;
        options.lines = (folder / "lines.jsonl").string();
        options.incidents = (folder / "incidents").string();
        options.overwrite = true;
        options.quiet = true;
        return options;
    }
    std::string written(const std::string &name) const
    {
        std::ostringstream text;
        text << std::ifstream(folder / name).rdbuf();
        return text.str();
    }
    static std::string sample(const std::string &name)
    {
        return BUSWITNESS_SOURCE_DIR "/samples/" + name + "/capture.pcapng";
    }

    fs::path folder;
};

TEST_F(MonitorTest, ASerialRecordingSaysTheSameAsItsReport)
{
    for (const char *name : {"rtu-no-traffic", "rtu-unit-silent", "rtu-parity-mismatch"}) {
        const std::string capture = sample(name);
        EXPECT_EQ(run_monitor(of(capture)), exit_code::done);
        const std::string report = written("report.json");
        EXPECT_EQ(report, in_format(analyse({capture}, {}, true, Digests::no).report, Format::json, false, true));
        EXPECT_NE(report.find(name), std::string::npos);
    }
}

TEST_F(MonitorTest, IncidentsOfASerialLineAreReadAgain)
{
    EXPECT_EQ(run_monitor(of(sample("rtu-unit-silent"))), exit_code::done);
    ASSERT_FALSE(fs::is_empty(folder / "incidents"));
    const std::string incident = fs::directory_iterator(folder / "incidents")->path().string();
    const std::string report = in_format(analyse({incident}, {}, true, Digests::no).report, Format::json, false, true);
    EXPECT_NE(report.find("rtu-unit-silent"), std::string::npos) << report;
}

TEST_F(MonitorTest, TimesAtTheEndsOfTimeAreWatched)
{
    test::PcapngBytes bytes;
    bytes.section().interface(1, 0, {{9, {9}}});
    for (const std::uint64_t ticks : {std::uint64_t{1} << 63, (std::uint64_t{1} << 63) - 1, std::uint64_t{0}})
        bytes.packet(0, ticks, test::sample_packet(60));
    const test::SavedCapture capture(bytes.octets());
    EXPECT_EQ(run_monitor(of(capture.name())), exit_code::done);
}

}  // namespace
}  // namespace buswitness::cli
