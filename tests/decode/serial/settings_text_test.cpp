#include "decode/serial/settings_text.h"

#include <gtest/gtest.h>

namespace buswitness::serial {
namespace {

TEST(SettingsText, FindsSettingsInTheWordsOfAnInterface)
{
    const std::pair<const char *, LineSettings> rows[] = {
        {"19200 8E1", {19'200, 8, Parity::even, 1}},
        {"9600,8N2", {9'600, 8, Parity::none, 2}},
        {"tap on the pump line, 115200/8O1 (FTDI)", {115'200, 8, Parity::odd, 1}},
        {"8n1", {0, 8, Parity::none, 1}},
        {"7E1", {0, 7, Parity::even, 1}},
        {"99999999999 8E1", {0, 8, Parity::even, 1}},
    };
    for (const auto &[text, settings] : rows) {
        const auto found = settings_in(text);
        ASSERT_TRUE(found) << text;
        EXPECT_EQ(*found, settings) << text << ": " << to_string(*found);
    }
}

TEST(SettingsText, FindsNoneWhereThereAreNone)
{
    for (const char *text : {"", "19200", "9E1", "8E3", "88E1", "8E12", "RS-485", "E8"})
        EXPECT_FALSE(settings_in(text)) << text;
}

TEST(SettingsText, SaysSettingsAsTheyAreUsuallyWritten)
{
    EXPECT_EQ(to_string(LineSettings{19'200, 8, Parity::even, 1}), "19200 8E1");
    EXPECT_EQ(to_string(LineSettings{0, 7, Parity::odd, 2}), "7O2");
}

}  // namespace
}  // namespace buswitness::serial
