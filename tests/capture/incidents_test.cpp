#include "capture/incidents.h"

#include "capture/capture_file.h"
#include "capture/raw_chunk.h"

#include <gtest/gtest.h>

#include <algorithm>

#include <filesystem>

namespace buswitness::capture {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Timestamp noon{seconds(1'780'000'000)};

class IncidentsTest : public testing::Test {
protected:
    IncidentsTest()
    {
        std::string name = (fs::temp_directory_path() / "incidentsXXXXXX").string();
        folder = ::mkdtemp(name.data());
    }
    ~IncidentsTest() override { fs::remove_all(folder); }

    void packets(Incidents &incidents, int from, int to)  // one a second
    {
        static const std::vector<std::uint8_t> frame(100, 0x55);
        for (int second = from; second < to; ++second) {
            net::RawPacket packet;
            packet.data = frame;
            packet.link_type = 1;
            packet.time = noon + seconds(second);
            incidents.packet(packet);
        }
    }
    // Seconds of the first and the last packet of each file.
    std::vector<std::pair<long, long>> spans() const
    {
        std::vector<std::string> names;
        for (const auto &entry : fs::directory_iterator(folder))
            names.push_back(entry.path().string());
        std::ranges::sort(names);
        std::vector<std::pair<long, long>> found;
        for (const std::string &name : names) {
            const auto file = CaptureFile::open(name);
            EXPECT_TRUE(file);
            net::RawPacket packet;
            long first = -1, last = -1;
            while (file.value()->next(packet)) {
                last = (packet.time - noon) / seconds(1);
                first = first < 0 ? last : first;
            }
            EXPECT_TRUE(file.value()->info().complete);
            found.emplace_back(first, last);
        }
        return found;
    }

    fs::path folder;
};

TEST_F(IncidentsTest, KeepsTheSecondsBeforeAndAfter)
{
    Incidents incidents({.folder = folder.string(), .before = seconds(10), .after = seconds(5)});
    packets(incidents, 0, 100);
    EXPECT_FALSE(incidents.happened("tcp-connection-refused", noon + seconds(100)));
    EXPECT_NE(incidents.take_news().find("-0001-tcp-connection-refused.pcapng"), std::string::npos);
    packets(incidents, 100, 200);
    EXPECT_EQ(spans(), (std::vector<std::pair<long, long>>{{89, 105}}));
}

TEST_F(IncidentsTest, WhatHappensMeanwhileGoesIntoTheSameFile)
{
    Incidents incidents({.folder = folder.string(), .before = seconds(10), .after = seconds(5)});
    packets(incidents, 0, 20);
    (void)incidents.happened("one", noon + seconds(20));
    packets(incidents, 20, 23);
    (void)incidents.happened("two", noon + seconds(23));
    packets(incidents, 23, 60);
    (void)incidents.happened("three", noon + seconds(60));
    incidents.close();
    EXPECT_EQ(spans(), (std::vector<std::pair<long, long>>{{9, 28}, {49, 59}}));
}

TEST_F(IncidentsTest, MemoryIsBounded)
{
    Incidents incidents({.folder = folder.string(), .octets = 4000});
    packets(incidents, 0, 50);
    (void)incidents.happened("x", noon + seconds(50));
    incidents.close();
    ASSERT_EQ(spans().size(), 1U);
    EXPECT_GT(spans()[0].first, 20);
}

TEST_F(IncidentsTest, FilesAreCounted)
{
    Incidents incidents({.folder = folder.string(), .after = seconds(1), .files = 2});
    for (int i = 0; i < 5; ++i) {
        packets(incidents, i * 100, i * 100 + 10);
        EXPECT_FALSE(incidents.happened("x", noon + seconds(i * 100 + 10)));
        packets(incidents, i * 100 + 10, i * 100 + 20);
        EXPECT_EQ(incidents.take_news().empty(), i > 2) << i;
    }
    EXPECT_EQ(spans().size(), 2U);
}

// What `tcpdump -i any` gives, and the chunks of a serial line, are read again as what they are.
TEST_F(IncidentsTest, EachInterfaceKeepsItsLinkType)
{
    Incidents incidents({.folder = folder.string()});
    incidents.describe(2, {.name = "ttyUSB0",
                           .filter = {},
                           .link_type = serial::link_rtac_serial,
                           .snap_length = 0,
                           .description = "9600 8N1",
                           .speed = 9600});
    const std::vector<std::uint8_t> data = raw_chunk_data(std::vector<std::uint8_t>{1, 2, 3}, {});
    const auto packet = [&](std::uint32_t interface, std::uint32_t link_type, int second) {
        net::RawPacket told;
        told.data = data;
        told.original_length = static_cast<std::uint32_t>(data.size());
        told.time = noon + seconds(second);
        told.link_type = link_type;
        told.interface = interface;
        incidents.packet(told);
    };
    packet(0, 113, 0);
    packet(2, serial::link_raw_chunk, 1);
    packet(1'000, 1, 1);  // one of too many
    EXPECT_FALSE(incidents.happened("x", noon + seconds(2)));
    packet(3, serial::link_raw_chunk, 3);  // its first
    incidents.close();
    const auto file = CaptureFile::open(fs::directory_iterator(folder)->path().string());
    ASSERT_TRUE(file);
    std::vector<std::uint32_t> read;
    for (net::RawPacket next; file.value()->next(next);)
        read.push_back(next.link_type);
    EXPECT_EQ(read, (std::vector<std::uint32_t>{113, serial::link_raw_chunk, serial::link_raw_chunk}));
    const FileInfo &info = file.value()->info();
    EXPECT_TRUE(info.complete);
    ASSERT_EQ(info.interfaces.size(), 4U);
    EXPECT_EQ(info.interfaces[0].link_type, 113U);
    EXPECT_EQ(info.interfaces[2].name, "ttyUSB0");
    EXPECT_EQ(info.interfaces[2].description, "9600 8N1");
    EXPECT_EQ(info.interfaces[2].speed, 9600U);
    EXPECT_EQ(info.interfaces[3].link_type, serial::link_rtac_serial);
}

TEST_F(IncidentsTest, WhatNeverEndsIsCut)
{
    Incidents incidents({.folder = folder.string(), .before = seconds(10), .after = seconds(5)});
    packets(incidents, 0, 20);
    for (int second = 20; second < 90; second += 2) {
        (void)incidents.happened("again", noon + seconds(second));
        packets(incidents, second, second + 2);
    }
    incidents.close();
    const auto found = spans();
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0], (std::pair<long, long>{9, 80}));
}

TEST_F(IncidentsTest, AClockThatWasSetBackEndsTheFile)
{
    Incidents incidents({.folder = folder.string(), .before = seconds(10), .after = seconds(5)});
    packets(incidents, 1000, 1010);
    (void)incidents.happened("x", noon + seconds(1010));
    packets(incidents, 0, 100);
    incidents.close();
    EXPECT_EQ(spans(), (std::vector<std::pair<long, long>>{{1000, 1009}}));
}

TEST_F(IncidentsTest, AtTheEndOfTimeNothingOverflows)
{
    Incidents incidents({.folder = folder.string()});
    const std::vector<std::uint8_t> frame(60, 0x55);
    for (const Timestamp time : {Timestamp::min(), Timestamp::max()}) {
        net::RawPacket packet;
        packet.data = frame;
        packet.link_type = 1;
        packet.time = time;
        incidents.packet(packet);
        EXPECT_FALSE(incidents.happened("x", time));
        EXPECT_FALSE(incidents.happened("y", time));
        incidents.packet(packet);
    }
    incidents.close();
    EXPECT_EQ(incidents.files(), 2U);
}

TEST_F(IncidentsTest, AFolderThatIsGoneIsTold)
{
    Incidents incidents({.folder = (folder / "no").string()});
    packets(incidents, 0, 1);
    EXPECT_TRUE(incidents.happened("x", noon));
}

}  // namespace
}  // namespace buswitness::capture
