// One serial port of a LiveSource.
#pragma once

#include "capture/live_source.h"

namespace buswitness::capture {

struct LiveSource::Line {
    SerialOptions options;
    std::string name;
    std::uint32_t number = 0;        // index of the interface block
    std::shared_ptr<SerialTap> tap;  // none: unplugged
    SerialReport report;             // its counts: of taps that are gone
    Timestamp gone_since, next_try;
    Timestamp latest;       // of its last chunk: times never go back
    std::string comment;    // for its next chunk
    Duration clock_set{};   // told with its next chunk
    bool was_away = false;  // octets were lost before its next chunk

    [[nodiscard]] SerialCounts counts() const;
};

}  // namespace buswitness::capture
