#include "decode/net/half_stream.h"

#include <algorithm>
#include <cstdlib>

namespace buswitness::net {

namespace {

// No window is as large as this: such a segment is damaged, or belongs to another life of the connection.
constexpr std::int64_t out_of_window = 64 * 1024 * 1024;

// A mirror port or a merged file may show an ACK a little before the segment that it acknowledges. Once the sender has
// gone on behind the hole, only a swap of neighbours is still possible.
constexpr Duration reorder_grace = std::chrono::milliseconds(60);
constexpr Duration swap_grace = std::chrono::milliseconds(3);

}  // namespace

void HalfStream::start(std::uint32_t next)
{
    if (waiting())
        holes_.make().queue.clear();
    if (started_)
        ack_known_ = overrun_ = false;
    next_ = highest_ = next;
    started_ = true;
}

[[gnu::hot]] SegmentKind HalfStream::segment(std::uint32_t sequence, Bytes octets, std::uint32_t length,
                                             const Moment &moment, StreamSink &sink)
{
    if (!started_)
        start(sequence);
    const std::uint32_t end = sequence + length;
    if (std::abs(std::int64_t{distance(sequence, next_)}) > out_of_window)
        return out_of_place(sequence, octets, length, moment, sink);
    const bool is_new = after(end, highest_);
    if (is_new)
        highest_ = end;
    if (!after(sequence, next_)) {
        if (!after(end, next_))
            return SegmentKind::retransmitted;
        // The first copy of an octet wins: only what lies behind next_ and does not wait already is new.
        while (after(end, next_)) {
            const bool queued = waiting();
            const bool meets = queued && before(holes_->queue.front().sequence, end);
            deliver_part(sequence, octets, meets ? holes_->queue.front().sequence : end, moment, sink);
            if (queued)
                drain(sink);
        }
        return is_new ? SegmentKind::fresh : SegmentKind::filled;
    }
    enqueue(sequence, octets, length, moment, sink);
    return is_new ? SegmentKind::ahead : SegmentKind::retransmitted;
}

// One segment far outside any window is passed over; when the next one continues it, the stream goes on there.
SegmentKind HalfStream::out_of_place(std::uint32_t sequence, Bytes octets, std::uint32_t length, const Moment &moment,
                                     StreamSink &sink)
{
    Holes &holes = holes_.make();
    const bool continues = holes.stray_known && holes.stray_end == sequence;
    holes.stray_known = true;
    holes.stray_end = sequence + length;
    if (!continues)
        return SegmentKind::stray;
    holes.stray_known = false;
    holes.queue.clear();
    ack_known_ = overrun_ = false;
    highest_ = sequence + length;
    deliver(sequence, octets, length, moment, sink);
    return SegmentKind::fresh;
}

void HalfStream::note_overrun(const Moment &moment)
{
    if (!hole_is_acked()) {
        overrun_ = false;
    } else if (!overrun_) {
        overrun_ = true;
        holes_.make().overrun_since = moment.time;
    }
}

// One octet too many is a FIN that the capture lacks or has already shown, unless data follows behind it.
bool HalfStream::hole_is_acked() const
{
    if (!started_ || !ack_known_ || !after(acked_, next_))
        return false;
    if (distance(acked_, next_) > 1)
        return true;
    return waiting() && !(has_fin_ && fin_ == next_);
}

void HalfStream::give_up(const Moment &now, bool final, StreamSink &sink)
{
    if (!hole_is_acked()) {
        overrun_ = false;
        return;
    }
    const Duration waited = elapsed(holes_->overrun_since, now.time);
    if (!final && waited < (waiting() ? swap_grace : reorder_grace) && waited.count() >= 0)
        return;
    while (hole_is_acked()) {
        const bool queued = waiting() && !after(holes_->queue.front().sequence, acked_);
        const std::uint32_t acked = has_fin_ && acked_ == fin_ + 1 ? fin_ : acked_;
        skip_to(queued ? holes_->queue.front().sequence : acked, now, sink);
        if (waiting())
            drain(sink);
    }
    overrun_ = false;
}

void HalfStream::deliver(std::uint32_t sequence, Bytes octets, std::uint32_t length, const Moment &moment,
                         StreamSink &sink)
{
    next_ = sequence + length;
    StreamChunk chunk;
    chunk.octets = octets;
    chunk.missing = length - static_cast<std::uint32_t>(octets.size());
    chunk.reason = chunk.missing != 0 ? Missing::snapped : Missing::nothing;
    chunk.moment = moment;
    chunk.sequence_end = next_;
    sink.chunk(chunk);
}

// What a segment holds from next_ up to `end`.
void HalfStream::deliver_part(std::uint32_t sequence, Bytes octets, std::uint32_t end, const Moment &moment,
                              StreamSink &sink)
{
    const std::uint32_t length = end - next_;
    const Bytes rest = octets.subspan(std::min<std::size_t>(next_ - sequence, octets.size()));
    deliver(next_, rest.first(std::min<std::size_t>(length, rest.size())), length, moment, sink);
}

void HalfStream::enqueue(std::uint32_t sequence, Bytes octets, std::uint32_t length, const Moment &moment,
                         StreamSink &sink)
{
    std::vector<Segment> &queue = holes_.make().queue;
    std::size_t held = 0;
    for (const Segment &segment : queue) {
        if (segment.sequence == sequence && segment.length >= length)
            return;
        held += segment.octets.size();
    }
    if (!queue.empty() && (queue.size() >= queue_segments || held + octets.size() > queue_octets)) {
        const bool is_first = before(sequence, queue.front().sequence);
        skip_to(is_first ? sequence : queue.front().sequence, queue.front().moment, sink);
        drain(sink);
        if (!after(sequence, next_)) {
            segment(sequence, octets, length, moment, sink);
            return;
        }
    }
    // Pieces between those that wait already: they came first.
    const std::uint32_t end = sequence + length;
    std::uint32_t from = sequence;
    for (std::size_t i = 0; before(from, end); ++i) {
        const bool meets = i < queue.size() && before(queue[i].sequence, end);
        const std::uint32_t stop = meets ? queue[i].sequence : end;
        if (before(from, stop)) {
            const Bytes part = octets.subspan(std::min<std::size_t>(from - sequence, octets.size()));
            const Bytes piece = part.first(std::min<std::size_t>(stop - from, part.size()));
            queue.insert(queue.begin() + static_cast<std::ptrdiff_t>(i),
                         Segment{from, stop - from, {piece.begin(), piece.end()}, moment});
        }
        const Segment &next = queue[i];
        from = after(next.sequence + next.length, from) ? next.sequence + next.length : from;
    }
}

void HalfStream::drain(StreamSink &sink)
{
    std::vector<Segment> &queue = holes_.make().queue;
    std::size_t done = 0;
    for (; done < queue.size() && !after(queue[done].sequence, next_); ++done) {
        const Segment &segment = queue[done];
        if (const std::uint32_t end = segment.sequence + segment.length; after(end, next_))
            deliver_part(segment.sequence, segment.octets, end, segment.moment, sink);
    }
    queue.erase(queue.begin(), queue.begin() + static_cast<std::ptrdiff_t>(done));
}

void HalfStream::skip_to(std::uint32_t sequence, const Moment &moment, StreamSink &sink)
{
    const std::uint32_t gap = sequence - next_;
    if (gap == 0)
        return;
    next_ = sequence;
    if (after(next_, highest_))
        highest_ = next_;
    Holes &holes = holes_.make();
    holes.lost += gap;
    if (!holes.first.seen())
        holes.first = moment;
    StreamChunk chunk;
    chunk.missing = gap;
    chunk.reason = Missing::lost;
    chunk.moment = moment;
    chunk.sequence_end = next_;
    sink.chunk(chunk);
}

}  // namespace buswitness::net
