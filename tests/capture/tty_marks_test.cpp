#include "capture/tty_marks.h"

#include "tests/support/hex.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace buswitness::capture {
namespace {

using Octets = std::vector<std::uint8_t>;

struct Heard {
    Octets octets, marks;
    // "01 ff/p 00/b": octets with their marks.
    [[nodiscard]] std::string text() const
    {
        std::string text;
        for (std::size_t i = 0; i < octets.size(); ++i) {
            text += fmt::format("{}{:02x}", i == 0 ? "" : " ", octets[i]);
            if (marks[i] != 0)
                text += '/';
            for (const auto &[mark, letter] :
                 {std::pair(serial::parity_error, 'p'), std::pair(serial::framing_error, 'f'),
                  std::pair(serial::break_condition, 'b'), std::pair(serial::octets_lost, 'l'),
                  std::pair(serial::line_error, 'e')})
                if ((marks[i] & mark) != 0)
                    text += letter;
        }
        return text;
    }
};

constexpr LineErrors parity = {.parity = 2};
constexpr LineErrors framing = {.framing = 1};
constexpr LineErrors both = {.parity = 1, .framing = 1};
constexpr LineErrors a_break = {.framing = 1, .breaks = 1};
constexpr LineErrors overrun = {.overruns = 1};

TEST(TtyMarks, OctetsAndMarksAreReadApart)
{
    struct Row {
        std::string raw;
        std::optional<LineErrors> counted;
        std::string expected;
    };
    const std::vector<Row> rows = {
        {"01 03 00 00", std::nullopt, "01 03 00 00"},
        {"ff ff", std::nullopt, "ff"},
        {"ff ff ff ff", std::nullopt, "ff ff"},
        {"ff ff 00 41", std::nullopt, "ff 00 41"},
        {"ff 00 41", std::nullopt, "41/e"},
        {"ff 00 41", LineErrors{}, "41/e"},
        {"ff 00 41", parity, "41/p"},
        {"ff 00 41", framing, "41/f"},
        {"ff 00 41", both, "41/e"},
        {"ff 00 ff", parity, "ff/p"},
        {"ff 00 ff 41", parity, "ff/p 41"},
        {"ff 00 00", std::nullopt, "00/b"},
        {"ff 00 00", a_break, "00/b"},
        {"ff 00 00", parity, "00/p"},
        {"ff 00 00", framing, "00/f"},
        {"ff 00 00", LineErrors{}, "00/b"},
        {"01 ff 00 02 ff ff 03", parity, "01 02/p ff 03"},
        {"01 02", overrun, "01/l 02"},
        {"ff 00 02", LineErrors{.parity = 1, .overruns = 1}, "02/pl"},
        {"ff 41", std::nullopt, "ff 41"},
    };
    for (const Row &row : rows) {
        Heard heard;
        MarkReader().read(test::hex(row.raw), row.counted, heard.octets, heard.marks);
        EXPECT_EQ(heard.text(), row.expected) << row.raw;
    }
}

TEST(TtyMarks, SequencesGoOnAcrossChunks)
{
    const Octets raw = test::hex("01 ff ff ff 00 41 ff 00 00 ff 00 ff 02");
    Heard whole;
    MarkReader().read(raw, std::nullopt, whole.octets, whole.marks);
    EXPECT_EQ(whole.text(), "01 ff 41/e 00/b ff/e 02");
    for (std::size_t first = 0; first <= raw.size(); ++first) {
        for (std::size_t second = first; second <= raw.size(); ++second) {
            MarkReader reader;
            Heard heard;
            const Bytes all(raw);
            reader.read(all.first(first), std::nullopt, heard.octets, heard.marks);
            reader.read(all.subspan(first, second - first), std::nullopt, heard.octets, heard.marks);
            reader.read(all.subspan(second), std::nullopt, heard.octets, heard.marks);
            EXPECT_EQ(heard.text(), whole.text()) << first << ", " << second;
        }
    }
}

TEST(TtyMarks, ALossIsMarkedOnTheNextOctetThatComes)
{
    MarkReader reader;
    Heard heard;
    reader.read({}, overrun, heard.octets, heard.marks);
    EXPECT_TRUE(reader.owes_loss());
    reader.read(test::hex("05 06"), LineErrors{}, heard.octets, heard.marks);
    EXPECT_EQ(heard.text(), "05/l 06");
    EXPECT_FALSE(reader.owes_loss());
}

TEST(TtyMarks, CountersThatRunOverStillTellTheDifference)
{
    const LineErrors delta = LineErrors{.parity = 1} - LineErrors{.parity = 0xffff'ffff};
    EXPECT_EQ(delta.parity, 2U);
}

}  // namespace
}  // namespace buswitness::capture
