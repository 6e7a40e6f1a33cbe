// What a source hands over: one packet as it stands in the file or came from the interface.
#pragma once

#include "decode/base/bytes.h"
#include "decode/base/moment.h"

#include <cstdint>

namespace buswitness {

namespace net {

enum class Direction : std::uint8_t { unknown, inbound, outbound };  // seen from the capturing host

struct RawPacket {
    Bytes data;                         // captured octets; the source's buffer, valid until its next read
    std::uint32_t original_length = 0;  // octets on the wire; more than data.size() when snapped
    Timestamp time;
    std::uint32_t link_type = 0;               // LINKTYPE_ value
    std::uint32_t interface = 0;               // index into the capture's interfaces
    PacketNumber number = 0;                   // 0: no packet but a raw chunk of a serial line
    Direction direction = Direction::unknown;  // pcapng epb_flags; link layers may know more
    Duration clock_set{};  // the capturing host's clock was set by this just before; times go on as if it had not been
};

}  // namespace net
}  // namespace buswitness
