#include "decode/report/markup.h"

#include <gtest/gtest.h>

namespace buswitness::report {
namespace {

TEST(Pieces, TellCommandsFromWords)
{
    const auto all = pieces("Run `ping 10.0.0.2`, then wait.");
    ASSERT_EQ(all.size(), 3U);
    EXPECT_EQ(all[0].text, "Run ");
    EXPECT_TRUE(all[1].code);
    EXPECT_EQ(all[1].text, "ping 10.0.0.2");
    EXPECT_FALSE(all[2].code);
}

TEST(Pieces, TakeALonelyBacktickForACharacter)
{
    const auto all = pieces("a ` b");
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all[0].text, "a ` b");
}

TEST(Pieces, HoldNoControlCharacters)
{
    EXPECT_EQ(pieces("a\x1b[31m")[0].text, "a\\x1b[31m");
    EXPECT_EQ(pieces("a\nb")[0].text, "a\\x0ab");
}

TEST(MarkdownText, EscapesWhatWouldBeMarkup)
{
    const struct {
        const char *text, *escaped;
    } rows[] = {
        {"plain words (really)", "plain words (really)"},
        {"<script>", "&lt;script\\>"},
        {"a & b", "a &amp; b"},
        {"*bold* _it_ `code`", "\\*bold\\* \\_it\\_ \\`code\\`"},
        {"[x](http://evil)", "\\[x\\](http&#58;//evil)"},
        {"a|b", "a\\|b"},
        {"- item", "\\- item"},
        {"@all #12 !", "&#64;all \\#12 \\!"},
        {"back\\slash", "back\\\\slash"},
    };
    for (const auto &row : rows)
        EXPECT_EQ(markdown_text(row.text), row.escaped);
}

TEST(MarkdownCode, FencesLongerThanAnyBackticksInside)
{
    EXPECT_EQ(markdown_code("ls -l"), "`ls -l`");
    EXPECT_EQ(markdown_code("a`b"), "``a`b``");
    EXPECT_EQ(markdown_code("``a"), "``` ``a ```");
    EXPECT_EQ(markdown_code(""), "");
}

}  // namespace
}  // namespace buswitness::report
