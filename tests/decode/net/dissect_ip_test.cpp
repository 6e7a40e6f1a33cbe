#include "tests/support/frames.h"
#include "tests/support/hex.h"

#include <gtest/gtest.h>

namespace buswitness::test {
namespace {

using namespace std::chrono_literals;

const std::string seen_v4 = "tcp 10.0.0.1:1024 > 10.0.0.2:502 PA seq 1 ack 2 win 256 len 2";
const std::string seen_v6 = "tcp [fd00::1]:1024 > [fd00::2]:502 PA seq 1 ack 2 win 256 len 2";
const std::string segment = tcp("aa bb");
const std::string addresses = " 0000 0a000001 0a000002 | ";

TEST(DissectIp, ReadsHeadersOfBothVersions)
{
    const struct {
        const char *name;
        std::string packet;
        std::string expected;
    } rows[] = {
        {"IPv4", ipv4("06", segment), seen_v4},
        {"IPv4, don't fragment and reserved bit", ipv4("06", segment, "c000"), seen_v4},
        {"IPv4, options", "46 00 002e 0007 4000 40 06" + addresses + "94040000 | " + segment, seen_v4},
        {"IPv4, octets behind the total length", ipv4("06", segment) + "00 00 00", seen_v4},
        {"IPv4, total length 0 (offload)", "45 00 0000 0007 4000 40 06" + addresses + segment, seen_v4},
        {"IPv4, frame shorter than total length", "45 00 0032 0007 4000 40 06" + addresses + segment,
         "tcp 10.0.0.1:1024 > 10.0.0.2:502 PA seq 1 ack 2 win 256 len 10 captured 2 snapped"},
        {"IPv4, header length 16", "44 00 002a 0007 4000 40 06" + addresses + segment, "undecodable"},
        {"IPv4, options cut", "46 00 002a 0007 4000 40 06" + addresses, "undecodable"},
        {"IPv4, total length 19", "45 00 0013 0007 4000 40 06" + addresses + segment, "undecodable"},
        {"IPv4, 19 octets", "45 00 0013 0007 4000 40 06 0000 0a000001 0a0000", "undecodable"},
        {"IPv4, another version", "75 00 002a 0007 4000 40 06" + addresses + segment, "undecodable"},
        {"IPv4, no protocol we follow", ipv4("02", "16 00"), "other"},
        {"IPv4, ICMPv6 does not belong here", ipv4("3a", "80 00 0000 0001 0001"), "other"},
        {"IPv4, authentication header", ipv4("33", "06 01 0000 00000000 00000000 | " + segment), seen_v4},
        {"IPv6", ipv6("06", segment), seen_v6},
        {"IPv6, octets behind the payload length", ipv6("06", segment) + "00", seen_v6},
        {"IPv6, 39 octets", "60000000 0000 06 40 fd000000000000000000000000000001 fd0000000000000000000000000000",
         "undecodable"},
        {"IPv6, hop by hop", ipv6("00", "06 00 0502 0000 0100 | " + segment), seen_v6},
        {"IPv6, routing and destination options",
         ipv6("2b", "3c 00 0000 0000 0000 | 06 00 0104 0000 0000 | " + segment), seen_v6},
        {"IPv6, authentication header", ipv6("33", "06 02 0000 00000000 00000000 00000000 | " + segment), seen_v6},
        {"IPv6, one fragment is all", ipv6("2c", "06 00 0000 00000001 | " + segment), seen_v6},
        {"IPv6, no next header", ipv6("3b", ""), "other"},
        {"IPv6, ESP", ipv6("32", "00"), "other"},
        {"IPv6, ICMP does not belong here", ipv6("01", "08 00 0000 0001 0001"), "other"},
        {"IPv6, extension of one octet", ipv6("00", "06"), "undecodable"},
        {"IPv6, extension longer than the packet", ipv6("00", "06 09 0502 0000 0100 | " + segment), "undecodable"},
        {"IPv6, fragment header cut", ipv6("2c", "06 00 0000"), "undecodable"},
        {"IPv6, 16 extensions", ipv6("3c", repeated("3c 00 0104 0000 0000 ", 15) + "06 00 0104 0000 0000" + segment),
         seen_v6},
        {"IPv6, 17 extensions", ipv6("3c", repeated("3c 00 0104 0000 0000 ", 16) + "06 00 0104 0000 0000" + segment),
         "undecodable"},
    };
    for (const auto &row : rows) {
        const bool is_v6 = row.packet[0] == '6';
        EXPECT_EQ(dissected(ethernet(is_v6 ? "86dd" : "0800", row.packet)), row.expected) << row.name;
    }
}

TEST(DissectIp, KeepsTheFieldsOfTheHeader)
{
    net::Dissector dissector;
    net::PacketView view;
    net::RawPacket packet;
    packet.link_type = 101;
    const auto v4 = hex("45 d0 0028 1234 4000 3f 06" + addresses + tcp(""));
    packet.data = v4;
    dissector.dissect(packet, view);
    EXPECT_EQ(view.tos, 0xD0);
    EXPECT_EQ(view.ttl, 63);
    EXPECT_TRUE(view.has_ip_id);
    EXPECT_EQ(view.ip_id, 0x1234);
    EXPECT_FALSE(view.ipv6);

    auto v6 = hex(ipv6("06", tcp("")));
    v6[0] = 0x6A;
    v6[1] = 0xBF;
    packet.data = v6;
    dissector.dissect(packet, view);
    EXPECT_EQ(view.tos, 0xAB);
    EXPECT_EQ(view.ttl, 64);
    EXPECT_FALSE(view.has_ip_id);
    EXPECT_EQ(view.ip_id, 0);
    EXPECT_TRUE(view.ipv6);
}

TEST(DissectIp, PutsFragmentsTogether)
{
    const std::string head = "0400 01f6 00000001 00000002 50 18 0100";  // 16 octets of TCP
    const std::string tail = "0000 0000 aa bb";
    const struct {
        const char *name;
        std::string first, second;
        std::string expected;
    } rows[] = {
        {"IPv4", ipv4("06", head, "2000"), ipv4("06", tail, "0002"), seen_v4 + " reassembled"},
        {"IPv4, the last one first", ipv4("06", tail, "0002"), ipv4("06", head, "2000"), seen_v4 + " reassembled"},
        {"IPv4, a hole", ipv4("06", head, "2000"), ipv4("06", tail, "0003"), "other"},
        {"IPv4, another protocol", ipv4("06", head, "2000"), ipv4("11", tail, "0002"), "other"},
        {"IPv6", ipv6("2c", "06 00 0001 00000009" + head), ipv6("2c", "06 00 0010 00000009" + tail),
         seen_v6 + " reassembled"},
        {"IPv6, only the first fragment says the protocol", ipv6("2c", "11 00 0010 00000009" + tail),
         ipv6("2c", "06 00 0001 00000009" + head), seen_v6 + " reassembled"},
        {"IPv6, another identification", ipv6("2c", "06 00 0001 00000009" + head),
         ipv6("2c", "06 00 0010 00000008" + tail), "other"},
        {"an extension behind the fragment header", ipv6("2c", "3c 00 0001 00000009 | 06 00 0104 0000 0000" + head),
         ipv6("2c", "3c 00 0018 00000009" + tail), seen_v6 + " reassembled"},
        {"a tunnel in fragments", ipv4("04", "45 00 002a 0007 4000 40 06 0000 0a000001", "2000"),
         ipv4("04", "0a000002 " + segment, "0002"), seen_v4 + " reassembled"},
        {"damaged when whole", ipv4("06", "0400 01f6 00000001", "2000"), ipv4("06", "00", "0001"),
         "undecodable reassembled"},
    };
    for (const auto &row : rows) {
        net::Dissector dissector;
        EXPECT_EQ(dissected(dissector, row.first, {.link_type = 101}), "other") << row.name;
        EXPECT_EQ(dissected(dissector, row.second, {.link_type = 101}), row.expected) << row.name;
    }
}

TEST(DissectIp, DoesNotPutSnappedFragmentsTogether)
{
    net::Dissector dissector;
    const std::string first = ipv4("06", "0400 01f6 00000001 00000002 50 18 0100", "2000");
    EXPECT_EQ(dissected(dissector, first, {.link_type = 101, .captured = 30}), "other snapped");
    EXPECT_EQ(dissected(dissector, ipv4("06", "0000 0000 aa bb", "0002"), {.link_type = 101}), "other");
}

}  // namespace
}  // namespace buswitness::test
