// What stands in a recording beside the raw chunks of serial lines: a record for each frame, as Wireshark can dissect
// it, with our reading of it. It may be wrong, and come late; what was heard is in the chunks.
#pragma once

#include "capture/pcapng_writer.h"
#include "decode/net/packet.h"
#include "decode/serial/framer.h"

#include <functional>
#include <memory>
#include <string_view>
#include <vector>

namespace buswitness::cli {

class SerialRecording {
public:
    // Writes one record; `errors` as in capture::write_packet. The octets are valid during the call. The packet's time
    // is the frame's end, the record itself tells its start.
    using Write = std::function<void(const net::RawPacket &record, std::string_view comment, std::uint32_t errors)>;
    SerialRecording(const std::vector<capture::InterfaceSettings> &interfaces, Write write);
    ~SerialRecording();

    void chunk(const net::RawPacket &packet);  // of the link type serial::link_raw_chunk
    void advance(Timestamp now);               // call it often: what silence has ended for a second or more is written
    void finish();

    // How the adapter of an interface was seen to hand octets over.
    [[nodiscard]] serial::ChunkHabit habit(std::uint32_t interface) const;

private:
    struct Line;
    Write write_;
    std::vector<std::unique_ptr<Line>> lines_;  // by interface; none: no serial line
    Timestamp next_advance_;
};

}  // namespace buswitness::cli
