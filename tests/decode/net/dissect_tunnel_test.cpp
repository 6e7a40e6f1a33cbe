#include "tests/support/frames.h"

#include <gtest/gtest.h>

namespace buswitness::test {
namespace {

const std::string seen_v4 = "tcp 10.0.0.1:1024 > 10.0.0.2:502 PA seq 1 ack 2 win 256 len 2";
const std::string seen_v6 = "tcp [fd00::1]:1024 > [fd00::2]:502 PA seq 1 ack 2 win 256 len 2";
const std::string v4 = ipv4("06", tcp("aa bb"));
const std::string v6 = ipv6("06", tcp("aa bb"));
const std::string frame = ethernet("0800", v4);
const std::string erspan_ii = "1001 0000 00000000 | ";
const std::string erspan_iii = "2001 0000 00000000 0000 ";

TEST(DissectTunnel, LooksIntoTunnels)
{
    const struct {
        const char *name;
        std::string packet;
        std::string expected;
    } rows[] = {
        {"IP in IP", ipv4("04", v4), seen_v4},
        {"6in4", ipv4("29", v6), seen_v6},
        {"4in6", ipv6("04", v4), seen_v4},
        {"IP in IP, damaged", ipv4("04", "55"), "undecodable"},
        {"4 tunnels", ipv4("04", ipv4("04", ipv4("04", ipv4("04", v4)))), seen_v4},
        {"5 tunnels", ipv4("04", ipv4("04", ipv4("04", ipv4("04", ipv4("04", v4))))), "undecodable"},
        {"GRE", ipv4("2f", "0000 0800 | " + v4), seen_v4},
        {"GRE, IPv6", ipv4("2f", "0000 86dd | " + v6), seen_v6},
        {"GRE, checksum, key and sequence", ipv4("2f", "b000 0800 00000000 00000001 00000002 | " + v4), seen_v4},
        {"GRE, bridging", ipv4("2f", "2000 6558 00000001 | " + frame), seen_v4},
        {"GRE, MPLS", ipv4("2f", "0000 8847 00010140 | " + v4), seen_v4},
        {"GRE, keepalive", ipv4("2f", "0000 0000"), "other"},
        {"GRE, routing", ipv4("2f", "4000 0800 00000000 | " + v4), "other"},
        {"GRE, version 2", ipv4("2f", "0002 0800 | " + v4), "other"},
        {"GRE, cut", ipv4("2f", "0000 08"), "undecodable"},
        {"GRE, key cut", ipv4("2f", "2000 0800 0000"), "undecodable"},
        {"PPTP", ipv4("2f", "3081 880b 002e0001 00000001 00000001 | ff03 0021 | " + v4), seen_v4},
        {"PPTP, only an acknowledgement", ipv4("2f", "2081 880b 00000001 00000001"), "other"},
        {"ERSPAN I", ipv4("2f", "0000 88be | " + frame), seen_v4},
        {"ERSPAN II", ipv4("2f", "1000 88be 00000001 | " + erspan_ii + frame), seen_v4},
        {"ERSPAN II, cut", ipv4("2f", "1000 88be 00000001 | 1001"), "undecodable"},
        {"ERSPAN III", ipv4("2f", "1000 22eb 00000001 | " + erspan_iii + "0000 | " + frame), seen_v4},
        {"ERSPAN III, optional", ipv4("2f", "1000 22eb 00000001 | " + erspan_iii + "0001 0000000000000000 " + frame),
         seen_v4},
        {"ERSPAN III, IP", ipv4("2f", "1000 22eb 00000001 | " + erspan_iii + "0800 | " + v4), seen_v4},
        {"ERSPAN III, infiniband", ipv4("2f", "1000 22eb 00000001 | " + erspan_iii + "0400 | " + v4), "other"},
        {"ERSPAN III, cut", ipv4("2f", "1000 22eb 00000001 | 2001"), "undecodable"},
        {"VXLAN", ipv4("11", udp("12b5", "08000000 00000100 | " + frame)), seen_v4},
        {"VXLAN, frame cut", ipv4("11", udp("12b5", "08000000 00000100 | 0200")), "undecodable"},
        {"not VXLAN", ipv4("11", udp("12b5", "00000000 00000100 | " + v4)), "udp 10.0.0.1:1024 > 10.0.0.2:4789 len 50"},
        {"VXLAN, other inside", ipv4("11", udp("12b5", "08000000 00000100 | " + ethernet("88cc", "02"))), "other"},
        {"GENEVE", ipv4("11", udp("17c1", "0100 6558 00000100 01020304 | " + frame)), seen_v4},
        {"GENEVE, IP", ipv4("11", udp("17c1", "0000 86dd 00000100 | " + v6)), seen_v6},
        {"not GENEVE", ipv4("11", udp("17c1", "4000 6558 00000100")), "udp 10.0.0.1:1024 > 10.0.0.2:6081 len 8"},
        {"GTP-U", ipv4("11", udp("0868", "30 ff 002a 00000001 | " + v4)), seen_v4},
        {"GTP-U, extension", ipv4("11", udp("0868", "34 ff 0032 00000001 00000085 | 01 1000 00 | " + v4)), seen_v4},
        {"GTP-U, extension of length 0", ipv4("11", udp("0868", "34 ff 0032 00000001 00000085 | 00 1000 00")),
         "udp 10.0.0.1:1024 > 10.0.0.2:2152 len 16"},
        {"GTP-U, echo", ipv4("11", udp("0868", "32 01 0004 00000000 00010000")),
         "udp 10.0.0.1:1024 > 10.0.0.2:2152 len 12"},
    };
    for (const auto &row : rows)
        EXPECT_EQ(dissected(row.packet, {.link_type = 101}), row.expected) << row.name;
}

TEST(DissectTunnel, CountsOnlyTheInnerPacketsPayload)
{
    const std::string packet = ipv4("04", v4);
    EXPECT_EQ(dissected(packet, {.link_type = 101, .captured = 61}),
              "tcp 10.0.0.1:1024 > 10.0.0.2:502 PA seq 1 ack 2 win 256 len 2 captured 1 snapped");
}

}  // namespace
}  // namespace buswitness::test
