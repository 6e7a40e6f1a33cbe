// Octets with any marks in chunks of any times, as records of a file: each octet is told in exactly one item and in
// order, with bounds that hold; octet by octet tells the same as all at once.
#include "decode/serial/line_reader.h"
#include "tests/fuzz/input.h"

#include <array>
#include <vector>

using namespace buswitness;
using namespace buswitness::serial;

namespace {

constexpr std::size_t most_steps = 400;

struct Octet {
    std::uint8_t octet = 0, mark = 0;
    bool operator==(const Octet &) const = default;
};

// What was told, checked item by item.
class Listener final : public LineSink {
public:
    void chunk(const LineChunk &chunk) override
    {
        for (std::size_t i = 0; i < chunk.octets.size(); ++i)
            heard.push_back({chunk.octets[i], chunk.marks.empty() ? std::uint8_t{0} : chunk.marks[i]});
    }
    void begin_again() override
    {
        heard.clear();
        told.clear();
        digest = 0;
        number_ = 0;
    }
    void item(const SerialFrame &frame) override
    {
        fuzz::require(frame.number == ++number_, "items are counted");
        fuzz::require(!frame.octets.empty(), "an item has octets");
        fuzz::require(frame.octets.size() == frame.marks.size(), "each octet has its marks");
        fuzz::require(frame.start <= frame.end, "an item ends after it begins");
        fuzz::require(frame.start_bounds.earliest <= frame.start_bounds.latest, "the start has bounds");
        fuzz::require(frame.end_bounds.earliest <= frame.end_bounds.latest, "the end has bounds");
        fuzz::require(frame.gap_min <= frame.gap_max && frame.gap_min >= Duration(0), "the gap has bounds");
        fuzz::require(frame.answers < frame.number, "an answer follows its request");
        fuzz::require(frame.kind != ItemKind::noise || frame.direction == FrameDirection::unknown,
                      "noise has no direction");
        for (std::size_t i = 0; i < frame.octets.size(); ++i)
            told.push_back({frame.octets[i], frame.marks[i]});
        digest = digest * 31 + frame.octets.size() * 7 + static_cast<std::uint64_t>(frame.kind) * 3 +
                 static_cast<std::uint64_t>(frame.direction) +
                 static_cast<std::uint64_t>(frame.start.time_since_epoch().count());
    }

    std::vector<Octet> heard, told;
    std::uint64_t digest = 0;

private:
    std::uint64_t number_ = 0;
};

// The same chunks, an octet at a time.
class Splitter final : public ChunkSink {
public:
    Splitter(Framer &framer, Listener &listener) : framer_(framer), listener_(listener) {}
    void chunk(const LineChunk &chunk) override
    {
        for (std::size_t i = 0; i < chunk.octets.size(); ++i)
            framer_.add({.time = chunk.time,
                         .octets = chunk.octets.subspan(i, 1),
                         .marks = chunk.marks.empty() ? Bytes() : chunk.marks.subspan(i, 1)},
                        listener_);
    }

private:
    Framer &framer_;
    Listener &listener_;
};

struct Step {
    std::uint32_t link_type = 0;
    Timestamp time;
    Bytes data;
};

std::vector<Step> steps_of(fuzz::Input &input)
{
    std::vector<Step> steps;
    Timestamp time{};
    while (!input.empty() && steps.size() < most_steps) {
        const std::uint8_t choice = input.u8();
        switch (choice & 7) {
        case 0: time += std::chrono::milliseconds(input.u16()); break;
        case 1: time = Timestamp(Duration(static_cast<std::int64_t>(std::uint64_t{input.u16()} << 48))); break;
        case 2: break;  // a part of the chunk before
        default: time += std::chrono::microseconds(input.u16() / 16); break;
        }
        const std::uint32_t link_type = (choice & 0x18) == 0x18 ? link_raw_chunk
                                        : (choice & 0x10) != 0  ? link_user0
                                                                : link_rtac_serial;
        steps.push_back({link_type, time, input.take(choice >> 5 == 0 ? input.u8() : 1U << (choice >> 5))});
    }
    return steps;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    constexpr std::array<std::uint32_t, 4> rates = {0, 1'200, 19'200, 115'200};
    fuzz::Input input(Bytes(data, size));
    const std::uint8_t choice = input.u8();
    const LineSettings settings{.baud = rates[choice & 3], .parity = (choice & 4) != 0 ? Parity::none : Parity::even};
    const std::vector<Step> steps = steps_of(input);

    Listener whole, parts;
    LineReader reader(settings);
    RecordReader records;
    Framer framer({.settings = settings});
    Splitter splitter(framer, parts);
    for (const Step &step : steps) {
        const fuzz::Exact exact(step.data);
        const LineRecord record{step.link_type, exact.octets(), step.time};
        const RecordVerdict verdict = reader.add(record, whole);
        fuzz::require(records.add(record, splitter) == verdict, "records are read alike");
        if (verdict == RecordVerdict::first_raw && framer.heard()) {
            framer = Framer({.settings = settings});
            parts.begin_again();
        }
    }
    reader.finish(whole);
    records.finish(splitter);
    framer.finish(parts);
    fuzz::require(whole.told == whole.heard, "every octet that was heard is told once, in order");
    fuzz::require(parts.told == whole.told && parts.digest == whole.digest, "octet by octet equals all at once");
    return 0;
}
