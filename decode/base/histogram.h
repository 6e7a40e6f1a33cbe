// Durations counted in buckets of 6 % width: percentiles without keeping the samples.
#pragma once

#include "decode/base/timestamp.h"

#include <algorithm>
#include <bit>
#include <vector>

namespace buswitness {

class Histogram {
public:
    void add(Duration duration)
    {
        const std::int64_t ns = std::max<std::int64_t>(duration.count(), 0);
        ++at(bucket_of(static_cast<std::uint64_t>(ns)));
        min_ = count_ == 0 ? ns : std::min(min_, ns);
        max_ = std::max(max_, ns);
        ++count_;
    }
    void add(const Histogram &other)
    {
        if (other.count_ == 0)
            return;
        for (std::size_t i = 0; i < other.counts_.size(); ++i)
            if (other.counts_[i] != 0)
                at(other.first_ + i) += other.counts_[i];
        min_ = count_ == 0 ? other.min_ : std::min(min_, other.min_);
        max_ = std::max(max_, other.max_);
        count_ += other.count_;
    }
    [[nodiscard]] std::uint64_t count() const { return count_; }
    [[nodiscard]] Duration min() const { return Duration(min_); }
    [[nodiscard]] Duration max() const { return Duration(max_); }

    // The value below which `share` (0 to 1) of the samples lie, exact to the bucket's width.
    [[nodiscard]] Duration percentile(double share) const
    {
        if (count_ == 0)
            return Duration(0);
        const auto rank = static_cast<std::uint64_t>(share * static_cast<double>(count_ - 1)) + 1;
        std::uint64_t seen = 0;
        for (std::size_t i = 0; i < counts_.size(); ++i) {
            seen += counts_[i];
            if (seen >= rank)
                return Duration(std::clamp(middle(first_ + i), min_, max_));
        }
        return Duration(max_);
    }

    // How many are shorter than `bound`; exact where a bucket ends: at powers of two from 1024 ns on.
    [[nodiscard]] std::uint64_t count_below(Duration bound) const
    {
        const std::size_t end = bucket_of(static_cast<std::uint64_t>(std::max<std::int64_t>(bound.count(), 0)));
        std::uint64_t below = 0;
        for (std::size_t i = 0; i < counts_.size() && first_ + i < end; ++i)
            below += counts_[i];
        return below;
    }
    // Of all samples, each taken for the middle of its bucket: at most 3 % off above a microsecond.
    [[nodiscard]] double estimated_sum_seconds() const
    {
        double sum = 0;
        for (std::size_t i = 0; i < counts_.size(); ++i)
            sum += static_cast<double>(counts_[i]) * static_cast<double>(middle(first_ + i));
        return sum / 1e9;
    }
    // Calls `visit(low, high, count)` for each bucket from the smallest to the largest sample, also the empty ones.
    void each_bucket(auto &&visit) const
    {
        for (std::size_t i = 0; i < counts_.size(); ++i)
            visit(Duration(lowest(first_ + i)), Duration(lowest(first_ + i + 1)), counts_[i]);
    }

private:
    // 16 buckets for each power of two above 2^10 ns; everything below a microsecond is one bucket.
    static std::size_t bucket_of(std::uint64_t ns)
    {
        if (ns < 1024)
            return 0;
        const auto power = static_cast<std::size_t>(std::bit_width(ns)) - 1;
        return (power - 10) * 16 + (ns >> (power - 4) & 15) + 1;
    }
    static std::int64_t lowest(std::size_t bucket)
    {
        if (bucket == 0)
            return 0;
        return static_cast<std::int64_t>((16 + (bucket - 1) % 16) << ((bucket - 1) / 16 + 6));
    }
    static std::int64_t middle(std::size_t bucket)
    {
        if (bucket == 0)
            return 512;
        const std::size_t power = (bucket - 1) / 16 + 10;
        const std::uint64_t low = (16 + (bucket - 1) % 16) << (power - 4);
        return static_cast<std::int64_t>(low + (std::uint64_t{1} << (power - 5)));
    }

    // Only the buckets between the smallest and the largest sample take memory.
    std::uint32_t &at(std::size_t bucket)
    {
        if (counts_.empty())
            first_ = static_cast<std::uint32_t>(bucket);
        if (bucket < first_) {
            counts_.insert(counts_.begin(), first_ - bucket, 0);
            first_ = static_cast<std::uint32_t>(bucket);
        }
        if (bucket - first_ >= counts_.size())
            counts_.resize(bucket - first_ + 1);
        return counts_[bucket - first_];
    }

    std::vector<std::uint32_t> counts_;
    std::uint32_t first_ = 0;  // bucket of counts_[0]
    std::uint64_t count_ = 0;
    std::int64_t min_ = 0, max_ = 0;
};

}  // namespace buswitness
