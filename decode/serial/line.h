// The serial line as a tap hears it (MODBUS over Serial Line V1.02, 2.5): settings, and octets with the marks the
// receiver put on them. A chunk is what one read() returned: how octets lie in chunks is the adapter's habit, not the
// line's.
#pragma once

#include "decode/base/bytes.h"
#include "decode/base/timestamp.h"

#include <cstdint>

namespace buswitness::serial {

enum class Parity : std::uint8_t { none, even, odd };

struct LineSettings {
    std::uint32_t baud = 19'200;  // bit/s; 0: not known
    std::uint8_t data_bits = 8;   // 7 or 8
    Parity parity = Parity::even;
    std::uint8_t stop_bits = 1;  // 1 or 2
    bool operator==(const LineSettings &) const = default;
};

// Marks on an octet, or'ed. Adapters differ: some mark every octet, some all octets of a packet, some none.
enum LineMark : std::uint8_t {
    no_mark = 0,
    parity_error = 1,
    framing_error = 2,
    break_condition = 4,
    octets_lost = 8,  // before or at this octet: the receiver or the kernel overran
    line_error = 16,  // parity or framing error, not known which
};

// Views into the source's buffers, valid until it is asked for more.
struct LineChunk {
    Timestamp time{};             // when the read returned: the end of the chunk; never goes back
    Bytes octets{};               // may be empty when only marks or losses were heard
    Bytes marks{};                // one LineMark set for each octet, or empty: none is marked
    std::uint32_t interface = 0;  // index into the capture's interfaces
};

// Link types of serial recordings.
inline constexpr std::uint32_t link_rtac_serial = 250;  // LINKTYPE_RTAC_SERIAL
inline constexpr std::uint32_t link_user0 = 147;        // LINKTYPE_USER0, as some sniffers use it
// A raw chunk of our own recordings (a pcapng block of a local-use type). Not a link type that a file can carry; the
// data are: be16 count of octets, the octets, then either nothing or as many marks.
inline constexpr std::uint32_t link_raw_chunk = 0xffff'0001;

constexpr bool is_line(std::uint32_t link_type)
{
    return link_type == link_rtac_serial || link_type == link_user0 || link_type == link_raw_chunk;
}

}  // namespace buswitness::serial
