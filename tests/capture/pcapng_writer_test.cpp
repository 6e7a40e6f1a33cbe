#include "capture/pcapng_writer.h"

#include "capture/capture_file.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace buswitness::capture {
namespace {

constexpr Timestamp noon{std::chrono::nanoseconds(1'780'000'000'123'456'789)};

net::RawPacket packet_of(Bytes octets, Timestamp time)
{
    net::RawPacket packet;
    packet.data = octets;
    packet.original_length = 1500;
    packet.time = time;
    return packet;
}

TEST(PcapngWriter, WhatIsWrittenIsReadBack)
{
    const std::vector<std::uint8_t> frame = {1, 2, 3, 4, 5};
    Octets file;
    write_section(file);
    write_interface(file, {.name = "eth0", .filter = "port 502", .link_type = 1, .snap_length = 262'144});
    write_interface(file, {.name = "any", .filter = {}, .link_type = 113, .snap_length = 0});
    net::RawPacket packet = packet_of(frame, noon);
    write_packet(file, packet);
    packet.interface = 1;
    packet.time = noon + std::chrono::nanoseconds(1);
    packet.direction = net::Direction::outbound;
    write_packet(file, packet, "eth0 is up again");
    write_statistics(file, 0, {.start = noon, .end = noon, .received = 7, .dropped = 2, .discarded = 3});

    const auto opened = open_memory(file, "memory");
    ASSERT_TRUE(opened);
    CaptureFile &read = *opened.value();
    net::RawPacket got;
    ASSERT_TRUE(read.next(got));
    EXPECT_EQ(got.time, noon);
    EXPECT_EQ(got.original_length, 1500U);
    EXPECT_EQ(got.link_type, 1U);
    EXPECT_TRUE(std::ranges::equal(got.data, frame));
    EXPECT_EQ(got.direction, net::Direction::unknown);
    ASSERT_TRUE(read.next(got));
    EXPECT_EQ(got.time, noon + std::chrono::nanoseconds(1));
    EXPECT_EQ(got.interface, 1U);
    EXPECT_EQ(got.link_type, 113U);
    EXPECT_EQ(got.direction, net::Direction::outbound);
    EXPECT_FALSE(read.next(got));
    EXPECT_TRUE(read.info().complete);
    EXPECT_EQ(read.info().comments, std::vector<std::string>{"eth0 is up again"});
    ASSERT_EQ(read.info().interfaces.size(), 2U);
    EXPECT_EQ(read.info().interfaces[0].name, "eth0");
    EXPECT_EQ(read.info().interfaces[0].received, 7U);
    EXPECT_EQ(read.info().interfaces[0].dropped, 5U);
    EXPECT_EQ(read.info().interfaces[1].snap_length, 0U);
}

// Every cut behind a block leaves a file that is complete.
TEST(PcapngWriter, EveryBlockIsWhole)
{
    Octets file;
    write_section(file);
    write_interface(file, {.name = "x", .filter = {}, .link_type = 1, .snap_length = 0});
    for (std::size_t length = 0; length < 9; ++length) {
        const std::vector<std::uint8_t> frame(length, 0xAA);
        write_packet(file, packet_of(frame, noon));
        EXPECT_EQ(file.size() % 4, 0U);
        const auto opened = open_memory(file, "memory");
        ASSERT_TRUE(opened);
        net::RawPacket got;
        while (opened.value()->next(got)) {
        }
        EXPECT_TRUE(opened.value()->info().complete);
        EXPECT_EQ(opened.value()->info().packets, length + 1);
    }
}

TEST(PcapngWriter, ACommentThatIsTooLongIsCut)
{
    Octets file;
    write_section(file);
    write_interface(file, {.name = "x", .filter = {}, .link_type = 1, .snap_length = 0});
    write_packet(file, packet_of({}, noon), std::string(70'000, 'c'));
    const auto opened = open_memory(file, "memory");
    ASSERT_TRUE(opened);
    net::RawPacket got;
    EXPECT_TRUE(opened.value()->next(got));
    EXPECT_FALSE(opened.value()->next(got));
    EXPECT_TRUE(opened.value()->info().complete);
}

}  // namespace
}  // namespace buswitness::capture
