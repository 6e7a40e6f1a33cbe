#include "capture/pcapng_file.h"
#include "tests/support/capture_bytes.h"

#include <algorithm>
#include <gtest/gtest.h>

namespace buswitness::test {
namespace {

using Options = PcapngBytes::Options;

PcapngBytes one_interface(bool big = false)
{
    PcapngBytes file(big);
    file.section().interface(1);
    return file;
}

capture::FileInfo info_of(const PcapngBytes &bytes)
{
    auto file = capture::open_memory(bytes.octets(), "x.pcapng");
    EXPECT_TRUE(file);
    if (!file)
        return {};
    (void)read_all(*file.value());
    return file.value()->info();
}

TEST(PcapngFile, ReadsPacketsInBothByteOrders)
{
    for (const bool big : {false, true}) {
        PcapngBytes file = one_interface(big);
        file.packet(0, 1'700'000'000'000'250, sample_packet(61));
        EXPECT_EQ(told(file.octets()), "1 1/0 1700000000000250000 61\ncomplete") << big;
    }
}

TEST(PcapngFile, ASectionMayChangeTheByteOrderAndBeginsItsInterfacesAnew)
{
    PcapngBytes file = one_interface();
    file.packet(0, 1, sample_packet(5));
    file.big_section(true).interface(113).interface(250).packet(1, 2, sample_packet(6));
    file.big_section(false).interface(101).packet(0, 3, sample_packet(7));
    EXPECT_EQ(told(file.octets()), "1 1/0 1000 5\n2 250/2 2000 6\n3 101/3 3000 7\ncomplete");
}

TEST(PcapngFile, InterfacesDifferInLinkTypeSnapLengthNameAndClock)
{
    PcapngBytes file;
    file.section();
    file.interface(1, 96, {{2, octets_of("eth0")}, {3, octets_of("plant side")}, {9, {9}}});
    file.interface(250, 0, {{9, {0x80 + 10}}, {14, file.number64(100)}});
    file.packet(0, 5, sample_packet(4)).packet(1, 1024, sample_packet(8));
    EXPECT_EQ(told(file.octets()), "1 1/0 5 4\n2 250/1 101000000000 8\ncomplete");
    const capture::FileInfo info = info_of(file);
    ASSERT_EQ(info.interfaces.size(), 2U);
    EXPECT_EQ(info.interfaces[0].name, "eth0");
    EXPECT_EQ(info.interfaces[0].description, "plant side");
    EXPECT_EQ(info.interfaces[0].snap_length, 96U);
    EXPECT_EQ(info.interfaces[1].link_type, 250U);
    EXPECT_EQ(info.interfaces[1].name, "");
}

TEST(PcapngFile, SimplePacketsAreOfTheFirstInterfaceAndTakeTheTimeBefore)
{
    PcapngBytes file;
    file.section().interface(1, 6).interface(113);
    file.simple_packet(4, sample_packet(4)).packet(1, 7, sample_packet(4)).simple_packet(1514, sample_packet(8));
    EXPECT_EQ(told(file.octets()), "1 1/0 0 4\n2 113/1 7000 4\n3 1/0 7000 6\ncomplete");
}

TEST(PcapngFile, ASimplePacketKeepsItsOriginalLength)
{
    PcapngBytes bytes = one_interface();
    bytes.simple_packet(0xFFFF'FFFF, sample_packet(8));
    auto file = capture::open_memory(bytes.octets(), "x");
    ASSERT_TRUE(file);
    const auto packets = read_all(*file.value());
    ASSERT_EQ(packets.size(), 1U);
    EXPECT_EQ(packets[0].packet.original_length, 0xFFFF'FFFFU);
    EXPECT_EQ(packets[0].data, sample_packet(8));
}

TEST(PcapngFile, ObsoletePacketBlocksAreReadWithTheirDrops)
{
    PcapngBytes file = one_interface();
    file.obsolete_packet(0, 0xFFFF, 1, sample_packet(5)).obsolete_packet(0, 3, 2, sample_packet(6));
    EXPECT_EQ(told(file.octets()), "1 1/0 1000 5\n2 1/0 2000 6\ncomplete");
    EXPECT_EQ(info_of(file).interfaces[0].dropped, 3U);
}

TEST(PcapngFile, UnknownAndLocalBlocksAreSkipped)
{
    PcapngBytes file = one_interface();
    file.block(0x4000'0BAD, sample_packet(9)).packet(0, 1, sample_packet(4));
    file.block(10, sample_packet(8)).block(0xFFFF'FFFF, {}).packet(0, 2, sample_packet(4));
    EXPECT_EQ(told(file.octets()), "1 1/0 1000 4\n2 1/0 2000 4\ncomplete");
}

TEST(PcapngFile, StatisticsCountWhatWasReceivedAndDropped)
{
    PcapngBytes file = one_interface();
    file.interface(1);
    file.statistics(0, {{4, file.number64(100)}, {5, file.number64(3)}, {7, file.number64(4)}});
    file.statistics(0, {{4, file.number64(200)}, {5, file.number64(5)}, {7, file.number64(6)}});
    file.statistics(9, {{4, file.number64(1)}});
    const capture::FileInfo info = info_of(file);
    EXPECT_TRUE(info.complete);
    EXPECT_TRUE(info.interfaces[0].has_statistics);
    EXPECT_EQ(info.interfaces[0].received, 200U);
    EXPECT_EQ(info.interfaces[0].dropped, 11U);
    EXPECT_FALSE(info.interfaces[1].has_statistics);
}

TEST(PcapngFile, DropsToldPerPacketAreSummedButNotCountedTwice)
{
    PcapngBytes file = one_interface();
    const Options two = {{4, file.number64(2)}};
    file.packet(0, 1, sample_packet(4), two).packet(0, 2, sample_packet(4), two);
    EXPECT_EQ(info_of(file).interfaces[0].dropped, 4U);
    file.statistics(0, {{5, file.number64(4)}});
    EXPECT_EQ(info_of(file).interfaces[0].dropped, 4U);
    file.packet(0, 3, sample_packet(4), {{4, file.number64(~std::uint64_t{0})}});
    EXPECT_EQ(info_of(file).interfaces[0].dropped, ~std::uint64_t{0});
}

TEST(PcapngFile, PacketFlagsTellTheDirection)
{
    struct Row {
        std::uint32_t flags;
        net::Direction direction;
    };
    for (const Row row :
         {Row{0, net::Direction::unknown}, Row{1, net::Direction::inbound}, Row{2, net::Direction::outbound},
          Row{3, net::Direction::unknown}, Row{0xFF00'0002, net::Direction::outbound}})
        for (const bool big : {false, true}) {
            PcapngBytes bytes = one_interface(big);
            bytes.packet(0, 1, sample_packet(5), {{2, bytes.number32(row.flags)}});
            auto file = capture::open_memory(bytes.octets(), "x");
            ASSERT_TRUE(file);
            net::RawPacket packet;
            ASSERT_TRUE(file.value()->next(packet));
            EXPECT_EQ(packet.direction, row.direction) << row.flags;
        }
}

TEST(PcapngFile, CommentsOfSectionInterfaceAndPacketAreKeptUpToALimit)
{
    PcapngBytes file;
    file.section({{1, octets_of("section")}}).interface(1, 0, {{1, octets_of("interface")}});
    file.packet(0, 1, sample_packet(3), {{1, octets_of("packet")}, {1, Octets(2000, 'a')}});
    for (int i = 0; i < 20; ++i)
        file.packet(0, 1, sample_packet(3), {{1, octets_of("more")}});
    const auto comments = info_of(file).comments;
    ASSERT_EQ(comments.size(), 16U);
    EXPECT_EQ(comments[0], "section");
    EXPECT_EQ(comments[1], "interface");
    EXPECT_EQ(comments[2], "packet");
    EXPECT_EQ(comments[3], std::string(1024, 'a'));
}

TEST(PcapngFile, OptionsThatLieAreNotRead)
{
    const OctetWriter too_long = OctetWriter().u16(1).u16(500).add(octets_of("abcd"));
    PcapngBytes file;
    file.section();
    file.block(1, OctetWriter().u16(1).u16(0).u32(0).add(too_long.octets).octets);
    file.block(1, OctetWriter().u16(1).u16(0).u32(0).u16(1).octets);
    file.packet(0, 1, sample_packet(4), {{2, {1}}, {4, {1, 2}}, {9, {}}});
    EXPECT_EQ(told(file.octets()), "1 1/0 1000 4\ncomplete");
    EXPECT_TRUE(info_of(file).comments.empty());
}

Octets block_with_lengths(std::uint32_t length, std::uint32_t again)
{
    return OctetWriter().u32(0xBAD).u32(length).u64(0).u32(again).octets;
}

TEST(PcapngFile, DamageStopsTheReadingAndKeepsWhatStandsBefore)
{
    struct Row {
        Octets block;
        std::string why;
    };
    const OctetWriter head = OctetWriter().u32(0).u64(0);
    const Row rows[] = {
        {block_with_lengths(0, 20), "a block claims a length of 0 octets"},
        {block_with_lengths(8, 20), "a block claims a length of 8 octets"},
        {block_with_lengths(19, 20), "a block claims a length of 19 octets"},
        {block_with_lengths(0x0100'0004, 20), "a block claims a length of 16777220 octets"},
        {block_with_lengths(0xFFFF'FFFC, 20), "a block claims a length of 4294967292 octets"},
        {block_with_lengths(20, 24), "a block begins with the length 20 and ends with the length 24"},
        {block_with_lengths(24, 20), "the file ends inside a block (20 of 24 octets)"},
        {Octets(7), "the file ends inside a block header (7 of 8 octets)"},
        {OctetWriter().u32(0x0A0D0D0A).u32(28).octets, "the file ends inside a section header (8 of 12 octets)"},
        {OctetWriter().u32(0x0A0D0D0A).u32(28).u32(0).octets, "a section header has no byte-order magic"},
        {PcapngBytes().block(0x0A0D0D0A, OctetWriter().u32(0x1A2B3C4D).octets).octets(),
         "a section header is too short"},
        {PcapngBytes().block(0x0A0D0D0A, OctetWriter().u32(0x1A2B3C4D).u16(2).u16(1).u64(0).octets).octets(),
         "the section has the unknown pcapng version 2.1"},
        {PcapngBytes().block(1, Octets(4)).octets(), "an interface block is too short"},
        {PcapngBytes().block(2, Octets(16)).octets(), "a packet block is too short"},
        {PcapngBytes().block(3, {}).octets(), "a simple packet block is too short"},
        {PcapngBytes().block(5, Octets(8)).octets(), "a statistics block is too short"},
        {PcapngBytes().block(6, Octets(16)).octets(), "a packet block is too short"},
        {PcapngBytes().packet(1, 0, {}).octets(), "a packet names interface 1, of 1 described"},
        {PcapngBytes().packet(0xFFFF'FFFF, 0, {}).octets(), "a packet names interface 4294967295, of 1 described"},
        {PcapngBytes().obsolete_packet(7, 0, 0, {}).octets(), "a packet names interface 7, of 1 described"},
        {PcapngBytes().block(6, OctetWriter().add(head.octets).u32(9).u32(9).u64(0).octets).octets(),
         "a packet claims 9 octets, its block has room for 8"},
        {PcapngBytes().packet(0, 0, Octets(262'145)).octets(),
         "a packet claims 262145 octets, its block has room for 262144"},
    };
    for (const Row &row : rows) {
        PcapngBytes file = one_interface();
        file.packet(0, 1, sample_packet(4));
        const std::size_t offset = file.octets().size();
        EXPECT_EQ(told(file.raw(row.block).octets()),
                  "1 1/0 1000 4\ndamage at " + std::to_string(offset) + ": " + row.why);
    }
}

TEST(PcapngFile, WithoutAReadableSectionHeaderIsRefused)
{
    EXPECT_EQ(told(OctetWriter().u32(0x0A0D0D0A).u32(28).octets),
              "error: not a readable pcapng file: the file ends inside a section header (8 of 12 octets)");
    EXPECT_EQ(told(OctetWriter().u32(0x0A0D0D0A).u32(28).u64(0).octets),
              "error: not a readable pcapng file: a section header has no byte-order magic");
}

TEST(PcapngFile, MoreInterfacesThanTheLimitAreDamage)
{
    PcapngBytes file;
    file.section();
    for (std::size_t i = 0; i <= capture::most_interfaces; ++i)
        file.interface(1);
    const capture::FileInfo info = info_of(file);
    EXPECT_EQ(info.interfaces.size(), capture::most_interfaces);
    EXPECT_EQ(info.damage, "the file describes more than 65536 interfaces");
}

TEST(PcapngFile, CutAnywhereDeliversEveryWholePacket)
{
    PcapngBytes file = one_interface();
    while (file.octets().size() < 2000)
        file.packet(0, 1, sample_packet(file.octets().size() % 150), {{1, octets_of("note")}});
    file.statistics(0, {{4, file.number64(7)}});
    const Octets &octets = file.octets();
    const std::size_t section_end = file.block_ends().front();
    for (std::size_t cut = 12; cut <= octets.size(); ++cut) {
        auto opened = capture::open_memory(Bytes(octets).first(cut), "cut");
        ASSERT_EQ(opened.ok(), cut >= section_end) << cut;
        if (!opened)
            continue;
        const auto whole = std::ranges::count_if(file.ends(), [&](std::size_t end) { return end <= cut; });
        EXPECT_EQ(read_all(*opened.value()).size(), static_cast<std::size_t>(whole)) << cut;
        EXPECT_EQ(opened.value()->info().complete, std::ranges::count(file.block_ends(), cut) > 0) << cut;
    }
}

}  // namespace
}  // namespace buswitness::test
