#include "cli/monitor.h"

#include "cli/analyse.h"
#include "cli/exit_code.h"
#include "cli/monitor_text.h"
#include "cli/monitor_view.h"
#include "cli/output.h"
#include "cli/summary.h"
#include "cli/terminal.h"
#include "decode/diagnose/catalogue.h"
#include "decode/diagnose/diagnose.h"

#include <fmt/format.h>

#include <algorithm>
#include <sys/ioctl.h>
#include <unistd.h>

namespace buswitness::cli {

namespace {

using namespace std::chrono_literals;

constexpr auto look_interval = 500ms;
constexpr auto first_octet = 30s;  // a line may be silent for as long before it is called so
// A diagnosis may take this part of the time; with tens of thousands of connections it comes less often.
constexpr int diagnosis_share = 10;
// A live process is small: of this many connections everything is known, of those before them the figures.
constexpr std::size_t live_connections = 16'384;
const capture::Recorder::Statistics no_ring = [] { return std::vector<capture::InterfaceStatistics>(); };
constexpr std::string_view enter_view = "\x1b[?1049h\x1b[?25l";
constexpr std::string_view leave_view = "\x1b[?25h\x1b[?1049l";

}  // namespace

Monitor::Monitor(const MonitorOptions &options, std::string source, const StopSignal &stop)
    : options_(options), source_(std::move(source)), give_up_([&stop] { return stop.wished_twice(); }),
      analyzer_({.modbus_ports = options.source.ports,
                 .hash_key = random_key(),
                 .connections = live_connections,
                 .transactions = options.transactions}),
      next_look_(began_ + look_interval), next_figures_(began_ + options.interval)
{
}

Monitor::~Monitor()
{
    if (view_)
        (void)write_stdout(leave_view, give_up_);
}

std::optional<int> Monitor::open_outputs(const std::vector<capture::InterfaceSettings> &interfaces, Timestamp now)
{
    for (const std::string &name : {options_.report, options_.record, options_.lines}) {
        if (name.empty() || name == "-")
            continue;
        if (const auto refused = refused_output(name, options_.overwrite)) {
            complain(*refused);
            return exit_code::usage;
        }
    }
    const auto failed = [](const Error &error) {
        complain(error);
        return exit_code::not_completed;
    };
    if (!options_.record.empty()) {
        auto recorder = capture::Recorder::open(
            {.name = options_.record, .overwrite = options_.overwrite, .ring = {}, .give_up = give_up_}, interfaces,
            now);
        if (!recorder)
            return failed(recorder.error());
        recorder_ = std::move(recorder).value();
        frames_ = std::make_unique<SerialRecording>(
            interfaces, [this](const net::RawPacket &record, std::string_view comment, std::uint32_t errors) {
                (void)recorder_->packet(record, comment, no_ring, errors);
            });
    }
    lines_on_stdout_ = options_.lines == "-";
    if (!options_.lines.empty() && !lines_on_stdout_) {
        auto lines = capture::OutputFile::create(options_.lines, options_.overwrite);
        if (!lines)
            return failed(lines.error());
        lines_ = std::move(lines).value();
    }
    if (!options_.metrics.empty()) {
        auto metrics = Metrics::serve(options_.metrics);
        if (!metrics)
            return failed(metrics.error());
        metrics_ = std::move(metrics).value();
    }
    if (!options_.incidents.empty()) {
        if (::access(options_.incidents.c_str(), W_OK | X_OK) != 0)
            return failed({"cannot write incidents to " + options_.incidents,
                           "the folder does not exist or is not writable", ""});
        incidents_.emplace(capture::IncidentOptions{.folder = options_.incidents});
    }
    interfaces_ = interfaces;
    for (std::size_t i = 0; i < interfaces.size(); ++i) {
        capture::InterfaceSettings words = interfaces[i];
        words.link_type = 0;  // see tell_lines
        describe(static_cast<std::uint32_t>(i), words);
        if (incidents_)
            incidents_->describe(static_cast<std::uint32_t>(i), interfaces[i]);
    }
    colour_ = colour_on_stdout(options_.colour);
    view_ = !options_.quiet && !lines_on_stdout_ && options_.record != "-" && ::isatty(STDOUT_FILENO) != 0;
    if (view_)
        (void)write_stdout(enter_view, give_up_);
    return std::nullopt;
}

void Monitor::describe(std::uint32_t interface, const capture::InterfaceSettings &words)
{
    analyzer_.describe_interface(interface, {words.name, words.description, words.speed, words.link_type});
    if (incidents_)
        incidents_->describe(interface, words);
}

// A line is one though nothing is heard on it; but a watch that has just begun says nothing of its silence.
void Monitor::tell_lines()
{
    for (std::size_t i = 0; i < interfaces_.size(); ++i)
        describe(static_cast<std::uint32_t>(i), interfaces_[i]);
    interfaces_.clear();
}

void Monitor::packet(const net::RawPacket &packet, std::string_view comment)
{
    if (recorder_ && !recorder_->packet(packet, comment, no_ring) && !failed_)
        fail(*recorder_->failure());
    if (frames_ && packet.link_type == serial::link_raw_chunk)
        frames_->chunk(packet);
    if (incidents_)
        incidents_->packet(packet);
    analyzer_.add(packet);
}

void Monitor::source_ended(const std::vector<capture::InterfaceStatistics> &statistics)
{
    if (frames_)
        frames_->finish();
    if (recorder_ && !recorder_->close(statistics) && !failed_)
        fail(*recorder_->failure());
}

bool Monitor::over() const
{
    return failed_ || stdout_gone_ || (options_.duration.count() != 0 && Clock::now() - began_ >= options_.duration);
}

void Monitor::fail(const Error &error)
{
    complain(error);
    failed_ = true;
}

void Monitor::tick(Timestamp now, std::uint64_t dropped)
{
    if (frames_)
        frames_->advance(now);
    if (recorder_ && !recorder_->flush() && !failed_)
        fail(*recorder_->failure());
    tell_transactions();
    const Clock::time_point began = Clock::now();
    if (began < next_look_)
        return;
    if (began - began_ >= first_octet)
        tell_lines();
    CaptureNotes notes;
    notes.dropped = dropped;
    analyzer_.note_capture(notes);  // what is held back at the end for them is held back now
    const Facts facts = analyzer_.if_ended(now);
    look(facts, diagnose::diagnose(facts), now, dropped);
    const Clock::duration took = Clock::now() - began;
    next_look_ = began + std::max<Clock::duration>(look_interval, took * diagnosis_share);
}

void Monitor::tell_transactions()
{
    for (const TransactionRow &row : analyzer_.take_transactions())
        line(transaction_json(row));
    if (const std::uint64_t left_out = analyzer_.transactions_left_out(); left_out != left_out_) {
        complain(fmt::format("{} transactions came too fast to be written one by one; they are in the figures",
                             left_out - left_out_));
        left_out_ = left_out;
    }
}

void Monitor::look(const Facts &facts, const std::vector<diagnose::Finding> &findings, Timestamp now,
                   std::uint64_t dropped)
{
    figures_ = live::figures_of(facts, dropped);
    for (const live::Change &change : tracker_.update(findings, now))
        tell(change);
    if (incidents_)
        incidents_->advance(now);
    tell_incidents();
    if (metrics_)
        metrics_->update(figures_,
                         {tracker_.holding(diagnose::Severity::note), tracker_.holding(diagnose::Severity::warning),
                          tracker_.holding(diagnose::Severity::error)});
    if (view_ || Clock::now() >= next_figures_)
        tell_figures(facts, now);
}

void Monitor::tell_incidents()
{
    if (!incidents_)
        return;
    if (const std::string news = incidents_->take_news(); !news.empty())
        complain(news);
}

void Monitor::tell(const live::Change &change)
{
    const bool news = change.kind == live::Change::Kind::appeared || change.kind == live::Change::Kind::again;
    if (news && options_.fail_on && change.finding.severity >= *options_.fail_on)
        reached_ = true;
    if (!options_.lines.empty())
        line(change_json(change));
    if (!view_ && !lines_on_stdout_)
        print(change_line(change, colour_));
    if (incidents_ && news && change.finding.severity == diagnose::Severity::error && !change.finding.recovered)
        if (const auto error = incidents_->happened(diagnose::row(change.finding.id).name, change.time))
            fail(*error);
}

void Monitor::tell_figures(const Facts &facts, Timestamp now)
{
    const Clock::time_point at = Clock::now();
    // What is read from a file or a pipe has its own clock.
    const double past = options_.read.empty() || shown_now_ == Timestamp{}
                            ? std::chrono::duration<double>(at - shown_at_).count()
                            : seconds(elapsed(shown_now_, now));
    const live::Figures added = live::since(shown_, figures_);
    if (at >= next_figures_) {
        if (options_.intervals)
            line(interval_json(now, added, past, figures_));
        if (!view_ && !lines_on_stdout_ && !options_.quiet)
            print(interval_line(now, added, past, figures_.open_connections));
        next_figures_ = at + options_.interval;
    }
    if (view_) {
        winsize size = {};
        if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_row == 0)
            size = {.ws_row = 24, .ws_col = 80, .ws_xpixel = 0, .ws_ypixel = 0};
        const View view = {.source = source_,
                           .now = now,
                           .running = at - began_,
                           .seconds = past,
                           .added = added,
                           .all = figures_,
                           .facts = &facts,
                           .tracker = &tracker_,
                           .rows = size.ws_row,
                           .columns = size.ws_col,
                           .colour = colour_};
        stdout_gone_ |= write_stdout(screen(view), give_up_).has_value();
    }
    shown_ = figures_;
    shown_at_ = at;
    shown_now_ = now;
}

void Monitor::line(const std::string &text)
{
    if (lines_on_stdout_) {
        print(text);
        return;
    }
    if (!lines_)
        return;
    const std::string whole = text + '\n';
    (void)lines_->write({reinterpret_cast<const std::uint8_t *>(whole.data()), whole.size()}, give_up_);
    if (lines_->failure() && !failed_)
        fail(*lines_->failure());
}

// A reader of standard output that leaves ends the watch quietly.
void Monitor::print(const std::string &text)
{
    if (options_.record != "-" && !stdout_gone_)
        stdout_gone_ = write_stdout(text + '\n', give_up_).has_value();
}

void Monitor::write_report(const report::Report &report)
{
    const std::string text = in_format(report, options_.format, false, true);
    const auto error =
        options_.report == "-" ? write_stdout(text, give_up_) : write_file(options_.report, text, options_.overwrite);
    if (error)
        fail(*error);
}

// Some file systems tell only now that they took less than they said.
void Monitor::close_outputs()
{
    if (incidents_)
        incidents_->close();
    tell_incidents();
    if (!lines_)
        return;
    lines_->close();
    if (lines_->failure() && !failed_)
        fail(*lines_->failure());
}

int Monitor::finish(const report::CaptureSummary &summary, const CaptureNotes &notes, Timestamp end, int status)
{
    tell_lines();
    analyzer_.note_capture(notes);
    analyzer_.advance(end);
    analyzer_.finish();
    tell_transactions();
    const Facts &facts = analyzer_.facts();
    const std::vector<diagnose::Finding> findings = diagnose::diagnose(facts);
    next_figures_ = Clock::now();
    look(facts, findings, facts.until(), notes.dropped);
    if (view_)
        (void)write_stdout(leave_view, give_up_);
    view_ = false;
    close_outputs();
    if (!options_.report.empty()) {
        report::Report report = report::build(summary, facts, findings);
        if (const std::string &file = options_.record.empty() ? options_.read : options_.record;
            !file.empty() && file != "-")
            report.reproduction = reproduction_of({file}, options_.source.ports);
        write_report(report);
    }
    if (!options_.quiet)
        complain(fmt::format("{} packets, {} requests, {} findings: {} errors, {} warnings, {} notes hold at the end",
                             facts.packets.all, facts.modbus.requests, findings.size(),
                             tracker_.holding(diagnose::Severity::error), tracker_.holding(diagnose::Severity::warning),
                             tracker_.holding(diagnose::Severity::note)));
    if (failed_)
        return exit_code::not_completed;
    if (status != exit_code::done)
        return status;
    return reached_ ? exit_code::finding : exit_code::done;
}

}  // namespace buswitness::cli
