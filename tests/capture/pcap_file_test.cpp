#include "capture/pcap_file.h"
#include "tests/support/capture_bytes.h"

#include <algorithm>
#include <gtest/gtest.h>

namespace buswitness::test {
namespace {

TEST(PcapFile, ReadsEveryVariantOfTheMagicInBothByteOrders)
{
    struct Row {
        std::uint32_t magic;
        std::uint32_t fraction;
    };
    const Octets data = sample_packet(60);
    for (const Row row : {Row{0xA1B2C3D4, 250}, Row{0xA1B23C4D, 250'000}, Row{0xA1B2CD34, 250}})
        for (const bool big : {false, true}) {
            PcapBytes file({.big = big, .magic = row.magic, .link_type = 113});
            file.packet(1'700'000'000, row.fraction, data);
            EXPECT_EQ(told(file.octets()), "1 113/0 1700000000000250000 60\ncomplete") << std::hex << row.magic << big;
        }
}

TEST(PcapFile, HandsOverTheOctetsAndLengthsOfEachPacket)
{
    const Octets first = sample_packet(60);
    const Octets second = sample_packet(14, 100);
    PcapBytes bytes;
    bytes.packet(1, 0, first).packet(2, 0, second, {.original = 1514});
    auto file = capture::open_memory(bytes.octets(), "x.pcap");
    ASSERT_TRUE(file);
    const auto packets = read_all(*file.value());
    ASSERT_EQ(packets.size(), 2U);
    EXPECT_EQ(packets[0].data, first);
    EXPECT_EQ(packets[0].packet.original_length, 60U);
    EXPECT_EQ(packets[1].data, second);
    EXPECT_EQ(packets[1].packet.original_length, 1514U);
    EXPECT_EQ(packets[1].packet.direction, net::Direction::unknown);
    const capture::FileInfo &info = file.value()->info();
    EXPECT_EQ(info.name, "x.pcap");
    EXPECT_EQ(info.packets, 2U);
    EXPECT_EQ(info.octets, 74U);
    EXPECT_TRUE(info.complete);
    ASSERT_EQ(info.interfaces.size(), 1U);
    EXPECT_EQ(info.interfaces[0].link_type, 1U);
    EXPECT_EQ(info.interfaces[0].snap_length, 262'144U);
    EXPECT_FALSE(info.interfaces[0].has_statistics);
}

TEST(PcapFile, WithoutPacketsIsComplete)
{
    EXPECT_EQ(told(PcapBytes().octets()), "complete");
}

TEST(PcapFile, TheLengthOfTheFrameCheckSequenceIsNotPartOfTheLinkType)
{
    PcapBytes file({.link_type = 0xF400'0001});
    file.packet(1, 0, sample_packet(4));
    EXPECT_EQ(told(file.octets()), "1 1/0 1000000000 4\ncomplete");
}

TEST(PcapFile, LengthsThatContradictEachOtherAreTolerated)
{
    PcapBytes file({.snap_length = 10});
    file.packet(1, 0, sample_packet(60), {.original = 3});
    file.packet(2, 0, {});
    file.packet(3, 0, Octets(262'144));
    EXPECT_EQ(told(file.octets()), "1 1/0 1000000000 60\n2 1/0 2000000000 0\n3 1/0 3000000000 262144\ncomplete");
}

TEST(PcapFile, TimesOfAnyValueAreTimes)
{
    PcapBytes file;
    file.packet(0, 0, {}).packet(5, 1'000'000, {}).packet(0xFFFF'FFFF, 0xFFFF'FFFF, {});
    EXPECT_EQ(told(file.octets()), "1 1/0 0 0\n2 1/0 6000000000 0\n3 1/0 4294971589967295000 0\ncomplete");
}

TEST(PcapFile, ARecordThatClaimsTooMuchIsDamageAtItsOffset)
{
    PcapBytes file;
    file.packet(1, 0, sample_packet(10)).packet(2, 0, sample_packet(10), {.captured = 262'145});
    EXPECT_EQ(told(file.octets()), "1 1/0 1000000000 10\n"
                                   "damage at 50: a packet record claims 262145 octets, more than 262144");
}

TEST(PcapFile, ASecondFileAppendedIsDamageAndNotAPacket)
{
    PcapBytes file;
    file.packet(1, 0, sample_packet(10)).raw(PcapBytes().packet(2, 0, sample_packet(10)).octets());
    EXPECT_EQ(told(file.octets()), "1 1/0 1000000000 10\n"
                                   "damage at 50: a second pcap file begins here; read the files one by one");
}

TEST(PcapFile, APacketInTheSecondOfTheMagicIsAPacket)
{
    EXPECT_EQ(told(PcapBytes().packet(0xA1B2C3D4, 1, sample_packet(1)).octets()),
              "1 1/0 2712847316000001000 1\ncomplete");
}

TEST(PcapFile, CutAnywhereDeliversEveryWholePacket)
{
    PcapBytes file;
    while (file.octets().size() < 2000)
        file.packet(1, 0, sample_packet(file.octets().size() % 150));
    const Octets &octets = file.octets();
    for (std::size_t cut = 24; cut <= octets.size(); ++cut) {
        auto opened = capture::open_memory(Bytes(octets).first(cut), "cut");
        ASSERT_TRUE(opened) << cut;
        const auto whole = std::ranges::count_if(file.ends(), [&](std::size_t end) { return end <= cut; });
        EXPECT_EQ(read_all(*opened.value()).size(), static_cast<std::size_t>(whole)) << cut;
        const bool clean = cut == 24 || std::ranges::count(file.ends(), cut) > 0;
        EXPECT_EQ(opened.value()->info().complete, clean) << cut;
        EXPECT_EQ(opened.value()->info().damage.empty(), clean) << cut;
    }
}

TEST(PcapFile, ACutSaysWhereAndHowMuchIsThere)
{
    PcapBytes file;
    file.packet(1, 0, sample_packet(10)).packet(2, 0, sample_packet(62));
    const Bytes octets = file.octets();
    EXPECT_EQ(told(octets.first(50 + 33)), "1 1/0 1000000000 10\n"
                                           "damage at 50: the file ends inside a packet record (33 of 78 octets)");
    EXPECT_EQ(told(octets.first(50 + 5)), "1 1/0 1000000000 10\n"
                                          "damage at 50: the file ends inside a packet record header (5 of 16 octets)");
    EXPECT_EQ(told(octets.first(23)), "error: the file ends inside a pcap file header (23 of 24 octets)");
    EXPECT_EQ(told(octets.first(4)), "error: the file ends inside a pcap file header (4 of 24 octets)");
}

TEST(PcapFile, AfterTheEndNothingMoreComes)
{
    auto file = capture::open_memory(PcapBytes().octets(), "x");
    ASSERT_TRUE(file);
    net::RawPacket packet;
    EXPECT_FALSE(file.value()->next(packet));
    EXPECT_FALSE(file.value()->next(packet));
    EXPECT_TRUE(file.value()->info().complete);
}

}  // namespace
}  // namespace buswitness::test
