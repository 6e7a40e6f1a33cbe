// One direction of a TCP connection: octets in order, each once. Holes stay holes: octets that the peer acknowledged
// but the capture lacks are told as missing, never waited for for ever and never invented.
#pragma once

#include "decode/base/bytes.h"
#include "decode/base/moment.h"
#include "decode/net/sequence.h"

#include <memory>
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
    Moment moment;              // of the packet that carried the octets (or showed the hole)
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
    SegmentKind segment(std::uint32_t sequence, Bytes octets, std::uint32_t length, Moment moment, StreamSink &sink);

    // A FIN that occupies `sequence`.
    void finished(std::uint32_t sequence)
    {
        fin_ = sequence;
        has_fin_ = true;
    }

    // The peer acknowledged up to `acknowledgement`: octets missing below it were lost by the capture, not the network.
    void acknowledged(std::uint32_t acknowledgement, Moment moment);

    // Gives up on holes that the peer acknowledged: call before processing a packet of the connection, and at its end
    // (`now` = the end; `final` skips the grace that reordered captures need).
    void settle(Moment now, bool final, StreamSink &sink)
    {
        if (overrun_)
            give_up(now, final, sink);
    }

    [[nodiscard]] std::uint32_t next() const { return next_; }
    [[nodiscard]] std::uint32_t highest() const { return highest_; }   // behind the last octet that was sent
    [[nodiscard]] std::uint32_t acked() const { return acked_; }
    [[nodiscard]] bool ack_known() const { return ack_known_; }
    // The peer acknowledged octets that the file has not shown yet.
    [[nodiscard]] bool overrun() const
    {
        return ack_known_ && started_ && after(acked_, next_) && !(has_fin_ && fin_ == next_ && acked_ == next_ + 1);
    }
    [[nodiscard]] bool waiting() const { return queue_ && !queue_->empty(); }
    [[nodiscard]] std::uint32_t lost_octets() const { return lost_; }
    [[nodiscard]] std::uint16_t holes() const { return holes_; }
    [[nodiscard]] Moment hole() const { return hole_; }                // the first hole given up

private:
    struct Segment {
        std::uint32_t sequence = 0;
        std::uint32_t length = 0;
        std::vector<std::uint8_t> octets;
        Moment moment;
    };
    static constexpr std::size_t queue_segments = 256;
    static constexpr std::size_t queue_octets = 64 * 1024;

    void give_up(Moment now, bool final, StreamSink &sink);
    SegmentKind out_of_place(std::uint32_t sequence, Bytes octets, std::uint32_t length, Moment moment, StreamSink &sink);
    void deliver(std::uint32_t sequence, Bytes octets, std::uint32_t length, Moment moment, StreamSink &sink);
    void deliver_part(std::uint32_t sequence, Bytes octets, std::uint32_t end, Moment moment, StreamSink &sink);
    void enqueue(std::uint32_t sequence, Bytes octets, std::uint32_t length, Moment moment, StreamSink &sink);
    void drain(StreamSink &sink);
    void skip_to(std::uint32_t sequence, Moment moment, StreamSink &sink);
    [[nodiscard]] bool hole_is_acked() const;

    std::uint32_t next_ = 0;
    std::uint32_t highest_ = 0;
    std::uint32_t acked_ = 0;
    std::uint32_t lost_ = 0;
    std::uint32_t fin_ = 0;
    std::uint32_t stray_end_ = 0;
    bool stray_known_ = false;
    std::uint16_t holes_ = 0;
    bool has_fin_ = false;
    bool started_ = false;
    bool ack_known_ = false;
    bool overrun_ = false;     // acked_ is ahead of next_ since overrun_since_
    Timestamp overrun_since_;
    Moment hole_;
    std::unique_ptr<std::vector<Segment>> queue_;  // sorted by sequence; only while something is ahead
};

}  // namespace buswitness::net
