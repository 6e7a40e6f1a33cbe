#include "decode/base/stable_vector.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

namespace buswitness {
namespace {

TEST(StableVector, BeginsEmpty)
{
    StableVector<int> none;
    EXPECT_TRUE(none.empty());
    EXPECT_EQ(none.size(), 0U);
    EXPECT_TRUE(none.begin() == none.end());
}

TEST(StableVector, NeverMovesAnElement)
{
    StableVector<int, 2> table;
    std::vector<const int *> places;
    for (int i = 0; i < 1000; ++i) {
        int &element = table.emplace_back();
        EXPECT_EQ(element, 0);
        element = i;
        places.push_back(&element);
    }
    ASSERT_EQ(table.size(), 1000U);
    for (std::size_t i = 0; i < places.size(); ++i) {
        EXPECT_EQ(&table[i], places[i]);
        EXPECT_EQ(table[i], static_cast<int>(i));
    }
}

TEST(StableVector, IsWalkedFromTheFirstToTheLast)
{
    for (const int count : {1, 3, 4, 5, 8, 9}) {  // around the ends of chunks of four
        StableVector<int, 2> table;
        for (int i = 0; i < count; ++i)
            table.emplace_back() = i;
        const auto &fixed = table;
        std::vector<int> walked;
        for (const int element : fixed)
            walked.push_back(element);
        std::vector<int> expected(static_cast<std::size_t>(count));
        std::iota(expected.begin(), expected.end(), 0);
        EXPECT_EQ(walked, expected);
    }
}

TEST(StableVector, WorksWithAlgorithms)
{
    StableVector<std::pair<int, int>, 1> table;
    for (int i = 0; i < 10; ++i)
        table.emplace_back() = {i, i * i};
    const auto found = std::ranges::find(table, 49, &std::pair<int, int>::second);
    ASSERT_TRUE(found != table.end());
    EXPECT_EQ(found->first, 7);
    found->second = 50;
    EXPECT_EQ(table[7].second, 50);
    auto at = table.begin();
    EXPECT_EQ((at++)->first, 0);
    EXPECT_EQ((++at)->first, 2);
}

TEST(StableVector, TakesElementsThatCanOnlyMove)
{
    StableVector<std::unique_ptr<int>> table;
    for (int i = 0; i < 100; ++i)
        table.emplace_back() = std::make_unique<int>(i);
    EXPECT_EQ(*table[99], 99);
    StableVector<std::unique_ptr<int>> other = std::move(table);
    EXPECT_EQ(other.size(), 100U);
    EXPECT_EQ(*other[64], 64);
}

}  // namespace
}  // namespace buswitness
