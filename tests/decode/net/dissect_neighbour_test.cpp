#include "tests/support/frames.h"

#include <gtest/gtest.h>

namespace buswitness::test {
namespace {

const std::string one = "020000000001 0a000001 ";
const std::string two = "020000000002 0a000002 ";
const std::string nobody = "000000000000 0a000002 ";

TEST(DissectNeighbour, ReadsArp)
{
    const std::string ask = "0001 0800 06 04 0001 | ", answer = "0001 0800 06 04 0002 | ";
    const struct {
        const char *name;
        std::string packet;
        std::string expected;
    } rows[] = {
        {"request", ask + one + nobody, "arp request 10.0.0.1 for 10.0.0.2 by 02:00:00:00:00:01"},
        {"request, padded", ask + one + nobody + repeated("00", 18),
         "arp request 10.0.0.1 for 10.0.0.2 by 02:00:00:00:00:01"},
        {"reply", answer + two + one, "arp answer 10.0.0.2 for 10.0.0.2 by 02:00:00:00:00:02 is 02:00:00:00:00:02"},
        {"gratuitous request", ask + two + nobody,
         "arp request 10.0.0.2 for 10.0.0.2 by 02:00:00:00:00:02 announcement"},
        {"gratuitous reply", answer + two + two,
         "arp answer 10.0.0.2 for 10.0.0.2 by 02:00:00:00:00:02 is 02:00:00:00:00:02 announcement"},
        {"probe", ask + "020000000001 00000000 " + nobody,
         "arp request 0.0.0.0 for 10.0.0.2 by 02:00:00:00:00:01 announcement"},
        {"RARP", "0001 0800 06 04 0003 | " + one + nobody, "other"},
        {"another hardware", "0006 0800 06 04 0001 | " + one + nobody, "other"},
        {"another protocol", "0001 86dd 06 10 0001 | " + one + nobody, "other"},
        {"27 octets", ask + one + "000000000000 0a0000", "undecodable"},
        {"7 octets", "0001 0800 06 04 00", "undecodable"},
    };
    for (const auto &row : rows)
        EXPECT_EQ(dissected(ethernet("0806", row.packet)), row.expected) << row.name;
    EXPECT_EQ(dissected(ethernet("0806", ask + one + nobody), {.captured = 41}), "undecodable snapped");
}

TEST(DissectNeighbour, ReadsNeighbourDiscovery)
{
    const std::string target = "fd000000000000000000000000000002 | ";
    const std::string ask = "87 00 0000 00000000 " + target, answer = "88 00 0000 60000000 " + target;
    const struct {
        const char *name;
        std::string message;
        std::string expected;
    } rows[] = {
        {"solicitation", ask + "0101 02000000000a", "nd request fd00::1 for fd00::2 by 02:00:00:00:00:01"},
        {"advertisement", answer + "0201 02000000000b",
         "nd answer fd00::1 for fd00::2 by 02:00:00:00:00:01 is 02:00:00:00:00:0b"},
        {"advertisement without option", answer,
         "nd answer fd00::1 for fd00::2 by 02:00:00:00:00:01 is 02:00:00:00:00:01"},
        {"advertisement, option behind another", answer + "0e01 000000000000 0201 02000000000b",
         "nd answer fd00::1 for fd00::2 by 02:00:00:00:00:01 is 02:00:00:00:00:0b"},
        {"advertisement, option of length 0", answer + "0e00 000000000000 0201 02000000000b",
         "nd answer fd00::1 for fd00::2 by 02:00:00:00:00:01 is 02:00:00:00:00:01"},
        {"advertisement, option cut", answer + "0202 02000000000b",
         "nd answer fd00::1 for fd00::2 by 02:00:00:00:00:01 is 02:00:00:00:00:01"},
        {"advertisement, EUI-64", answer + "0202 02000000000b 0000000000000000",
         "nd answer fd00::1 for fd00::2 by 02:00:00:00:00:01 is 02:00:00:00:00:01"},
        {"unsolicited advertisement", "88 00 0000 20000000 " + target + "0201 02000000000b",
         "nd answer fd00::1 for fd00::2 by 02:00:00:00:00:01 is 02:00:00:00:00:0b announcement"},
        {"23 octets", "87 00 0000 00000000 fd0000000000000000000000000000", "undecodable"},
    };
    for (const auto &row : rows)
        EXPECT_EQ(dissected(ethernet("86dd", ipv6("3a", row.message))), row.expected) << row.name;
    EXPECT_EQ(dissected(ipv6("3a", ask + "0101 02000000000a"), {.link_type = 101}),
              "nd request fd00::1 for fd00::2 by 02:00:00:00:00:0a");
    const std::string nobody_asks =
        "60000000 0018 3a ff 00000000000000000000000000000000 ff0200000000000000000001ff000002 | " + ask;
    EXPECT_EQ(dissected(ethernet("86dd", nobody_asks)), "nd request :: for fd00::2 by 02:00:00:00:00:01 announcement");
}

}  // namespace
}  // namespace buswitness::test
