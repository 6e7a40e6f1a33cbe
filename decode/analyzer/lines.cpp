#include "decode/analyzer/lines.h"

#include <algorithm>

namespace buswitness::analyzer {
namespace {

using serial::FrameDirection;
using serial::ItemKind;
using serial::SerialFrame;

constexpr std::size_t most_lines = 64;  // each holds a window of its octets
constexpr std::size_t most_described = 65'536;

}  // namespace

class Lines::Sink final : public serial::LineSink {
public:
    Sink(LineFacts &facts, Line &line, Collector &collector) : facts_(facts), line_(line), collector_(collector)
    {
        collector_.enter(line_.conversation);
    }
    void chunk(const serial::LineChunk &chunk) override
    {
        ++facts_.chunks;
        facts_.octets += chunk.octets.size();
        for (const std::uint8_t mark : chunk.marks) {
            facts_.marked_octets += mark != serial::no_mark;
            facts_.lost_marks += (mark & serial::octets_lost) != 0;
        }
        line_.signal.chunk(chunk, facts_);
        line_.rereading.chunk(chunk);
    }
    void item(const SerialFrame &item) override
    {
        count_item(facts_, item);
        facts_.habit = line_.reader.framer().habit();
        line_.talk.item(item, facts_, collector_);
        line_.signal.item(item, facts_);
    }
    void begin_again() override
    {
        line_.talk.finish(facts_, collector_);  // the totals add up
        LineFacts fresh;
        fresh.interface = facts_.interface;
        fresh.name = facts_.name;
        fresh.description = facts_.description;
        fresh.settings = facts_.settings;
        fresh.records = facts_.records;
        fresh.undecodable = facts_.undecodable;
        facts_ = std::move(fresh);
        line_.talk = {};
        line_.signal = {};
        line_.rereading = {};
    }

private:
    LineFacts &facts_;
    Line &line_;
    Collector &collector_;
};

Lines::Lines(Facts &facts, Collector &collector, const Lines &other)
    : facts_(facts), collector_(collector), descriptions_(other.descriptions_)
{
    for (const std::unique_ptr<Line> &line : other.lines_)
        lines_.push_back(std::make_unique<Line>(*line));
}

void Lines::describe(std::uint32_t interface, const serial::LineWords &words, bool serial)
{
    const Description told{interface, std::string(words.name), std::string(words.description), words.speed};
    const auto known = std::ranges::find(descriptions_, interface, &Description::interface);
    if (known != descriptions_.end())
        *known = told;
    else if (descriptions_.size() < most_described)
        descriptions_.push_back(told);
    if (serial)
        line_of(interface);
}

Lines::Line *Lines::line_of(std::uint32_t interface)
{
    const auto known = std::ranges::find(facts_.lines, interface, &LineFacts::interface);
    if (known != facts_.lines.end())
        return lines_[static_cast<std::size_t>(known - facts_.lines.begin())].get();
    if (lines_.size() == most_lines)
        return nullptr;
    LineFacts facts;
    facts.interface = interface;
    facts.settings = serial::settings_of({});
    const auto told = std::ranges::find(descriptions_, interface, &Description::interface);
    if (told != descriptions_.end()) {
        facts.name = told->name;
        facts.description = told->description;
        facts.settings = serial::settings_of({told->name, told->description, told->speed});
    }
    lines_.push_back(
        std::make_unique<Line>(Line{serial::LineReader(facts.settings), facts_.lines.size(), {}, {}, {}, {}}));
    lines_.back()->conversation.pair = collector_.line(static_cast<std::uint32_t>(facts_.lines.size()));
    facts_.lines.push_back(std::move(facts));
    return lines_.back().get();
}

// Records are other packets until the end shows Modbus on their line.
void Lines::add(const net::RawPacket &packet)
{
    Line *const line = line_of(packet.interface);
    if (line == nullptr) {
        facts_.packets.other += packet.link_type == serial::link_raw_chunk ? 0 : 1;
        ++facts_.left_out;
        return;
    }
    LineFacts &facts = facts_.lines[line->facts];
    Sink sink(facts, *line, collector_);
    const auto verdict = line->reader.add({packet.link_type, packet.data, packet.time}, sink);
    if (packet.link_type == serial::link_raw_chunk)
        return;
    const bool undecodable = verdict == serial::RecordVerdict::undecodable;
    ++(undecodable ? facts_.packets.undecodable : facts_.packets.other);
    ++(undecodable ? facts.undecodable : facts.records);
}

void Lines::advance(Timestamp now)
{
    for (const std::unique_ptr<Line> &line : lines_) {
        Sink sink(facts_.lines[line->facts], *line, collector_);
        line->reader.advance(now, sink);
    }
}

void Lines::finish()
{
    constexpr std::uint64_t no_coincidence = 2;  // one right check sum may be chance
    for (const std::unique_ptr<Line> &line : lines_) {
        LineFacts &facts = facts_.lines[line->facts];
        Sink sink(facts, *line, collector_);
        line->reader.finish(sink);
        facts.habit = line->reader.framer().habit();
        line->talk.finish(facts, collector_);
        line->signal.finish(facts);
        line->rereading.finish(facts);
        LineRereading::read_answers(line->talk.garbled(), facts);
        if (facts.frames < no_coincidence)
            continue;
        facts_.packets.other -= facts.records;
        facts_.packets.modbus += facts.records;
    }
}

void Lines::count_item(LineFacts &facts, const SerialFrame &item)
{
    if (facts.frames + facts.bad + facts.noise == 0)
        facts.first = item.start;
    facts.last = item.end;
    switch (item.kind) {
    case ItemKind::frame:
        ++facts.frames;
        facts.frame_octets += item.octets.size();
        facts.frames_seen.add({item.number, item.start});
        break;
    case ItemKind::bad:
        ++facts.bad;
        facts.bad_octets += item.octets.size();
        return;
    case ItemKind::noise:
        ++facts.noise;
        facts.noise_octets += item.octets.size();
        return;
    }
    if (item.ascii) {
        ++facts.ascii_frames;
        facts.ascii_seen.add({item.number, item.start});
    }
    switch (item.direction) {
    case FrameDirection::request:
        ++facts.requests;
        facts.broadcasts += item.unit == 0;
        break;
    case FrameDirection::response:
        ++facts.responses;
        facts.answered += item.answers != 0;
        break;
    case FrameDirection::unknown: ++facts.undirected; break;
    }
}

}  // namespace buswitness::analyzer
