#include "capture/pcapng_clock.h"

#include <gtest/gtest.h>
#include <limits>

namespace buswitness::capture {
namespace {

constexpr std::int64_t latest = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t earliest = std::numeric_limits<std::int64_t>::min();
constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();

TEST(PcapngClock, CountsMicrosecondsUnlessToldOtherwise)
{
    EXPECT_EQ(PcapngClock().time(1'500'000).time_since_epoch().count(), 1'500'000'000);
}

TEST(PcapngClock, EveryResolutionAndOffsetIsReadWithoutOverflow)
{
    struct Row {
        unsigned if_tsresol;
        std::int64_t if_tsoffset;
        std::uint64_t ticks;
        std::int64_t nanoseconds;
    };
    const Row rows[] = {
        {0, 0, 7, 7'000'000'000},
        {3, 0, 1'700'000'000'123, 1'700'000'000'123'000'000},
        {6, 0, 1, 1'000},
        {9, 0, 1'700'000'000'123'456'789, 1'700'000'000'123'456'789},
        {12, 0, 5'999, 5},
        {18, 0, 1'000'000'000'000'000'000, 1'000'000'000},
        {19, 0, most, 1'844'674'407},
        {28, 0, most, 1},
        {29, 0, most, 0},
        {127, 0, most, 0},
        {0, 0, most, latest},
        {6, 0, most, latest},
        {9, 0, most, latest},
        {128 + 0, 0, 3, 3'000'000'000},
        {128 + 10, 0, 1'536, 1'500'000'000},
        {128 + 32, 0, std::uint64_t{3} << 31, 1'500'000'000},
        {128 + 63, 0, most, 1'999'999'999},
        {128 + 64, 0, most, 999'999'999},
        {128 + 127, 0, most, 0},
        {6, 10, 1, 10'000'001'000},
        {6, -1, 1'000'001, 1'000},
        {6, -1, 0, -1'000'000'000},
        {6, std::numeric_limits<std::int64_t>::max(), most, latest},
        {6, std::numeric_limits<std::int64_t>::min(), 0, earliest},
        {0, -1'000'000'000'000, 1'000'000'000'001, 1'000'000'000},
    };
    for (const Row &row : rows) {
        PcapngClock clock;
        clock.set_resolution(static_cast<std::uint8_t>(row.if_tsresol));
        clock.set_offset(row.if_tsoffset);
        EXPECT_EQ(clock.time(row.ticks).time_since_epoch().count(), row.nanoseconds)
            << row.if_tsresol << " " << row.if_tsoffset << " " << row.ticks;
    }
}

}  // namespace
}  // namespace buswitness::capture
