#include "capture/live_source.h"

#include "capture/live_handle.h"
#include "capture/live_line.h"
#include "decode/base/text.h"

#include <algorithm>
#include <poll.h>
#include <time.h>
#include <utility>

namespace buswitness::capture {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Kind = LiveEvent::Kind;

constexpr std::size_t longest_live_comment = 4096;
constexpr int fair_share = 10'000;                         // packets of one interface before the others get their turn
constexpr Duration settling = 3 * LiveSource::block_time;  // after this, nothing earlier comes from another interface

Duration reading(clockid_t clock)
{
    timespec time = {};
    ::clock_gettime(clock, &time);
    return seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

}  // namespace

struct LiveSource::Held {
    net::RawPacket packet;
    Octets octets;
    std::string comment;
};

std::string to_string(const LiveEvent &event)
{
    const auto away = [&event] {
        return event.duration.count() > 0 ? " after " + human(event.duration) : std::string();
    };
    switch (event.kind) {
    case Kind::down: return event.interface + " went down";
    case Kind::up: return event.interface + " is up again" + away();
    case Kind::carrier_lost: return event.interface + " lost its link (cable, or the other side)";
    case Kind::carrier: return event.interface + " has a link again" + away();
    case Kind::gone: return event.interface + " disappeared" + (event.why.empty() ? "" : " (" + event.why + ")");
    case Kind::back: return event.interface + " is back" + away();
    case Kind::clock_step:
        return "the clock of this machine was set " + std::string(event.duration.count() < 0 ? "back" : "forward") +
               " by " + human(event.duration.count() < 0 ? -event.duration : event.duration) +
               "; times go on as if it had not been";
    }
    return {};
}

LiveSource::LiveSource(LiveOptions options) : options_(std::move(options))
{
    check_clock();
    began_ = now();
}

LiveSource::~LiveSource() = default;

Timestamp LiveSource::now()
{
    check_clock();
    return timeline_.time(Timestamp(reading(CLOCK_REALTIME)));
}

void LiveSource::check_clock()
{
    const Timestamp realtime(reading(CLOCK_REALTIME));
    const auto step = timeline_.compare(realtime, reading(CLOCK_MONOTONIC));
    if (step)
        tell(nullptr, {.kind = Kind::clock_step,
                       .time = timeline_.time(realtime),
                       .interface = {},
                       .duration = *step,
                       .why = {}});
}

std::string told_at(const LiveEvent &event)
{
    return rfc3339(event.time) + " " + to_string(event);
}

// To the watcher at once, and to the reader of the file with the next packet or chunk: of the one that it happened to,
// else of the first.
void LiveSource::tell(Handle *handle, LiveEvent event)
{
    std::string *comment = nullptr;
    Duration *clock_set = nullptr;
    if (handle == nullptr && handles_.empty() && !lines_.empty()) {
        comment = &lines_.front()->comment;
        clock_set = &lines_.front()->clock_set;
    } else if (handle != nullptr || !handles_.empty()) {
        Handle &told = handle != nullptr ? *handle : *handles_.front();
        comment = &told.comment;
        clock_set = &told.clock_set;
    }
    if (comment != nullptr) {
        *comment += (comment->empty() ? "" : "\n") + told_at(event);
        if (comment->size() > longest_live_comment)
            comment->resize(longest_live_comment);
        if (event.kind == Kind::clock_step)
            *clock_set += event.duration;
    }
    events_.push_back(std::move(event));
}

std::vector<LiveEvent> LiveSource::take_events()
{
    return std::exchange(events_, {});
}

bool LiveSource::alive() const
{
    return options_.reopen || std::ranges::any_of(lines_, [](const auto &line) { return line->tap != nullptr; }) ||
           std::ranges::any_of(handles_, [](const auto &handle) {
               return handle->state == Handle::State::up || handle->state == Handle::State::no_carrier;
           });
}

std::vector<int> LiveSource::packet_sockets() const
{
    std::vector<int> descriptors;
    for (const auto &handle : handles_)
        if (handle->descriptor >= 0)
            descriptors.push_back(handle->descriptor);
    return descriptors;
}

void LiveSource::wait(milliseconds patience, int wake)
{
    std::vector<pollfd> wanted;
    for (const int descriptor : packet_sockets())
        wanted.push_back({.fd = descriptor, .events = POLLIN, .revents = 0});
    for (const auto &line : lines_)
        if (line->tap)
            wanted.push_back({.fd = line->tap->descriptor(), .events = POLLIN, .revents = 0});
    wanted.push_back({.fd = wake, .events = POLLIN, .revents = 0});
    wanted.push_back({.fd = watch_.descriptor(), .events = POLLIN, .revents = 0});
    (void)::poll(wanted.data(), wanted.size(), static_cast<int>(patience.count()));
    if ((wanted.back().revents & POLLIN) != 0)
        watch_.read([this](const LinkChange &change) { link_changed(change); });
}

void LiveSource::poll(milliseconds patience, int wake, const Sink &sink)
{
    if (!held_.empty())
        patience = std::min(patience, milliseconds(block_time));
    wait(patience, wake);
    check_clock();
    dispatch(sink);
    if (merges())
        release(now() - settling, sink);
}

void LiveSource::drain(const Sink &sink)
{
    // The last block is handed over block_time after its first packet; a serial port may have octets under way as long.
    const Duration end = reading(CLOCK_MONOTONIC) + 2 * block_time;
    do {
        wait(milliseconds(10), -1);
        dispatch(sink);
    } while (reading(CLOCK_MONOTONIC) < end);
    for (const auto &line : lines_) {
        if (!line->tap)
            continue;
        line->tap->stop();
        take_chunks(*line, sink);
    }
    release(Timestamp::max(), sink);
}

void LiveSource::dispatch(const Sink &sink)
{
    struct Call {
        LiveSource &source;
        Handle &handle;
        const Sink &sink;
    };
    const auto receive_one = [](u_char *user, const pcap_pkthdr *header, const u_char *octets) {
        Call &call = *reinterpret_cast<Call *>(user);
        const bool nano = pcap_get_tstamp_precision(call.handle.pcap.get()) == PCAP_TSTAMP_PRECISION_NANO;
        const std::int64_t fraction = std::int64_t{header->ts.tv_usec} * (nano ? 1 : 1000);
        net::RawPacket packet;
        packet.data = Bytes(octets, header->caplen);
        packet.original_length = header->len;
        packet.time = call.source.timeline_.time(saturated(header->ts.tv_sec, fraction));
        packet.link_type = call.handle.link_type;
        packet.interface = call.handle.number;
        packet.direction = call.handle.direction(packet.data);
        packet.clock_set = std::exchange(call.handle.clock_set, Duration(0));
        call.source.receive(packet, call.handle.comment, call.sink);
    };
    for (const auto &handle : handles_) {
        if (!handle->pcap)
            continue;
        Call call{*this, *handle, sink};
        const int status =
            pcap_dispatch(handle->pcap.get(), fair_share, receive_one, reinterpret_cast<u_char *>(&call));
        if (status == PCAP_ERROR)
            lost(*handle, pcap_geterr(handle->pcap.get()));
    }
    dispatch_lines(sink);
}

void LiveSource::receive(const net::RawPacket &packet, std::string &comment, const Sink &sink)
{
    if (merges())
        held_.push_back({packet, {packet.data.begin(), packet.data.end()}, std::exchange(comment, {})});
    else if (comment.empty())
        deliver(packet, {}, sink);
    else
        deliver(packet, std::exchange(comment, {}), sink);
}

void LiveSource::deliver(net::RawPacket packet, std::string_view comment, const Sink &sink)
{
    if (packet.link_type != serial::link_raw_chunk)
        packet.number = ++number_;
    sink(packet, comment);
}

// What came from several sources, in the order of its time.
void LiveSource::release(Timestamp until, const Sink &sink)
{
    std::ranges::stable_sort(held_, {}, [](const Held &held) { return held.packet.time; });
    const auto end = std::ranges::upper_bound(held_, until, {}, [](const Held &held) { return held.packet.time; });
    for (auto held = held_.begin(); held != end; ++held) {
        held->packet.data = held->octets;
        deliver(held->packet, held->comment, sink);
    }
    held_.erase(held_.begin(), end);
}

void LiveSource::count(Handle &handle)
{
    pcap_stat counted = {};
    if (!handle.pcap || pcap_stats(handle.pcap.get(), &counted) != 0)
        return;
    handle.received += counted.ps_recv - handle.last.ps_recv;
    handle.dropped += counted.ps_drop - handle.last.ps_drop;
    handle.discarded += counted.ps_ifdrop - handle.last.ps_ifdrop;
    handle.last = counted;
}

std::vector<InterfaceStatistics> LiveSource::statistics()
{
    std::vector<InterfaceStatistics> statistics;
    const Timestamp end = now();
    for (const auto &handle : handles_) {
        count(*handle);
        statistics.push_back({.start = began_,
                              .end = end,
                              .received = handle->received,
                              .dropped = handle->dropped,
                              .discarded = handle->discarded});
    }
    for (const auto &line : lines_) {
        const SerialCounts counts = line->counts();
        statistics.push_back({.start = began_,
                              .end = end,
                              .received = counts.chunks,
                              .dropped = counts.overruns,
                              .discarded = counts.dropped});
    }
    return statistics;
}

void LiveSource::link_changed(const LinkChange &change)
{
    using State = Handle::State;
    for (const auto &handle : handles_) {
        if (handle->state == State::gone && !change.gone && change.up && change.name == handle->name)
            reopen(*handle);
        if (change.index != handle->index || handle->index == 0)
            continue;
        const State state = change.gone       ? State::gone
                            : !change.up      ? State::down
                            : !change.carrier ? State::no_carrier
                                              : State::up;
        if (state == handle->state)
            continue;
        if (state == State::gone) {
            lost(*handle, "deleted");
            continue;
        }
        const State before = std::exchange(handle->state, state);
        const Timestamp at = now();
        const Kind kind = state == State::down         ? Kind::down
                          : state == State::no_carrier ? (before == State::down ? Kind::up : Kind::carrier_lost)
                          : before == State::down      ? Kind::up
                                                       : Kind::carrier;
        const Duration away =
            kind == Kind::up || kind == Kind::carrier ? elapsed(handle->state_since, at) : Duration(0);
        handle->state_since = at;
        tell(handle.get(), {.kind = kind, .time = at, .interface = handle->name, .duration = away, .why = {}});
    }
}

void LiveSource::lost(Handle &handle, std::string why)
{
    if (handle.state == Handle::State::gone)
        return;
    count(handle);
    handle.state = Handle::State::gone;
    handle.state_since = now();
    close(handle);
    tell(&handle, {.kind = Kind::gone,
                   .time = handle.state_since,
                   .interface = handle.name,
                   .duration = {},
                   .why = std::move(why)});
}

void LiveSource::close(Handle &handle)
{
    const int number = std::exchange(handle.descriptor, -1);
    handle.pcap.reset();
    if (number >= 0)
        handle.held.hold(number);
}

void LiveSource::reopen(Handle &handle)
{
    if (!options_.reopen)
        return;
    const int number = handle.held.release();
    if (start(handle)) {
        close(handle);
        handle.held.hold(number);
        return;
    }
    handle.state = Handle::State::up;
    const Timestamp at = now();
    tell(&handle, {.kind = Kind::back,
                   .time = at,
                   .interface = handle.name,
                   .duration = elapsed(handle.state_since, at),
                   .why = {}});
}

}  // namespace buswitness::capture
