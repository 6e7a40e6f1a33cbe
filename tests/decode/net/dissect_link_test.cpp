#include "tests/support/frames.h"
#include "tests/support/hex.h"

#include <gtest/gtest.h>

namespace buswitness::test {
namespace {

const std::string v4 = ipv4("06", tcp("aa bb"));
const std::string v6 = ipv6("06", tcp("aa bb"));
const std::string seen_v4 = "tcp 10.0.0.1:1024 > 10.0.0.2:502 PA seq 1 ack 2 win 256 len 2";
const std::string seen_v6 = "tcp [fd00::1]:1024 > [fd00::2]:502 PA seq 1 ack 2 win 256 len 2";
const std::string eight_tags = repeated("8100 0001 ", 8);
const std::string mac = " 0200000000010000 ";

TEST(DissectLink, FindsIpBehindEveryLinkLayer)
{
    const struct {
        const char *name;
        std::uint32_t link_type;
        std::string packet;
        std::string expected;
    } rows[] = {
        {"Ethernet II", 1, ethernet("0800", v4), seen_v4},
        {"Ethernet II, IPv6", 1, ethernet("86dd", v6), seen_v6},
        {"Ethernet, padded", 1, ethernet("0800", v4) + "00 00 00 00", seen_v4},
        {"Ethernet, another type", 1, ethernet("88cc", "02 07"), "other"},
        {"Ethernet, too short", 1, "02 00 00 00 00 02 02 00 00 00 00 01 08", "undecodable"},
        {"Ethernet, empty", 1, "", "undecodable"},
        {"IEEE 802.3, SNAP", 1, ethernet("0032", "aa aa 03 000000 0800 | " + v4), seen_v4},
        {"IEEE 802.3, bridge tunnel", 1, ethernet("0032", "aa aa 03 0000f8 0800 | " + v4), seen_v4},
        {"IEEE 802.3, padded", 1, ethernet("0032", "aa aa 03 000000 0800 | " + v4 + "00 00"), seen_v4},
        {"IEEE 802.3, length too large", 1, ethernet("05dc", "aa aa 03 000000 0800 | " + v4), seen_v4},
        {"IEEE 802.3, other organisation", 1, ethernet("0032", "aa aa 03 00000c 2000 | " + v4), "other"},
        {"IEEE 802.3, STP", 1, ethernet("0026", "42 42 03 0000 00"), "other"},
        {"IEEE 802.3, LLC cut", 1, ethernet("0002", "aa aa"), "undecodable"},
        {"IEEE 802.3, SNAP cut", 1, ethernet("0005", "aa aa 03 00 00"), "undecodable"},
        {"NULL, little endian", 0, "02000000 | " + v4, seen_v4},
        {"NULL, big endian", 0, "00000002 | " + v4, seen_v4},
        {"NULL, IPv6 of Linux", 0, "0a000000 | " + v6, seen_v6},
        {"NULL, IPv6 of OpenBSD", 0, "18000000 | " + v6, seen_v6},
        {"NULL, IPv6 of FreeBSD", 0, "1c000000 | " + v6, seen_v6},
        {"NULL, IPv6 of macOS", 0, "1e000000 | " + v6, seen_v6},
        {"NULL, another family", 0, "07000000 | " + v6, "other"},
        {"NULL, too short", 0, "02 00 00", "undecodable"},
        {"LOOP", 108, "00000002 | " + v4, seen_v4},
        {"RAW", 101, v4, seen_v4},
        {"RAW, IPv6", 101, v6, seen_v6},
        {"RAW of BSD", 12, v4, seen_v4},
        {"RAW of OpenBSD", 14, v6, seen_v6},
        {"RAW, no such version", 101, "50 00 00", "undecodable"},
        {"RAW, empty", 101, "", "undecodable"},
        {"IPV4", 228, v4, seen_v4},
        {"IPV6", 229, v6, seen_v6},
        {"SLL, to us", 113, "0000 0001 0006" + mac + "0800 | " + v4, seen_v4 + " inbound"},
        {"SLL, to others", 113, "0003 0001 0006" + mac + "0800 | " + v4, seen_v4 + " inbound"},
        {"SLL, from us", 113, "0004 0001 0006" + mac + "86dd | " + v6, seen_v6 + " outbound"},
        {"SLL, LLC", 113, "0000 0001 0006" + mac + "0004 | 42 42 03", "other inbound"},
        {"SLL, CAN", 113, "0000 0118 0000" + mac + "000c | 42 42 03", "other inbound"},
        {"SLL, too short", 113, "0000 0001 0006" + mac + "08", "undecodable"},
        {"SLL2, to us", 276, "0800 0000 00000002 0001 00 06" + mac + "| " + v4, seen_v4 + " inbound"},
        {"SLL2, from us", 276, "86dd 0000 00000002 0001 04 06" + mac + "| " + v6, seen_v6 + " outbound"},
        {"SLL2, too short", 276, "0800 0000 00000002 0001 00 06 02000000000100", "undecodable"},
        {"PPP", 9, "0021 | " + v4, seen_v4},
        {"PPP, HDLC-like", 9, "ff03 0057 | " + v6, seen_v6},
        {"PPP, protocol compressed", 9, "21 | " + v4, seen_v4},
        {"PPP, LCP", 9, "c021 | 01 01 00 04", "other"},
        {"PPP, too short", 9, "00", "undecodable"},
        {"PPP_HDLC, PPP", 50, "ff03 0021 | " + v4, seen_v4},
        {"PPP_HDLC, Cisco", 50, "0f00 0800 | " + v4, seen_v4},
        {"PPP_HDLC, empty", 50, "", "undecodable"},
        {"C_HDLC", 104, "8f00 86dd | " + v6, seen_v6},
        {"C_HDLC, too short", 104, "8f 00 08", "undecodable"},
        {"PPP_ETHER", 51, "11 00 0001 002c 0021 | " + v4, seen_v4},
        {"unknown link type", 147, v4, "other"},
    };
    for (const auto &row : rows)
        EXPECT_EQ(dissected(row.packet, {.link_type = row.link_type}), row.expected) << row.name;
}

TEST(DissectLink, SkipsTagsAndLabels)
{
    const struct {
        const char *name;
        std::string packet;
        std::string expected;
    } rows[] = {
        {"802.1Q", ethernet("8100", vlan("6064", "0800", v4)), seen_v4 + " vlan 100"},
        {"802.1Q, priority only", ethernet("8100", vlan("6000", "0800", v4)), seen_v4},
        {"802.1ad", ethernet("88a8", vlan("0001", "8100", vlan("0002", "0800", v4))), seen_v4 + " vlan 2"},
        {"old QinQ", ethernet("9100", vlan("0001", "8100", vlan("0002", "86dd", v6))), seen_v6 + " vlan 2"},
        {"802.1Q, LLC", ethernet("8100", vlan("0001", "0032", "aa aa 03 000000 0800 | " + v4)), seen_v4 + " vlan 1"},
        {"802.1Q, cut", ethernet("8100", "00 01 08"), "undecodable"},
        {"8 tags", ethernet("", eight_tags + "0800 | " + v4), seen_v4 + " vlan 1"},
        {"9 tags", ethernet("", eight_tags + "8100 0001 0800 | " + v4), "undecodable vlan 1"},
        {"HSR", ethernet("892f", "1036 0001 0800 | " + v4), seen_v4},
        {"HSR, cut", ethernet("892f", "1036 0001 08"), "undecodable"},
        {"9 HSR tags", ethernet("", repeated("892f 1036 0001 ", 9) + "0800 | " + v4), "undecodable"},
        {"MPLS", ethernet("8847", "00010140 | " + v4), seen_v4},
        {"MPLS, 16 labels", ethernet("8847", repeated("00010040 ", 15) + "00010140 | " + v6), seen_v6},
        {"MPLS, 17 labels", ethernet("8847", repeated("00010040 ", 16) + "00010140 | " + v6), "undecodable"},
        {"MPLS, pseudowire", ethernet("8848", "00010140 00000000 | " + ethernet("0800", v4)), seen_v4},
        {"MPLS, something else", ethernet("8847", "00010140 | 10 00 00 00"), "other"},
        {"MPLS, no bottom", ethernet("8847", "00010040"), "undecodable"},
        {"MPLS, nothing behind", ethernet("8847", "00010140"), "undecodable"},
        {"PPPoE", ethernet("8864", "11 00 0001 002c 0021 | " + v4), seen_v4},
        {"PPPoE, padded", ethernet("8864", "11 00 0001 002c 0021 | " + v4 + "00 00"), seen_v4},
        {"PPPoE, MPLS", ethernet("8864", "11 00 0001 0030 0281 | 00010140 " + v4), seen_v4},
        {"PPPoE, no session", ethernet("8864", "11 a7 0001 0000"), "other"},
        {"PPPoE, cut", ethernet("8864", "11 00 0001 00"), "undecodable"},
    };
    for (const auto &row : rows)
        EXPECT_EQ(dissected(row.packet), row.expected) << row.name;
}

TEST(DissectLink, TellsBothHardwareAddresses)
{
    net::Dissector dissector;
    net::PacketView view;
    net::RawPacket packet;
    const auto frame = hex(ethernet("0800", v4));
    packet.data = frame;
    packet.link_type = 1;
    packet.number = 5;
    packet.interface = 2;
    packet.direction = net::Direction::outbound;
    dissector.dissect(packet, view);
    EXPECT_EQ(to_string(view.source_mac), "02:00:00:00:00:01");
    EXPECT_EQ(to_string(view.destination_mac), "02:00:00:00:00:02");
    EXPECT_EQ(view.number, 5U);
    EXPECT_EQ(view.interface, 2U);
    EXPECT_EQ(view.direction, net::Direction::outbound);

    const auto cooked = hex("0000 0001 0006" + mac + "0800 | " + v4);
    packet.data = cooked;
    packet.link_type = 113;
    dissector.dissect(packet, view);
    EXPECT_EQ(to_string(view.source_mac), "02:00:00:00:00:01");
    EXPECT_EQ(view.destination_mac, MacAddress{});
    EXPECT_EQ(view.direction, net::Direction::inbound);  // the link layer knows better than the file
}

}  // namespace
}  // namespace buswitness::test
