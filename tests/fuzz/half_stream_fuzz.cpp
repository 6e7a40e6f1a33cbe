// Segments in any order, repeated, overlapping, snapped, astray, beside acknowledgements and a clock: every octet that
// is told is the first copy that was sent, and the stream only goes forward.
#include "decode/net/half_stream.h"
#include "decode/net/sequence.h"
#include "tests/fuzz/input.h"

#include <map>
#include <vector>

using namespace buswitness;
using namespace buswitness::net;

namespace {

constexpr std::uint32_t far_away = 0x3000'0000;

class Peer : private StreamSink {
public:
    explicit Peer(std::uint32_t isn) : isn_(isn), expected_(isn) { half_.start(isn); }

    void step(fuzz::Input &input)
    {
        const std::uint8_t choice = input.u8();
        now_ = Moment(now_.packet + 1U, Timestamp(std::chrono::milliseconds(time_ += choice >> 3 & 7)));
        half_.settle(now_, false, *this);
        switch (choice & 7) {
        case 0: half_.acknowledged(isn_ + input.u16(), now_); break;
        case 1: half_.finished(isn_ + input.u16()); break;
        case 2: segment(isn_ + far_away + input.u8(), input); break;
        case 3: segment(half_.next(), input); break;
        default: segment(isn_ + input.u16() % 4096, input); break;
        }
        fuzz::require(half_.next() == expected_, "what was told ends at the next expected octet");
        fuzz::require(!after(half_.next(), half_.highest()), "nothing is told that nobody sent");
    }
    void end()
    {
        half_.settle(now_, true, *this);
        fuzz::require(!half_.overrun() || !half_.waiting() || after(half_.acked(), half_.next()), "holes are given up");
        const std::uint32_t lost = half_.lost_octets();
        half_.settle(now_, true, *this);
        fuzz::require(half_.lost_octets() == lost, "the end comes once");
        fuzz::require(lost == lost_, "lost octets are counted as they are told");
    }

private:
    void segment(std::uint32_t sequence, fuzz::Input &input)
    {
        const std::uint32_t length = 1U + input.u8() % 64;
        const std::uint8_t cut = input.u8();
        std::vector<std::uint8_t> octets(cut < 0xC0 ? length : cut % length);
        ++copy_;
        for (std::uint8_t &octet : octets)
            octet = static_cast<std::uint8_t>(copy_ + static_cast<std::uint32_t>(&octet - octets.data()) * 37U);
        const bool elsewhere = std::abs(std::int64_t{distance(sequence, half_.next())}) > 64 * 1024 * 1024;
        std::map<std::uint32_t, std::uint8_t> before_it;
        if (elsewhere) {  // only when it continues another stray, the stream goes on there
            before_it.swap(first_);
            jump_to_ = sequence;
        }
        for (std::size_t i = 0; i < octets.size(); ++i)
            first_.try_emplace(sequence + static_cast<std::uint32_t>(i), octets[i]);
        const SegmentKind kind = half_.segment(sequence, octets, length, now_, *this);
        if (elsewhere && kind == SegmentKind::stray)
            first_.swap(before_it);
        fuzz::require(elsewhere || kind != SegmentKind::stray, "only what is out of every window is astray");
    }

    void chunk(const StreamChunk &chunk) override
    {
        const std::uint32_t length = static_cast<std::uint32_t>(chunk.octets.size()) + chunk.missing;
        std::uint32_t at = chunk.sequence_end - length;
        if (at == jump_to_ && at != expected_)
            expected_ = at;
        fuzz::require(at == expected_, "chunks follow each other");
        fuzz::require(length != 0, "a chunk tells something");
        fuzz::require((chunk.missing != 0) == (chunk.reason != Missing::nothing), "what is missing has a reason");
        for (const std::uint8_t octet : chunk.octets) {
            const auto sent = first_.find(at++);
            fuzz::require(sent != first_.end() && sent->second == octet, "the first copy of an octet wins");
        }
        if (chunk.reason == Missing::lost)
            lost_ += chunk.missing;
        expected_ = chunk.sequence_end;
    }

    HalfStream half_;
    std::map<std::uint32_t, std::uint8_t> first_;
    std::uint32_t isn_;
    std::uint32_t expected_;
    std::uint32_t jump_to_ = 0;
    std::uint32_t lost_ = 0;
    std::uint32_t copy_ = 0;
    int time_ = 0;
    Moment now_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    fuzz::Input input(Bytes(data, size));
    Peer peer(0xFFFF'0000U + input.u16());
    while (!input.empty())
        peer.step(input);
    peer.end();
    return 0;
}
