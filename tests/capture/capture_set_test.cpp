#include "capture/capture_file.h"
#include "tests/support/capture_bytes.h"

#include <gtest/gtest.h>

namespace buswitness::test {
namespace {

using capture::CaptureSet;

// "number:interface:size" of each packet; the size says which packet it is.
std::string order(CaptureSet &set)
{
    std::string text;
    for (const auto &[packet, data] : read_all(set))
        text += (text.empty() ? "" : " ") + std::to_string(packet.number) + ":" + std::to_string(packet.interface) +
                ":" + std::to_string(data.size());
    return text;
}

SavedCapture pcap(std::initializer_list<std::pair<std::uint32_t, std::size_t>> packets, std::uint32_t link_type = 1)
{
    PcapBytes bytes({.link_type = link_type});
    for (const auto &[seconds, size] : packets)
        bytes.packet(seconds, 0, sample_packet(size));
    return SavedCapture(bytes.octets());
}

TEST(CaptureSet, OneFileIsReadInItsOwnOrder)
{
    const SavedCapture file = pcap({{5, 1}, {3, 2}, {9, 3}, {1, 4}});
    CaptureSet set({file.name()});
    EXPECT_EQ(order(set), "1:0:1 2:0:2 3:0:3 4:0:4");
    EXPECT_TRUE(set.errors().empty());
    ASSERT_EQ(set.files().size(), 1U);
    EXPECT_EQ(set.files()[0].packets, 4U);
    EXPECT_TRUE(set.files()[0].complete);
}

TEST(CaptureSet, SeveralFilesAreOneCaptureInTimeOrder)
{
    const SavedCapture a = pcap({{1, 1}, {4, 4}, {7, 7}});
    const SavedCapture b = pcap({{2, 2}, {5, 5}}, 113);
    const SavedCapture c = pcap({{3, 3}, {6, 6}});
    CaptureSet set({c.name(), b.name(), a.name()});
    EXPECT_EQ(order(set), "1:0:1 2:1:2 3:2:3 4:0:4 5:1:5 6:2:6 7:0:7");
    ASSERT_EQ(set.interfaces().size(), 3U);
    EXPECT_EQ(set.interfaces()[1].link_type, 113U);
    EXPECT_EQ(set.files()[0].name, c.name());
}

// A port named `name` with a packet at each of these ticks; sizes as in order().
SavedCapture tap(const std::string &name, std::initializer_list<std::pair<std::uint64_t, std::size_t>> packets,
                 int ports = 1, std::uint64_t dropped = 0)
{
    constexpr std::uint16_t link_rtac_serial = 250, option_name = 2, option_dropped = 5;
    PcapngBytes bytes;
    bytes.section();
    for (int port = 0; port < ports; ++port)
        bytes.interface(link_rtac_serial, 0, {{option_name, {name.begin(), name.end()}}});
    std::uint32_t interface = 0;
    for (const auto &[ticks, size] : packets)
        bytes.packet(interface++ % static_cast<std::uint32_t>(ports), ticks, sample_packet(size));
    bytes.statistics(0, {{option_dropped, bytes.number64(dropped)}});
    return SavedCapture(bytes.octets());
}

TEST(CaptureSet, ASerialLineIsOneInAllFiles)
{
    const SavedCapture first = tap("ttyUSB0", {{1, 1}, {3, 3}}, 1, 2), second = tap("ttyUSB0", {{2, 2}, {4, 4}}, 1, 5);
    const SavedCapture other = tap("ttyUSB1", {{5, 5}});
    CaptureSet set({first.name(), second.name(), other.name()});
    EXPECT_EQ(order(set), "1:0:1 2:0:2 3:0:3 4:0:4 5:1:5");
    ASSERT_EQ(set.interfaces().size(), 2U);
    EXPECT_EQ(set.interfaces()[0].dropped, 7U);
    ASSERT_NE(set.interface(1), nullptr);
    EXPECT_EQ(set.interface(1)->name, "ttyUSB1");
    EXPECT_EQ(set.interface(2), nullptr);
}

TEST(CaptureSet, PortsOfOneFileOrWithoutANameStayApart)
{
    const SavedCapture twins = tap("ttyUSB0", {{1, 1}, {2, 2}}, 2);
    CaptureSet one({twins.name()});
    EXPECT_EQ(order(one), "1:0:1 2:1:2");
    const SavedCapture a = tap("", {{1, 1}}), b = tap("", {{2, 2}});
    CaptureSet nameless({a.name(), b.name()});
    EXPECT_EQ(order(nameless), "1:0:1 2:1:2");
}

TEST(CaptureSet, EqualTimesKeepTheOrderOfTheFiles)
{
    const SavedCapture a = pcap({{1, 1}, {1, 2}, {2, 3}});
    const SavedCapture b = pcap({{1, 11}, {1, 12}, {2, 13}});
    CaptureSet set({a.name(), b.name()});
    EXPECT_EQ(order(set), "1:0:1 2:0:2 3:1:11 4:1:12 5:0:3 6:1:13");
}

TEST(CaptureSet, AFileWhoseTimesGoBackwardsIsMergedByItsNextPacket)
{
    const SavedCapture a = pcap({{5, 1}, {1, 2}, {9, 3}});
    const SavedCapture b = pcap({{4, 11}, {6, 12}});
    CaptureSet set({a.name(), b.name()});
    EXPECT_EQ(order(set), "1:0:11 2:1:1 3:1:2 4:0:12 5:1:3");
}

TEST(CaptureSet, InterfacesAreNumberedWhenFirstSeenAndTheSilentOnesComeLast)
{
    PcapngBytes first;
    first.section();
    first.interface(1, 0, {{2, octets_of("silent")}});
    first.interface(113, 0, {{2, octets_of("late")}}).interface(101, 0, {{2, octets_of("early")}});
    first.packet(2, 1'000'000, sample_packet(1)).packet(1, 3'000'000, sample_packet(3));
    first.statistics(2, {{5, first.number64(8)}});
    const SavedCapture a(first.octets());
    const SavedCapture b = pcap({{2, 2}}, 250);
    CaptureSet set({a.name(), b.name()});
    EXPECT_EQ(order(set), "1:0:1 2:1:2 3:2:3");
    const auto interfaces = set.interfaces();
    ASSERT_EQ(interfaces.size(), 4U);
    EXPECT_EQ(interfaces[0].name, "early");
    EXPECT_EQ(interfaces[0].dropped, 8U);
    EXPECT_EQ(interfaces[1].link_type, 250U);
    EXPECT_EQ(interfaces[2].name, "late");
    EXPECT_EQ(interfaces[3].name, "silent");
}

TEST(CaptureSet, WhatCannotBeReadIsToldAndTheRestIsRead)
{
    const SavedCapture good = pcap({{1, 1}});
    const SavedCapture text(octets_of("hello, world"));
    CaptureSet set({"/nonexistent/a.pcap", good.name(), text.name()});
    EXPECT_EQ(order(set), "1:0:1");
    ASSERT_EQ(set.errors().size(), 2U);
    EXPECT_EQ(set.errors()[0].what, "cannot read /nonexistent/a.pcap");
    EXPECT_EQ(set.errors()[1].what, "cannot read " + text.name());
    EXPECT_EQ(set.files().size(), 1U);
}

TEST(CaptureSet, ADamagedFileGivesWhatItHasAndTheOthersGoOn)
{
    PcapBytes cut;
    cut.packet(1, 0, sample_packet(1)).raw(Octets(3));
    const SavedCapture a(cut.octets());
    const SavedCapture b = pcap({{2, 2}, {3, 3}});
    CaptureSet set({a.name(), b.name()});
    EXPECT_EQ(order(set), "1:0:1 2:1:2 3:1:3");
    EXPECT_FALSE(set.files()[0].complete);
    EXPECT_EQ(set.files()[0].damage_offset, 41U);
    EXPECT_TRUE(set.files()[1].complete);
}

TEST(CaptureSet, ThePacketDeliveredStaysReadableWhileOthersWait)
{
    const SavedCapture a = pcap({{1, 200}, {3, 200}});
    const SavedCapture b = pcap({{2, 100}, {4, 100}});
    CaptureSet set({a.name(), b.name()});
    net::RawPacket packet;
    while (set.next(packet)) {
        const Octets expected = sample_packet(packet.data.size());
        EXPECT_TRUE(std::equal(packet.data.begin(), packet.data.end(), expected.begin()));
    }
}

TEST(CaptureSet, OfNothingIsAtItsEnd)
{
    CaptureSet set({});
    net::RawPacket packet;
    EXPECT_FALSE(set.next(packet));
    EXPECT_TRUE(set.interfaces().empty());
}

}  // namespace
}  // namespace buswitness::test
