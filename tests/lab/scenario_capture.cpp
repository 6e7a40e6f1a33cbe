// scenario_capture SCENARIO CAPTURE - writes the packets of a scenario (tests/support/scenario.h tells the language) as
// a pcap file with nanoseconds. The same text gives the same octets. Samples that no bench can play are made with it.
#include "tests/lab/script_to_capture.h"
#include "tests/support/scenario.h"

#include <cstdint>
#include <istream>
#include <iterator>
#include <ostream>
#include <sstream>
#include <string>

namespace {

using buswitness::test::Scenario;

void put(std::ostream &out, std::uint32_t value)
{
    const char octets[] = {static_cast<char>(value & 0xFF), static_cast<char>(value >> 8 & 0xFF),
                           static_cast<char>(value >> 16 & 0xFF), static_cast<char>(value >> 24 & 0xFF)};
    out.write(octets, sizeof octets);
}

void write(std::ostream &out, const Scenario &scenario)
{
    constexpr std::uint32_t nanosecond_magic = 0xA1B23C4D, version_2_4 = 0x0004'0002, ethernet = 1;
    for (const std::uint32_t value : {nanosecond_magic, version_2_4, 0U, 0U, 262'144U, ethernet})
        put(out, value);
    for (const auto &packet : scenario.packets) {
        const std::int64_t ns = packet.time.time_since_epoch().count();
        put(out, static_cast<std::uint32_t>(ns / 1'000'000'000));
        put(out, static_cast<std::uint32_t>(ns % 1'000'000'000));
        put(out, static_cast<std::uint32_t>(packet.octets.size()));
        put(out, packet.original_length);
        for (const std::uint8_t octet : packet.octets)
            out.put(static_cast<char>(octet));
    }
}

}  // namespace

int main(int argc, char **argv)
{
    return buswitness::lab::script_to_capture(argc, argv, "scenario_capture", [](std::istream &in) {
        const std::string text{std::istreambuf_iterator<char>(in), {}};
        std::ostringstream capture;
        write(capture, buswitness::test::scenario(text));
        return capture.str();
    });
}
