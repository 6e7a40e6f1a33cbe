#include "capture/decompress.h"
#include "tests/support/capture_bytes.h"

#include <archive.h>
#include <archive_entry.h>
#include <gtest/gtest.h>

namespace buswitness::test {
namespace {

using capture::Compression;
constexpr Compression every_compression[] = {Compression::gzip, Compression::zstd, Compression::lz4, Compression::xz};

la_ssize_t append(archive * /*writer*/, void *client, const void *data, std::size_t size)
{
    const Bytes octets(static_cast<const std::uint8_t *>(data), size);
    auto &to = *static_cast<Octets *>(client);
    to.insert(to.end(), octets.begin(), octets.end());
    return static_cast<la_ssize_t>(size);
}

int add_filter(archive *writer, Compression compression)
{
    switch (compression) {
    case Compression::none: return archive_write_add_filter_none(writer);
    case Compression::gzip: return archive_write_add_filter_gzip(writer);
    case Compression::zstd: return archive_write_add_filter_zstd(writer);
    case Compression::lz4: return archive_write_add_filter_lz4(writer);
    case Compression::xz: return archive_write_add_filter_xz(writer);
    }
    return ARCHIVE_FATAL;
}

Octets compressed(Bytes octets, Compression compression)
{
    Octets result;
    archive *writer = archive_write_new();
    archive_write_set_format_raw(writer);
    archive_write_set_bytes_in_last_block(writer, 1);
    EXPECT_EQ(add_filter(writer, compression), ARCHIVE_OK);
    archive_write_open(writer, &result, nullptr, append, nullptr);
    archive_entry *entry = archive_entry_new();
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_write_header(writer, entry);
    archive_write_data(writer, octets.data(), octets.size());
    archive_entry_free(entry);
    archive_write_close(writer);
    archive_write_free(writer);
    return result;
}

Octets joined(const Octets &a, const Octets &b)
{
    return OctetWriter().add(a).add(b).octets;
}

PcapBytes two_packets()
{
    PcapBytes file;
    file.packet(1, 0, sample_packet(60)).packet(2, 0, sample_packet(40));
    return file;
}

// Octets that compress badly, so that a cut in the compressed data is a cut in many packets.
PcapBytes many_packets(unsigned count)
{
    PcapBytes file;
    std::uint32_t state = 1;
    for (unsigned i = 0; i < count; ++i) {
        Octets data(100);
        for (std::uint8_t &octet : data) {
            state = state * 1'664'525 + 1'013'904'223;
            octet = static_cast<std::uint8_t>(state >> 24);
        }
        file.packet(i, 0, data);
    }
    return file;
}

const std::string two_told = "1 1/0 1000000000 60\n2 1/0 2000000000 40\ncomplete";

TEST(Decompress, EveryCompressionGivesTheSamePackets)
{
    const PcapBytes large = many_packets(10'000);
    for (const Compression compression : every_compression) {
        const Octets octets = compressed(two_packets().octets(), compression);
        EXPECT_EQ(capture::recognise(octets), compression);
        EXPECT_EQ(told(octets), two_told) << to_string(compression);
        const SavedCapture saved(compressed(large.octets(), compression));
        EXPECT_EQ(told(capture::CaptureFile::open(saved.name())), told(large.octets())) << to_string(compression);
    }
}

TEST(Decompress, PcapngIsReadCompressedToo)
{
    PcapngBytes file;
    file.section().interface(1).packet(0, 7, sample_packet(5));
    EXPECT_EQ(told(compressed(file.octets(), Compression::zstd)), "1 1/0 7000 5\ncomplete");
}

TEST(Decompress, SeveralGzipMembersAreOneStream)
{
    const PcapBytes file = two_packets();
    const Bytes octets = file.octets();
    Octets members;
    for (int i = 0; i < 100; ++i)
        members = joined(members, compressed({}, Compression::gzip));
    members = joined(members, compressed(octets.first(50), Compression::gzip));
    members = joined(members, compressed(octets.subspan(50), Compression::gzip));
    EXPECT_EQ(told(members), two_told);
    EXPECT_EQ(told(joined(members, Octets(512))), two_told) << "zeros are padding";
    EXPECT_NE(told(joined(members, octets_of("junk"))).find("is followed by octets that are not gzip"),
              std::string::npos);
}

TEST(Decompress, ACutGzipGivesEveryPacketBeforeTheCutThenTheMessage)
{
    const Octets octets = compressed(two_packets().octets(), Compression::gzip);
    for (std::size_t cut = 0; cut < octets.size(); ++cut) {
        const std::string text = told(Bytes(octets).first(cut));
        EXPECT_EQ(text.find("complete"), std::string::npos) << cut;
    }
    const std::string text = told(Bytes(octets).first(octets.size() - 8));
    EXPECT_EQ(text, "1 1/0 1000000000 60\n2 1/0 2000000000 40\ndamage at 156: the gzip data ends early");
}

TEST(Decompress, ACutInAnyCompressionGivesPacketsBeforeTheMessage)
{
    for (const Compression compression : every_compression) {
        const unsigned count = compression == Compression::lz4 ? 60'000 : 6'000;  // its blocks are of 4 MiB
        const Octets octets = compressed(many_packets(count).octets(), compression);
        auto opened = capture::open_memory(Bytes(octets).first(octets.size() * 3 / 4), "cut");
        ASSERT_TRUE(opened) << to_string(compression);
        const std::size_t packets = read_all(*opened.value()).size();
        EXPECT_GT(packets, count / 2) << to_string(compression);
        EXPECT_LT(packets, count * 31 / 40) << to_string(compression);
        EXPECT_FALSE(opened.value()->info().complete);
        EXPECT_NE(opened.value()->info().damage.find("ends early"), std::string::npos) << opened.value()->info().damage;
    }
}

TEST(Decompress, AWrongGzipSumIsDamageAfterTheData)
{
    Octets octets = compressed(two_packets().octets(), Compression::gzip);
    octets[octets.size() - 8] ^= 1;
    EXPECT_EQ(told(octets), "1 1/0 1000000000 60\n2 1/0 2000000000 40\n"
                            "damage at 156: the gzip data is damaged: incorrect data check");
}

TEST(Decompress, WhatIsInsideMustBeACaptureCompressedOnce)
{
    for (const Compression compression : every_compression) {
        const std::string name(to_string(compression));
        EXPECT_EQ(told(compressed(octets_of("hello, world"), compression)),
                  "error: not a capture inside the " + name + " data: starts with 68 65 6c 6c 6f 2c 20 77");
        for (const Compression second : every_compression)
            EXPECT_EQ(told(compressed(compressed(two_packets().octets(), second), compression)),
                      "error: it is compressed more than once");
    }
}

TEST(Decompress, NothingCompressedIsAnEmptyFile)
{
    const Octets gzip = {0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    const Octets zstd = {0x28, 0xB5, 0x2F, 0xFD, 0x24, 0x00, 0x01, 0x00, 0x00, 0x99, 0xE9, 0xD8, 0x51};
    EXPECT_EQ(told(gzip), "error: empty file inside the gzip data");
    EXPECT_EQ(told(zstd), "error: empty file inside the zstd data");
}

TEST(Decompress, AMagicFollowedByJunkIsAnError)
{
    struct Row {
        std::string_view magic;
        std::string_view name;
    };
    const Row rows[] = {{{"\x1F\x8B", 2}, "gzip"},
                        {{"\x28\xB5\x2F\xFD", 4}, "zstd"},
                        {{"\x04\x22\x4D\x18", 4}, "lz4"},
                        {{"\xFD\x37\x7A\x58\x5A\x00", 6}, "xz"}};
    for (const Row &row : rows)
        for (const std::size_t junk : {0U, 1U, 8U, 100U, 5000U}) {
            const std::string text = told(joined(octets_of(row.magic), Octets(junk, 0x5A)));
            EXPECT_EQ(text.rfind("error: ", 0), 0U) << text;
            EXPECT_NE(text.find(row.name), std::string::npos) << text;
        }
}

std::string failure_of(Bytes octets, Compression compression, capture::DecompressionLimits limits)
{
    auto plain = capture::decompressed(capture::InputStream(octets), compression, "x", capture::default_block, limits);
    if (!plain)
        return plain.error().why;
    capture::InputStream &stream = plain.value();
    while (stream.need(1))
        stream.consume(stream.window().size());
    return std::to_string(stream.offset() >> 20) + " MiB, " + stream.failure();
}

TEST(Decompress, ABombIsStopped)
{
    const Octets zeros(std::size_t{32} << 20);
    for (const Compression compression : every_compression) {
        const Octets octets = compressed(zeros, compression);
        EXPECT_EQ(failure_of(octets, compression, {}), "32 MiB, ");
        std::string text = failure_of(octets, compression, {.ratio = 100, .ratio_from = std::uint64_t{8} << 20});
        EXPECT_NE(text.find("stopped: the data grows more than 100 times"), std::string::npos) << text;
        EXPECT_TRUE(text.starts_with("8 MiB") || text.starts_with("9 MiB")) << text;
        text = failure_of(octets, compression, {.octets = std::uint64_t{16} << 20});
        EXPECT_NE(text.find("stopped: the compressed data yields more than 16 MiB"), std::string::npos) << text;
    }
}

TEST(Decompress, AnXzDictionaryBeyondTheLimitIsRefused)
{
    const Octets octets = compressed(two_packets().octets(), Compression::xz);
    EXPECT_EQ(failure_of(octets, Compression::xz, {.dictionary = std::uint64_t{1} << 20}),
              "its xz data needs more than 1 MiB of memory");
}

}  // namespace
}  // namespace buswitness::test
