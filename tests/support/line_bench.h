// A serial line with an adapter on it, by the clock of the test: what is said on the line becomes chunks as an
// adapter with a free-running timer would hand them over.
#pragma once

#include "decode/serial/framer.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace buswitness::test {

struct HeardOctet {
    Timestamp time;  // its stop bit
    std::uint8_t octet = 0, mark = 0;
};

struct HeardChunk {
    Timestamp time;
    std::vector<std::uint8_t> octets, marks;
    [[nodiscard]] serial::LineChunk chunk() const { return {.time = time, .octets = octets, .marks = marks}; }
};

struct BenchAdapter {
    Duration latency = std::chrono::milliseconds(1);
    std::size_t packet = 62;
    Duration delay = std::chrono::microseconds(150);  // from the packet to the read
};

class LineBench {
public:
    explicit LineBench(serial::LineSettings settings = {}, BenchAdapter adapter = {})
        : settings_(settings), adapter_(adapter)
    {
    }

    void octets(Duration at, const std::vector<std::uint8_t> &octets, std::uint8_t mark = 0);
    void hear(HeardOctet heard) { heard_.push_back(heard); }  // in the order of their times
    void rtu(Duration at, std::vector<std::uint8_t> unit_and_pdu, std::uint8_t mark = 0);  // the CRC is added
    void damaged(Duration at, std::vector<std::uint8_t> unit_and_pdu);                     // the CRC is wrong
    void ascii(Duration at, const std::vector<std::uint8_t> &unit_and_pdu, bool parity_heard = false);
    // Lines "MS VERB HEX": rtu, damaged, ascii, raw, marked. Empty lines are skipped.
    void script(std::string_view text);

    [[nodiscard]] std::vector<HeardChunk> chunks() const;
    [[nodiscard]] const std::vector<HeardOctet> &heard() const { return heard_; }
    [[nodiscard]] const serial::LineSettings &settings() const { return settings_; }
    [[nodiscard]] Duration duration(std::size_t octets) const;  // on the line

private:
    serial::LineSettings settings_;
    BenchAdapter adapter_;
    std::vector<HeardOctet> heard_;
};

// What a framer told, with octets of its own.
struct ToldItem {
    serial::SerialFrame frame;  // its views are not valid any more
    std::vector<std::uint8_t> octets, marks;
};

class Told final : public serial::FrameSink {
public:
    void item(const serial::SerialFrame &frame) override
    {
        items.push_back({frame, {frame.octets.begin(), frame.octets.end()}, {frame.marks.begin(), frame.marks.end()}});
    }
    std::vector<ToldItem> items;
};

std::vector<ToldItem> framed(const LineBench &bench, std::size_t window = serial::FramerOptions{}.window);

// "request 1/3", "response 1/3 to 1", "exception 1/3 to 1", "bad 1/3", "noise tail-spike 1": one item a line.
std::string words_of(const std::vector<ToldItem> &items);

}  // namespace buswitness::test
