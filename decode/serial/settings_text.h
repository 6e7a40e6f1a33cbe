// Line settings as words, as they stand in a capture's interface description: "19200 8E1".
#pragma once

#include "decode/serial/line.h"

#include <optional>
#include <string>
#include <string_view>

namespace buswitness::serial {

// The first "BAUD DPS" or "DPS" in the text, whatever stands around it. Baud 0: the text has none.
std::optional<LineSettings> settings_in(std::string_view text);
std::string to_string(const LineSettings &settings);

}  // namespace buswitness::serial
