#include "decode/serial/rtac.h"

#include "tests/support/hex.h"

#include <gtest/gtest.h>

namespace buswitness::serial {
namespace {

using std::chrono::milliseconds;
using test::hex;

struct Chunks final : ChunkSink {
    void chunk(const LineChunk &chunk) override
    {
        std::string words = std::to_string(chunk.time.time_since_epoch() / milliseconds(1)) + ":";
        for (std::size_t i = 0; i < chunk.octets.size(); ++i) {
            words += " " + std::to_string(chunk.octets[i]);
            if (!chunk.marks.empty() && chunk.marks[i] != 0)
                words += "!" + std::to_string(chunk.marks[i]);
        }
        list.push_back(words);
    }
    std::vector<std::string> list;
};

class Records {
public:
    RecordVerdict rtac(int ms, std::uint8_t event, std::string_view octets)
    {
        std::vector<std::uint8_t> data = hex("00000000 00000000 00 00 0000");
        data[8] = event;
        const std::vector<std::uint8_t> rest = hex(octets);
        data.insert(data.end(), rest.begin(), rest.end());
        return add(ms, link_rtac_serial, data);
    }
    RecordVerdict add(int ms, std::uint32_t link_type, const std::vector<std::uint8_t> &data)
    {
        return reader_.add({link_type, data, Timestamp(milliseconds(ms))}, chunks_);
    }
    std::vector<std::string> finish()
    {
        reader_.finish(chunks_);
        return chunks_.list;
    }

private:
    RecordReader reader_;
    Chunks chunks_;
};

using List = std::vector<std::string>;

TEST(RtacRecords, OfEqualTimeAreOneChunk)
{
    Records records;
    records.rtac(5, 2, "01 02");
    records.rtac(5, 2, "03");
    records.rtac(6, 1, "04");
    EXPECT_EQ(records.finish(), (List{"5: 1 2 3", "6: 4"}));
}

TEST(RtacRecords, EventsMarkTheirOctets)
{
    const std::pair<int, const char *> rows[] = {{0, "1: 10"},   {1, "1: 10"},    {2, "1: 10"},   {3, "1: 10"},
                                                 {4, "1: 10"},   {6, "1: 10"},    {7, "1: 10!2"}, {8, "1: 10!1"},
                                                 {9, "1: 10!4"}, {10, "1: 10!8"}, {11, "1: 10"},  {255, "1: 10"}};
    for (const auto &[event, words] : rows) {
        Records records;
        records.rtac(1, static_cast<std::uint8_t>(event), "0a");
        EXPECT_EQ(records.finish(), List{words}) << "event " << event;
    }
}

TEST(RtacRecords, ALossWithoutOctetsMarksTheNextOne)
{
    Records records;
    records.rtac(1, 2, "01");
    records.rtac(2, 5, "");
    records.rtac(3, 2, "02 03");
    EXPECT_EQ(records.finish(), (List{"1: 1", "3: 2!8 3"}));
}

TEST(RtacRecords, ShorterThanTheirHeaderAreUndecodable)
{
    Records records;
    EXPECT_EQ(records.add(1, link_rtac_serial, hex("00000000 00000000 02 00 00")), RecordVerdict::undecodable);
    EXPECT_EQ(records.rtac(1, 2, ""), RecordVerdict::read);
    EXPECT_TRUE(records.finish().empty());
}

TEST(User0Records, AreOctetsAlone)
{
    Records records;
    EXPECT_EQ(records.add(1, link_user0, hex("01 03")), RecordVerdict::read);
    EXPECT_EQ(records.finish(), List{"1: 1 3"});
}

TEST(RawChunks, TakeThePlaceOfFramedRecords)
{
    Records records;
    records.rtac(1, 2, "01 02");
    EXPECT_EQ(records.add(2, link_raw_chunk, hex("0002 0102 0001")), RecordVerdict::first_raw);
    EXPECT_EQ(records.rtac(3, 2, "01 02"), RecordVerdict::ignored);
    EXPECT_EQ(records.add(4, link_raw_chunk, hex("0001 09")), RecordVerdict::read);
    EXPECT_EQ(records.finish(), (List{"2: 1 2!1", "4: 9"}));
}

TEST(RawChunks, WhoseCountDoesNotFitAreUndecodable)
{
    for (const char *data : {"", "00", "0002 01", "0002 0102 00", "0001 01 00 00"}) {
        Records records;
        EXPECT_EQ(records.add(1, link_raw_chunk, hex(data)), RecordVerdict::undecodable) << data;
        EXPECT_TRUE(records.finish().empty()) << data;
    }
}

TEST(RtacRecords, AnEndlessChunkIsToldInParts)
{
    Records records;
    for (int i = 0; i < 40; ++i)
        records.add(1, link_user0, std::vector<std::uint8_t>(5'000, 7));
    EXPECT_EQ(records.finish().size(), 4U);
}

}  // namespace
}  // namespace buswitness::serial
