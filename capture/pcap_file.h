// Classic pcap (draft-ietf-opsawg-pcap). File header, 24 octets, then records; numbers in the byte order of the magic:
//
//   magic 4 | major 2 | minor 2 | reserved 8 | snapshot length 4 | FCS and link type 4
//   seconds 4 | microseconds or nanoseconds 4 | captured length 4 | original length 4 | octets
//
// The magic a1b2cd34 (Kuznetzov) has 8 more octets after the original length: interface, protocol, packet type.
#pragma once

#include "capture/capture_file.h"
#include "capture/input_stream.h"

#include <memory>

namespace buswitness::capture {

bool is_pcap(Bytes start);
Result<std::unique_ptr<CaptureFile>> open_pcap(InputStream input, const std::string &name);

}  // namespace buswitness::capture
