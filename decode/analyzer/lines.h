// The serial lines of a capture: each interface's records are framed, and its items counted.
#pragma once

#include "decode/analyzer/line_rereading.h"
#include "decode/analyzer/line_signal.h"
#include "decode/analyzer/line_talk.h"
#include "decode/facts.h"
#include "decode/net/packet.h"
#include "decode/serial/line_reader.h"

#include <memory>

namespace buswitness::analyzer {

class Lines {
public:
    Lines(Facts &facts, Collector &collector) : facts_(facts), collector_(collector) {}
    // As `other` stands, telling these.
    Lines(Facts &facts, Collector &collector, const Lines &other);

    // What the capture says of an interface, before its first record. `serial`: it is a line, also if nothing is heard.
    void describe(std::uint32_t interface, const serial::LineWords &words, bool serial);
    void add(const net::RawPacket &packet);  // serial::is_line(packet.link_type)
    void advance(Timestamp now);
    void finish();  // call once

private:
    struct Description {
        std::uint32_t interface = 0;
        std::string name, description;
        std::uint64_t speed = 0;
    };
    struct Line {
        serial::LineReader reader;
        std::size_t facts = 0;         // index in Facts::lines
        ConnectionFacts conversation;  // what the collector counts for
        LineTalk talk;
        LineSignal signal;
        LineRereading rereading;
    };
    class Sink;

    Line *line_of(std::uint32_t interface);
    static void count_item(LineFacts &facts, const serial::SerialFrame &item);

    Facts &facts_;
    Collector &collector_;
    std::vector<Description> descriptions_;
    std::vector<std::unique_ptr<Line>> lines_;  // as Facts::lines
};

}  // namespace buswitness::analyzer
