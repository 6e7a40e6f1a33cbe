// One line of time for a capture whose host sets its clock meanwhile: stamps go on as if it had not. The step is found
// by comparing the clock that can be set (CLOCK_REALTIME, the kernel's packet stamps) with the one that cannot
// (CLOCK_MONOTONIC). Slow corrections (slewing) are followed, not corrected.
#pragma once

#include "decode/base/timestamp.h"

#include <optional>

namespace buswitness::capture {

class Timeline {
public:
    // Both clocks read together. The step since the last call, if the clock was set in between.
    std::optional<Duration> compare(Timestamp realtime, Duration monotonic)
    {
        const Duration offset = realtime.time_since_epoch() - monotonic;
        const Duration change = known_ ? offset - offset_ : Duration(0);
        if (!known_)
            anchor_ = offset;
        known_ = true;
        offset_ = offset;
        if (change < smallest && change > -smallest)
            return std::nullopt;
        steps_.before = stepped_;
        steps_.at = realtime;
        stepped_ += change;
        return change;
    }

    // The stamp on the line. Packets stamped before the latest step may be delivered after it was noticed; they lie
    // on the side of the step to which they are nearer.
    [[nodiscard]] Timestamp time(Timestamp stamp) const
    {
        if (stepped_ == Duration(0) && steps_.before == Duration(0))
            return stamp;
        const Timestamp after = stamp - stepped_;
        const Timestamp before = stamp - steps_.before;
        const Timestamp noticed = steps_.at - stepped_;
        const auto distance = [noticed](Timestamp t) { return t > noticed ? t - noticed : noticed - t; };
        return distance(before) < distance(after) ? before : after;
    }

    // A reading of CLOCK_MONOTONIC on the line.
    [[nodiscard]] Timestamp of_monotonic(Duration monotonic) const { return Timestamp(monotonic + anchor_); }

private:
    static constexpr Duration smallest = std::chrono::milliseconds(200);
    struct Step {
        Duration before{};
        Timestamp at;
    };
    Duration offset_{};
    Duration anchor_{};  // the first offset
    Duration stepped_{};
    Step steps_;
    bool known_ = false;
};

}  // namespace buswitness::capture
