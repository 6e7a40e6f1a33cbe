// Octets and marks from a terminal that marks errors in band (termios: PARMRK and INPCK on; IGNPAR, IGNBRK, BRKINT
// off):
//
//   ff ff      the octet ff            ff 00 c     the octet c, with a parity or framing error (not told which)
//   c          the octet c             ff 00 00    a break, or the octet 00 with an error
#pragma once

#include "decode/base/bytes.h"
#include "decode/serial/line.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace buswitness::capture {

// What the driver counted (TIOCGICOUNT).
struct LineErrors {
    std::uint32_t parity = 0, framing = 0, breaks = 0;
    std::uint32_t overruns = 0;  // of the receiver and of the kernel's buffer: each at least one octet lost
};
LineErrors operator-(const LineErrors &now, const LineErrors &before);  // the counters run over

class MarkReader {
public:
    // Appends the octets of `raw`, each with its LineMark set. `counted`: since the last call; nothing when the driver
    // does not count. A sequence that the end of `raw` cuts goes on in the next call.
    void read(Bytes raw, const std::optional<LineErrors> &counted, std::vector<std::uint8_t> &octets,
              std::vector<std::uint8_t> &marks);

    // The driver counted a loss and no octet came since to carry the mark.
    [[nodiscard]] bool owes_loss() const { return lost_; }

private:
    enum class State : std::uint8_t { plain, after_ff, after_ff_00 };
    State state_ = State::plain;
    bool lost_ = false;
};

}  // namespace buswitness::capture
