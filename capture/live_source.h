// Packets from network interfaces and chunks from serial ports, in one order of time.
//
// Network interfaces: by libpcap (TPACKET_V3 on Linux). Not in immediate mode, whose ring holds 32
// packets: the kernel fills blocks of 256 KiB and hands each over after `block_time` at the latest. A reader that
// stalls loses nothing for min(MiB * 4 * block_time, MiB * 5800 / packets per second): 6.4 s at low rates with 32 MiB
// and 50 ms.
#pragma once

#include "capture/link_watch.h"
#include "capture/pcapng_writer.h"
#include "capture/serial_tap.h"
#include "capture/timeline.h"
#include "decode/base/result.h"

#include <chrono>
#include <functional>
#include <memory>
#include <vector>

namespace buswitness::capture {

struct LiveOptions {
    std::vector<std::string> interfaces;
    std::vector<SerialOptions> serial;  // their interface numbers follow those of the network
    std::string filter;                 // empty: the default filter, as far as the link type can carry it
    std::vector<std::uint16_t> ports;   // of the default filter, beside 502 and 802
    std::uint32_t snap_length = 262'144;
    std::uint32_t buffer_mib = 32;  // of each interface
    bool promiscuous = true;
    bool reopen = false;  // an interface that vanished is opened again when it returns
};

// Something beside packets that whoever watches has to know, with its time.
struct LiveEvent {
    enum class Kind : std::uint8_t { down, up, carrier_lost, carrier, gone, back, clock_step };
    Kind kind{};
    Timestamp time;
    std::string interface;  // empty: none in particular
    Duration duration{};    // up, carrier, back: how long it was away. clock_step: by how much
    std::string why;        // gone: as libpcap says it
};
std::string to_string(const LiveEvent &event);
std::string told_at(const LiveEvent &event);  // with its time, as a comment in the recording

// What is to be told of a serial port at the end.
struct SerialReport {
    std::string name;
    std::uint32_t interface = 0;
    serial::LineSettings settings;
    SerialCounts counts;
    LatencyRequest latency;
    std::string driver;
    std::vector<std::string> notes;
};

class LiveSource {
public:
    static constexpr std::chrono::milliseconds block_time{50};

    static Result<std::unique_ptr<LiveSource>> open(LiveOptions options);
    ~LiveSource();

    // A chunk of a serial line comes as a packet without number whose link type is serial::link_raw_chunk
    // (raw_chunk.h). The packet's octets are valid during the call only. A comment says what happened just before it.
    using Sink = std::function<void(const net::RawPacket &packet, std::string_view comment)>;

    // Hands over what the kernel has; waits for it at most this long, or until `wake` is readable.
    void poll(std::chrono::milliseconds patience, int wake, const Sink &sink);
    // Everything that the kernel received until now; call once, at the end.
    void drain(const Sink &sink);

    [[nodiscard]] std::vector<LiveEvent> take_events();
    [[nodiscard]] bool alive() const;  // false: no interface is left, and none is waited for
    [[nodiscard]] const std::vector<InterfaceSettings> &interfaces() const { return settings_; }
    [[nodiscard]] std::vector<InterfaceStatistics> statistics();
    [[nodiscard]] std::vector<int> packet_sockets() const;
    [[nodiscard]] std::vector<SerialReport> serial() const;
    // Now, on the line of time of the packets.
    [[nodiscard]] Timestamp now();
    // Packets that were handed over; more than two counts with `statistics` do not add up while some are in the ring.
    [[nodiscard]] std::uint64_t packets() const { return number_; }

private:
    struct Handle;
    struct Line;
    struct Held;
    explicit LiveSource(LiveOptions options);
    std::optional<Error> start(Handle &handle);
    std::optional<Error> start(Line &line);
    std::optional<Error> add_network();
    std::optional<Error> add_serial();
    [[nodiscard]] bool merges() const { return handles_.size() + lines_.size() > 1; }
    std::optional<Error> set_filter(Handle &handle);
    void wait(std::chrono::milliseconds patience, int wake);
    void dispatch(const Sink &sink);
    void receive(const net::RawPacket &packet, std::string &comment, const Sink &sink);
    void deliver(net::RawPacket packet, std::string_view comment, const Sink &sink);
    void dispatch_lines(const Sink &sink);
    void take_chunks(Line &line, const Sink &sink);
    void lost(Line &line);
    void reopen_lines();
    void release(Timestamp until, const Sink &sink);
    void link_changed(const LinkChange &change);
    void lost(Handle &handle, std::string why);
    static void close(Handle &handle);
    void reopen(Handle &handle);
    void count(Handle &handle);
    void check_clock();
    void tell(Handle *handle, LiveEvent event);

    LiveOptions options_;
    std::vector<std::unique_ptr<Handle>> handles_;
    std::vector<std::unique_ptr<Line>> lines_;
    std::vector<InterfaceSettings> settings_;
    LinkWatch watch_;
    Timeline timeline_;
    Timestamp began_;
    std::vector<LiveEvent> events_;
    std::vector<Held> held_;  // of several sources: until they can be put in order
    std::uint64_t number_ = 0;
};

}  // namespace buswitness::capture
