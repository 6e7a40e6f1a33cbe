#include "cli/serial_recording.h"

#include "capture/rtac_record.h"
#include "decode/serial/line_reader.h"
#include "decode/serial/settings_text.h"
#include "decode/serial/timing.h"

#include <fmt/format.h>

#include <algorithm>

namespace buswitness::cli {

namespace {

using capture::RtacEvent;
using serial::FrameDirection;
using serial::ItemKind;
using serial::SerialFrame;

constexpr std::size_t live_window = 2048;  // octets: a second of a busy line at 19200
constexpr Duration between_advances = std::chrono::seconds(1);
constexpr Duration under_way = std::chrono::milliseconds(400);  // chunks come later than they were heard

std::uint32_t errors_of(const SerialFrame &frame, Duration t3_5)
{
    std::uint32_t errors = 0;
    if (frame.kind == ItemKind::bad)
        errors |= capture::link_error::crc;
    if (frame.noise == serial::NoiseName::truncated)
        errors |= capture::link_error::too_short;
    if (frame.kind == ItemKind::frame && frame.has_gap &&
        serial::gap_against(frame, t3_5) == serial::SilenceVerdict::shorter)
        errors |= capture::link_error::wrong_gap;
    if ((frame.errors & ~serial::octets_lost) != 0)
        errors |= capture::link_error::symbol;
    return errors;
}

// A record has one event for all its octets: the direction of a frame, the marks of noise where they are all the same.
RtacEvent event_of(const SerialFrame &frame)
{
    if (frame.direction == FrameDirection::request)
        return RtacEvent::tx_start;
    const bool alike = !frame.marks.empty() && std::ranges::count(frame.marks, frame.marks.front()) ==
                                                   static_cast<std::ptrdiff_t>(frame.marks.size());
    if (frame.kind == ItemKind::noise && alike)
        return capture::event_of(frame.marks.front(), RtacEvent::rx_start);
    return RtacEvent::rx_start;
}

std::string reading_of(const SerialFrame &frame)
{
    std::string text;
    if (frame.kind == ItemKind::noise)
        text = frame.noise == serial::NoiseName::none ? "noise" : fmt::format("noise: {}", to_string(frame.noise));
    else
        text =
            fmt::format("{}, {}, {:.0f} % sure", frame.kind == ItemKind::bad ? "damaged frame" : "frame",
                        frame.direction == FrameDirection::unknown ? "direction not known" : to_string(frame.direction),
                        std::min(99.0, 100 * frame.confidence));
    if (frame.has_gap)
        text += fmt::format("; silence before it {:.2f} ms ({:.2f} to {:.2f})", milliseconds(frame.gap),
                            milliseconds(frame.gap_min), milliseconds(frame.gap_max));
    return text;
}

}  // namespace

struct SerialRecording::Line final : serial::LineSink {
    Line(const Write &to, std::uint32_t number, const serial::LineSettings &settings)
        : write(to), interface(number), t3_5(serial::t3_5(settings)), reader(settings, live_window)
    {
    }
    void item(const SerialFrame &frame) override
    {
        const auto octets = capture::rtac_record(frame.start, event_of(frame), frame.octets);
        net::RawPacket record;
        record.data = octets;
        record.original_length = static_cast<std::uint32_t>(octets.size());
        record.time = frame.end;
        record.link_type = serial::link_rtac_serial;
        record.interface = interface;
        write(record, reading_of(frame), errors_of(frame, t3_5));
    }

    const Write &write;
    std::uint32_t interface;
    Duration t3_5;
    serial::LineReader reader;
};

SerialRecording::SerialRecording(const std::vector<capture::InterfaceSettings> &interfaces, Write write)
    : write_(std::move(write))
{
    for (const capture::InterfaceSettings &interface : interfaces) {
        const auto number = static_cast<std::uint32_t>(lines_.size());
        const bool serial = interface.link_type == serial::link_rtac_serial;
        const auto settings = serial::settings_of({interface.name, interface.description, interface.speed});
        lines_.push_back(serial ? std::make_unique<Line>(write_, number, settings) : nullptr);
    }
}

SerialRecording::~SerialRecording() = default;

void SerialRecording::chunk(const net::RawPacket &packet)
{
    if (packet.interface >= lines_.size() || !lines_[packet.interface])
        return;
    Line &line = *lines_[packet.interface];
    line.reader.add({packet.link_type, packet.data, packet.time}, line);
}

void SerialRecording::advance(Timestamp now)
{
    if (now < next_advance_)
        return;
    next_advance_ = now + between_advances;
    for (const auto &line : lines_)
        if (line)
            line->reader.advance(now - under_way, *line);
}

void SerialRecording::finish()
{
    for (const auto &line : lines_)
        if (line)
            line->reader.finish(*line);
}

serial::ChunkHabit SerialRecording::habit(std::uint32_t interface) const
{
    return interface < lines_.size() && lines_[interface] ? lines_[interface]->reader.framer().habit()
                                                          : serial::ChunkHabit();
}

}  // namespace buswitness::cli
