#include "capture/background_reader.h"
#include "capture/live_source.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/live_start.h"
#include "cli/monitor.h"
#include "cli/stop_signal.h"
#include "cli/summary.h"
#include "cli/terminal.h"
#include "decode/base/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <malloc.h>

namespace buswitness::cli {

namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

std::uint64_t dropped_of(const std::vector<capture::InterfaceStatistics> &statistics)
{
    std::uint64_t dropped = 0;
    for (const capture::InterfaceStatistics &one : statistics)
        dropped += one.dropped + one.discarded;
    return dropped;
}

// The capture as a report tells it: as if the recording were read.
report::CaptureSummary live_summary(const MonitorOptions &options, const capture::LiveSource &source,
                                    const std::vector<capture::InterfaceStatistics> &statistics, std::uint64_t octets)
{
    report::CaptureSummary summary;
    summary.files.push_back(
        {options.record.empty() ? names_of(source.interfaces()) : options.record, source.packets(), octets, true, ""});
    for (std::size_t i = 0; i < statistics.size(); ++i)
        summary.interfaces.push_back({source.interfaces()[i].name, source.interfaces()[i].link_type,
                                      statistics[i].dropped + statistics[i].discarded});
    return summary;
}

int watch_interfaces(const MonitorOptions &options)
{
    const StopSignal stop;
    auto opened = open_live(options.source, {stop, options.duration, options.quiet});
    if (!opened)
        return opened.error();
    capture::LiveSource &source = *opened.value();
    Monitor monitor(options, names_of(source.interfaces()), stop);
    if (const auto status = monitor.open_outputs(source.interfaces(), source.now()))
        return *status;
    if (const int status = confine(source, options.source.reopen, !options.metrics.empty()); status != exit_code::done)
        return status;

    std::uint64_t octets = 0, dropped = 0;
    const capture::LiveSource::Sink sink = [&](const net::RawPacket &packet, std::string_view comment) {
        octets += packet.data.size();
        monitor.packet(packet, comment);
    };
    const auto tell_events = [&] {
        for (const capture::LiveEvent &event : source.take_events()) {
            if (event.kind != capture::LiveEvent::Kind::clock_step)
                monitor.interrupted();
            complain(clock_time(event.time) + " " + to_string(event));
        }
    };
    Clock::time_point next_count;
    while (!stop.wished() && !monitor.over() && source.alive()) {
        source.poll(100ms, stop.descriptor(), sink);
        tell_events();
        if (Clock::now() >= next_count) {
            dropped = dropped_of(source.statistics());
            next_count = Clock::now() + 100ms;
        }
        monitor.tick(source.now(), dropped);
    }
    const bool lost = !source.alive();
    source.drain(sink);
    tell_events();
    const std::vector<capture::InterfaceStatistics> statistics = source.statistics();
    monitor.source_ended(statistics);
    CaptureNotes notes;
    notes.dropped = dropped_of(statistics);
    return monitor.finish(live_summary(options, source, statistics, octets), notes, statistics.front().end,
                          lost ? exit_code::not_completed : exit_code::done);
}

// What was read so far, for a watch that ends before its input.
struct Read {
    report::File file;
    std::vector<report::Interface> interfaces;
    [[nodiscard]] report::CaptureSummary summary() const { return {{file}, interfaces}; }
};

int watch_file(const MonitorOptions &options)
{
    const StopSignal stop;
    capture::BackgroundReader reader({options.read});
    if (!reader.errors().empty()) {
        complain(reader.errors().front());
        return exit_code::input;
    }
    Monitor monitor(options, options.read == "-" ? "standard input" : options.read, stop);
    if (const auto status = monitor.open_outputs({}, {}))
        return *status;
    Read read{{options.read, 0, 0, false, "the watch ended before it did", {}}, {}};
    std::uint32_t described = 0;
    const auto describe = [&](const capture::InterfaceInfo &one) {
        monitor.describe(described++, {.name = one.name,
                                       .filter = {},
                                       .link_type = one.link_type,
                                       .snap_length = one.snap_length,
                                       .description = one.description,
                                       .speed = one.speed});
        read.interfaces.push_back({one.name, one.link_type, 0});
    };
    capture::Batch batch;
    Timestamp latest{};
    Clock::time_point came = Clock::now();
    bool more = true;
    while (more && !stop.wished() && !monitor.over()) {
        more = reader.take(batch, 100ms);
        std::ranges::for_each(batch.interfaces, describe);
        for (const net::RawPacket &packet : batch.packets) {
            monitor.packet(packet, {});
            if (packet.link_type == serial::link_raw_chunk)
                continue;  // no packet
            ++read.file.packets;
            read.file.octets += packet.data.size();
        }
        if (!batch.packets.empty()) {
            latest = batch.packets.back().time;
            came = Clock::now();
        }
        // The clock that stamps the packets is elsewhere: it went on by as much as ours since its latest packet.
        if (more)
            monitor.tick(later(latest, Clock::now() - came, 1), 0);
    }
    if (more)
        return monitor.finish(read.summary(), {}, latest, exit_code::done);
    // Also those on which nothing came; until now they could have got another index.
    const std::vector<capture::InterfaceInfo> interfaces = reader.captures().interfaces();
    for (std::size_t i = described; i < interfaces.size(); ++i)
        describe(interfaces[i]);
    const report::CaptureSummary summary = summary_of(reader.captures(), {options.read});
    const std::vector<Error> complaints = complaints_about(reader.captures());
    for (const Error &error : complaints)
        complain(error);
    return monitor.finish(summary, notes_of(summary), reader.captures().quiet_until(),
                          !complaints.empty() ? exit_code::input : exit_code::done);
}

}  // namespace

int run_monitor(const MonitorOptions &options)
{
    // Each diagnosis needs the same memory again: handing it back in between would only make the process swing.
    ::mallopt(M_TRIM_THRESHOLD, 512 << 20);
    ::mallopt(M_ARENA_MAX, 1);
    return options.read.empty() ? watch_interfaces(options) : watch_file(options);
}

}  // namespace buswitness::cli
