// Captures read by a thread of their own and handed over in batches, so that time can pass for whoever waits.
#pragma once

#include "capture/capture_file.h"

#include <chrono>
#include <memory>

namespace buswitness::capture {

struct Batch {
    std::vector<net::RawPacket> packets;  // their octets are in `octets`
    std::vector<std::uint8_t> octets;
    std::vector<InterfaceInfo> interfaces;  // those whose first packet is among these, by global index
};

class BackgroundReader {
public:
    explicit BackgroundReader(const std::vector<std::string> &names);
    ~BackgroundReader();  // a thread that waits for a pipe is left behind, with its memory
    BackgroundReader(const BackgroundReader &) = delete;
    BackgroundReader &operator=(const BackgroundReader &) = delete;

    // What was read meanwhile; empty when nothing came within `patience`. False at the end, when all was handed over.
    bool take(Batch &batch, std::chrono::milliseconds patience);
    // Only after take() returned false.
    [[nodiscard]] const CaptureSet &captures() const;
    // Files that could not be opened; known from the beginning.
    [[nodiscard]] const std::vector<Error> &errors() const;

private:
    struct Shared;
    std::shared_ptr<Shared> shared_;
};

}  // namespace buswitness::capture
