// Behaviour as text, with a clock that only the scenario moves. One line, one packet (or one small conversation):
//
//     0.000   C>S  SYN                      # time in seconds; +0.5 counts from the line before
//     0.003   S>C  RST ACK
//     1.000   C>S  CONNECT                  # SYN, SYN ACK, ACK, a millisecond each
//     +0.1    C>S  read t7 a100 q10         # requests: read (function 3), write (6), ask f1 ...; an option names more
//     +0.01   S>C  answer                   # to the oldest open request; t8 or "newest" chooses another
//     +0.1    C>S  POLL 5 every 1.0         # read and answer, five times
//     +0.1    C>S  CLOSE                    # FIN ACK, FIN ACK, ACK
//     +1      ARP who-has S tell C          # and: ARP S is-at S2
//     +1      C>S  PING                     # and: S>C PONG
//     +0.1    ICMP 3/13 from R quotes LAST  # to the sender of the packet before
//     +5      TICK                          # somebody else's frame: time passes
//
// Hosts: C C2 .. C9 (10.1.1.10 ..), S S2 (10.1.1.50, .51), R (the router 10.1.1.1), F (10.9.9.50, behind R), X (a
// client 10.9.9.10, behind R), P (a client with a public address, behind R), L (127.0.0.1; its client is LC). A second
// connection of a client has a label: C:b>S. Sequence numbers, acknowledgements and identifications are kept by the
// scenario. SYN takes `port 1502`. PDUs take u1 t7 f3 a0 q10 v0 c2, octets N, rtu, ascii, udp, proto N, len+1. Other
// payload: DATA hex, TEXT words (to the end of the line). KEEPALIVE is an ACK one octet behind. Options of a packet:
// ttl N, tos N, id N, win N, seq+N, seq-N, ack+N, ack-N, snap N, in, out (the any device), `again` (the same segment
// repeated by TCP), `copy` (the same packet a second time in the file), `lost` (the capture lacks it, the peer got it),
// `unheard` (in the file, but it never arrived). Lines for the whole: `BEGIN` (what came before is not in the file),
// `END` (nor what follows), `ONLY C S` (packets of these hosts only), `SNAPLEN 60`, `DROPPED 3`, `PORTS 1502`
// (configured Modbus ports).
#pragma once

#include "decode/diagnose/finding.h"
#include "decode/facts.h"
#include "decode/report/report.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace buswitness::test {

struct ScenarioPacket {
    std::vector<std::uint8_t> octets;
    std::uint32_t original_length = 0;
    Timestamp time;
    net::Direction direction = net::Direction::unknown;
};

struct Scenario {
    std::vector<ScenarioPacket> packets;
    std::vector<std::uint16_t> ports;
    std::uint64_t dropped = 0;
};

// Throws std::runtime_error with the line when the text cannot be understood.
Scenario scenario(std::string_view text);

struct Diagnosis {
    std::vector<diagnose::Finding> findings;
    report::Report report;
};

// The first `packets` packets of it, read and concluded.
Diagnosis diagnosed(const Scenario &scenario, std::size_t packets = SIZE_MAX, std::uint64_t hash_key = 1);
Diagnosis diagnosed(std::string_view text);

// Ids of errors and warnings, each once, sorted: "modbus-unit-silent tcp-connect-timeout".
std::string findings(std::string_view text);
// The same with the notes.
std::string all_findings(std::string_view text);
// One line per error or warning, sorted: "tcp-connection-refused 10.1.1.10>10.1.1.50:502", "... unit 3" with a unit.
std::string subjects(std::string_view text);
// How sure and by whom: "error certain server", with "recovered" where it applies; one line per finding of the id.
std::string judged(std::string_view text, std::string_view id);

std::string ids_of(const std::vector<diagnose::Finding> &findings, bool with_notes);

}  // namespace buswitness::test
