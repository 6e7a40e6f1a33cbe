#include "decode/serial/line_reader.h"

#include "decode/serial/settings_text.h"

#include <limits>

namespace buswitness::serial {
namespace {

class ToFramer final : public ChunkSink {
public:
    ToFramer(Framer &framer, LineSink &sink) : framer_(framer), sink_(sink) {}
    void chunk(const LineChunk &chunk) override
    {
        sink_.chunk(chunk);
        framer_.add(chunk, sink_);
    }

private:
    Framer &framer_;
    LineSink &sink_;
};

}  // namespace

LineSettings settings_of(const LineWords &words)
{
    LineSettings settings{.baud = 0};
    if (const std::optional<LineSettings> told = settings_in(words.description))
        settings = *told;
    if (words.speed != 0 && words.speed <= std::numeric_limits<std::uint32_t>::max())
        settings.baud = static_cast<std::uint32_t>(words.speed);
    return settings;
}

LineReader::LineReader(LineSettings settings, std::size_t window)
    : settings_(settings), window_(window), framer_({.settings = settings, .window = window})
{
}

RecordVerdict LineReader::add(const LineRecord &record, LineSink &sink)
{
    ToFramer to_framer(framer_, sink);
    const RecordVerdict verdict = records_.add(record, to_framer);
    if (verdict == RecordVerdict::first_raw && framer_.heard()) {
        framer_ = Framer({.settings = settings_, .window = window_});
        sink.begin_again();
    }
    return verdict;
}

void LineReader::advance(Timestamp now, LineSink &sink)
{
    ToFramer to_framer(framer_, sink);
    records_.finish(to_framer);
    framer_.advance(now, sink);
}

void LineReader::finish(LineSink &sink)
{
    ToFramer to_framer(framer_, sink);
    records_.finish(to_framer);
    framer_.finish(sink);
}

}  // namespace buswitness::serial
