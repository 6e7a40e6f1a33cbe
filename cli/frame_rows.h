// Serial items as rows: one line of text for eyes, one JSON object for scripts.
#pragma once

#include "decode/serial/frame.h"

#include <string>
#include <string_view>

namespace buswitness::cli {

struct FrameRow {
    const serial::SerialFrame &frame;
    std::string_view line;  // the interface's name; not escaped
    Duration t3_5{};        // of the line: whether the gap is certain is asked against it
};

std::string frame_heading();                  // names the columns of frame_text
std::string frame_text(const FrameRow &row);  // without line end, at most 100 columns
std::string frame_json(const FrameRow &row);  // without line end

}  // namespace buswitness::cli
