// What a serial tap heard, as our recordings keep it so that it can be framed again with other settings: a pcapng block
// of a local-use type, which other readers skip.
//
//   type 8057'4243 | length | magic "BWRC" 4 | interface 4 | time high 4 | time low 4 | data length 4
//   | data: be16 count of octets, the octets, then nothing or as many marks (serial::LineMark) | padding to 4
//   | options as in a packet block | length
//
// The time is when the read returned, in the interface's resolution. Numbers but the count are in the byte order of the
// section. Others may use the same type for something else: a block without the magic is not ours.
#pragma once

#include "decode/net/packet.h"
#include "decode/serial/line.h"

#include <array>
#include <cstdint>
#include <vector>

namespace buswitness::capture {

inline constexpr std::uint32_t raw_chunk_block = 0x8057'4243;
inline constexpr std::array<std::uint8_t, 4> raw_chunk_magic = {'B', 'W', 'R', 'C'};
inline constexpr std::size_t largest_raw_chunk = 0xffff;  // octets

// The data of a raw chunk: of at most `largest_raw_chunk` octets, each with a mark unless there are none.
std::vector<std::uint8_t> raw_chunk_data(Bytes octets, Bytes marks);

}  // namespace buswitness::capture
