#include "capture/capture_file.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/frame_rows.h"
#include "cli/output.h"
#include "cli/summary.h"
#include "cli/terminal.h"
#include "decode/serial/line_reader.h"
#include "decode/serial/timing.h"

#include <fmt/format.h>

#include <map>
#include <queue>
#include <set>

namespace buswitness::cli {

namespace {

// Rows of several lines in time order. A line tells its rows in order, but a window at a time: rows of several lines
// wait for the end, or until too many wait.
class Rows {
public:
    explicit Rows(ListOptions::Style style) : style_(style) {}

    void add(std::size_t lines, const FrameRow &row)
    {
        std::string text = style_ == ListOptions::Style::jsonl ? frame_json(row) : frame_text(row);
        if (lines <= 1 && waiting_.empty()) {
            write(text);
            return;
        }
        waiting_.push({row.frame.start, count_++, std::move(text)});
        while (waiting_.size() > most_waiting)
            write_earliest();
    }
    std::optional<Error> finish()
    {
        while (!waiting_.empty())
            write_earliest();
        flush();
        return error_;
    }
    [[nodiscard]] bool failed() const { return error_.has_value(); }

private:
    struct Row {
        Timestamp start;
        std::uint64_t order = 0;
        std::string text;
        bool operator<(const Row &other) const
        {
            return start != other.start ? start > other.start : order > other.order;
        }
    };
    static constexpr std::size_t most_waiting = 200'000;
    static constexpr std::size_t block = std::size_t{1} << 16;

    void write_earliest()
    {
        write(waiting_.top().text);
        waiting_.pop();
    }
    void write(const std::string &text)
    {
        if (!begun_ && style_ == ListOptions::Style::text)
            buffer_ += frame_heading() + "\n";
        begun_ = true;
        buffer_ += text;
        buffer_ += '\n';
        if (buffer_.size() >= block)
            flush();
    }
    void flush()
    {
        if (!error_ && !buffer_.empty())
            error_ = write_stdout(buffer_);
        buffer_.clear();
    }

    ListOptions::Style style_;
    std::priority_queue<Row> waiting_;
    std::string buffer_;
    std::uint64_t count_ = 0;
    bool begun_ = false;
    std::optional<Error> error_;
};

// The serial lines of a capture, each with the words that its interface has in the file.
class Lines {
public:
    Lines(const capture::CaptureSet &captures, Rows &rows) : captures_(captures), rows_(rows) {}

    void add(const net::RawPacket &packet)
    {
        if (!serial::is_line(packet.link_type))
            return;
        if (Line *line = line_of(packet.interface))
            line->reader.add({packet.link_type, packet.data, packet.time}, *line);
    }
    void finish()
    {
        for (auto &[interface, line] : lines_)
            line->reader.finish(*line);
    }
    [[nodiscard]] bool empty() const { return lines_.empty(); }
    [[nodiscard]] std::size_t left_out() const { return left_out_.size(); }
    static constexpr std::size_t most_lines = 64;  // each holds a window of its octets

private:
    struct Line final : serial::LineSink {
        Line(Lines &all, const capture::InterfaceInfo &interface)
            : lines(all), name(interface.name),
              reader(serial::settings_of({interface.name, interface.description, interface.speed})),
              t3_5(serial::t3_5(reader.settings()))
        {
        }
        void item(const serial::SerialFrame &frame) override
        {
            lines.rows_.add(lines.lines_.size(), {frame, name, t3_5});
        }

        Lines &lines;
        std::string name;
        serial::LineReader reader;
        Duration t3_5;
    };

    Line *line_of(std::uint32_t interface)
    {
        if (const auto known = lines_.find(interface); known != lines_.end())
            return known->second.get();
        if (lines_.size() == most_lines) {
            left_out_.insert(interface);
            return nullptr;
        }
        const capture::InterfaceInfo *info = captures_.interface(interface);
        auto line = std::make_unique<Line>(*this, info != nullptr ? *info : capture::InterfaceInfo());
        return lines_.emplace(interface, std::move(line)).first->second.get();
    }

    const capture::CaptureSet &captures_;
    Rows &rows_;
    std::map<std::uint32_t, std::unique_ptr<Line>> lines_;
    std::set<std::uint32_t> left_out_;
};

}  // namespace

int run_list(const ListOptions &options)
{
    capture::CaptureSet captures(options.files);
    Rows rows(options.style);
    Lines lines(captures, rows);
    Progress progress(options.quiet);
    net::RawPacket packet;
    while (!rows.failed() && captures.next(packet)) {
        lines.add(packet);
        progress.at(packet.number);
    }
    progress.clear();
    lines.finish();
    if (const std::optional<Error> error = rows.finish()) {
        complain(*error);
        return exit_code::not_completed;
    }
    const std::vector<Error> complaints = complaints_about(captures);
    for (const Error &error : complaints)
        complain(error);
    if (lines.left_out() != 0)
        complain(fmt::format("the capture has more than {} serial lines: {} are left out", Lines::most_lines,
                             lines.left_out()));
    if (complaints.empty() && lines.empty())
        complain("there is no serial line in the capture: --frames lists those of RS-485 and RS-232 recordings");
    return complaints.empty() ? exit_code::done : exit_code::input;
}

}  // namespace buswitness::cli
