#include "decode/serial/reread.h"

#include "tests/support/line_tap.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace buswitness::serial {
namespace {

constexpr LineSettings even{19'200, 8, Parity::even, 1}, none{19'200, 8, Parity::none, 1};

using Octets = std::vector<std::uint8_t>;

std::vector<TapCharacter> heard(const Octets &frame, const LineSettings &bus, const LineSettings &tap, bool exchanged,
                                bool exact = true)
{
    test::LineBench line(bus);
    line.rtu({}, frame);
    std::vector<TapCharacter> characters;
    const test::LineBench as_heard = test::heard_by(line, tap, exchanged);
    for (const test::HeardOctet &octet : as_heard.heard())
        characters.push_back(tap_character(octet.octet, octet.mark, tap, exact));
    return characters;
}

// Long silences between characters are left open, so not each request is found; what is found is right.
TEST(Reread, FindsManyRequestsOfALineHeardInverted)
{
    int found = 0;
    for (int i = 0; i < 40; ++i) {
        const Octets sent = {static_cast<std::uint8_t>(1 + i), 3, 0,
                             static_cast<std::uint8_t>(7 * i), 0, static_cast<std::uint8_t>(1 + i % 9)};
        const RereadResult result = Reread(even, even, true).request(heard(sent, even, even, true));
        if (!result.found)
            continue;
        ++found;
        EXPECT_EQ(result.length, 8U);
        EXPECT_TRUE(std::equal(sent.begin(), sent.end(), result.head.begin())) << i;
        EXPECT_GE(result.tests, 1U);
    }
    EXPECT_GE(found, 15);
}

TEST(Reread, FindsTheRequestOfALineHeardWithAnotherFormat)
{
    EXPECT_TRUE(Reread(even, none, false).request(heard({7, 3, 0, 100, 0, 10}, none, even, false)).found);
    EXPECT_FALSE(Reread(even, none, true).request(heard({7, 3, 0, 100, 0, 10}, none, even, false)).found);
}

TEST(Reread, FindsTheAnswerThatIsDueAndNoOther)
{
    const Octets request = {7, 3, 0, 100, 0, 2, 0, 0}, other = {7, 3, 0, 100, 0, 3, 0, 0};
    const auto characters = heard({7, 3, 4, 0, 0, 18, 52}, even, even, true);
    Reread reread(even, even, true);
    EXPECT_TRUE(reread.answer(characters, request).found);
    EXPECT_FALSE(reread.answer(characters, other).found);
    EXPECT_FALSE(reread.answer(characters, Octets{7, 3}).found);
}

TEST(Reread, FindsNothingInNothing)
{
    EXPECT_FALSE(Reread(even, even, true).request({}).found);
    EXPECT_EQ(Reread(even, even, true).request({}).tests, 0U);
}

TEST(LogChance, IsNothingForWhatIsUsualAndFallsFast)
{
    EXPECT_EQ(log_chance(0, 0.1), 0);
    EXPECT_EQ(log_chance(2, 3), 0);
    EXPECT_LT(log_chance(5, 0.1), log_chance(4, 0.1));
    EXPECT_LT(log_chance(5, 0.1), -14);
}

}  // namespace
}  // namespace buswitness::serial
