#include "capture/rtac_record.h"

#include "decode/serial/line.h"

namespace buswitness::capture {

namespace {

void put_be32(std::vector<std::uint8_t> &out, std::uint32_t value)
{
    for (int shift = 24; shift >= 0; shift -= 8)
        out.push_back(static_cast<std::uint8_t>(value >> shift));
}

}  // namespace

RtacEvent event_of(std::uint8_t marks, RtacEvent otherwise)
{
    if ((marks & serial::break_condition) != 0)
        return RtacEvent::break_condition;
    if ((marks & serial::parity_error) != 0)
        return RtacEvent::parity_error;
    if ((marks & (serial::framing_error | serial::line_error)) != 0)  // there is no event for "one of the two"
        return RtacEvent::framing_error;
    return (marks & serial::octets_lost) != 0 ? RtacEvent::overflow : otherwise;
}

std::vector<std::uint8_t> rtac_record(Timestamp start, RtacEvent event, Bytes octets)
{
    const auto whole = std::chrono::floor<std::chrono::seconds>(start);
    const auto part = std::chrono::duration_cast<std::chrono::microseconds>(start - whole);
    std::vector<std::uint8_t> record;
    record.reserve(12 + octets.size());
    put_be32(record, static_cast<std::uint32_t>(whole.time_since_epoch().count()));
    put_be32(record, static_cast<std::uint32_t>(part.count()));
    record.push_back(static_cast<std::uint8_t>(event));
    record.insert(record.end(), 3, 0);
    record.insert(record.end(), octets.begin(), octets.end());
    return record;
}

}  // namespace buswitness::capture
