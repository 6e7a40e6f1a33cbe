// Segments in any order, repeated, overlapping, snapped, astray, beside acknowledgements and a clock: every octet that
// is told is the first copy that was sent, and the stream only goes forward.
#include "decode/net/half_stream.h"
#include "decode/net/sequence.h"
#include "tests/fuzz/input.h"

#include <array>
#include <vector>

using namespace buswitness;
using namespace buswitness::net;

namespace {

constexpr std::uint32_t far_away = 0x3000'0000;
constexpr std::size_t most_steps = 512;  // so that no stream grows beyond what First remembers

// The first copy of every octet that was sent since the stream last went on elsewhere. Kept from run to run and never
// cleared: what has another age is not there.
struct Cell {
    std::uint32_t age = 0;
    std::uint8_t octet = 0;
};

class First {
public:
    void begin(std::uint32_t base)
    {
        base_ = base;
        age_ = ++newest_;
    }
    void add(std::uint32_t sequence, std::uint8_t octet)
    {
        Cell &cell = at(sequence);
        if (cell.age != age_)
            cell = {age_, octet};
    }
    [[nodiscard]] bool is(std::uint32_t sequence, std::uint8_t octet)
    {
        const Cell &cell = at(sequence);
        return cell.age == age_ && cell.octet == octet;
    }
    std::uint32_t renew()
    {
        const std::uint32_t old = age_;
        age_ = ++newest_;
        return old;
    }
    void return_to(std::uint32_t age) { age_ = age; }

private:
    static constexpr std::uint32_t reach = 0x2'0000;  // from the beginning, and from far_away

    Cell &at(std::uint32_t sequence)
    {
        const std::uint32_t offset = sequence - base_ + 0x1000;  // the first stray may begin before
        const std::uint32_t near = offset < far_away / 2 ? offset : offset - far_away + reach;
        fuzz::require(near < cells_.size(), "the target remembers all that it sends");
        return cells_[near];
    }

    static inline std::array<Cell, std::size_t{2} * reach> cells_{};
    static inline std::uint32_t newest_ = 0;
    std::uint32_t base_ = 0;
    std::uint32_t age_ = 0;
};

class Peer : private StreamSink {
public:
    explicit Peer(std::uint32_t isn) : isn_(isn), expected_(isn)
    {
        half_.start(isn);
        first_.begin(isn);
    }

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
        std::array<std::uint8_t, 64> storage{};
        const std::span octets = std::span(storage).first(cut < 0xC0 ? length : cut % length);
        ++copy_;
        for (std::size_t i = 0; i < octets.size(); ++i)
            octets[i] = static_cast<std::uint8_t>(copy_ + i * 37U);
        const bool elsewhere = std::abs(std::int64_t{distance(sequence, half_.next())}) > 64 * 1024 * 1024;
        std::uint32_t before_it = 0;
        if (elsewhere) {  // only when it continues another stray, the stream goes on there
            before_it = first_.renew();
            jump_to_ = sequence;
        }
        for (std::size_t i = 0; i < octets.size(); ++i)
            first_.add(sequence + static_cast<std::uint32_t>(i), octets[i]);
        const SegmentKind kind = half_.segment(sequence, octets, length, now_, *this);
        if (elsewhere && kind == SegmentKind::stray)
            first_.return_to(before_it);
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
        for (const std::uint8_t octet : chunk.octets)
            fuzz::require(first_.is(at++, octet), "the first copy of an octet wins");
        if (chunk.reason == Missing::lost)
            lost_ += chunk.missing;
        expected_ = chunk.sequence_end;
    }

    HalfStream half_;
    First first_;
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
    for (std::size_t steps = 0; !input.empty() && steps < most_steps; ++steps)
        peer.step(input);
    peer.end();
    return 0;
}
