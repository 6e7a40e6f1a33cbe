#include "tests/support/frames.h"

#include <gtest/gtest.h>

namespace buswitness::test {
namespace {

const std::string unreachable = "03 0d 0000 00000000 | ";
const std::string unreachable_v6 = "01 01 0000 00000000 | ";
const std::string syn = "0400 01f6 00000009 00000000 50 02 faf0 0000 0000";

TEST(DissectIcmp, ReadsMessagesOfVersion4)
{
    const std::string seen = "icmp 10.0.0.1 > 10.0.0.2 ";
    const std::string about = " about 10.0.0.1:1024 > 10.0.0.2:502 protocol ";
    const struct {
        const char *name;
        std::string message;
        std::string expected;
    } rows[] = {
        {"echo request", "08 00 0000 0102 0003 aabb", seen + "8/0 request id 258 seq 3"},
        {"echo reply", "00 00 0000 0102 0003", seen + "0/0 reply id 258 seq 3"},
        {"prohibited, whole SYN", unreachable + ipv4("06", syn), seen + "3/13" + about + "6 ttl 64 seq 9 SYN"},
        {"prohibited, 8 octets", unreachable + ipv4("06", "0400 01f6 00000009"),
         seen + "3/13" + about + "6 ttl 64 seq 9"},
        {"only ports", unreachable + ipv4("06", "0400 01f6"), seen + "3/13" + about + "6 ttl 64 seq 0"},
        {"3 octets", unreachable + ipv4("06", "0400 01"), seen + "3/13"},
        {"no SYN", unreachable + ipv4("06", "0400 01f6 00000009 00000000 50 10"),
         seen + "3/13" + about + "6 ttl 64 seq 9 no SYN"},
        {"UDP", unreachable + ipv4("11", udp("01f6", "")), seen + "3/13" + about + "17 ttl 64 seq 0"},
        {"about an echo request", unreachable + ipv4("01", "08 00 0000 0102 0003"), seen + "3/13"},
        {"about a later fragment", unreachable + ipv4("06", syn, "0002"), seen + "3/13"},
        {"quoted options", unreachable + "46 00 002c 0007 4000 3f 06 0000 0a000001 0a000002 94040000 | " + syn,
         seen + "3/13" + about + "6 ttl 63 seq 9 SYN"},
        {"quoted header length 16", unreachable + "44 00 002c 0007 4000 3f 06 0000 0a000001 0a000002 | " + syn,
         seen + "3/13"},
        {"quoted options cut", unreachable + "46 00 002c 0007 4000 3f 06 0000 0a000001 0a000002 9404", seen + "3/13"},
        {"quoted header cut", unreachable + "45 00 002c", seen + "3/13"},
        {"quotes no IP", unreachable + "00", seen + "3/13"},
        {"quotes nothing", unreachable, seen + "3/13"},
        {"time exceeded", "0b 00 0000 00000000 | " + ipv4("06", syn), seen + "11/0" + about + "6 ttl 64 seq 9 SYN"},
        {"parameter problem", "0c 00 0000 00000000 | " + ipv4("06", syn), seen + "12/0" + about + "6 ttl 64 seq 9 SYN"},
        {"source quench", "04 00 0000 00000000 | " + ipv4("06", syn), seen + "4/0" + about + "6 ttl 64 seq 9 SYN"},
        {"redirect: it was delivered", "05 01 0000 0a000003 | " + ipv4("06", syn), seen + "5/1"},
        {"4 octets", "03 01 0000", seen + "3/1"},
        {"echo without identifier", "08 00 0000", seen + "8/0 request id 0 seq 0"},
        {"3 octets", "03 01 00", "undecodable"},
    };
    for (const auto &row : rows)
        EXPECT_EQ(dissected(ethernet("0800", ipv4("01", row.message))), row.expected) << row.name;
}

TEST(DissectIcmp, ReadsMessagesOfVersion6)
{
    const std::string seen = "icmpv6 fd00::1 > fd00::2 ";
    const std::string about = " about [fd00::1]:1024 > [fd00::2]:502 protocol 6 ttl 64 seq 9 SYN";
    const std::string options = "06 00 0104 0000 0000 | ";
    const struct {
        const char *name;
        std::string message;
        std::string expected;
    } rows[] = {
        {"echo request", "80 00 0000 0102 0003", seen + "128/0 request id 258 seq 3"},
        {"echo reply", "81 00 0000 0102 0003", seen + "129/0 reply id 258 seq 3"},
        {"unreachable", unreachable_v6 + ipv6("06", syn), seen + "1/1" + about},
        {"packet too big", "02 00 0000 00000500 | " + ipv6("06", syn), seen + "2/0" + about},
        {"time exceeded", "03 00 0000 00000000 | " + ipv6("06", syn), seen + "3/0" + about},
        {"parameter problem", "04 00 0000 00000000 | " + ipv6("06", syn), seen + "4/0" + about},
        {"redirect: it was delivered", "89 00 0000 00000000 | " + ipv6("06", syn), seen + "137/0"},
        {"router advertisement", "86 00 0000 40000000 0000000000000000", seen + "134/0"},
        {"quoted options", unreachable_v6 + ipv6("3c", options + syn), seen + "1/1" + about},
        {"quoted first fragment", unreachable_v6 + ipv6("2c", "06 00 0001 00000009" + syn), seen + "1/1" + about},
        {"quoted later fragment", unreachable_v6 + ipv6("2c", "06 00 0011 00000009" + syn), seen + "1/1"},
        {"quoted authentication", unreachable_v6 + ipv6("33", "06 01 0000 00000000 00000000" + syn),
         seen + "1/1" + about},
        {"16 quoted extensions", unreachable_v6 + ipv6("3c", repeated("3c 00 0104 0000 0000 ", 15) + options + syn),
         seen + "1/1" + about},
        {"17 quoted extensions", unreachable_v6 + ipv6("3c", repeated("3c 00 0104 0000 0000 ", 16) + options + syn),
         seen + "1/1"},
        {"quoted extension cut", unreachable_v6 + ipv6("3c", "06 01 0104 0000 0000"), seen + "1/1"},
        {"quoted header cut", unreachable_v6 + "60000000 0000", seen + "1/1"},
        {"no octets", "", "undecodable"},
    };
    for (const auto &row : rows)
        EXPECT_EQ(dissected(ethernet("86dd", ipv6("3a", row.message))), row.expected) << row.name;
}

TEST(DissectIcmp, QuotesWhatASnappedMessageStillHolds)
{
    const std::string packet = ethernet("0800", ipv4("01", unreachable + ipv4("06", syn)));
    EXPECT_EQ(dissected(packet, {.captured = 34 + 8 + 20 + 4}),
              "icmp 10.0.0.1 > 10.0.0.2 3/13 about 10.0.0.1:1024 > 10.0.0.2:502 protocol 6 ttl 64 seq 0 snapped");
    EXPECT_EQ(dissected(packet, {.captured = 34 + 8 + 20 + 3}), "icmp 10.0.0.1 > 10.0.0.2 3/13 snapped");
}

}  // namespace
}  // namespace buswitness::test
