// Finds the settings of a Modbus line by listening: the rate first, without parity set, then the character format from
// the receiver's marks, or from how the line reads with parity set. Says what the tap should be set to next; whoever
// holds the port obeys. Nothing is known of silence: who hears nothing is told nothing.
#pragma once

#include "decode/analyzer/heard_with.h"
#include "decode/analyzer/rate_search.h"

#include <optional>

namespace buswitness::analyzer {

// One stay of the tap at some settings, for who tells what goes on.
struct Listened {
    enum class Verdict : std::uint8_t { open, reads, other_rate, slower_by_far, nothing_reads, silence, refused };
    serial::LineSettings settings;
    Duration time{};
    std::uint64_t octets = 0;
    std::uint32_t frames = 0;  // with right check sum, of all stays at these settings
    std::uint32_t rate = 0;    // other_rate: the one that the runs of bits name
    Verdict verdict = Verdict::open;
};

// Formats as a set: what fits all that was heard.
struct LineFormats {
    bool none_1 = true, none_2 = true, even = true, odd = true;
    [[nodiscard]] int count() const { return none_1 + none_2 + even + odd; }
    [[nodiscard]] bool parity_known() const { return count() == 1 || (!even && !odd); }
    bool operator==(const LineFormats &) const = default;
};

// Why the format is known, or why not.
enum class FormatProof : std::uint8_t {
    none,             // too little was heard at the right rate
    no_marks,         // the receiver marks errors, and none without parity set
    marks_of_octets,  // its marks follow the octets
    not_with_parity,  // the line does not read with parity set
    with_parity,      // it reads without marks with this parity, with marks otherwise
    eighth_bit,       // ASCII: the eighth bit is the parity of the others, or a stop bit
    reading,          // only read again with this format, or with wires exchanged
    no_marks_at_all,  // the adapter tells no errors
    not_possible,     // the driver does not do parity
};

struct DetectedLine {
    bool heard = false;           // any octet
    bool found = false;           // the rate, and a format that reads
    serial::LineSettings listen;  // reads the line, as far as is known
    LineFormats formats;
    FormatProof proof = FormatProof::none;
    bool ascii = false, inverted = false;
    bool both_sides = false;  // inverted: answers read as well, so the devices understand each other
    bool certain = false;
    std::uint32_t frames = 0, different = 0;     // with right check sum at this rate; inverted: requests and answers
    std::uint64_t octets = 0, frame_octets = 0;  // heard at this rate, and of these in such frames
    std::uint64_t all_octets = 0;                // at every rate
    double log_chance = 0;                       // natural logarithm of the chance that so many frames are accidents
    LineRate rate;                               // not found: what the runs of bits said last, of the tap at `listen`
};

class LineDetection {
public:
    LineDetection();

    [[nodiscard]] const serial::LineSettings &wanted() const { return here().settings(); }
    void begin(Timestamp now);                   // the tap listens with `wanted` from now on
    void chunk(const serial::LineChunk &chunk);  // heard with them
    // Nothing more came until now. True: `wanted` is another one, the next call is `begin` or `refused`.
    bool advance(Timestamp now);
    void refused();  // the driver does not do `wanted`; there is another one now

    [[nodiscard]] bool done() const { return step_ == Step::done; }
    [[nodiscard]] bool heard() const { return octets_ != 0; }
    [[nodiscard]] Listened current(Timestamp now) const;
    [[nodiscard]] std::vector<Listened> take_finished();
    [[nodiscard]] DetectedLine result() const;

private:
    enum class Step : std::uint8_t { rate, marks, even, odd, confirm, done };
    [[nodiscard]] HeardWith &here() { return heard_[here_]; }
    [[nodiscard]] const HeardWith &here() const { return heard_[here_]; }
    void listen_with(const serial::LineSettings &settings);
    void leave(Listened::Verdict verdict, Timestamp now);
    bool look(Timestamp now);
    bool look_for_rate(const HeardWith::Reading &reading, Timestamp now);
    [[nodiscard]] bool in_vain(const HeardWith::Reading &reading) const;
    bool read_otherwise(Timestamp now);
    bool look_at_marks(const HeardWith::Reading &reading, Timestamp now);
    bool look_with_even(const HeardWith::Reading &reading, Timestamp now);
    bool look_with_odd(const HeardWith::Reading &reading, Timestamp now);
    bool eighth_bit(const HeardWith::Reading &reading);
    bool try_parity(serial::Parity parity, Timestamp now);
    bool conclude(LineFormats formats, FormatProof proof, Timestamp now);
    bool confirm(Timestamp now);
    [[nodiscard]] bool too_silent(Timestamp now) const;
    [[nodiscard]] bool tells_errors() const;
    void count_frames(DetectedLine &line) const;
    [[nodiscard]] serial::LineSettings reading_settings() const;

    RateSearch search_;
    std::vector<HeardWith> heard_;
    std::size_t here_ = 0;
    Step step_ = Step::rate;
    std::uint64_t octets_ = 0, unread_ = 0;
    Duration longest_wait_{};
    static constexpr std::uint32_t first_rereading = 8;
    std::uint32_t next_rereading_ = first_rereading;  // bursts
    std::uint32_t step_bursts_ = 0;                   // of the stay, when the step began
    std::uint32_t frames_here_ = 0;
    bool marked_with_even_ = false;
    double damaged_ = 0.3;                  // of the line's octets, about
    std::optional<LineReading> otherwise_;  // a proven reading with other settings
    LineRate last_rate_;
    serial::LineSettings base_;  // reads the line, since the rate is known
    LineFormats formats_;
    FormatProof proof_ = FormatProof::none;
    bool ascii_ = false;
    std::uint8_t data_bits_ = 8;
    std::vector<Listened> finished_;
};

}  // namespace buswitness::analyzer
