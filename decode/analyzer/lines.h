// The serial lines of a capture: each interface's records are framed, and its items counted.
#pragma once

#include "decode/facts.h"
#include "decode/net/packet.h"
#include "decode/serial/line_reader.h"

#include <deque>
#include <memory>

namespace buswitness::analyzer {

class Lines {
public:
    explicit Lines(Facts &facts) : facts_(facts) {}
    Lines(Facts &facts, const Lines &other);  // as `other` stands, telling these facts

    // What the capture says of an interface, before its first record.
    void describe(std::uint32_t interface, const serial::LineWords &words);
    void add(const net::RawPacket &packet);  // serial::is_line(packet.link_type)
    void advance(Timestamp now);
    void finish();  // call once

private:
    struct Description {
        std::uint32_t interface = 0;
        std::string name, description;
        std::uint64_t speed = 0;
    };
    struct Asked {
        std::uint64_t number = 0;
        Timestamp end;
    };
    struct Line {
        serial::LineReader reader;
        std::size_t facts = 0;    // index in Facts::lines
        std::deque<Asked> asked;  // the latest requests
    };
    class Collector;

    Line *line_of(std::uint32_t interface);
    static void count_item(LineFacts &facts, std::deque<Asked> &asked, const serial::SerialFrame &item);
    static void count_unit(LineFacts &facts, const std::deque<Asked> &asked, const serial::SerialFrame &item);
    static LineUnitFacts &unit_of(LineFacts &facts, std::uint8_t unit);
    static LineFunctionFacts *function_of(LineUnitFacts &unit, std::uint8_t function);

    Facts &facts_;
    std::vector<Description> descriptions_;
    std::vector<std::unique_ptr<Line>> lines_;  // as Facts::lines
};

}  // namespace buswitness::analyzer
