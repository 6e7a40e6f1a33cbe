#include "capture/background_reader.h"
#include "tests/support/capture_bytes.h"

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

// Each once: a file may claim 65,536 of them.
TEST(BackgroundReader, InterfacesComeWithTheirFirstPacket)
{
    constexpr std::uint32_t interfaces = 5000;
    test::PcapngBytes file;
    file.section();
    for (std::uint32_t i = 0; i < interfaces; ++i) {
        file.interface(static_cast<std::uint16_t>(1 + i % 100));
        file.packet(i, i, test::sample_packet(60));
    }
    const test::SavedCapture saved(file.octets());
    BackgroundReader reader({saved.name()});
    Batch batch;
    std::vector<InterfaceInfo> told;
    for (bool more = true; more;) {
        more = reader.take(batch, 1000ms);
        told.insert(told.end(), batch.interfaces.begin(), batch.interfaces.end());
        for (const net::RawPacket &packet : batch.packets) {
            ASSERT_LT(packet.interface, told.size());
            EXPECT_EQ(packet.link_type, told[packet.interface].link_type);
        }
    }
    EXPECT_EQ(told.size(), interfaces);
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
