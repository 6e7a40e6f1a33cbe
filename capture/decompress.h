// Compressed input, streamed and never held: gzip, zstd, lz4, xz. One layer only; what it yields is limited, so that
// a decompression bomb ends with a message.
#pragma once

#include "capture/input_stream.h"

#include <cstdint>
#include <string_view>

namespace buswitness::capture {

enum class Compression : std::uint8_t { none, gzip, zstd, lz4, xz };

inline constexpr std::size_t compression_magic_size = 6;  // octets that recognise() looks at
Compression recognise(Bytes start);
std::string_view to_string(Compression compression);

struct DecompressionLimits {
    std::uint64_t octets = std::uint64_t{4} << 30;        // decompressed, in all
    std::uint64_t ratio = 2000;                           // more than this once `ratio_from` octets came out
    std::uint64_t ratio_from = std::uint64_t{64} << 20;   // short runs of zeros are ordinary
    std::uint64_t dictionary = std::uint64_t{128} << 20;  // memory that an xz file may ask for
};

// The decompressed stream of `input`, whose first octets are that compression's. What precedes a damage is delivered:
// for gzip to the last octet, for the others to the last whole block of their decoder (64 KiB to 4 MiB).
Result<InputStream> decompressed(InputStream input, Compression compression, const std::string &name, std::size_t block,
                                 const DecompressionLimits &limits = {});

}  // namespace buswitness::capture
