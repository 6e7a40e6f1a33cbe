// Events of a few kinds counted over time in a fixed number of columns. As time goes on columns are joined, so that
// they cover all of it; their widths are those people read easily (1, 2, 10, 20, 100 ms ... 1, 2, 10, 20 s, 1 min ...).
#pragma once

#include "decode/base/timestamp.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace buswitness {

template <std::size_t Kinds>
class TimeCounts {
public:
    static constexpr std::size_t columns = 120;
    using Column = std::array<std::uint32_t, Kinds>;

    // What comes before the first event counts as the first column's.
    void add(Timestamp time, std::size_t kind)
    {
        if (time < from_ || time >= until_) [[unlikely]]
            go_to(time);
        ++counts_[at_][kind];
    }

    [[nodiscard]] bool empty() const { return used_ == 0; }
    [[nodiscard]] std::size_t used() const { return used_; }  // columns, from the first on
    [[nodiscard]] const Column &column(std::size_t i) const { return counts_[i]; }
    [[nodiscard]] Timestamp start() const { return start_; }
    [[nodiscard]] Duration width() const { return width_; }

private:
    static constexpr std::array<std::uint8_t, 2> to_minutes = {2, 5};           // 1 ms to 20 s, in turn
    static constexpr std::array<std::uint8_t, 6> to_days = {3, 2, 5, 2, 3, 2};  // 1, 2, 10, 20 min, 1, 2 h

    void go_to(Timestamp time)
    {
        if (used_ == 0)
            start_ = time;
        std::uint64_t column = 0;
        while (time > start_ && (column = static_cast<std::uint64_t>(elapsed(start_, time) / width_)) >= columns)
            join();
        at_ = static_cast<std::size_t>(column);
        used_ = at_ + 1 > used_ ? at_ + 1 : used_;
        from_ = at_ == 0 ? Timestamp::min() : start_ + width_ * static_cast<std::int64_t>(at_);
        std::int64_t end = 0;
        const bool beyond = __builtin_mul_overflow(width_.count(), static_cast<std::int64_t>(at_ + 1), &end) ||
                            Duration(end) >= elapsed(start_, Timestamp::max());
        until_ = beyond ? Timestamp::max() : start_ + Duration(end);
    }
    [[nodiscard]] std::size_t factor() const
    {
        constexpr std::size_t short_steps = 9;  // 1 ms times 2, 5, 2, 5 ... is 20 s after nine
        if (steps_ < short_steps)
            return to_minutes[steps_ % to_minutes.size()];
        const std::size_t step = steps_ - short_steps;
        return step < to_days.size() ? to_days[step] : 2;
    }
    void join()
    {
        const std::size_t together = factor();
        std::array<Column, columns> joined{};
        for (std::size_t i = 0; i < columns; ++i)
            for (std::size_t kind = 0; kind < Kinds; ++kind)
                joined[i / together][kind] += counts_[i][kind];
        counts_ = joined;
        used_ = (used_ + together - 1) / together;
        width_ *= static_cast<std::int64_t>(together);
        ++steps_;
    }

    std::array<Column, columns> counts_{};
    Timestamp start_;
    Duration width_ = std::chrono::milliseconds(1);
    std::size_t steps_ = 0, used_ = 0, at_ = 0;
    Timestamp from_ = Timestamp::max(), until_ = Timestamp::min();  // of column at_
};

}  // namespace buswitness
