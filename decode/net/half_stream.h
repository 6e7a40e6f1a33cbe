// One direction of a TCP connection: octets in order, each once. Holes stay holes: octets that the peer acknowledged
// but the capture lacks are told as missing, never waited for for ever and never invented.
#pragma once

#include "decode/base/bytes.h"
#include "decode/base/moment.h"
#include "decode/base/rare.h"
#include "decode/net/sequence.h"

#include <vector>

namespace buswitness::net {

enum class Missing : std::uint8_t {
    nothing,
    snapped,  // the packet is in the file, its end is not
    lost,     // acknowledged by the peer, but in no packet of the file
};

// A piece of the stream, in order. `missing` octets follow `octets` on the wire but are not in the file.
struct StreamChunk {
    Bytes octets;
    std::uint32_t missing = 0;
    Missing reason = Missing::nothing;
    Moment moment;                   // of the packet that carried the octets (or showed the hole)
    std::uint32_t sequence_end = 0;  // sequence number behind the chunk
};

class StreamSink {
public:
    virtual void chunk(const StreamChunk &chunk) = 0;

protected:
    ~StreamSink() = default;
};

enum class SegmentKind : std::uint8_t { fresh, ahead, retransmitted, filled, stray };

class HalfStream {
public:
    // Next expected sequence number is known from here on (after SYN: initial sequence number + 1).
    void start(std::uint32_t next);
    [[nodiscard]] bool started() const { return started_; }

    // A data segment. `length` is its length on the wire, at least octets.size().
    SegmentKind segment(std::uint32_t sequence, Bytes octets, std::uint32_t length, const Moment &moment,
                        StreamSink &sink);

    // A FIN that occupies `sequence`.
    void finished(std::uint32_t sequence)
    {
        fin_ = sequence;
        has_fin_ = true;
    }

    // The peer acknowledged up to `acknowledgement`: octets missing below it were lost by the capture, not the network.
    void acknowledged(std::uint32_t acknowledgement, const Moment &moment)
    {
        const bool newer = !ack_known_ | after(acknowledgement, acked_);
        acked_ = newer ? acknowledgement : acked_;
        ack_known_ = true;
        if (started_ && after(acked_, next_))
            note_overrun(moment);
        else
            overrun_ = false;
    }

    // Gives up on holes that the peer acknowledged: call before processing a packet of the connection, and at its end
    // (`now` = the end; `final` skips the grace that reordered captures need).
    void settle(const Moment &now, bool final, StreamSink &sink)
    {
        if (overrun_)
            give_up(now, final, sink);
    }

    [[nodiscard]] std::uint32_t next() const { return next_; }
    [[nodiscard]] std::uint32_t highest() const { return highest_; }  // behind the last octet that was sent
    [[nodiscard]] std::uint32_t acked() const { return acked_; }
    [[nodiscard]] bool ack_known() const { return ack_known_; }
    // The peer acknowledged octets that the file has not shown yet.
    [[nodiscard]] bool overrun() const
    {
        return ack_known_ && started_ && after(acked_, next_) && !(has_fin_ && fin_ == next_ && acked_ == next_ + 1);
    }
    [[nodiscard]] bool waiting() const { return !holes_->queue.empty(); }
    [[nodiscard]] bool had_holes() const { return holes_.present(); }
    [[nodiscard]] std::uint32_t lost_octets() const { return holes_->lost; }
    [[nodiscard]] Moment hole() const { return holes_->first; }  // the first hole given up

private:
    struct Segment {
        std::uint32_t sequence = 0;
        std::uint32_t length = 0;
        std::vector<std::uint8_t> octets;
        Moment moment;
    };
    // What a stream without holes never needs.
    struct Holes {
        std::vector<Segment> queue;  // ahead of a hole, sorted by sequence
        Timestamp overrun_since;
        Moment first;
        std::uint32_t lost = 0;
        std::uint32_t stray_end = 0;
        bool stray_known = false;
    };
    static constexpr std::size_t queue_segments = 256;
    static constexpr std::size_t queue_octets = 64 * 1024;

    void note_overrun(const Moment &moment);
    void give_up(const Moment &now, bool final, StreamSink &sink);
    SegmentKind out_of_place(std::uint32_t sequence, Bytes octets, std::uint32_t length, const Moment &moment,
                             StreamSink &sink);
    void deliver(std::uint32_t sequence, Bytes octets, std::uint32_t length, const Moment &moment, StreamSink &sink);
    void deliver_part(std::uint32_t sequence, Bytes octets, std::uint32_t end, const Moment &moment, StreamSink &sink);
    void enqueue(std::uint32_t sequence, Bytes octets, std::uint32_t length, const Moment &moment, StreamSink &sink);
    void drain(StreamSink &sink);
    void skip_to(std::uint32_t sequence, const Moment &moment, StreamSink &sink);
    [[nodiscard]] bool hole_is_acked() const;

    std::uint32_t next_ = 0;
    std::uint32_t highest_ = 0;
    std::uint32_t acked_ = 0;
    std::uint32_t fin_ = 0;
    bool has_fin_ = false;
    bool started_ = false;
    bool ack_known_ = false;
    bool overrun_ = false;  // acked_ is ahead of next_ since Holes::overrun_since
    Rare<Holes> holes_;
};

}  // namespace buswitness::net
