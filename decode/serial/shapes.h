// The ways in which the octets from here on can be a frame, and how much it says that they look like one. Part of the
// framer.
#pragma once

#include "decode/base/bytes.h"

#include <array>
#include <cstdint>
#include <vector>

namespace buswitness::serial {

enum Roles : std::uint8_t { no_role = 0, as_request = 1, as_response = 2, either_role = 3 };

inline constexpr std::size_t longest_rtu = 256;
inline constexpr std::size_t shortest_rtu = 4;
inline constexpr std::size_t longest_ascii = 513;

struct Shape {
    std::uint16_t length = 0;  // of the whole frame
    std::uint8_t roles = no_role;
};
struct Shapes {
    std::array<Shape, 2> list{};
    std::size_t count = 0;
    bool cut = false;  // a shape would need more octets than there are
};

// Of the RTU frame that begins at octets[0], by unit and function. Only shapes that fit into the octets.
Shapes shapes_of(Bytes octets);
bool tells_length(std::uint8_t function);  // with bit 7; in at least one role

bool crc_right(Bytes frame);  // at least 4 octets, the CRC at the end

// Nats in favour of a frame: what its function code and its fields say against random octets. `seen`: the line has
// shown this function.
double evidence(Bytes frame, std::uint8_t roles, bool seen);

// What the response to this request must have as length, without exception; 0: not fixed.
std::size_t response_length(Bytes request);

bool is_user_defined(std::uint8_t function);  // 65 to 72 and 100 to 110, bit 7 ignored

// Length of the ASCII frame ":" ... CR LF at octets[0] with a right LRC, 0 if there is none. Bit 7 is ignored: it is
// the parity of a 7-bit line heard with 8 data bits. `whole`: also without a right LRC.
struct AsciiFrame {
    std::size_t length = 0;  // 0: no frame
    bool lrc_right = false;
};
AsciiFrame ascii_at(Bytes octets);
// Unit and PDU of an ASCII frame, appended to `out`; its LRC is left out.
void decode_ascii(Bytes frame, std::vector<std::uint8_t> &out);

}  // namespace buswitness::serial
