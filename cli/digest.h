// The SHA-256 of a file as it lies on the disk, so that a report can be tied to its capture.
#pragma once

#include <string>

namespace buswitness::cli {

// Lower case hex. Empty for standard input ("-"), for pipes and devices, and for what cannot be read.
std::string sha256_of(const std::string &name);

}  // namespace buswitness::cli
