#include "decode/serial/timing.h"

namespace buswitness::serial {
namespace {

constexpr std::uint32_t last_proportional_rate = 19'200;
constexpr Duration fixed_t1_5 = std::chrono::microseconds(750);
constexpr Duration fixed_t3_5 = std::chrono::microseconds(1750);

}  // namespace

int character_bits(const LineSettings &settings)
{
    return 1 + settings.data_bits + (settings.parity == Parity::none ? 0 : 1) + settings.stop_bits;
}

Duration character_time(const LineSettings &settings)
{
    constexpr std::int64_t second = 1'000'000'000;
    return Duration(settings.baud == 0 ? 0 : character_bits(settings) * second / settings.baud);
}

Duration shortest_character_time(const LineSettings &settings)
{
    LineSettings shortest = settings;
    shortest.stop_bits = 1;
    return character_time(shortest);
}

Duration t1_5(const LineSettings &settings)
{
    return settings.baud > last_proportional_rate ? fixed_t1_5 : character_time(settings) * 3 / 2;
}

Duration t3_5(const LineSettings &settings)
{
    return settings.baud > last_proportional_rate ? fixed_t3_5 : character_time(settings) * 7 / 2;
}

}  // namespace buswitness::serial
