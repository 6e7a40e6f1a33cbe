#include "decode/serial/frame.h"

namespace buswitness::serial {

SilenceVerdict gap_against(const SerialFrame &frame, Duration limit)
{
    if (!frame.has_gap)
        return SilenceVerdict::not_visible;
    if (frame.gap_min >= limit)
        return SilenceVerdict::longer;
    return frame.gap_max < limit ? SilenceVerdict::shorter : SilenceVerdict::not_visible;
}

std::string_view to_string(ItemKind kind)
{
    switch (kind) {
    case ItemKind::frame: return "frame";
    case ItemKind::bad: return "bad";
    case ItemKind::noise: return "noise";
    }
    return "";
}

std::string_view to_string(FrameDirection direction)
{
    switch (direction) {
    case FrameDirection::unknown: return "unknown";
    case FrameDirection::request: return "request";
    case FrameDirection::response: return "response";
    }
    return "";
}

std::string_view to_string(NoiseName name)
{
    switch (name) {
    case NoiseName::none: return "";
    case NoiseName::spike: return "spike";
    case NoiseName::lead_spike: return "lead-spike";
    case NoiseName::tail_spike: return "tail-spike";
    case NoiseName::truncated: return "truncated";
    case NoiseName::garbage: return "garbage";
    }
    return "";
}

}  // namespace buswitness::serial
