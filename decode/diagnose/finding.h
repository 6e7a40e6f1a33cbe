// A finding: one conclusion about one subject, with its certainty, its evidence, and what to do next.
#pragma once

#include "decode/base/address.h"
#include "decode/base/timestamp.h"
#include "decode/diagnose/finding_id.h"
#include "decode/net/packet.h"

#include <optional>
#include <string>
#include <vector>

namespace buswitness::diagnose {

enum class Severity : std::uint8_t { note, warning, error };
enum class Certainty : std::uint8_t { possible, likely, certain };
enum class By : std::uint8_t { unknown, client, server, middlebox, tap };

struct Evidence {
    PacketNumber packet = 0;  // in a finding about a line the number of the frame on it
    Timestamp time;
    std::string text;
    std::string pdu{};  // its first octets in hexadecimal, "03 00 64 00 0A"; empty: not kept
};

// A request that can be repeated by hand.
struct AskedFor {
    std::uint8_t function = 0;
    std::uint16_t address = 0, quantity = 0;  // as on the wire, 0-based
};

struct Finding {
    FindingId id = FindingId::capture_no_modbus;
    Severity severity = Severity::note;
    Certainty certainty = Certainty::possible;
    By by = By::unknown;
    std::optional<Address> client;
    std::optional<Endpoint> server;  // port 0: the port is not on the wire
    std::string line;                // name of the serial line, as in the file; empty: about the network
    std::optional<std::uint8_t> unit;
    std::optional<std::uint8_t> function_code;
    std::optional<std::uint8_t> exception_code;
    std::optional<AskedFor> asked;  // the first request that it is about
    std::string field;              // which field is wrong (mismatch, malformed), which protocol (not-modbus)
    std::uint64_t count = 0;
    Timestamp first, last;
    bool recovered = false;                    // it worked again later in the capture
    std::string summary;                       // one or two sentences with the figures of this case
    std::vector<Evidence> evidence;            // in packet order, few
    std::vector<std::string> possible_causes;  // plausible, not proven; most plausible first
    // Added to the catalogue's words where this case calls for it.
    std::vector<std::string> extra_next_steps;  // come first
};

std::string_view to_string(Severity severity);    // "error"
std::string_view to_string(Certainty certainty);  // "certain"
std::string_view to_string(By by);                // "server"; unknown: ""

}  // namespace buswitness::diagnose
