// What an .xz file asks for before it is decoded. The .xz File Format 1.1.0: stream header (12 octets: magic, flags,
// CRC), then a block header:
//
//   size/4-1 (1) | flags (1) | [compressed size] | [uncompressed size] | filter: id, size of properties, properties
//
// Numbers without a width are of 1 to 9 octets, 7 bits each, the lowest first (1.2).
#pragma once

#include "decode/base/bytes.h"

#include <cstdint>
#include <optional>

namespace buswitness::capture {

inline constexpr std::size_t xz_header_size = 12 + 1024;  // the largest

// Of the first block; empty when there is none or its header is not understood.
std::optional<std::uint64_t> xz_dictionary_size(Bytes start);

}  // namespace buswitness::capture
