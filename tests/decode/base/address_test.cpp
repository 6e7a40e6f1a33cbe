#include "decode/base/address.h"

#include <gtest/gtest.h>

namespace buswitness {
namespace {

TEST(Address, PrintsAsRfc5952Says)
{
    const struct {
        Address address;
        const char *text;
    } rows[] = {
        {Address::v4(0x0A000002), "10.0.0.2"},
        {Address::v4(0xFFFFFFFF), "255.255.255.255"},
        {Address::v4(0), "0.0.0.0"},
        {{0, 0}, "::"},
        {{0, 1}, "::1"},
        {{0xFD00'0000'0000'0000, 2}, "fd00::2"},
        {{0xFE80'0000'0000'0000, 0x021B'1BFF'FE00'0001}, "fe80::21b:1bff:fe00:1"},
        {{0x2001'0DB8'0000'0000, 0x0001'0000'0000'0001}, "2001:db8::1:0:0:1"},     // first of equal runs
        {{0x2001'0DB8'0000'0001, 0x0001'0001'0001'0001}, "2001:db8:0:1:1:1:1:1"},  // one group stays
        {{0x2001'0000'0000'0001, 0x0000'0000'0000'0001}, "2001:0:0:1::1"},         // the longer run
        {{0x2001'0DB8'0000'0000, 0}, "2001:db8::"},
        {{0x0001'0002'0003'0004, 0x0005'0006'0007'0008}, "1:2:3:4:5:6:7:8"},
    };
    for (const auto &row : rows)
        EXPECT_EQ(to_string(row.address), row.text);
}

TEST(Address, PrintsEndpointsAndHardwareAddresses)
{
    EXPECT_EQ(to_string(Endpoint{Address::v4(0x0A000002), 502}), "10.0.0.2:502");
    EXPECT_EQ(to_string(Endpoint{Address::v4(0x0A000002), 0}), "10.0.0.2");
    EXPECT_EQ(to_string(Endpoint{{0xFD00'0000'0000'0000, 2}, 502}), "[fd00::2]:502");
    EXPECT_EQ(to_string(Endpoint{{0xFD00'0000'0000'0000, 2}, 0}), "fd00::2");
    EXPECT_EQ(to_string(MacAddress{0x001B1B000001}), "00:1b:1b:00:00:01");
    EXPECT_EQ(to_string(MacAddress{0xFFFFFFFFFFFF}), "ff:ff:ff:ff:ff:ff");
}

TEST(Address, IsPublicOnlyWhenTheInternetRoutesIt)
{
    const struct {
        Address address;
        bool expected;
    } rows[] = {
        {Address::v4(0x08080808), true},
        {Address::v4(0x01000001), true},
        {Address::v4(0xDFFFFFFF), true},
        {Address::v4(0x00000001), false},
        {Address::v4(0x0A000001), false},
        {Address::v4(0x0B000001), true},
        {Address::v4(0x64400001), false},
        {Address::v4(0x64800001), true},
        {Address::v4(0x7F000001), false},
        {Address::v4(0xA9FE0101), false},
        {Address::v4(0xAC1F0001), false},
        {Address::v4(0xAC200001), true},
        {Address::v4(0xC0000201), false},
        {Address::v4(0xC0A80001), false},
        {Address::v4(0xC6130001), false},
        {Address::v4(0xE0000001), false},
        {Address::v4(0xFFFFFFFF), false},
        {{0, 0}, false},
        {{0, 1}, false},
        {{0x2001'4860'0000'0000, 1}, true},
        {{0x2001'0DB8'0000'0000, 1}, false},
        {{0x3FFF'0000'0000'0000, 1}, false},
        {{0xFD00'0000'0000'0000, 1}, false},
        {{0xFE80'0000'0000'0000, 1}, false},
        {{0xFF02'0000'0000'0000, 1}, false},
        {{0x0064'FF9B'0000'0000, 0x08080808}, true},
        {{0x0064'FF9B'0000'0000, 0x0A000001}, false},
    };
    for (const auto &row : rows)
        EXPECT_EQ(is_public(row.address), row.expected) << to_string(row.address);
}

}  // namespace
}  // namespace buswitness
