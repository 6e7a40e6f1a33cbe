#include "capture/live_handle.h"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <unistd.h>

namespace buswitness::capture {
namespace {

TEST(HeldNumber, IsGivenToNoFileUntilItIsReleased)
{
    const int number = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    ASSERT_GE(number, 0);
    ::close(number);
    HeldNumber held;
    held.hold(number);
    const int other = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    EXPECT_NE(other, number);
    ::close(other);
    EXPECT_EQ(held.release(), number);
    EXPECT_EQ(held.release(), -1);
    const int again = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    EXPECT_EQ(again, number);
    ::close(again);
}

TEST(HeldNumber, MayBeHigherThanTheNextFreeOne)
{
    constexpr int high = 200;
    HeldNumber held;
    held.hold(high);
    EXPECT_NE(::fcntl(high, F_GETFD), -1);
    held.release();
    EXPECT_EQ(::fcntl(high, F_GETFD), -1);
}

}  // namespace
}  // namespace buswitness::capture
