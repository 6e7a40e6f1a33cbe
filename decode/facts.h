// What is known after reading: counted and timed, per connection, host, client-server pair and unit. Bounded by what
// exists on the network, not by how long we listen: every table has a limit and counts what it had to leave out.
#pragma once

#include "decode/base/first_octets.h"
#include "decode/base/histogram.h"
#include "decode/base/rare.h"
#include "decode/base/sightings.h"
#include "decode/base/stable_vector.h"
#include "decode/base/time_counts.h"
#include "decode/facts/line_facts.h"
#include "decode/modbus/session.h"
#include "decode/net/connection.h"
#include "decode/net/hosts.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace buswitness {

inline constexpr std::uint32_t no_index = 0xFFFF'FFFF;

// Requests of one function that were never answered.
struct FunctionSilence {
    Sightings unanswered{};                   // firm ones only
    std::uint16_t address = 0, quantity = 0;  // of the first
    bool has_address = false, one_address = true;
    modbus::RequestStart start{};  // of the first
};

struct FunctionFacts {
    std::uint32_t requests = 0, answered = 0, exceptions = 0, no_response = 0;
    std::uint16_t highest_answered = 0;  // address, of those answered normally
    std::uint8_t function = 0;
    Rare<FunctionSilence> silence{};
};

struct ExceptionFacts {
    std::uint8_t function = 0, code = 0;
    Sightings responses{};
    std::array<Moment, 3> requests{};  // beside the first three responses
    std::array<std::uint16_t, 3> addresses{}, quantities{};
    std::array<modbus::RequestStart, 3> starts{};
    std::uint16_t lowest = 0xFFFF, highest = 0;  // addresses asked for
    bool has_address = false;
};

struct MismatchFacts {
    modbus::Field field{};
    Sightings responses{};
    std::array<Moment, 3> requests{};
    std::uint16_t asked = 0, answered = 0;  // the field's values in the first case
    bool constant_answer = true;            // the answers always carry the same value
};

struct DefectFacts {
    modbus::Defect defect{};
    modbus::Role role{};
    std::uint8_t function = 0;
    Sightings seen{};
    FirstOctets<16> pdu{};       // of the first
    std::uint32_t answered = 0;  // of requests: answered normally; of responses: accepted as an answer
};

struct LateFacts {
    Sightings answers{};
    std::uint32_t after_close = 0, after_repeat = 0, after_next = 0;
    std::uint32_t patience_least_ms = 0xFFFF'FFFF, patience_most_ms = 0;
    Duration longest{};
    std::array<Moment, 3> requests{};
};

// What few units show.
struct UnitTroubles {
    std::uint32_t no_response = 0;  // delivered, never answered, the client moved on or waited
    std::uint32_t gave_up = 0;      // of these: the client closed while it waited
    std::uint32_t ended = 0;        // the connection ended first (server's close, or lost)
    std::uint32_t not_delivered = 0;
    std::uint32_t open_at_end = 0, capture_loss = 0, one_sided = 0, broadcast = 0;
    std::uint32_t damaged = 0;  // an answer was heard on the line, not its content
    std::uint32_t mismatched = 0;
    std::uint32_t unmatched = 0, duplicates = 0;  // responses without request
    Sightings unanswered{};                       // no_response and gave_up
    Sightings unmatched_seen, duplicates_seen, broadcasts;
    std::uint32_t patience_least_ms = 0xFFFF'FFFF;
    Rare<LateFacts> late;
    std::vector<MismatchFacts> mismatches;  // at most 3
    std::vector<DefectFacts> defects;       // at most 16
};

// One unit as one client asked it.
struct UnitFacts {
    // Touched by every request: kept together.
    std::uint32_t pair = no_index;
    std::uint8_t unit = 0;
    std::uint32_t requests = 0, answered = 0, exceptions = 0, writes = 0;
    Moment last_answer, last_request;
    std::uint32_t company = 0, company_answered = 0;  // sent while another was open on purpose
    std::vector<FunctionFacts> functions;             // at most 128
    Histogram times;
    std::vector<ExceptionFacts> exception_kinds;  // at most 64
    Rare<UnitTroubles> trouble;
    std::array<std::uint8_t, 8> places{};  // in functions, by the code's last three bits: a hint where to look first
};

struct ForeignFacts {
    modbus::Foreign protocol{};
    modbus::Role role{};  // request: the client speaks it
    Sightings seen{};
};

struct TlsFacts {
    std::uint32_t hellos = 0, established = 0, failed = 0;
    Sightings seen, failures, successes;
    std::uint8_t alert = 0;
    bool alert_seen = false, alert_from_server = false;
    bool closed_by_server = false;  // at least one without an alert in clear
    std::uint16_t version = 0;
};

// What few pairs show.
struct PairTroubles {
    Sightings rtu, ascii;                      // first octets of that kind
    std::uint32_t first_requests_ignored = 0;  // first of a connection unanswered, its repeat answered
    Sightings first_ignored;
    std::uint32_t out_of_step = 0;
    std::uint32_t pipelined = 0;  // conversations with several requests outstanding
    Sightings garbage_client, garbage_server;
    std::vector<ForeignFacts> foreign;  // at most 4
    Rare<TlsFacts> tls;
    Sightings udp_unreachable;  // ICMP port unreachable quoting a datagram
    Address udp_unreachable_from;
};

// One client address and one server endpoint.
struct PairFacts {
    // Touched by every request: kept together.
    Address client;
    Endpoint server;
    bool udp = false;
    bool modbus = false;            // Modbus was recognised between them
    std::uint32_t line = no_index;  // of Facts::lines: all that was said on a serial line; no client, no server
    std::uint32_t requests = 0, answered = 0, responses = 0;
    Moment first_request, last_request, last_answer;
    std::array<std::uint32_t, 3> framings{};  // requests by modbus::Framing
    std::array<std::uint32_t, 3> server_framings{};
    std::uint32_t from_client = 0, from_server = 0;  // UDP datagrams
    struct UnitRef {
        std::uint32_t index = 0;  // of Facts::units
        std::uint8_t unit = 0;
    };
    std::vector<UnitRef> units;
    Rare<PairTroubles> trouble;
    Rare<std::array<std::uint32_t, 6>> evicted;  // connections dropped from memory, by net::Outcome
};

struct ConnectionFacts {
    net::Connection tcp;
    std::uint32_t pair = no_index;
    std::uint32_t requests = 0, answered = 0;
    std::uint32_t open_at_end = 0;  // requests without answer when it ended
    Moment first_request, last_answer;
    bool closed_by_server_unanswered = false;
    bool udp = false;
    // The TCP client is the Modbus server (a device that dials out); the pair names them by their Modbus roles.
    bool reversed = false;
};

struct StrayReset {
    Address client;  // the side the RST was sent to, or its sender if it has no server's port
    Endpoint server;
    bool from_server = false;
    Sightings seen{};
};

struct PacketTotals {
    std::uint64_t all = 0;
    std::uint64_t modbus = 0, tcp_other = 0, arp = 0, icmp = 0, other = 0, undecodable = 0;
    std::uint64_t duplicates = 0, tcp = 0, snapped = 0;
    Sightings snapped_seen, duplicates_seen;
};

struct ClockFacts {
    Sightings backwards;  // by more than a second
    Duration longest_back{};
    Sightings jumps;  // forward by more than a year
    Sightings set;    // the capturing host's clock was set; the times do not show it
    Duration longest_set{};
};

// What the source knows of itself: told by whoever read it.
struct CaptureNotes {
    bool damaged = false;
    std::string damage;
    std::uint64_t dropped = 0;  // packets that the kernel or the interface dropped
};

// What became of a request, as the columns over time count it.
enum class Fate : std::uint8_t { answered, exception, no_response, undecided };
inline constexpr std::size_t fates = 4;

struct ModbusTotals {
    std::uint64_t requests = 0, answered = 0, exception = 0, no_response = 0, undecided = 0, capture_loss = 0;
    std::uint64_t normal_responses = 0, exception_responses = 0, unmatched = 0, late = 0;
    std::array<std::array<std::uint64_t, 3>, 128> functions{};    // requests, responses, exceptions
    std::array<std::array<std::uint32_t, 128>, 12> exceptions{};  // by code (0: any above 11) and function
    TimeCounts<fates> over_time;                                  // requests, by when they were sent
};

struct Facts {
    explicit Facts(std::uint64_t hash_key) : hosts(hash_key) {}

    PacketTotals packets;
    ModbusTotals modbus;
    CaptureNotes notes;
    ClockFacts clock;
    Moment first, last;
    Timestamp quiet_until = Timestamp::min();  // nothing came until then: known live, or from a recording of our own
    [[nodiscard]] Timestamp until() const { return std::max(Timestamp(last.time), quiet_until); }
    StableVector<ConnectionFacts> connections;
    StableVector<PairFacts> pairs;
    StableVector<UnitFacts> units;
    std::vector<LineFacts> lines;          // serial, at most 64
    std::vector<StrayReset> stray_resets;  // at most 64
    net::Hosts hosts;
    std::vector<std::uint16_t> modbus_ports;          // where Modbus is expected by configuration
    std::vector<Endpoint> modbus_servers;             // where it was recognised
    std::uint64_t evicted = 0;                        // connections that had to leave
    std::array<std::uint64_t, 6> evicted_outcomes{};  // of those without a pair, by net::Outcome
    std::uint64_t left_out = 0;                       // pairs, units and serial records beyond the limits
};

}  // namespace buswitness
