#include "decode/base/histogram.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace buswitness {
namespace {

using namespace std::chrono_literals;

TEST(Histogram, TellsNothingOfNoSamples)
{
    const Histogram none;
    EXPECT_EQ(none.count(), 0U);
    EXPECT_EQ(none.min(), 0ns);
    EXPECT_EQ(none.max(), 0ns);
    EXPECT_EQ(none.percentile(0.5), 0ns);
}

TEST(Histogram, TellsASingleSampleExactly)
{
    for (const Duration sample : {0ns, 1ns, 1023ns, 1024ns, 1025ns, Duration(3ms), Duration(17s), Duration::max()}) {
        Histogram one;
        one.add(sample);
        EXPECT_EQ(one.min(), sample);
        EXPECT_EQ(one.max(), sample);
        for (const double share : {0.0, 0.5, 1.0})
            EXPECT_EQ(one.percentile(share), sample) << sample.count();
    }
}

TEST(Histogram, CountsATimeThatWentBackAsNoTime)
{
    Histogram h;
    h.add(-5ms);
    h.add(2ms);
    EXPECT_EQ(h.count(), 2U);
    EXPECT_EQ(h.min(), 0ns);
    EXPECT_EQ(h.percentile(0), 512ns);  // the middle of everything below a microsecond
}

// A bucket is a sixteenth of its power of two, its middle is told: no more than 1/32 beside the sample.
TEST(Histogram, IsExactToTheWidthOfABucket)
{
    std::mt19937_64 random(1);
    for (int round = 0; round < 200; ++round) {
        std::vector<std::int64_t> samples(1 + random() % 300);
        Histogram h;
        for (std::int64_t &sample : samples) {
            sample = static_cast<std::int64_t>(random() >> (2 + random() % 50));
            h.add(Duration(sample));
        }
        std::ranges::sort(samples);
        for (const double share : {0.0, 0.1, 0.5, 0.95, 0.99, 1.0}) {
            const auto rank = static_cast<std::size_t>(share * static_cast<double>(samples.size() - 1));
            const auto exact = static_cast<double>(samples[rank]);
            const auto told = static_cast<double>(h.percentile(share).count());
            EXPECT_LE(std::abs(told - exact), std::max(exact / 31, 1024.0)) << "share " << share;
        }
        EXPECT_EQ(h.min().count(), samples.front());
        EXPECT_EQ(h.max().count(), samples.back());
    }
}

TEST(Histogram, OfTwoPartsIsTheHistogramOfTheWhole)
{
    std::mt19937_64 random(2);
    for (int round = 0; round < 100; ++round) {
        Histogram whole, parts[2];
        const std::size_t samples = random() % 50;
        for (std::size_t i = 0; i < samples; ++i) {
            const Duration sample(static_cast<std::int64_t>(random() >> (2 + random() % 50)));
            whole.add(sample);
            parts[random() % 2].add(sample);
        }
        Histogram sum = parts[0];
        sum.add(parts[1]);
        EXPECT_EQ(sum.count(), whole.count());
        EXPECT_EQ(sum.min(), whole.min());
        EXPECT_EQ(sum.max(), whole.max());
        for (const double share : {0.0, 0.25, 0.5, 0.75, 0.9, 1.0})
            EXPECT_EQ(sum.percentile(share), whole.percentile(share));
    }
}

TEST(Histogram, VisitsBucketsWithoutGapsAndLosesNoSample)
{
    Histogram histogram;
    for (const int us : {1, 3, 3, 900, 5000})
        histogram.add(std::chrono::microseconds(us));
    Duration end{};
    std::uint64_t count = 0;
    bool first = true;
    histogram.each_bucket([&](Duration low, Duration high, std::uint64_t samples) {
        EXPECT_LT(low, high);
        EXPECT_TRUE(first || low == end);
        first = false;
        end = high;
        count += samples;
    });
    EXPECT_EQ(count, 5U);
    EXPECT_GT(end, std::chrono::microseconds(5000));
}

}  // namespace
}  // namespace buswitness
