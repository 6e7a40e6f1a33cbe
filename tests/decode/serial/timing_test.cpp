#include "decode/serial/timing.h"

#include <gtest/gtest.h>

namespace buswitness::serial {
namespace {

struct Row {
    LineSettings settings;
    int bits;
    std::int64_t character_us, t1_5_us, t3_5_us;
};

const Row rows[] = {
    {{9'600, 8, Parity::even, 1}, 11, 1145, 1718, 4010},
    {{19'200, 8, Parity::even, 1}, 11, 572, 859, 2005},
    {{19'200, 8, Parity::none, 1}, 10, 520, 781, 1822},
    {{38'400, 8, Parity::odd, 1}, 11, 286, 750, 1750},
    {{115'200, 8, Parity::none, 2}, 11, 95, 750, 1750},
    {{1'200, 7, Parity::even, 1}, 10, 8333, 12'499, 29'166},
    {{0, 8, Parity::even, 1}, 11, 0, 0, 0},
};

TEST(Timing, CharactersAndSilencesAsTheSpecificationSays)
{
    using std::chrono::duration_cast;
    using std::chrono::microseconds;
    for (const Row &row : rows) {
        EXPECT_EQ(character_bits(row.settings), row.bits) << row.settings.baud;
        EXPECT_EQ(duration_cast<microseconds>(character_time(row.settings)).count(), row.character_us);
        EXPECT_EQ(duration_cast<microseconds>(t1_5(row.settings)).count(), row.t1_5_us) << row.settings.baud;
        EXPECT_EQ(duration_cast<microseconds>(t3_5(row.settings)).count(), row.t3_5_us) << row.settings.baud;
    }
}

TEST(Timing, TheShortestCharacterHasOneStopBit)
{
    EXPECT_EQ(shortest_character_time({19'200, 8, Parity::none, 2}), character_time({19'200, 8, Parity::none, 1}));
    EXPECT_EQ(shortest_character_time({19'200, 8, Parity::even, 1}), character_time({19'200, 8, Parity::even, 1}));
}

}  // namespace
}  // namespace buswitness::serial
