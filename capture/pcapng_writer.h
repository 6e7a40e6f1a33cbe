// Encodes pcapng (draft-ietf-opsawg-pcapng): blocks in this machine's byte order, times in nanoseconds since 1970.
// Each function appends one whole block; the caller decides when octets reach a file.
//
//   section header (0a0d0d0a) | interface (1) ... | packet (6) or raw chunk ... | statistics (5), one for each
//   interface
#pragma once

#include "decode/net/packet.h"

#include <string>
#include <string_view>
#include <vector>

namespace buswitness::capture {

using Octets = std::vector<std::uint8_t>;

struct InterfaceSettings {
    std::string name;
    std::string filter;             // capture filter as text; empty: none
    std::uint32_t link_type = 0;    // LINKTYPE_ value
    std::uint32_t snap_length = 0;  // 0: unlimited
    std::string description = {};   // of a serial port: its settings
    std::uint64_t speed = 0;        // bit/s; 0: not told
};

// The part of a comment that a reader takes for more than words: "clock set by -3600000000000 ns".
inline constexpr std::string_view clock_set_words = "clock set by ";

struct InterfaceStatistics {
    Timestamp start, end;         // of the capture
    std::uint64_t written = 0;    // packets of this interface in this section: with it `end` is believed when read
    std::uint64_t received = 0;   // by the interface, before the kernel dropped any
    std::uint64_t dropped = 0;    // by the kernel, its buffer was full
    std::uint64_t discarded = 0;  // by the interface or its driver
};

void write_section(Octets &out);
void write_interface(Octets &out, const InterfaceSettings &settings);
// packet.interface is the index within the section. A comment of more than 65,535 octets is cut. What has the link type
// serial::link_raw_chunk becomes a block of our own (raw_chunk.h). `errors`: of the link layer, as epb_flags has them.
void write_packet(Octets &out, const net::RawPacket &packet, std::string_view comment = {}, std::uint32_t errors = 0);
void write_statistics(Octets &out, std::uint32_t interface, const InterfaceStatistics &statistics);

}  // namespace buswitness::capture
