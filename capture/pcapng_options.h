// Options of a pcapng block (draft-ietf-opsawg-pcapng, 3.5): code 2 | length 2 | value | padding to 4 octets, until
// opt_endofopt (0) or the end of the block. Options that claim more than the block are not read.
#pragma once

#include "capture/byte_order.h"

#include <optional>

namespace buswitness::capture {

struct Option {
    std::uint16_t code = 0;
    Bytes value;  // in the block
};

class OptionReader {
public:
    OptionReader(Bytes options, ByteOrder order) : left_(options), order_(order) {}

    std::optional<Option> next()
    {
        if (left_.size() < 4)
            return std::nullopt;
        const std::uint16_t code = order_.u16(left_, 0);
        const std::size_t length = order_.u16(left_, 2);
        if (code == 0 || length > left_.size() - 4)
            return std::nullopt;
        const Option option{code, left_.subspan(4, length)};
        const std::size_t padded = 4 + (length + 3) / 4 * 4;
        left_ = left_.subspan(padded < left_.size() ? padded : left_.size());
        return option;
    }

private:
    Bytes left_;
    ByteOrder order_;
};

}  // namespace buswitness::capture
