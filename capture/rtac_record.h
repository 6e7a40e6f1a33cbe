// LINKTYPE_RTAC_SERIAL (250): what Wireshark knows of serial lines. Each record is one event with the octets it is
// about.
//
//   be32 seconds | be32 microseconds | event 1 | control lines 1 | be16 0 | octets
#pragma once

#include "decode/base/bytes.h"
#include "decode/base/timestamp.h"

#include <cstdint>
#include <vector>

namespace buswitness::capture {

enum class RtacEvent : std::uint8_t {
    status_change,
    tx_start,  // as we use it: a request, from the master
    rx_start,  // a response, or direction not known
    tx_end,
    rx_end,
    data_lost,
    complete,
    framing_error,
    parity_error,
    break_condition,
    overflow,
};

// Of epb_flags, in the word that comes with each packet.
namespace link_error {
inline constexpr std::uint32_t crc = 1U << 24;
inline constexpr std::uint32_t too_short = 1U << 26;
inline constexpr std::uint32_t wrong_gap = 1U << 27;
inline constexpr std::uint32_t symbol = 1U << 31;
}  // namespace link_error

// The event that tells of these marks (serial::LineMark); `otherwise` when there are none.
RtacEvent event_of(std::uint8_t marks, RtacEvent otherwise);

std::vector<std::uint8_t> rtac_record(Timestamp start, RtacEvent event, Bytes octets);

}  // namespace buswitness::capture
