#include "tests/support/frames.h"
#include "tests/support/hex.h"

#include <gtest/gtest.h>

namespace buswitness::test {
namespace {

const std::string ports = "0400 01f6 ";
const std::string from_to = "10.0.0.1:1024 > 10.0.0.2:502 ";

// A SYN whose options are these; `words` is the data offset's nibble and the reserved one.
std::string syn(const std::string &words, const std::string &options)
{
    return ports + "00000001 00000000 " + words + " 02 faf0 0000 0000 | " + options;
}

TEST(DissectTransport, ReadsTcp)
{
    const std::string seen = "tcp " + from_to + "S seq 1 ack 0 win 64240";
    const struct {
        const char *name;
        std::string segment;
        std::string expected;
    } rows[] = {
        {"no options", syn("50", ""), seen + " len 0"},
        {"Linux SYN", syn("a0", "020405b4 0402 080a 00000007 00000000 01 030307"), seen + " scale 7 time 7 len 0"},
        {"window scale above 14", syn("60", "0303ff 00"), seen + " scale 14 len 0"},
        {"window scale of wrong length", syn("60", "030407 00"), seen + " len 0"},
        {"option of length 0", syn("60", "0200 0303"), seen + " len 0"},
        {"option of length 1", syn("60", "0201 0303"), seen + " len 0"},
        {"option longer than the header", syn("60", "010103 09"), seen + " len 0"},
        {"option without length", syn("60", "010101 03"), seen + " len 0"},
        {"nothing behind the end of the list", syn("60", "00 030307"), seen + " len 0"},
        {"timestamps of wrong length", syn("80", "0101 0809 00000007 000000 00"), seen + " len 0"},
        {"header longer than the segment", syn("f0", "00"), "undecodable"},
        {"data offset 4", syn("40", ""), "undecodable"},
        {"19 octets", ports + "00000001 00000000 50 02 faf0 0000 00", "undecodable"},
        {"no octets", "", "undecodable"},
        {"data with timestamps", ports + "fffffffe 00000002 80 18 0100 0000 0000 | 0101080a 00000009 00000008 | aabbcc",
         "tcp " + from_to + "PA seq 4294967294 ack 2 win 256 time 9 len 3"},
        {"timestamps elsewhere", ports + "00000001 00000002 80 10 0100 0000 0000 | 080a 00000009 00000008 0101",
         "tcp " + from_to + "A seq 1 ack 2 win 256 time 9 len 0"},
        {"SACK", ports + "00000001 00000002 80 10 0100 0000 0000 | 0101 050a 00000009 0000000b",
         "tcp " + from_to + "A seq 1 ack 2 win 256 sack len 0"},
        {"scale without SYN", ports + "00000001 00000002 60 10 0100 0000 0000 | 030307 00",
         "tcp " + from_to + "A seq 1 ack 2 win 256 len 0"},
        {"no flags", ports + "00000001 00000002 50 00 0100 0000 0000",
         "tcp " + from_to + "- seq 1 ack 2 win 256 len 0"},
    };
    for (const auto &row : rows)
        EXPECT_EQ(dissected(ethernet("0800", ipv4("06", row.segment))), row.expected) << row.name;
}

TEST(DissectTransport, ReadsWhatASnappedTcpHeaderHolds)
{
    const std::string data = ports + "00000001 00000002 80 18 0100 0000 0000 | 0101080a 00000009 00000008 | aabbcc";
    const std::string seen = "tcp " + from_to + "PA seq 1 ack 2 win ";
    const struct {
        std::size_t captured;  // of the segment
        std::string expected;
    } rows[] = {
        {34, seen + "256 time 9 len 3 captured 2 snapped"},
        {32, seen + "256 time 9 len 3 captured 0 snapped"},
        {31, seen + "256 len 3 captured 0 snapped"},  // the option is cut
        {20, seen + "256 len 3 captured 0 snapped"},
        {16, seen + "256 len 3 captured 0 snapped"},
        {14, seen + "0 len 3 captured 0 snapped"},
        {13, "undecodable snapped"},
        {4, "undecodable snapped"},
        {3, "undecodable snapped"},
        {0, "undecodable snapped"},
    };
    const std::string packet = ethernet("0800", ipv4("06", data));
    for (const auto &row : rows) {
        EXPECT_EQ(dissected(packet, {.captured = 34 + row.captured}), row.expected) << row.captured;
        // The same when the source does not admit that it cut.
        EXPECT_EQ(dissected(packet, {.captured = 34 + row.captured, .snapped = false}), row.expected) << row.captured;
    }
}

TEST(DissectTransport, ReadsUdp)
{
    const std::string seen = "udp " + from_to;
    const struct {
        const char *name;
        std::string datagram;
        std::size_t captured;
        std::string expected;
    } rows[] = {
        {"as it should be", udp("01f6", "aa bb"), 10, seen + "len 2"},
        {"empty", udp("01f6", ""), 8, seen + "len 0"},
        {"shorter than the IP payload", ports + "0009 0000 aa bb", 10, seen + "len 1"},
        {"longer than the IP payload", ports + "0020 0000 aa bb", 10, seen + "len 2"},
        {"length 0", ports + "0000 0000 aa bb", 10, seen + "len 2"},
        {"length 7", ports + "0007 0000 aa bb", 10, "undecodable"},
        {"7 octets", ports + "0008 00", 7, "undecodable"},
        {"payload snapped", udp("01f6", "aa bb"), 9, seen + "len 2 captured 1 snapped"},
        {"header snapped", udp("01f6", "aa bb"), 7, seen + "len 2 captured 0 snapped"},
        {"only ports", udp("01f6", "aa bb"), 4, seen + "len 2 captured 0 snapped"},
        {"not even ports", udp("01f6", "aa bb"), 3, "undecodable snapped"},
    };
    for (const auto &row : rows)
        EXPECT_EQ(dissected(ethernet("0800", ipv4("11", row.datagram)), {.captured = 34 + row.captured}), row.expected)
            << row.name;
}

std::string hex_text(const std::vector<std::uint8_t> &octets)
{
    std::string text;
    for (const std::uint8_t octet : octets)
        text += {"0123456789abcdef"[octet >> 4], "0123456789abcdef"[octet & 15]};
    return text;
}

// The short way for plain TCP frames must read what the walk through the layers reads, whatever octet is different and
// wherever the capture cut: a priority tag (VLAN 0) takes the frame the long way and says nothing itself.
TEST(DissectTransport, ReadsPlainFramesAsTheWalkDoes)
{
    const std::vector<std::uint8_t> packet =
        hex(ipv4("06", ports + "00000001 00000002 80 18 0100 0000 0000 | 0101080a 00000009 00000008 | aabbccddee"));
    const auto expect_same = [](const std::vector<std::uint8_t> &octets, std::size_t captured,
                                const std::string &what) {
        const std::string text = hex_text(octets);
        EXPECT_EQ(dissected(ethernet("0800", text), {.captured = 14 + captured}),
                  dissected(ethernet("8100", vlan("0000", "0800", text)), {.captured = 18 + captured}))
            << what;
    };
    for (std::size_t at = 0; at < packet.size(); ++at) {
        for (const unsigned value : {0x00U, 0x01U, 0x10U, 0x46U, 0x50U, 0xA0U, 0xFFU}) {
            std::vector<std::uint8_t> changed = packet;
            changed[at] = static_cast<std::uint8_t>(value);
            expect_same(changed, packet.size(), "octet " + std::to_string(at) + " is " + std::to_string(value));
        }
    }
    for (std::size_t captured = 0; captured < packet.size(); ++captured)
        expect_same(packet, captured, std::to_string(captured) + " octets captured");
}

}  // namespace
}  // namespace buswitness::test
