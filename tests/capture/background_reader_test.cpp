#include "capture/background_reader.h"

#include <gtest/gtest.h>

#include <algorithm>

#include <filesystem>

namespace buswitness::capture {
namespace {

using namespace std::chrono_literals;

const std::string sample = std::string(BUSWITNESS_SOURCE_DIR) + "/samples/tcp-connection-refused/capture.pcap";

TEST(BackgroundReader, HandsOverEverythingInOrder)
{
    CaptureSet expected({sample});
    BackgroundReader reader({sample});
    EXPECT_TRUE(reader.errors().empty());
    Batch batch;
    std::size_t count = 0;
    for (bool more = true; more;) {
        more = reader.take(batch, 1000ms);
        for (const net::RawPacket &packet : batch.packets) {
            net::RawPacket wanted;
            ASSERT_TRUE(expected.next(wanted));
            EXPECT_EQ(packet.number, wanted.number);
            EXPECT_EQ(packet.time, wanted.time);
            EXPECT_TRUE(std::ranges::equal(packet.data, wanted.data));
            ++count;
        }
    }
    EXPECT_EQ(count, 8U);
    EXPECT_TRUE(reader.captures().files().front().complete);
}

TEST(BackgroundReader, AMissingFileIsKnownAtOnce)
{
    BackgroundReader reader({"/nonexistent/x.pcap"});
    EXPECT_EQ(reader.errors().size(), 1U);
    Batch batch;
    while (reader.take(batch, 10ms)) {
    }
    EXPECT_TRUE(batch.packets.empty());
}

TEST(BackgroundReader, MayBeLeftInTheMiddle)
{
    for (int i = 0; i < 20; ++i) {
        BackgroundReader reader({sample});
        Batch batch;
        if (i % 2 == 0)
            (void)reader.take(batch, 0ms);
    }
}

}  // namespace
}  // namespace buswitness::capture
