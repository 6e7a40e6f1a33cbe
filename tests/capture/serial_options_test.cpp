#include "capture/serial_options.h"

#include "decode/serial/settings_text.h"

#include <gtest/gtest.h>

#include <vector>

namespace buswitness::capture {
namespace {

TEST(SerialOptions, AreReadFromOneWord)
{
    struct Row {
        std::string_view words;
        std::string expected;  // empty: refused
    };
    const std::vector<Row> rows = {
        {"ttyUSB0", "ttyUSB0 19200 8E1"},
        {"ttyUSB0,9600,8N1", "ttyUSB0 9600 8N1"},
        {"/dev/ttyS1,9600,8n2", "/dev/ttyS1 9600 8N2"},
        {"ttyUSB0,115200", "ttyUSB0 115200 8E1"},
        {"ttyUSB0,8O1", "ttyUSB0 19200 8O1"},
        {"ttyUSB0,250000,7E1", "ttyUSB0 250000 7E1"},
        {"ttyUSB0,300", "ttyUSB0 300 8E1"},
        {"ttyUSB0,auto", "ttyUSB0 auto"},
        {"", ""},
        {",9600", ""},
        {"ttyUSB0,", ""},
        {"ttyUSB0,9600,", ""},
        {"ttyUSB0,8E1,9600", ""},
        {"ttyUSB0,8E1,8E1", ""},
        {"ttyUSB0,9600,9600", ""},
        {"ttyUSB0,9600,8E1,x", ""},
        {"ttyUSB0,9600 8E1", ""},
        {"ttyUSB0,9600,9N1", ""},
        {"ttyUSB0,9600,8M1", ""},
        {"ttyUSB0,9600,8E3", ""},
        {"ttyUSB0,49,8E1", ""},
        {"ttyUSB0,12000001,8E1", ""},
        {"ttyUSB0,-9600", ""},
        {"ttyUSB0,99999999999999999999", ""},
        {"ttyUSB0,AUTO", ""},
    };
    for (const Row &row : rows) {
        const auto options = serial_options(row.words);
        std::string told;
        if (options)
            told = options.value().port + " " +
                   (options.value().find_settings ? "auto" : to_string(options.value().settings));
        EXPECT_EQ(told, row.expected) << row.words;
    }
}

TEST(SerialOptions, APortMayBeNamedWithoutItsFolder)
{
    EXPECT_EQ(device_path("no-such-port"), "/dev/no-such-port");
    EXPECT_EQ(device_path("/dev/no-such-port"), "/dev/no-such-port");
    EXPECT_EQ(device_path("serial/no-such-port"), "/dev/serial/no-such-port");
    EXPECT_EQ(device_path("/dev/null"), "/dev/null");
    EXPECT_EQ(port_name("/dev/ttyUSB0"), "ttyUSB0");
    EXPECT_EQ(port_name("ttyUSB0"), "ttyUSB0");
    EXPECT_EQ(port_name("/tmp/line"), "/tmp/line");
}

}  // namespace
}  // namespace buswitness::capture
