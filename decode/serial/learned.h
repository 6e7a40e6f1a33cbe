// What the line has shown so far, for judging what follows. Part of the framer.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

namespace buswitness::serial {

// Counts of frames with a right check sum. Bounded: every table is as large as the field it is about.
class Learned {
public:
    void frame(std::uint8_t unit, std::uint8_t function, bool predicted, std::size_t octets)
    {
        add(units_[unit]);
        add(functions_[function]);
        if (!predicted)
            add(headers_[header(unit, function)]);
        ++frames_;
        explained_ += static_cast<double>(octets);
    }
    void rest(std::size_t octets) { unexplained_ += static_cast<double>(octets); }
    // Of a frame: silences longer than t3.5 inside it, that are certain.
    void pauses(std::size_t count) { pauses_ += static_cast<double>(count); }
    void tail(bool spike) { tail_spikes_ += 0.03 * ((spike ? 1.0 : 0.0) - tail_spikes_); }
    void ascii_frame(std::size_t octets)
    {
        ++ascii_;
        explained_ += static_cast<double>(octets);
    }

    [[nodiscard]] std::uint32_t unit(std::uint8_t number) const { return units_[number]; }
    [[nodiscard]] std::uint32_t function(std::uint8_t code) const { return functions_[code]; }
    // Of functions that tell no length.
    [[nodiscard]] std::uint32_t headers(std::uint8_t unit, std::uint8_t function) const
    {
        return headers_[header(unit, function)];
    }
    [[nodiscard]] std::uint32_t frames() const { return frames_; }
    [[nodiscard]] bool ascii() const { return ascii_ >= 2; }
    [[nodiscard]] double tail_spikes() const { return tail_spikes_; }  // share of frames with a spike behind them

    // Of an octet inside a frame, that a silence stands before it which should not. Reads that come late fake some.
    [[nodiscard]] double pause_rate() const
    {
        constexpr double faked = 1e-3, doubt = 500;
        return (pauses_ + faked * doubt) / (explained_ + doubt);
    }

    // Log odds that an octet belongs to a frame; near zero while little was heard.
    [[nodiscard]] double quality() const
    {
        constexpr double doubt = 30;  // octets
        return std::clamp(std::log((explained_ + doubt) / (unexplained_ + doubt)), -10.0, 1.0);
    }

    // Old evidence about the quality counts less and less: lines change.
    void fade()
    {
        constexpr double remembered = 20'000;
        const double sum = explained_ + unexplained_;
        if (sum > remembered) {
            explained_ *= remembered / sum;
            unexplained_ *= remembered / sum;
            pauses_ *= remembered / sum;
        }
    }

private:
    static std::size_t header(std::uint8_t unit, std::uint8_t function) { return std::size_t{unit} << 8 | function; }
    template <typename Count>
    static void add(Count &count)
    {
        if (count < 0xFFFF)
            ++count;
    }

    std::array<std::uint16_t, 256> units_{};
    std::array<std::uint16_t, 256> functions_{};  // with bit 7
    std::vector<std::uint16_t> headers_ = std::vector<std::uint16_t>(0x1'0000);
    std::uint32_t frames_ = 0, ascii_ = 0;
    double explained_ = 0, unexplained_ = 0, pauses_ = 0, tail_spikes_ = 0;
};

}  // namespace buswitness::serial
