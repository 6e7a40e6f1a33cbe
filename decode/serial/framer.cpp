#include "decode/serial/framer.h"

#include "decode/serial/direction.h"
#include "decode/serial/draft.h"
#include "decode/serial/learned.h"
#include "decode/serial/parser.h"
#include "decode/serial/timeline.h"
#include "decode/serial/timing.h"

#include <algorithm>

namespace buswitness::serial {
namespace {

constexpr std::size_t smallest_window = 2'048;
constexpr std::size_t kept_back = 1'200;  // octets at the end of a window that are read again with what follows

// Times so far from the ends of their range that no sum of two runs over (1853 to 2086).
Nanos bounded(Timestamp time)
{
    constexpr Nanos furthest = Nanos{1} << 61;
    return std::clamp<Nanos>(time.time_since_epoch().count(), -furthest, furthest);
}

Timestamp stamp(Nanos time)
{
    return Timestamp(Duration(time));
}

std::size_t pauses_in(const Heard &heard, const Piece &piece)
{
    std::size_t count = 0;
    for (std::size_t i = piece.begin + 1; i < piece.end; ++i)
        count += heard.timeline.gap_min(i) > heard.t3_5;
    return count;
}

std::uint8_t all_marks(Bytes marks)
{
    unsigned all = 0;
    for (const std::uint8_t mark : marks)
        all |= mark;
    return static_cast<std::uint8_t>(all);
}

}  // namespace

class Framer::Impl {
public:
    explicit Impl(FramerOptions options)
        : window_(std::max(options.window, smallest_window)), character_(character_time(options.settings).count()),
          shortest_character_(shortest_character_time(options.settings).count()),
          t1_5_(buswitness::serial::t1_5(options.settings).count()),
          t3_5_(buswitness::serial::t3_5(options.settings).count())
    {
    }

    void add(const LineChunk &chunk, FrameSink &sink);
    void advance(Timestamp now, FrameSink &sink);
    void finish(FrameSink &sink);
    [[nodiscard]] bool waiting() const { return !octets_.empty(); }

    ChunkHabit habit;
    std::uint64_t items = 0;

private:
    void open_chunk(Nanos time, FrameSink &sink);
    void close_chunk();
    void begin_anew(FrameSink &sink);
    void read_window(bool silence_follows, FrameSink &sink);
    [[nodiscard]] std::size_t cut(bool silence_follows) const;
    void learn(const Heard &heard, std::span<const Piece> pieces, std::size_t end, Learned &learned) const;
    void tell(const Heard &heard, std::size_t end, FrameSink &sink);
    [[nodiscard]] SerialFrame item_of(const Heard &heard, const Draft &draft, const Draft *before) const;
    void drop(std::size_t end);

    std::size_t window_;
    Nanos character_, shortest_character_, t1_5_, t3_5_;

    std::vector<std::uint8_t> octets_, marks_;
    std::vector<ChunkStart> chunks_;
    bool open_ = false;          // the last chunk may still grow
    std::size_t open_size_ = 0;  // of all its octets, also those told already
    Nanos last_chunk_ = 0, distance_ = 0;
    bool has_last_chunk_ = false;
    HabitMeter meter_;

    OctetTime before_;         // the last octet that was told
    bool has_finish_ = false;  // end of the last item that was told
    Nanos last_finish_ = 0;
    Learned learned_;  // of what was told
    Timeline timeline_;
    Parser parser_;
    Drafts drafts_;
    Directions directions_;
    std::vector<Piece> pieces_;
};

void Framer::Impl::add(const LineChunk &chunk, FrameSink &sink)
{
    const Nanos time = bounded(chunk.time);
    if (chunk.octets.empty())
        return;
    if (has_last_chunk_ && time < last_chunk_)
        begin_anew(sink);
    if (!open_ || time != last_chunk_)
        open_chunk(time, sink);
    for (std::size_t i = 0; i < chunk.octets.size(); ++i) {
        if (octets_.size() >= 2 * window_)
            read_window(false, sink);
        octets_.push_back(chunk.octets[i]);
        marks_.push_back(i < chunk.marks.size() ? chunk.marks[i] : std::uint8_t{no_mark});
        ++open_size_;
    }
}

void Framer::Impl::open_chunk(Nanos time, FrameSink &sink)
{
    close_chunk();
    if (octets_.size() >= window_)
        read_window(false, sink);
    chunks_.push_back({octets_.size(), time});
    open_ = true;
    open_size_ = 0;
    if (has_last_chunk_)
        distance_ = time - last_chunk_;
    last_chunk_ = time;
    has_last_chunk_ = true;
}

void Framer::Impl::close_chunk()
{
    if (!open_)
        return;
    open_ = false;
    meter_.add(open_size_, Duration(distance_));
}

// A clock that was set back: nothing can be said about the silence there.
void Framer::Impl::begin_anew(FrameSink &sink)
{
    close_chunk();
    read_window(true, sink);
    before_ = {};
    has_finish_ = false;
    has_last_chunk_ = false;
    distance_ = 0;
    directions_.forget_order();
}

void Framer::Impl::advance(Timestamp now, FrameSink &sink)
{
    constexpr Nanos least_silence = 40'000'000;
    const Nanos silence = std::max(least_silence, 2 * t3_5_) + habit.latency.count();
    if (octets_.empty() || bounded(now) - last_chunk_ < silence)
        return;
    close_chunk();
    read_window(true, sink);
}

void Framer::Impl::finish(FrameSink &sink)
{
    close_chunk();
    read_window(true, sink);
}

void Framer::Impl::read_window(bool silence_follows, FrameSink &sink)
{
    if (octets_.empty())
        return;
    habit = meter_.habit(Duration(character_));
    timeline_.build(chunks_, octets_.size(), before_, {character_, shortest_character_, habit});
    const Heard heard{octets_, timeline_, t1_5_, t3_5_, silence_follows};
    parser_.scan(heard);
    Learned taught = learned_;
    learn(heard, parser_.parse(heard, learned_), octets_.size(), taught);
    const std::span<const Piece> pieces = parser_.parse(heard, taught);
    drafts_.build(heard, taught, character_, pieces);
    directions_.decide(drafts_.list);
    const std::size_t end = cut(silence_follows);
    learn(heard, pieces, end, learned_);
    learned_.fade();
    tell(heard, end, sink);
    drop(end);
}

// Up to the last item that what follows can hardly change.
std::size_t Framer::Impl::cut(bool silence_follows) const
{
    if (silence_follows)
        return octets_.size();
    const std::size_t most = octets_.size() - std::min(octets_.size(), kept_back);
    std::size_t end = 0;
    for (const Draft &draft : drafts_.list)
        if (draft.end <= most)
            end = draft.end;
    return end != 0 ? end : drafts_.list.front().end;
}

void Framer::Impl::learn(const Heard &heard, std::span<const Piece> pieces, std::size_t end, Learned &learned) const
{
    for (std::size_t i = 0; i < pieces.size() && pieces[i].begin < end; ++i) {
        const Piece &piece = pieces[i];
        if (!piece.frame) {
            learned.rest(std::min(piece.end, end) - piece.begin);
            continue;
        }
        const bool noise_behind = i + 1 < pieces.size() && !pieces[i + 1].frame;
        learned.pauses(pauses_in(heard, piece));
        learned.tail(noise_behind && is_spike(heard.octets[piece.end]) && !heard.proven(piece.end));
        if (piece.ascii)
            learned.ascii_frame(piece.end - piece.begin);
        else
            learned.frame(heard.octets[piece.begin], heard.octets[piece.begin + 1], piece.predicted,
                          piece.end - piece.begin);
    }
}

SerialFrame Framer::Impl::item_of(const Heard &heard, const Draft &draft, const Draft *before) const
{
    SerialFrame item;
    item.number = items;
    item.kind = draft.kind;
    item.noise = draft.noise;
    item.direction = draft.kind == ItemKind::noise ? FrameDirection::unknown : draft.direction;
    item.ascii = draft.ascii;
    item.exception = draft.exception;
    item.length_predicted = draft.predicted;
    item.octets = heard.octets.subspan(draft.begin, draft.end - draft.begin);
    item.marks = Bytes(marks_).subspan(draft.begin, draft.end - draft.begin);
    item.adu = draft.adu;
    item.unit = draft.unit();
    item.function = draft.function();
    item.errors = all_marks(item.marks);
    item.start = stamp(draft.start);
    item.end = stamp(draft.finish);
    item.start_bounds = {stamp(draft.start_low), stamp(draft.start_high)};
    item.end_bounds = {stamp(timeline_.low(draft.end - 1)), stamp(timeline_.high(draft.end - 1))};
    item.has_gap = before != nullptr || has_finish_;
    if (item.has_gap) {
        const Nanos gap = draft.start - (before != nullptr ? before->finish : last_finish_);
        item.gap_min = Duration(timeline_.gap_min(draft.begin));
        item.gap_max = Duration(timeline_.gap_max(draft.begin));
        item.gap = std::clamp(Duration(gap), item.gap_min, item.gap_max);
    }
    item.pause_min = Duration(draft.pause_min);
    item.confidence = draft.confidence;
    item.answers = draft.answers;
    return item;
}

void Framer::Impl::tell(const Heard &heard, std::size_t end, FrameSink &sink)
{
    const Draft *before = nullptr;
    for (Draft &draft : drafts_.list) {
        if (draft.end > end)
            break;
        ++items;
        directions_.tell(draft, items);
        sink.item(item_of(heard, draft, before));
        before = &draft;
    }
    if (before != nullptr) {
        has_finish_ = true;
        last_finish_ = before->finish;
    }
}

void Framer::Impl::drop(std::size_t end)
{
    before_.known = true;
    before_.low = timeline_.low(end - 1);
    before_.high = timeline_.high(end - 1);
    const auto behind = std::ranges::upper_bound(chunks_, end - 1, {}, &ChunkStart::first);
    // The chunk of the last octet that was told stays if octets of it are left, or may come.
    const bool stays = behind == chunks_.end() ? open_ || end < octets_.size() : behind->first > end;
    const auto kept = stays ? behind - 1 : behind;
    if (kept != chunks_.begin())
        before_.chunk = (kept - 1)->time;
    if (stays)
        kept->gone += end - kept->first;
    chunks_.erase(chunks_.begin(), kept);
    for (ChunkStart &chunk : chunks_)
        chunk.first -= std::min(chunk.first, end);
    octets_.erase(octets_.begin(), octets_.begin() + static_cast<std::ptrdiff_t>(end));
    marks_.erase(marks_.begin(), marks_.begin() + static_cast<std::ptrdiff_t>(end));
}

Framer::Framer(FramerOptions options) : impl_(std::make_unique<Impl>(options)) {}
Framer::Framer(const Framer &other) : impl_(std::make_unique<Impl>(*other.impl_)) {}
Framer &Framer::operator=(Framer &&other) noexcept = default;
Framer::~Framer() = default;
void Framer::add(const LineChunk &chunk, FrameSink &sink)
{
    impl_->add(chunk, sink);
}
void Framer::advance(Timestamp now, FrameSink &sink)
{
    impl_->advance(now, sink);
}
void Framer::finish(FrameSink &sink)
{
    impl_->finish(sink);
}
const ChunkHabit &Framer::habit() const
{
    return impl_->habit;
}
bool Framer::heard() const
{
    return impl_->items != 0 || impl_->waiting();
}
std::uint64_t Framer::items() const
{
    return impl_->items;
}

}  // namespace buswitness::serial
