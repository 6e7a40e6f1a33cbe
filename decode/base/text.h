// Words from outside are hostile until escaped; times and durations as people and machines read them.
#pragma once

#include "decode/base/bytes.h"
#include "decode/base/timestamp.h"

#include <string>
#include <string_view>

namespace buswitness {

// For terminals and every text output: control characters (C0, DEL, C1 raw or in UTF-8), bidirectional controls
// (U+202A-E, U+2066-9, U+200E/F) and invalid UTF-8 become \x.. ; cut after `limit` characters with "...".
std::string escaped(std::string_view text, std::size_t limit = 256);

std::string rfc3339(Timestamp time);                    // 2026-06-02T08:15:30.000123456Z
std::string clock_time(Timestamp time);                 // 08:15:30.000123
std::string human(Duration duration);                   // 0.2 ms, 1.5 s, 2 min 5 s, 3 h 12 min
std::string hex(Bytes octets, std::size_t limit = 32);  // "01 03 00 00 ..."

}  // namespace buswitness
