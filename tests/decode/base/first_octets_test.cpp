#include "decode/base/first_octets.h"

#include <gtest/gtest.h>

#include <vector>

namespace buswitness {
namespace {

TEST(FirstOctets, KeepsAtMostItsLimitAndSaysWhenThereWasMore)
{
    for (std::size_t size = 0; size < 300; ++size) {
        std::vector<std::uint8_t> octets(size);
        for (std::size_t i = 0; i < size; ++i)
            octets[i] = static_cast<std::uint8_t>(i + 1);
        const FirstOctets<7> first{Bytes(octets)};
        ASSERT_EQ(first.octets().size(), std::min<std::size_t>(size, 7)) << size;
        EXPECT_TRUE(std::equal(first.octets().begin(), first.octets().end(), octets.begin())) << size;
        EXPECT_EQ(first.cut(), size > 7) << size;
    }
}

}  // namespace
}  // namespace buswitness
