// One recorded serial line from its records to its items: what `report`, `list` and the viewer read.
#pragma once

#include "decode/serial/framer.h"
#include "decode/serial/rtac.h"

#include <optional>
#include <string>
#include <string_view>

namespace buswitness::serial {

// What a capture says of the interface (pcapng if_name, if_description, if_speed).
struct LineWords {
    std::string_view name, description;
    std::uint64_t speed = 0;  // bit/s; 0: not told
};

// The tap's settings in these words. Baud 0: not told; 8E1, the specification's default, where no format is told.
LineSettings settings_of(const LineWords &words);

// Chunks as they were heard, items as they are read from them.
class LineSink : public FrameSink {
public:
    virtual void chunk(const LineChunk &chunk) { (void)chunk; }
    virtual void begin_again() {}  // what was told until now is told again, from better records
};

class LineReader {
public:
    explicit LineReader(LineSettings settings, std::size_t window = FramerOptions{}.window);

    RecordVerdict add(const LineRecord &record, LineSink &sink);
    void advance(Timestamp now, LineSink &sink);  // as Framer::advance
    void finish(LineSink &sink);

    [[nodiscard]] const LineSettings &settings() const { return settings_; }
    [[nodiscard]] const Framer &framer() const { return framer_; }

private:
    LineSettings settings_;
    std::size_t window_;
    RecordReader records_;
    Framer framer_;
};

}  // namespace buswitness::serial
