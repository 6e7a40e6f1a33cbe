// Everything that monitor does with packets and with time that passes, wherever they come from.
#pragma once

#include "capture/incidents.h"
#include "capture/output_file.h"
#include "capture/recorder.h"
#include "cli/metrics.h"
#include "cli/options.h"
#include "cli/serial_recording.h"
#include "cli/stop_signal.h"
#include "decode/analyzer.h"
#include "decode/live/figures.h"
#include "decode/live/tracker.h"
#include "decode/report/build.h"

namespace buswitness::cli {

class Monitor {
public:
    // `source` is what the view calls it.
    Monitor(const MonitorOptions &options, std::string source, const StopSignal &stop);
    ~Monitor();
    Monitor(const Monitor &) = delete;
    Monitor &operator=(const Monitor &) = delete;

    // Opens the outputs; the exit status, after complaining, when one cannot be opened. `interfaces`: those that are
    // known already.
    std::optional<int> open_outputs(const std::vector<capture::InterfaceSettings> &interfaces, Timestamp now);
    // Before the first packet of the interface.
    void describe(std::uint32_t interface, const capture::InterfaceSettings &words);
    void packet(const net::RawPacket &packet, std::string_view comment);
    // To be called often; works only when it is time to. Nothing but what was handed over came until `now`.
    void tick(Timestamp now, std::uint64_t dropped);
    // The source was away just now: silence says nothing.
    void interrupted() { analyzer_.interrupted(); }
    [[nodiscard]] bool over() const;  // the duration is over, or an output failed
    // Nothing more is handed over: the recording is closed.
    void source_ended(const std::vector<capture::InterfaceStatistics> &statistics);

    // Closes everything, writes the report, and returns the exit status. `end`: nothing came until then.
    int finish(const report::CaptureSummary &summary, const CaptureNotes &notes, Timestamp end, int status);

private:
    using Clock = std::chrono::steady_clock;
    void tell_lines();
    void tell_transactions();
    void look(const Facts &facts, const std::vector<diagnose::Finding> &findings, Timestamp now, std::uint64_t dropped);
    void tell(const live::Change &change);
    void tell_incidents();
    void close_outputs();
    void tell_figures(const Facts &facts, Timestamp now);
    void line(const std::string &text);
    void print(const std::string &text);
    void write_report(const report::Report &report);
    void fail(const Error &error);

    const MonitorOptions &options_;
    std::string source_;
    std::function<bool()> give_up_;  // asked while an output is a full pipe
    Analyzer analyzer_;
    live::Tracker tracker_;
    live::Figures figures_, shown_;  // now; when they were shown last
    Clock::time_point began_ = Clock::now(), next_look_, next_figures_, shown_at_ = Clock::now();
    Timestamp shown_now_{};
    std::uint64_t left_out_ = 0;                          // transactions
    std::vector<capture::InterfaceSettings> interfaces_;  // not yet told in full
    std::unique_ptr<capture::Recorder> recorder_;
    std::unique_ptr<SerialRecording> frames_;  // beside the raw chunks of a recording
    std::optional<capture::Incidents> incidents_;
    std::unique_ptr<Metrics> metrics_;
    std::unique_ptr<capture::OutputFile> lines_;
    bool view_ = false, lines_on_stdout_ = false, colour_ = false;
    bool failed_ = false, stdout_gone_ = false, reached_ = false;
};

}  // namespace buswitness::cli
