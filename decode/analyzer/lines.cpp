#include "decode/analyzer/lines.h"

#include <algorithm>

namespace buswitness::analyzer {
namespace {

using serial::FrameDirection;
using serial::ItemKind;
using serial::SerialFrame;

constexpr std::size_t most_lines = 64;  // each holds a window of its octets
constexpr std::size_t most_asked = 8;
constexpr std::size_t most_described = 65'536;

}  // namespace

class Lines::Collector final : public serial::LineSink {
public:
    Collector(LineFacts &facts, std::deque<Asked> &asked) : facts_(facts), asked_(asked) {}
    void chunk(const serial::LineChunk &chunk) override
    {
        ++facts_.chunks;
        facts_.octets += chunk.octets.size();
        for (const std::uint8_t mark : chunk.marks) {
            facts_.marked_octets += mark != serial::no_mark;
            facts_.lost_marks += (mark & serial::octets_lost) != 0;
        }
    }
    void item(const SerialFrame &item) override { count_item(facts_, asked_, item); }
    void begin_again() override
    {
        LineFacts fresh;
        fresh.interface = facts_.interface;
        fresh.name = facts_.name;
        fresh.description = facts_.description;
        fresh.settings = facts_.settings;
        fresh.records = facts_.records;
        fresh.undecodable = facts_.undecodable;
        facts_ = std::move(fresh);
        asked_.clear();
    }

private:
    LineFacts &facts_;
    std::deque<Asked> &asked_;
};

Lines::Lines(Facts &facts, const Lines &other) : facts_(facts), descriptions_(other.descriptions_)
{
    for (const std::unique_ptr<Line> &line : other.lines_)
        lines_.push_back(std::make_unique<Line>(*line));
}

void Lines::describe(std::uint32_t interface, const serial::LineWords &words)
{
    if (descriptions_.size() < most_described)
        descriptions_.push_back({interface, std::string(words.name), std::string(words.description), words.speed});
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
    lines_.push_back(std::make_unique<Line>(Line{serial::LineReader(facts.settings), facts_.lines.size(), {}}));
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
    Collector collector(facts, line->asked);
    const auto verdict = line->reader.add({packet.link_type, packet.data, packet.time}, collector);
    if (packet.link_type == serial::link_raw_chunk)
        return;
    const bool undecodable = verdict == serial::RecordVerdict::undecodable;
    ++(undecodable ? facts_.packets.undecodable : facts_.packets.other);
    ++(undecodable ? facts.undecodable : facts.records);
}

void Lines::advance(Timestamp now)
{
    for (const std::unique_ptr<Line> &line : lines_) {
        Collector collector(facts_.lines[line->facts], line->asked);
        line->reader.advance(now, collector);
    }
}

void Lines::finish()
{
    constexpr std::uint64_t no_coincidence = 2;  // one right check sum may be chance
    for (const std::unique_ptr<Line> &line : lines_) {
        LineFacts &facts = facts_.lines[line->facts];
        Collector collector(facts, line->asked);
        line->reader.finish(collector);
        facts.habit = line->reader.framer().habit();
        if (facts.frames < no_coincidence)
            continue;
        facts_.packets.other -= facts.records;
        facts_.packets.modbus += facts.records;
    }
}

void Lines::count_item(LineFacts &facts, std::deque<Asked> &asked, const SerialFrame &item)
{
    if (facts.frames + facts.bad + facts.noise == 0)
        facts.first = item.start;
    facts.last = item.end;
    switch (item.kind) {
    case ItemKind::frame:
        ++facts.frames;
        facts.frame_octets += item.octets.size();
        break;
    case ItemKind::bad:
        ++facts.bad;
        facts.bad_octets += item.octets.size();
        break;
    case ItemKind::noise:
        ++facts.noise;
        facts.noise_octets += item.octets.size();
        return;
    }
    if (!item.adu.empty())
        count_unit(facts, asked, item);
    if (item.kind != ItemKind::frame)
        return;
    facts.ascii_frames += item.ascii;
    switch (item.direction) {
    case FrameDirection::request:
        ++facts.requests;
        facts.broadcasts += item.unit == 0;
        if (asked.size() == most_asked)
            asked.pop_front();
        asked.push_back({item.number, item.end});
        break;
    case FrameDirection::response:
        ++facts.responses;
        facts.answered += item.answers != 0;
        break;
    case FrameDirection::unknown: ++facts.undirected; break;
    }
}

LineUnitFacts &Lines::unit_of(LineFacts &facts, std::uint8_t unit)
{
    const auto known = std::ranges::find(facts.units, unit, &LineUnitFacts::unit);
    if (known != facts.units.end())
        return *known;
    facts.units.emplace_back().unit = unit;
    return facts.units.back();
}

LineFunctionFacts *Lines::function_of(LineUnitFacts &unit, std::uint8_t function)
{
    const auto known = std::ranges::find(unit.functions, function, &LineFunctionFacts::function);
    if (known != unit.functions.end())
        return &*known;
    unit.functions.push_back({.function = function});
    return &unit.functions.back();
}

void Lines::count_unit(LineFacts &facts, const std::deque<Asked> &asked, const SerialFrame &item)
{
    if (item.kind == ItemKind::bad) {
        const auto known = std::ranges::find(facts.units, item.unit, &LineUnitFacts::unit);
        if (known != facts.units.end())  // a damaged number names nobody
            ++known->bad;
        return;
    }
    LineUnitFacts &unit = unit_of(facts, item.unit);
    LineFunctionFacts &function = *function_of(unit, item.function);
    if (item.direction == FrameDirection::request) {
        ++unit.requests;
        ++function.requests;
        return;
    }
    ++unit.responses;
    if (item.answers == 0)
        return;
    ++unit.answered;
    ++function.answered;
    unit.exceptions += item.exception;
    function.exceptions += item.exception;
    const auto request = std::ranges::find(asked, item.answers, &Asked::number);
    if (request != asked.end())
        unit.times.add(elapsed(request->end, item.start));
}

}  // namespace buswitness::analyzer
