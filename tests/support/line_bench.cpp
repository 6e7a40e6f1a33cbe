#include "tests/support/line_bench.h"

#include "decode/modbus/rtu.h"
#include "decode/serial/timing.h"
#include "tests/support/hex.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <charconv>
#include <sstream>

namespace buswitness::test {
namespace {

constexpr Timestamp epoch{std::chrono::hours(24 * 365 * 50)};

std::uint8_t with_even_parity(std::uint8_t character)
{
    const bool odd = __builtin_parity(character) != 0;
    return static_cast<std::uint8_t>(character | (odd ? 0x80 : 0));
}

}  // namespace

Duration LineBench::duration(std::size_t octets) const
{
    return static_cast<std::int64_t>(octets) * serial::character_time(settings_);
}

void LineBench::octets(Duration at, const std::vector<std::uint8_t> &octets, std::uint8_t mark)
{
    for (std::size_t i = 0; i < octets.size(); ++i)
        heard_.push_back({epoch + at + duration(i + 1), octets[i], mark});
    std::ranges::stable_sort(heard_, {}, &HeardOctet::time);
}

void LineBench::rtu(Duration at, std::vector<std::uint8_t> frame, std::uint8_t mark)
{
    const std::uint16_t crc = modbus::crc16(frame);
    frame.push_back(static_cast<std::uint8_t>(crc & 0xFF));
    frame.push_back(static_cast<std::uint8_t>(crc >> 8));
    octets(at, frame, mark);
}

void LineBench::damaged(Duration at, std::vector<std::uint8_t> frame)
{
    const std::uint16_t crc = modbus::crc16(frame) ^ 0x1111;
    frame.push_back(static_cast<std::uint8_t>(crc & 0xFF));
    frame.push_back(static_cast<std::uint8_t>(crc >> 8));
    octets(at, frame);
}

void LineBench::ascii(Duration at, const std::vector<std::uint8_t> &frame, bool parity_heard)
{
    std::string text = ":";
    for (const std::uint8_t octet : frame)
        text += fmt::format("{:02X}", octet);
    text += fmt::format("{:02X}\r\n", modbus::lrc(frame));
    std::vector<std::uint8_t> characters(text.begin(), text.end());
    if (parity_heard)
        std::ranges::transform(characters, characters.begin(), with_even_parity);
    octets(at, characters);
}

void LineBench::script(std::string_view text)
{
    std::istringstream lines{std::string(text)};
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line);
        double milliseconds = 0;
        std::string verb, octets_of_line;
        if (!(words >> milliseconds >> verb))
            continue;
        std::getline(words, octets_of_line);
        const Duration at(static_cast<std::int64_t>(milliseconds * 1e6));
        const std::vector<std::uint8_t> octets_said = hex(octets_of_line);
        if (verb == "rtu")
            rtu(at, octets_said);
        else if (verb == "damaged")
            damaged(at, octets_said);
        else if (verb == "ascii")
            ascii(at, octets_said);
        else if (verb == "marked")
            octets(at, octets_said, serial::parity_error);
        else
            octets(at, octets_said);
    }
}

// The timer runs freely and is restarted by every packet; a full packet is sent at once.
std::vector<HeardChunk> LineBench::chunks() const
{
    std::vector<HeardChunk> chunks;
    HeardChunk packet;
    const auto send = [&](Timestamp time) {
        packet.time = time + adapter_.delay;
        chunks.push_back(std::move(packet));
        packet = {};
    };
    Timestamp timer = epoch;
    for (const HeardOctet &heard : heard_) {
        while (heard.time > timer + adapter_.latency) {
            timer += adapter_.latency;
            if (!packet.octets.empty())
                send(timer);
        }
        packet.octets.push_back(heard.octet);
        packet.marks.push_back(heard.mark);
        if (packet.octets.size() == adapter_.packet) {
            timer = heard.time;
            send(timer);
        }
    }
    if (!packet.octets.empty())
        send(timer + adapter_.latency);
    return chunks;
}

std::vector<ToldItem> framed(const LineBench &bench, std::size_t window)
{
    serial::Framer framer({.settings = bench.settings(), .window = window});
    Told told;
    for (const HeardChunk &chunk : bench.chunks())
        framer.add(chunk.chunk(), told);
    framer.finish(told);
    return told.items;
}

std::string words_of(const std::vector<ToldItem> &items)
{
    std::string words;
    for (const ToldItem &item : items) {
        const serial::SerialFrame &frame = item.frame;
        const std::string header = fmt::format("{}/{}", frame.unit, frame.function);
        if (frame.kind == serial::ItemKind::noise)
            words += fmt::format("noise {} {}", to_string(frame.noise), item.octets.size());
        else if (frame.kind == serial::ItemKind::bad)
            words += "bad " + header;
        else
            words += fmt::format("{} {}", frame.exception ? "exception" : to_string(frame.direction), header);
        if (frame.answers != 0)
            words += fmt::format(" to {}", frame.answers);
        words += '\n';
    }
    return words;
}

}  // namespace buswitness::test
