#include "cli/suggest.h"

#include <gtest/gtest.h>

#include <array>

namespace buswitness::cli {
namespace {

constexpr std::array<std::string_view, 3> known = {"tcp-connection-refused", "tcp-connection-reset", "duplicate-ip"};

TEST(Suggest, FindsTheNearestWord)
{
    EXPECT_EQ(nearest("tcp-conection-refused", known), "tcp-connection-refused");
    EXPECT_EQ(nearest("tcp-connection-rest", known), "tcp-connection-reset");
    EXPECT_EQ(nearest("duplicateip", known), "duplicate-ip");
    EXPECT_EQ(nearest("duplicate-ip", known), "duplicate-ip");
}

TEST(Suggest, SaysNothingWhenNothingIsNear)
{
    EXPECT_EQ(nearest("banana", known), "");
    EXPECT_EQ(nearest("", known), "");
    EXPECT_EQ(nearest(std::string(10'000, 'x'), known), "");
}

}  // namespace
}  // namespace buswitness::cli
