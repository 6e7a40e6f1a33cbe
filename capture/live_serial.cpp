// The serial ports of a LiveSource.
#include "capture/live_line.h"
#include "capture/raw_chunk.h"
#include "decode/serial/settings_text.h"

#include <algorithm>
#include <utility>

namespace buswitness::capture {

namespace {

constexpr std::chrono::seconds between_tries{1};

}  // namespace

SerialCounts LiveSource::Line::counts() const
{
    SerialCounts counts = report.counts;
    if (tap)
        counts += tap->counts();
    return counts;
}

std::optional<Error> LiveSource::start(Line &line)
{
    line.tap = std::exchange(line.options.opened, nullptr);
    if (!line.tap) {
        auto opened = SerialTap::open(line.options);
        if (!opened)
            return opened.error();
        line.tap = std::move(opened).value();
    }
    line.report.settings = line.tap->settings();
    line.report.latency = line.tap->latency();
    line.report.driver = line.tap->driver();
    line.report.notes = line.tap->notes();
    return std::nullopt;
}

std::optional<Error> LiveSource::add_serial()
{
    for (SerialOptions &options : options_.serial) {
        auto line = std::make_unique<Line>();
        line->options = options;
        options.opened.reset();
        line->report.name = line->name = port_name(options.port);
        line->report.interface = line->number = static_cast<std::uint32_t>(settings_.size());
        if (auto error = start(*line))
            return error;
        settings_.push_back({.name = line->name,
                             .filter = {},
                             .link_type = serial::link_rtac_serial,
                             .snap_length = 0,
                             .description = to_string(line->tap->settings()),
                             .speed = line->tap->settings().baud});
        lines_.push_back(std::move(line));
    }
    return std::nullopt;
}

void LiveSource::dispatch_lines(const Sink &sink)
{
    for (const auto &line : lines_) {
        if (!line->tap)
            continue;
        const bool gone = line->tap->gone();  // asked first: what it heard before is taken all the same
        take_chunks(*line, sink);
        if (gone)
            lost(*line);
    }
    if (options_.reopen)
        reopen_lines();
}

void LiveSource::take_chunks(Line &line, const Sink &sink)
{
    for (const SerialChunk &chunk : line.tap->take()) {
        // One read of Qt brings at most half as much.
        std::vector<std::uint8_t> marks = chunk.marks;
        if (!chunk.octets.empty() && std::exchange(line.was_away, false)) {
            marks.resize(chunk.octets.size());
            marks.front() |= serial::octets_lost;
        }
        const std::vector<std::uint8_t> data = raw_chunk_data(chunk.octets, marks);
        net::RawPacket packet;
        packet.data = data;
        packet.original_length = static_cast<std::uint32_t>(data.size());
        packet.time = line.latest = std::max(line.latest, timeline_.of_monotonic(chunk.monotonic));
        packet.link_type = serial::link_raw_chunk;
        packet.interface = line.number;
        packet.clock_set = std::exchange(line.clock_set, Duration(0));
        receive(packet, line.comment, sink);
    }
}

void LiveSource::lost(Line &line)
{
    line.report.counts = line.counts();
    line.tap.reset();
    line.gone_since = now();
    line.next_try = line.gone_since + between_tries;
    LiveEvent event = {.kind = LiveEvent::Kind::gone,
                       .time = line.gone_since,
                       .interface = line.name,
                       .duration = {},
                       .why = "unplugged"};
    line.comment += (line.comment.empty() ? "" : "\n") + told_at(event);
    events_.push_back(std::move(event));
}

void LiveSource::reopen_lines()
{
    for (const auto &line : lines_) {
        if (line->tap || now() < line->next_try)
            continue;
        line->next_try = now() + between_tries;
        if (start(*line))
            continue;  // not back yet
        LiveEvent event = {.kind = LiveEvent::Kind::back,
                           .time = now(),
                           .interface = line->name,
                           .duration = elapsed(line->gone_since, now()),
                           .why = {}};
        line->comment += (line->comment.empty() ? "" : "\n") + told_at(event);
        line->was_away = true;
        events_.push_back(std::move(event));
    }
}

std::vector<SerialReport> LiveSource::serial() const
{
    std::vector<SerialReport> reports;
    for (const auto &line : lines_) {
        reports.push_back(line->report);
        reports.back().counts = line->counts();
    }
    return reports;
}

}  // namespace buswitness::capture
