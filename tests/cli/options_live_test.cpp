#include "cli/options_live.h"

#include "cli/exit_code.h"

#include <gtest/gtest.h>

namespace buswitness::cli {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

CaptureOptions parsed_capture(const std::vector<std::string> &arguments)
{
    const auto parsed = parse(arguments);
    const auto *capture = std::get_if<CaptureOptions>(&parsed);
    EXPECT_NE(capture, nullptr);
    return capture != nullptr ? *capture : CaptureOptions();
}

bool is_usage_error(const std::vector<std::string> &arguments)
{
    testing::internal::CaptureStderr();
    const auto parsed = parse(arguments);
    testing::internal::GetCapturedStderr();
    const auto *leave = std::get_if<Leave>(&parsed);
    return leave != nullptr && leave->exit_code == exit_code::usage;
}

TEST(LiveOptions, CaptureOptionsBecomeValues)
{
    const CaptureOptions options = parsed_capture({"capture",  "-i",
                                                   "eth0",     "-i",
                                                   "eth1",     "-w",
                                                   "x.pcapng", "-f",
                                                   "port 502", "-s",
                                                   "128",      "-B",
                                                   "8",        "-p",
                                                   "-c",       "10",
                                                   "-a",       "duration:90",
                                                   "-a",       "filesize:5",
                                                   "-b",       "filesize:1000",
                                                   "-b",       "files:3",
                                                   "-b",       "interval:1h",
                                                   "--wait"});
    EXPECT_EQ(options.source.interfaces, (std::vector<std::string>{"eth0", "eth1"}));
    EXPECT_EQ(options.source.filter, "port 502");
    EXPECT_EQ(options.source.snap_length, 128U);
    EXPECT_EQ(options.source.buffer_mib, 8U);
    EXPECT_FALSE(options.source.promiscuous);
    EXPECT_TRUE(options.source.reopen);
    EXPECT_EQ(options.output, "x.pcapng");
    EXPECT_EQ(options.stop.packets, 10U);
    EXPECT_EQ(options.stop.duration, seconds(90));
    EXPECT_EQ(options.stop.octets, 5'000U);
    EXPECT_EQ(options.ring.octets, 1'000'000U);
    EXPECT_EQ(options.ring.files, 3U);
    EXPECT_EQ(options.ring.interval, hours(1));
}

TEST(LiveOptions, DefaultsLoseNothing)
{
    const CaptureOptions options = parsed_capture({"capture", "-i", "eth0", "-w", "-"});
    EXPECT_EQ(options.source.buffer_mib, 32U);
    EXPECT_EQ(options.source.snap_length, 262'144U);
    EXPECT_TRUE(options.source.filter.empty());
    EXPECT_TRUE(options.source.promiscuous);
}

TEST(LiveOptions, CaptureRefusesWhatItCannotDo)
{
    EXPECT_TRUE(is_usage_error({"capture"}));
    EXPECT_TRUE(is_usage_error({"capture", "-i", "eth0"}));
    EXPECT_TRUE(is_usage_error({"capture", "-w", "x"}));
    EXPECT_TRUE(is_usage_error({"capture", "-i", "eth0", "-w", "x", "-b", "files:3"}));
    EXPECT_TRUE(is_usage_error({"capture", "-i", "eth0", "-w", "-", "-b", "filesize:3"}));
    EXPECT_TRUE(is_usage_error({"capture", "-i", "eth0", "-w", "x", "-a", "files:3"}));
    EXPECT_TRUE(is_usage_error({"capture", "-i", "eth0", "-w", "x", "-a", "size:3"}));
    EXPECT_TRUE(is_usage_error({"capture", "-i", "eth0", "-w", "x", "-a", "packets:0"}));
    EXPECT_TRUE(is_usage_error({"capture", "-i", "eth0", "-w", "x", "-a", "packets:1x"}));
    EXPECT_TRUE(is_usage_error({"capture", "-i", "eth0", "-w", "x", "-B", "0"}));
}

TEST(LiveOptions, InterfacesHaveTwoNames)
{
    EXPECT_TRUE(std::holds_alternative<InterfacesOptions>(parse({"interfaces"})));
    EXPECT_TRUE(std::holds_alternative<InterfacesOptions>(parse({"-D"})));
    EXPECT_TRUE(std::holds_alternative<InterfacesOptions>(parse({"capture", "-D"})));
}

TEST(LiveOptions, DurationsHaveUnits)
{
    EXPECT_EQ(duration_of("90"), Duration(seconds(90)));
    EXPECT_EQ(duration_of("0.5"), Duration(milliseconds(500)));
    EXPECT_EQ(duration_of("30s"), Duration(seconds(30)));
    EXPECT_EQ(duration_of("1.5h"), Duration(seconds(5400)));
    EXPECT_EQ(duration_of("2d"), Duration(hours(48)));
    for (const char *wrong : {"", "0", "-1", "s", "1x", "1 s", "nan", "inf", "1e300"})
        EXPECT_FALSE(duration_of(wrong)) << wrong;
}

TEST(LiveOptions, SerialPortsMayStandAloneOrBesideInterfaces)
{
    const CaptureOptions alone = parsed_capture({"capture", "--serial", "ttyUSB0,9600,8N1", "-w", "x.pcapng"});
    ASSERT_EQ(alone.source.serial.size(), 1U);
    EXPECT_EQ(alone.source.serial[0].port, "ttyUSB0");
    EXPECT_EQ(alone.source.serial[0].settings.baud, 9600U);
    EXPECT_TRUE(alone.source.interfaces.empty());
    const CaptureOptions both =
        parsed_capture({"capture", "-i", "eth0", "--serial", "ttyUSB0", "--serial", "ttyUSB1", "-w", "-"});
    EXPECT_EQ(both.source.serial.size(), 2U);
    EXPECT_EQ(both.source.interfaces.size(), 1U);
}

TEST(LiveOptions, StandardOutputIsOneThing)
{
    for (const char *one : {"-w", "-o", "--jsonl"})
        for (const char *other : {"-w", "-o", "--jsonl"})
            EXPECT_TRUE(is_usage_error({"monitor", "-i", "eth0", one, "-", other, "-"})) << one << ' ' << other;
    EXPECT_FALSE(is_usage_error({"monitor", "-i", "eth0", "-w", "x", "-o", "-", "--jsonl", "y"}));
}

TEST(LiveOptions, WrongSerialPortsAreUsageErrors)
{
    EXPECT_TRUE(is_usage_error({"capture", "--serial", "ttyUSB0,fast", "-w", "x.pcapng"}));
    EXPECT_TRUE(is_usage_error({"capture", "--serial", "", "-w", "x.pcapng"}));
    EXPECT_TRUE(is_usage_error({"capture", "--serial", "ttyUSB0", "--serial", "ttyUSB0,9600", "-w", "x.pcapng"}));
    EXPECT_TRUE(is_usage_error({"capture", "--serial", "ttyUSB0"}));
}

TEST(LiveOptions, AutoFindsTheSettings)
{
    const CaptureOptions options = parsed_capture({"capture", "--serial", "ttyUSB0,auto", "-w", "x.pcapng"});
    ASSERT_EQ(options.source.serial.size(), 1U);
    EXPECT_TRUE(options.source.serial[0].find_settings);
}

TEST(LiveOptions, DetectTakesOnePortWithoutSettings)
{
    const Parsed parsed = parse({"detect", "--serial", "ttyUSB0", "--duration", "2m"});
    ASSERT_TRUE(std::holds_alternative<DetectOptions>(parsed));
    EXPECT_EQ(std::get<DetectOptions>(parsed).port.port, "ttyUSB0");
    EXPECT_EQ(std::get<DetectOptions>(parsed).duration, Duration(seconds(120)));
    EXPECT_TRUE(std::holds_alternative<DetectOptions>(parse({"detect", "--serial", "ttyUSB0,auto"})));
    EXPECT_TRUE(is_usage_error({"detect"}));
    EXPECT_TRUE(is_usage_error({"detect", "--serial", "ttyUSB0,9600,8N1"}));
    EXPECT_TRUE(is_usage_error({"detect", "--serial", "ttyUSB0", "--serial", "ttyUSB1"}));
    EXPECT_TRUE(is_usage_error({"detect", "--serial", "ttyUSB0", "--duration", "soon"}));
}

}  // namespace
}  // namespace buswitness::cli
