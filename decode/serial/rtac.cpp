#include "decode/serial/rtac.h"

#include <algorithm>

namespace buswitness::serial {
namespace {

constexpr std::size_t rtac_header = 12;
constexpr std::size_t event_at = 8;
constexpr std::size_t longest_chunk = 65'536;  // a longer one is told in parts of equal time

enum Event : std::uint8_t { data_lost = 5, framing = 7, parity = 8, line_break = 9, overflow = 10 };

std::uint8_t mark_of(std::uint8_t event)
{
    switch (event) {
    case framing: return framing_error;
    case parity: return parity_error;
    case line_break: return break_condition;
    case overflow:
    case data_lost: return octets_lost;
    default: return no_mark;
    }
}

}  // namespace

RecordVerdict RecordReader::add(const LineRecord &record, ChunkSink &sink)
{
    if (record.link_type == link_raw_chunk)
        return add_raw(record, sink);
    if (raw_)
        return RecordVerdict::ignored;
    if (record.link_type == link_rtac_serial)
        return add_rtac(record, sink);
    append(record.time, record.data, no_mark, sink);
    return RecordVerdict::read;
}

RecordVerdict RecordReader::add_rtac(const LineRecord &record, ChunkSink &sink)
{
    if (record.data.size() < rtac_header)
        return RecordVerdict::undecodable;
    const std::uint8_t mark = mark_of(record.data[event_at]);
    const Bytes octets = record.data.subspan(rtac_header);
    if (octets.empty() && mark == octets_lost)
        lost_ = true;
    append(record.time, octets, mark, sink);
    return RecordVerdict::read;
}

// count 2 | octets | as many marks, or nothing
RecordVerdict RecordReader::add_raw(const LineRecord &record, ChunkSink &sink)
{
    Reader reader(record.data);
    const std::size_t count = reader.be16();
    const Bytes octets = reader.take(count);
    const Bytes marks = reader.rest();
    if (!reader.ok() || (!marks.empty() && marks.size() != count))
        return RecordVerdict::undecodable;
    const bool first = !raw_;
    if (first) {  // what waits here came from other records
        octets_.clear();
        marks_.clear();
        marked_ = lost_ = false;
    }
    raw_ = true;
    for (std::size_t at = 0; at < count;) {  // runs of equal marks
        const std::uint8_t mark = marks.empty() ? std::uint8_t{no_mark} : marks[at];
        std::size_t end = at + 1;
        while (end < count && (marks.empty() || marks[end] == mark))
            ++end;
        append(record.time, octets.subspan(at, end - at), mark, sink);
        at = end;
    }
    return first ? RecordVerdict::first_raw : RecordVerdict::read;
}

void RecordReader::append(Timestamp time, Bytes octets, std::uint8_t mark, ChunkSink &sink)
{
    if (!octets_.empty() && time != time_)
        flush(sink);
    time_ = time;
    while (!octets.empty()) {
        const std::size_t room = longest_chunk - octets_.size();
        const Bytes part = octets.first(std::min(room, octets.size()));
        octets_.insert(octets_.end(), part.begin(), part.end());
        marks_.insert(marks_.end(), part.size(), mark);
        if (lost_) {
            marks_[marks_.size() - part.size()] |= octets_lost;
            marked_ = true;
            lost_ = false;
        }
        marked_ = marked_ || mark != no_mark;
        octets = octets.subspan(part.size());
        if (octets_.size() == longest_chunk)
            flush(sink);
    }
}

void RecordReader::flush(ChunkSink &sink)
{
    if (!octets_.empty())
        sink.chunk({.time = time_, .octets = octets_, .marks = marked_ ? Bytes(marks_) : Bytes()});
    octets_.clear();
    marks_.clear();
    marked_ = false;
}

void RecordReader::finish(ChunkSink &sink)
{
    flush(sink);
}

}  // namespace buswitness::serial
