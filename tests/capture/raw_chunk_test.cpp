#include "capture/raw_chunk.h"

#include "capture/pcapng_writer.h"
#include "tests/support/capture_bytes.h"
#include "tests/support/hex.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace buswitness::capture {
namespace {

using test::hex;

constexpr Timestamp noon{std::chrono::nanoseconds(1'780'000'000'123'456'789)};

net::RawPacket chunk_of(Bytes data)
{
    net::RawPacket chunk;
    chunk.data = data;
    chunk.time = noon;
    chunk.link_type = serial::link_raw_chunk;
    return chunk;
}

Octets serial_file()
{
    Octets file;
    write_section(file);
    write_interface(file, {.name = "ttyUSB0",
                           .filter = {},
                           .link_type = serial::link_rtac_serial,
                           .snap_length = 0,
                           .description = "19200 8E1",
                           .speed = 19'200});
    return file;
}

TEST(RawChunk, TheDataAreACountTheOctetsAndTheirMarks)
{
    EXPECT_EQ(raw_chunk_data(hex("01 03"), {}), hex("00 02 01 03"));
    EXPECT_EQ(raw_chunk_data(hex("01 03"), hex("00 02")), hex("00 02 01 03 00 02"));
    EXPECT_EQ(raw_chunk_data({}, {}), hex("00 00"));
    EXPECT_EQ(raw_chunk_data(Octets(0xffff), {}).size(), 2U + 0xffff);
}

TEST(RawChunk, WhatIsWrittenIsReadBackAndHasNoNumber)
{
    Octets file = serial_file();
    const Octets data = raw_chunk_data(hex("01 03 04"), hex("00 00 02"));
    net::RawPacket chunk = chunk_of(data);
    write_packet(file, chunk);
    chunk.time = noon + std::chrono::nanoseconds(1);
    chunk.clock_set = std::chrono::seconds(-5);
    write_packet(file, chunk, "ttyUSB0 is back");
    net::RawPacket record;
    const Octets frame = hex("00 01 02");
    record.data = frame;
    record.time = noon;
    write_packet(file, record, "frame", 1U << 31);

    const auto opened = open_memory(file, "memory");
    ASSERT_TRUE(opened);
    CaptureFile &read = *opened.value();
    net::RawPacket got;
    ASSERT_TRUE(read.next(got));
    EXPECT_EQ(got.link_type, serial::link_raw_chunk);
    EXPECT_EQ(got.number, 0U);
    EXPECT_EQ(got.time, noon);
    EXPECT_TRUE(std::ranges::equal(got.data, data));
    ASSERT_TRUE(read.next(got));
    EXPECT_EQ(got.time, noon + std::chrono::nanoseconds(1));
    EXPECT_EQ(got.clock_set, std::chrono::seconds(-5));
    ASSERT_TRUE(read.next(got));
    EXPECT_EQ(got.link_type, serial::link_rtac_serial);
    EXPECT_EQ(got.number, 1U);
    EXPECT_EQ(got.clock_set, Duration(0));
    EXPECT_FALSE(read.next(got));
    EXPECT_TRUE(read.info().complete);
    EXPECT_EQ(read.info().packets, 1U);
    EXPECT_EQ(read.info().interfaces[0].description, "19200 8E1");
    EXPECT_EQ(read.info().interfaces[0].speed, 19'200U);
}

TEST(RawChunk, SeveralFilesCountTheirPacketsWithoutThem)
{
    Octets file = serial_file();
    const Octets data = raw_chunk_data(hex("01 03 04"), {});
    for (int i = 0; i < 3; ++i) {
        write_packet(file, chunk_of(data));
        net::RawPacket record;
        record.data = data;
        record.time = noon;
        write_packet(file, record);
    }
    const test::SavedCapture one(file), other(file);
    CaptureSet set({one.name(), other.name()});
    PacketNumber last = 0;
    int chunks = 0;
    net::RawPacket packet;
    while (set.next(packet)) {
        if (packet.link_type == serial::link_raw_chunk) {
            EXPECT_EQ(packet.number, 0U);
            ++chunks;
        } else {
            EXPECT_EQ(packet.number, ++last);
        }
    }
    EXPECT_EQ(chunks, 6);
    EXPECT_EQ(last, 6U);
}

// A block of the same local type without our magic belongs to somebody else; one with it must hold what it claims.
TEST(RawChunk, OthersBlocksAreSkippedAndWrongOnesAreDamage)
{
    struct Row {
        std::string_view body;
        std::string_view damage;  // empty: skipped
    };
    const std::vector<Row> rows = {
        {"", ""},
        {"41 42 43 44", ""},
        {"42 57 52 43", ""},
        {"41 42 43 44 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00", ""},
        {"42 57 52 43 01 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00",
         "a chunk of a serial line has no interface or no room"},
        {"42 57 52 43 00 00 00 00 00 00 00 00 00 00 00 00 01 00 00 00",
         "a chunk of a serial line has no interface or no room"},
        {"42 57 52 43 00 00 00 00 00 00 00 00 00 00 00 00 ff ff ff ff",
         "a chunk of a serial line has no interface or no room"},
    };
    for (const Row &row : rows) {
        test::PcapngBytes bytes;
        bytes.section().interface(250).block(raw_chunk_block, hex(row.body));
        const auto opened = open_memory(bytes.octets(), "memory");
        ASSERT_TRUE(opened);
        net::RawPacket packet;
        EXPECT_FALSE(opened.value()->next(packet)) << row.body;
        EXPECT_EQ(opened.value()->info().damage, row.damage) << row.body;
    }
}

TEST(RawChunk, TheOtherByteOrderIsReadToo)
{
    test::PcapngBytes bytes(true);
    bytes.section().interface(250, 0, {{9, {9}}});
    bytes.block(raw_chunk_block, hex("42 57 52 43 00 00 00 00 00 00 00 00 00 00 00 07 00 00 00 03 00 01 55 00"));
    const auto opened = open_memory(bytes.octets(), "memory");
    ASSERT_TRUE(opened);
    net::RawPacket packet;
    ASSERT_TRUE(opened.value()->next(packet)) << opened.value()->info().damage;
    EXPECT_TRUE(std::ranges::equal(packet.data, hex("00 01 55")));
    EXPECT_EQ(packet.time.time_since_epoch().count(), 7);
}

}  // namespace
}  // namespace buswitness::capture
