// What was heard on the line, in order: frames, damaged frames and named noise. Every octet is in exactly one item.
#pragma once

#include "decode/base/bytes.h"
#include "decode/base/timestamp.h"
#include "decode/serial/line.h"

#include <cstdint>
#include <string_view>

namespace buswitness::serial {

enum class ItemKind : std::uint8_t {
    frame,  // the check (CRC, in ASCII the LRC) is right
    bad,    // looks like a frame, the check is wrong
    noise,
};

enum class FrameDirection : std::uint8_t { unknown, request, response };

enum class NoiseName : std::uint8_t {
    none,
    spike,       // one to three octets alone in silence
    lead_spike,  // close before a frame
    tail_spike,  // close after a frame
    truncated,   // begins as a frame and ends too early; bad items carry this name too
    garbage,
};

struct TimeBounds {
    Timestamp earliest, latest;
};

// Views are valid while the sink is told.
struct SerialFrame {
    std::uint64_t number = 0;  // counts items from 1
    ItemKind kind = ItemKind::noise;
    NoiseName noise = NoiseName::none;
    FrameDirection direction = FrameDirection::unknown;
    bool ascii = false;
    bool exception = false;
    bool length_predicted = false;        // the function code and the octets that follow tell this length
    Bytes octets;                         // as heard, in ASCII with the characters from ':' to LF
    Bytes marks;                          // a LineMark set for each octet
    Bytes adu;                            // unit and PDU without CRC or LRC; empty unless kind is frame, or bad in RTU
    std::uint8_t unit = 0, function = 0;  // of adu, bit 7 removed; 0 when there is none
    std::uint8_t errors = 0;              // all marks or'ed
    // The first start bit and the end of the last stop bit: best estimate and what is certain.
    Timestamp start, end;
    TimeBounds start_bounds, end_bounds;
    // Silence before the item. What the adapter's timing allows to say: it lasted from gap_min to gap_max.
    bool has_gap = false;  // false: nothing was heard before
    Duration gap{}, gap_min{}, gap_max{};
    Duration pause_min{};       // the longest silence inside the item that is certain
    double confidence = 0;      // 0 to 1, that the item is what kind says; of noise 0
    std::uint64_t answers = 0;  // number of the request that this response answers, 0: none is known
};

// Both are decided only when the bounds lie on one side; else the adapter's timing does not allow a verdict.
enum class SilenceVerdict : std::uint8_t { longer, shorter, not_visible };
SilenceVerdict gap_against(const SerialFrame &frame, Duration limit);  // unknown gaps: not_visible

class FrameSink {
public:
    virtual ~FrameSink() = default;
    virtual void item(const SerialFrame &frame) = 0;
};

std::string_view to_string(ItemKind kind);             // "frame", "bad", "noise"
std::string_view to_string(FrameDirection direction);  // "request", "response", "unknown"
std::string_view to_string(NoiseName name);            // "spike", "lead-spike", ...; none: ""

}  // namespace buswitness::serial
