#include "decode/base/text.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

namespace buswitness {
namespace {

using namespace std::chrono_literals;

TEST(Text, EscapesWhateverCouldHarmATerminal)
{
    const struct {
        std::string_view text;
        std::string_view expected;
    } rows[] = {
        {"plain text \\ <b>", "plain text \\ <b>"},
        {"Pr\xC3\xBC"
         "fstand \xE2\x82\xAC \xF0\x9F\x98\x80",
         "Pr\xC3\xBC"
         "fstand \xE2\x82\xAC \xF0\x9F\x98\x80"},
        {"\x1B[31m", "\\x1b[31m"},
        {std::string_view("a\0b", 3), "a\\x00b"},
        {"a\r\n\tb", "a\\x0d\\x0a\\x09b"},
        {"\x7F", "\\x7f"},
        {"\x9B", "\\x9b"},                             // C1 raw: not UTF-8
        {"\xC2\x9B", "\\xc2\\x9b"},                    // C1 in UTF-8
        {"\xE2\x80\xAE", "\\xe2\\x80\\xae"},           // U+202E
        {"\xE2\x81\xA6", "\\xe2\\x81\\xa6"},           // U+2066
        {"\xE2\x80\x8F", "\\xe2\\x80\\x8f"},           // U+200F
        {"\xE2\x80\xA8", "\\xe2\\x80\\xa8"},           // U+2028
        {"\xD8\x9C", "\\xd8\\x9c"},                    // U+061C
        {"\xEF\xBB\xBF", "\\xef\\xbb\\xbf"},           // byte order mark
        {"\xC0\xAF", "\\xc0\\xaf"},                    // overlong
        {"\xE0\x80\xAF", "\\xe0\\x80\\xaf"},           // overlong
        {"\xED\xA0\x80", "\\xed\\xa0\\x80"},           // surrogate
        {"\xF4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"},  // above U+10FFFF
        {"\xFF", "\\xff"},
        {"\xE2\x82", "\\xe2\\x82"},  // cut
        {"\xE2\x82x", "\\xe2\\x82x"},
    };
    for (const auto &row : rows)
        EXPECT_EQ(escaped(row.text), row.expected);
}

TEST(Text, CutsAfterTheLimitButNeverInsideACharacter)
{
    EXPECT_EQ(escaped("abcd", 4), "abcd");
    EXPECT_EQ(escaped("abcde", 4), "abcd...");
    EXPECT_EQ(escaped("\xC3\xBC\xC3\xBC\xC3\xBC", 2), "\xC3\xBC\xC3\xBC...");
    EXPECT_EQ(escaped("a\x01", 4), "a...");
    EXPECT_EQ(escaped("a\x01", 5), "a\\x01");
    EXPECT_EQ(escaped("a", 0), "...");
    EXPECT_EQ(escaped("", 0), "");
    EXPECT_EQ(escaped(std::string(300, 'x')).size(), 259U);
}

TEST(Text, PrintsTimesOfTheWholeRange)
{
    const struct {
        std::int64_t nanoseconds;
        const char *date;
        const char *clock;
    } rows[] = {
        {0, "1970-01-01T00:00:00.000000000Z", "00:00:00.000000"},
        {1'780'388'130'000'123'456, "2026-06-02T08:15:30.000123456Z", "08:15:30.000123"},
        {-1, "1969-12-31T23:59:59.999999999Z", "23:59:59.999999"},
        {std::numeric_limits<std::int64_t>::max(), "2262-04-11T23:47:16.854775807Z", "23:47:16.854775"},
        {std::numeric_limits<std::int64_t>::min(), "1677-09-21T00:12:43.145224192Z", "00:12:43.145224"},
    };
    for (const auto &row : rows) {
        EXPECT_EQ(rfc3339(Timestamp(Duration(row.nanoseconds))), row.date);
        EXPECT_EQ(clock_time(Timestamp(Duration(row.nanoseconds))), row.clock);
    }
}

TEST(Text, PrintsDurationsAsPeopleSayThem)
{
    const struct {
        Duration duration;
        const char *text;
    } rows[] = {
        {0ns, "0 ms"},
        {350ns, "350 ns"},
        {12us, "0.012 ms"},
        {200us, "0.2 ms"},
        {999us, "1 ms"},
        {1540us, "1.5 ms"},
        {43ms, "43 ms"},
        {999'700us, "1 s"},
        {1500ms, "1.5 s"},
        {35'600ms, "35.6 s"},
        {59'970ms, "1 min"},
        {125s, "2 min 5 s"},
        {3599s + 900ms, "1 h"},
        {3h + 12min, "3 h 12 min"},
        {47h, "47 h"},
        {51h, "2 d 3 h"},
        {-1500ms, "-1.5 s"},
        {Duration::max(), "106752 d"},
        {Duration::min(), "-106752 d"},
    };
    for (const auto &row : rows)
        EXPECT_EQ(human(row.duration), row.text);
}

TEST(Text, PrintsOctetsUpToTheLimit)
{
    const std::vector<std::uint8_t> octets{0x01, 0x03, 0xAB, 0x00};
    EXPECT_EQ(hex(octets), "01 03 ab 00");
    EXPECT_EQ(hex(octets, 4), "01 03 ab 00");
    EXPECT_EQ(hex(octets, 2), "01 03 ...");
    EXPECT_EQ(hex({}), "");
}

}  // namespace
}  // namespace buswitness
