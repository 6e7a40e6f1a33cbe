#include "capture/tty_marks.h"

namespace buswitness::capture {

namespace {

using namespace serial;

// Which of the two an error was is known only when the driver counted one kind alone.
std::uint8_t mark_of_error(const std::optional<LineErrors> &counted)
{
    if (!counted || (counted->parity != 0) == (counted->framing != 0))
        return line_error;
    return counted->parity != 0 ? parity_error : framing_error;
}

std::uint8_t mark_of_zero(const std::optional<LineErrors> &counted)
{
    const bool only_errors = counted && counted->breaks == 0 && (counted->parity != 0 || counted->framing != 0);
    return only_errors ? mark_of_error(counted) : std::uint8_t{break_condition};
}

}  // namespace

LineErrors operator-(const LineErrors &now, const LineErrors &before)
{
    return {now.parity - before.parity, now.framing - before.framing, now.breaks - before.breaks,
            now.overruns - before.overruns};
}

void MarkReader::read(Bytes raw, const std::optional<LineErrors> &counted, std::vector<std::uint8_t> &octets,
                      std::vector<std::uint8_t> &marks)
{
    if (counted && counted->overruns != 0)
        lost_ = true;
    const auto add = [&](std::uint8_t octet, std::uint8_t mark) {
        octets.push_back(octet);
        marks.push_back(static_cast<std::uint8_t>(mark | (lost_ ? octets_lost : no_mark)));
        lost_ = false;
    };
    for (const std::uint8_t octet : raw) {
        switch (state_) {
        case State::plain:
            if (octet == 0xff)
                state_ = State::after_ff;
            else
                add(octet, no_mark);
            break;
        case State::after_ff:
            state_ = octet == 0 ? State::after_ff_00 : State::plain;
            if (octet != 0)
                add(0xff, no_mark);
            if (octet != 0 && octet != 0xff)  // never from a terminal that marks
                add(octet, no_mark);
            break;
        case State::after_ff_00:
            state_ = State::plain;
            add(octet, octet == 0 ? mark_of_zero(counted) : mark_of_error(counted));
            break;
        }
    }
}

}  // namespace buswitness::capture
