#include "decode/net/fragments.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

namespace buswitness::net {
namespace {

using namespace std::chrono_literals;

constexpr std::uint8_t protocol = 6;

FragmentKey key(std::uint32_t id)
{
    return {.source = Address::v4(1), .destination = Address::v4(2), .id = id, .protocol = protocol, .ipv6 = false};
}

// Adds the text as a fragment; the datagram's text when it is whole, "" before.
std::string add(FragmentTable &table, std::uint32_t id, std::size_t offset, std::string_view text, bool more,
                Duration at = 0s)
{
    const std::vector<std::uint8_t> octets(text.begin(), text.end());
    const Fragment fragment{.offset = offset, .more = more, .protocol = protocol, .octets = octets};
    const auto datagram = table.add(key(id), fragment, Timestamp(at));
    if (!datagram)
        return {};
    EXPECT_EQ(datagram->protocol, protocol);
    return {datagram->octets.begin(), datagram->octets.end()};
}

TEST(Fragments, GiveTheDatagramInAnyOrder)
{
    FragmentTable table;
    EXPECT_EQ(add(table, 1, 16, "end", false), "");
    EXPECT_EQ(add(table, 1, 0, "AAAAAAAA", true), "");
    EXPECT_EQ(add(table, 2, 0, "other ID", true), "");
    EXPECT_EQ(add(table, 1, 8, "BBBBBBBB", true), "AAAAAAAABBBBBBBBend");
    EXPECT_EQ(table.trains(), 1U);
    EXPECT_EQ(add(table, 2, 8, "", false), "other ID");
    EXPECT_EQ(table.trains(), 0U);
    EXPECT_EQ(table.octets(), 0U);
}

TEST(Fragments, KeepTheFirstCopyWhereTheyOverlap)
{
    FragmentTable table;
    EXPECT_EQ(add(table, 1, 0, "AAAAAAAABBBBBBBB", true), "");
    EXPECT_EQ(add(table, 1, 0, "xxxxxxxx", true), "");
    EXPECT_EQ(add(table, 1, 8, "xxxxxxxxCCCCCCCC", true), "");
    EXPECT_EQ(add(table, 1, 24, "end", false), "AAAAAAAABBBBBBBBCCCCCCCCend");
}

TEST(Fragments, IgnoreWhatCannotBe)
{
    FragmentTable table;
    EXPECT_EQ(add(table, 1, 0, "seven o", true), "");        // only the last may end between two offsets
    EXPECT_EQ(add(table, 1, 0, "", true), "");               // nothing, and more of it
    EXPECT_EQ(add(table, 1, 65528, "12345678", false), "");  // longer than a datagram can be
    EXPECT_EQ(table.trains(), 0U);
    EXPECT_EQ(add(table, 1, 8, "end", false), "");
    EXPECT_EQ(add(table, 1, 16, "behind the end", false), "");
    EXPECT_EQ(add(table, 1, 8, "BBBBBBBB", true), "");
    EXPECT_EQ(add(table, 1, 0, "an end", false), "");
    EXPECT_EQ(add(table, 1, 0, "AAAAAAAA", true), "AAAAAAAAend");
}

TEST(Fragments, ReachTheLastOctetOfTheLongestDatagram)
{
    FragmentTable table;
    EXPECT_EQ(add(table, 1, 65528, "1234567", false), "");
    EXPECT_EQ(add(table, 1, 0, std::string(65528, 'A'), true).size(), 65535U);
}

TEST(Fragments, BelongTogetherFor30Seconds)
{
    FragmentTable table;
    EXPECT_EQ(add(table, 1, 0, "AAAAAAAA", true, 100s), "");
    EXPECT_EQ(add(table, 1, 8, "end", false, 130s), "AAAAAAAAend");
    EXPECT_EQ(add(table, 2, 0, "AAAAAAAA", true, 100s), "");
    EXPECT_EQ(add(table, 2, 8, "end", false, 131s), "");
    EXPECT_EQ(add(table, 2, 0, "BBBBBBBB", true, 132s), "BBBBBBBBend");
    EXPECT_EQ(add(table, 3, 0, "AAAAAAAA", true, 100s), "");
    EXPECT_EQ(add(table, 3, 8, "end", false, 69s), "");  // the clock went back
}

TEST(Fragments, ForgetTheLeastRecentlyUsedTrain)
{
    FragmentTable table({.trains = 2, .octets = 1 << 20, .timeout = 30s});
    EXPECT_EQ(add(table, 1, 0, "AAAAAAAA", true), "");
    EXPECT_EQ(add(table, 2, 0, "BBBBBBBB", true), "");
    EXPECT_EQ(add(table, 1, 8, "AAAAAAAA", true), "");
    EXPECT_EQ(add(table, 3, 0, "CCCCCCCC", true), "");
    EXPECT_EQ(table.trains(), 2U);
    EXPECT_EQ(add(table, 1, 16, "end", false), "AAAAAAAAAAAAAAAAend");
    EXPECT_EQ(add(table, 2, 8, "end", false), "");
    EXPECT_EQ(add(table, 3, 8, "end", false), "CCCCCCCCend");
}

TEST(Fragments, StayBelowTheLimits)
{
    FragmentTable table;
    for (std::uint32_t id = 0; id < 4000; ++id)
        EXPECT_EQ(add(table, id, 65520, "AAAAAAAA", true), "");
    EXPECT_LE(table.octets(), std::size_t{16} << 20);
    EXPECT_GT(table.trains(), 200U);
    FragmentTable small;
    for (std::uint32_t id = 0; id < 4000; ++id)
        EXPECT_EQ(add(small, id, 0, "AAAAAAAA", true), "");
    EXPECT_EQ(small.trains(), 1024U);
}

}  // namespace
}  // namespace buswitness::net
