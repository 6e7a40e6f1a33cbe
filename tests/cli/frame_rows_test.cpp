#include "cli/frame_rows.h"

#include "tests/support/line_bench.h"

#include <gtest/gtest.h>

namespace buswitness::cli {
namespace {

struct Rows final : serial::FrameSink {
    void item(const serial::SerialFrame &frame) override
    {
        const FrameRow row{frame, line, std::chrono::milliseconds(2)};
        json.push_back(frame_json(row));
        text.push_back(frame_text(row));
    }
    std::string line = "ttyUSB0";
    std::vector<std::string> json, text;
};

Rows rows_of(const test::LineBench &bench, const std::string &line = "ttyUSB0")
{
    Rows rows;
    rows.line = line;
    serial::Framer framer({.settings = bench.settings()});
    for (const test::HeardChunk &chunk : bench.chunks())
        framer.add(chunk.chunk(), rows);
    framer.finish(rows);
    return rows;
}

TEST(FrameRows, AnObjectHasTheFieldsOfTheContract)
{
    test::LineBench bench;
    bench.script("10 rtu 01 03 0000 0002\n 100 marked 55");
    const Rows rows = rows_of(bench);
    ASSERT_EQ(rows.json.size(), 2U);
    for (const char *part :
         {R"({"frame":1,"line":"ttyUSB0","time":"2019-)", R"("end":"2019-)", R"("kind":"frame")",
          R"("direction":"request")", R"("crc":"good")", R"("unit":1)", R"("function_code":3)",
          R"("octets":"010300000002c40b")", R"("gap_before_ms":null,"gap_certain":false)", R"("errors":[])"})
        EXPECT_NE(rows.json[0].find(part), std::string::npos) << part << " in " << rows.json[0];
    for (const char *part : {R"("kind":"noise","noise":"spike")", R"("direction":"unknown")", R"("unit":null)",
                             R"("octets":"55")", R"("gap_certain":true)", R"("errors":["parity"])"})
        EXPECT_NE(rows.json[1].find(part), std::string::npos) << part << " in " << rows.json[1];
}

TEST(FrameRows, TextStaysWithinAHundredColumnsAndCannotHurtATerminal)
{
    test::LineBench bench({.baud = 9'600, .parity = serial::Parity::none});
    bench.ascii(std::chrono::milliseconds(10), std::vector<std::uint8_t>(200, 0x11));
    bench.octets(std::chrono::seconds(2), std::vector<std::uint8_t>(90, 0x1B), serial::line_error);
    const Rows rows = rows_of(bench);
    ASSERT_GE(rows.text.size(), 2U);
    for (const std::string &line : rows.text) {
        EXPECT_LE(line.size(), 100U) << line;
        EXPECT_EQ(line.find('\x1B'), std::string::npos);
        EXPECT_EQ(line.find('\r'), std::string::npos);
    }
    EXPECT_LE(frame_heading().size(), 100U);
}

TEST(FrameRows, NamesFromTheFileAreEscaped)
{
    test::LineBench bench;
    bench.script("10 rtu 01 03 0000 0002");
    EXPECT_NE(rows_of(bench, "a\"b\\\n").json.at(0).find(R"("line":"a\"b\\\\x0a")"), std::string::npos)
        << rows_of(bench, "a\"b\\\n").json.at(0);
}

}  // namespace
}  // namespace buswitness::cli
