// pcapng (draft-ietf-opsawg-pcapng). A file is a row of blocks, numbers in the byte order of their section:
//
//   type 4 | length 4, of the whole block | body, padded to 4 octets | length 4, again
//
// Read: section header (0a0d0d0a), interface (1), packet (6; 3 without time; 2 obsolete), statistics (5). Others are
// skipped.
#pragma once

#include "capture/capture_file.h"
#include "capture/input_stream.h"

#include <memory>

namespace buswitness::capture {

inline constexpr std::size_t largest_block = std::size_t{16} << 20;
inline constexpr std::size_t most_interfaces = 65'536;  // of a file, over all its sections

bool is_pcapng(Bytes start);
Result<std::unique_ptr<CaptureFile>> open_pcapng(InputStream input, const std::string &name);

}  // namespace buswitness::capture
