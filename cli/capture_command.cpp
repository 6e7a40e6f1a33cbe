#include "capture/capture_filter.h"
#include "capture/live_source.h"
#include "capture/privileges.h"
#include "capture/recorder.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/live_start.h"
#include "cli/output.h"
#include "cli/serial_recording.h"
#include "cli/serial_summary.h"
#include "cli/stop_signal.h"
#include "cli/terminal.h"
#include "decode/base/text.h"

#include <fmt/format.h>

#include <algorithm>

namespace buswitness::cli {

namespace {

using Clock = std::chrono::steady_clock;

class Capture {
public:
    Capture(const CaptureOptions &options, capture::LiveSource &source, capture::Recorder &recorder,
            const StopSignal &stop)
        : options_(options), source_(source), recorder_(recorder), stop_(stop), progress_(options.quiet),
          began_(Clock::now())
    {
    }

    int run()
    {
        while (!over()) {
            source_.poll(std::chrono::milliseconds(100), stop_.descriptor(), sink_);
            serial_.advance(source_.now());
            (void)recorder_.flush();
            tell_events();
            if (Clock::now() >= next_look_)
                look_around();
        }
        if (!recorder_.failure() && !enough_)
            source_.drain(sink_);
        serial_.finish();
        tell_events();
        const std::vector<capture::InterfaceStatistics> statistics = source_.statistics();
        (void)recorder_.close(statistics);
        progress_.clear();
        if (recorder_.failure() && !recorder_.reader_gone())
            complain(*recorder_.failure());
        if (!options_.quiet)
            summarize(statistics);
        return broken_off() ? exit_code::not_completed : exit_code::done;
    }

private:
    void take(const net::RawPacket &packet, std::string_view comment)
    {
        if (enough_)
            return;
        if (recorder_.packet(packet, comment, statistics_) && packet.link_type == serial::link_raw_chunk)
            serial_.chunk(packet);
        look_at_limits();
    }

    void look_at_limits()
    {
        const auto &stop = options_.stop;
        enough_ = (stop.packets != 0 && recorder_.packets() >= stop.packets) ||
                  (stop.octets != 0 && recorder_.octets() >= stop.octets) || recorder_.full();
    }

    [[nodiscard]] bool over()
    {
        if (stop_.wished() || enough_ || recorder_.failure())
            return true;
        if (options_.stop.duration.count() != 0 && Clock::now() - began_ >= options_.stop.duration)
            return true;
        if (!source_.alive())
            lost_ = true;
        return lost_ || deleted_;
    }

    void tell_events()
    {
        for (const capture::LiveEvent &event : source_.take_events()) {
            progress_.clear();
            complain(clock_time(event.time) + " " + to_string(event));
        }
    }

    void look_around()
    {
        next_look_ = Clock::now() + std::chrono::seconds(1);
        std::uint64_t dropped = 0;
        const std::vector<capture::InterfaceStatistics> statistics = source_.statistics();
        for (std::size_t i = 0; i < options_.source.interfaces.size(); ++i)
            dropped += statistics[i].dropped + statistics[i].discarded;
        if (dropped > told_dropped_) {
            progress_.clear();
            complain(fmt::format(
                "{} packets lost so far: this machine or its disk is too slow; a larger buffer helps (-B)", dropped));
        }
        told_dropped_ = dropped;
        tell_lost_octets();
        if (recorder_.vanished()) {
            progress_.clear();
            complain(recorder_.current() + " was deleted while it was written");
            deleted_ = true;
        }
        progress_.now(recorder_.packets());
    }

    // No buffer of ours helps against an overrun.
    void tell_lost_octets()
    {
        std::uint64_t overruns = 0, dropped = 0;
        for (const capture::SerialReport &line : source_.serial()) {
            overruns += line.counts.overruns;
            dropped += line.counts.dropped;
        }
        if (overruns > told_overruns_ || dropped > told_lost_octets_)
            progress_.clear();
        if (overruns > told_overruns_)
            complain(fmt::format("octets lost by the serial driver {} times so far: the receiver or the kernel "
                                 "overran",
                                 overruns));
        if (dropped > told_lost_octets_)
            complain(
                fmt::format("{} octets of serial lines lost so far: this machine or its disk is too slow", dropped));
        told_overruns_ = overruns;
        told_lost_octets_ = dropped;
    }

    [[nodiscard]] bool broken_off() const
    {
        return lost_ || deleted_ || (recorder_.failure() && !recorder_.reader_gone());
    }

    void summarize(const std::vector<capture::InterfaceStatistics> &statistics) const
    {
        for (std::size_t i = 0; i < options_.source.interfaces.size(); ++i)
            complain(fmt::format("{}: {} packets received, {} dropped", source_.interfaces()[i].name,
                                 statistics[i].received, statistics[i].dropped + statistics[i].discarded));
        for (const capture::SerialReport &line : source_.serial())
            for (const std::string &text : summary_of(line, serial_.habit(line.interface)))
                complain(text);
        const std::string where = options_.output == "-" ? "standard output" : recorder_.current();
        complain(recorder_.files() > 1 ? fmt::format("{} packets written to {} files, the last is {}",
                                                     recorder_.packets(), recorder_.files(), where)
                                       : fmt::format("{} packets written to {}", recorder_.packets(), where));
    }

    const CaptureOptions &options_;
    capture::LiveSource &source_;
    capture::Recorder &recorder_;
    const StopSignal &stop_;
    Progress progress_;
    Clock::time_point began_;
    Clock::time_point next_look_ = Clock::now() + std::chrono::seconds(1);
    capture::LiveSource::Sink sink_ = [this](const net::RawPacket &packet, std::string_view comment) {
        take(packet, comment);
    };
    capture::Recorder::Statistics statistics_ = [this] { return source_.statistics(); };
    SerialRecording serial_{source_.interfaces(),
                            [this](const net::RawPacket &record, std::string_view comment, std::uint32_t errors) {
                                if (!enough_)
                                    (void)recorder_.packet(record, comment, statistics_, errors);
                                look_at_limits();
                            }};
    std::uint64_t told_dropped_ = 0, told_overruns_ = 0, told_lost_octets_ = 0;
    bool enough_ = false, lost_ = false, deleted_ = false;
};

void tell_start(const capture::LiveSource &source)
{
    std::string names;
    for (const capture::InterfaceSettings &interface : source.interfaces())
        names += (names.empty() ? "" : ", ") + interface.name +
                 (interface.description.empty() ? "" : " (" + interface.description + ")");
    complain("capturing on " + names + "; Ctrl+C ends it");
    for (const capture::SerialReport &line : source.serial())
        for (const std::string &note : line.notes)
            complain(line.name + ": " + note);
}

}  // namespace

int run_capture(const CaptureOptions &options)
{
    if (const auto refused = options.ring.rings() || options.output == "-"
                                 ? std::nullopt
                                 : refused_output(options.output, options.overwrite)) {
        complain(*refused);
        return exit_code::usage;
    }
    const StopSignal stop;
    auto source = open_live(options.source, {stop, options.stop.duration, options.quiet});
    if (!source)
        return source.error();
    auto recorder = capture::Recorder::open({.name = options.output,
                                             .overwrite = options.overwrite,
                                             .ring = options.ring,
                                             .give_up = [&stop] { return stop.wished_twice(); }},
                                            source.value()->interfaces(), source.value()->now());
    if (!recorder) {
        complain(recorder.error());
        return exit_code::not_completed;
    }
    if (const int status = confine(*source.value(), options.source.reopen, false); status != exit_code::done)
        return status;
    if (!options.quiet)
        tell_start(*source.value());
    return Capture(options, *source.value(), *recorder.value(), stop).run();
}

}  // namespace buswitness::cli
