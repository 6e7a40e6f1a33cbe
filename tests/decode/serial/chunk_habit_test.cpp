#include "decode/serial/chunk_habit.h"

#include "tests/support/line_bench.h"

#include <gtest/gtest.h>

namespace buswitness::serial {
namespace {

using std::chrono::milliseconds;

ChunkHabit habit_of(LineSettings settings, test::BenchAdapter adapter)
{
    test::LineBench bench(settings, adapter);
    for (int poll = 0; poll < 60; ++poll) {
        const Duration at = milliseconds(100 * poll) + std::chrono::microseconds(713 * poll % 9'000);
        bench.rtu(at, {1, 3, 0, 0, 0, 20});
        std::vector<std::uint8_t> answer = {1, 3, 40};
        answer.resize(43);
        bench.rtu(at + bench.duration(8) + milliseconds(5), answer);
    }
    Framer framer({.settings = settings});
    test::Told told;
    for (const test::HeardChunk &chunk : bench.chunks())
        framer.add(chunk.chunk(), told);
    framer.finish(told);
    return framer.habit();
}

TEST(ChunkHabit, TheAdaptersLatencyIsMeasured)
{
    for (const std::uint32_t baud : {9'600U, 19'200U, 38'400U})
        for (const int latency : {1, 4, 16}) {
            const ChunkHabit habit = habit_of({.baud = baud}, {.latency = milliseconds(latency)});
            EXPECT_TRUE(habit.measured) << baud;
            EXPECT_NEAR(seconds(habit.latency) * 1e3, latency, 0.6) << baud << " baud, " << latency << " ms";
        }
}

TEST(ChunkHabit, IsCautiousAsLongAsLittleWasHeard)
{
    HabitMeter meter;
    for (int i = 0; i < 10; ++i)
        meter.add(3, milliseconds(1));
    EXPECT_FALSE(meter.habit({}).measured);
    EXPECT_EQ(meter.habit({}).latency, milliseconds(16));
}

TEST(ChunkHabit, AnAdapterThatSendsFullPacketsOnlyMayHoldOctetsForLong)
{
    HabitMeter meter;
    for (int i = 0; i < 100; ++i)
        meter.add(32, milliseconds(7));
    EXPECT_TRUE(meter.habit({}).measured);
    EXPECT_GE(meter.habit({}).latency, std::chrono::seconds(1));
    EXPECT_EQ(meter.habit({}).packet, 32U);
}

TEST(ChunkHabit, AFifoWaitsForSilence)
{
    const Duration character = milliseconds(1);
    HabitMeter meter;
    for (int i = 0; i < 200; ++i) {
        meter.add(8, 8 * character);
        meter.add(5, 9 * character - Duration(400'000 * (i % 9)));
    }
    EXPECT_EQ(meter.habit(character).silence, 4 * character);
}

}  // namespace
}  // namespace buswitness::serial
