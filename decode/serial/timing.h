// How long characters and silences last on the line (MODBUS over Serial Line V1.02, 2.5.1 and 2.5.1.1).
#pragma once

#include "decode/serial/line.h"

namespace buswitness::serial {

int character_bits(const LineSettings &settings);  // start, data, parity and stop bits

// Zero when the rate is not known.
Duration character_time(const LineSettings &settings);
// With one stop bit: how many the senders on the line use, a receiver does not see.
Duration shortest_character_time(const LineSettings &settings);

// The longest silence inside a frame and the shortest between frames: 1.5 and 3.5 characters up to 19200 bit/s, fixed
// above. Of the character as it is set: a line with 10 bits to the character keeps its time with these.
Duration t1_5(const LineSettings &settings);
Duration t3_5(const LineSettings &settings);

}  // namespace buswitness::serial
