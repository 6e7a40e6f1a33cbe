#include "capture/serial_tap.h"

#include "capture/privileges.h"
#include "capture/serial_ports.h"
#include "decode/serial/settings_text.h"

#include <QSerialPort>
#include <QThread>

#include <algorithm>
#include <atomic>
#include <future>
#include <mutex>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>
#include <utility>

namespace buswitness::capture {

namespace {

using serial::LineSettings;
using serial::Parity;

constexpr std::chrono::milliseconds patience{100};         // of a read; as long may stopping take
constexpr std::size_t queue_limit = std::size_t{8} << 20;  // octets: ten minutes of a full line at 115200

Duration monotonic_now()
{
    timespec time = {};
    ::clock_gettime(CLOCK_MONOTONIC, &time);
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

QSerialPort::Parity qt_parity(Parity parity)
{
    switch (parity) {
    case Parity::none: return QSerialPort::NoParity;
    case Parity::even: return QSerialPort::EvenParity;
    case Parity::odd: return QSerialPort::OddParity;
    }
    return QSerialPort::NoParity;
}

// Before it is opened, so that one change brings all.
void set_up(QSerialPort &port, const SerialGuard &guard)
{
    const LineSettings &settings = guard.accepted();
    port.setPortName(QString::fromStdString(guard.device()));
    port.setBaudRate(static_cast<qint32>(settings.baud));
    port.setDataBits(settings.data_bits == 7 ? QSerialPort::Data7 : QSerialPort::Data8);
    port.setParity(qt_parity(settings.parity));
    port.setStopBits(settings.stop_bits == 2 ? QSerialPort::TwoStop : QSerialPort::OneStop);
    port.setFlowControl(QSerialPort::NoFlowControl);
}

void count_marks(const std::vector<std::uint8_t> &marks, SerialCounts &counts)
{
    for (const std::uint8_t mark : marks) {
        counts.parity_errors += (mark & serial::parity_error) != 0;
        counts.framing_errors += (mark & serial::framing_error) != 0;
        counts.line_errors += (mark & serial::line_error) != 0;
        counts.breaks += (mark & serial::break_condition) != 0;
    }
}

// Within two percent a receiver still reads. A pseudo-terminal takes anything.
bool does(const SerialGuard &guard, const LineSettings &wanted)
{
    const LineSettings &taken = guard.accepted();
    const std::uint32_t off = std::max(taken.baud, wanted.baud) - std::min(taken.baud, wanted.baud);
    const bool same_format = taken.data_bits == wanted.data_bits && taken.parity == wanted.parity;
    return guard.pseudo_terminal() || (off <= wanted.baud / 50 && same_format);
}

std::vector<std::string> notes_on(const SerialGuard &guard, const LineSettings &wanted, const std::string &driver)
{
    std::vector<std::string> notes;
    if (!does(guard, wanted))
        notes.push_back("the driver does not do " + to_string(wanted) + "; it listens at " +
                        to_string(guard.accepted()));
    if (!guard.pseudo_terminal() && guard.echo_was_on())
        notes.push_back("the port echoed when it was opened, as Linux leaves new ports: octets heard in the first "
                        "milliseconds may have been sent back onto the bus; see README for a udev rule");
    if (driver.starts_with("ch34"))
        notes.push_back("this adapter (" + driver + ") does not tell parity and framing errors");
    return notes;
}

}  // namespace

SerialCounts &SerialCounts::operator+=(const SerialCounts &other)
{
    octets += other.octets;
    chunks += other.chunks;
    parity_errors += other.parity_errors;
    framing_errors += other.framing_errors;
    line_errors += other.line_errors;
    breaks += other.breaks;
    overruns += other.overruns;
    dropped += other.dropped;
    largest_chunk = std::max(largest_chunk, other.largest_chunk);
    counts_losses = counts_losses || other.counts_losses;
    return *this;
}

// What both threads see.
struct SerialTap::Shared {
    explicit Shared(SerialGuard opened) : guard(std::move(opened)), event(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}
    ~Shared() { ::close(event); }
    Shared(const Shared &) = delete;
    Shared &operator=(const Shared &) = delete;

    void wake() const
    {
        const std::uint64_t one = 1;
        (void)!::write(event, &one, sizeof one);
    }

    SerialGuard guard;
    int event;
    std::atomic<bool> stop{false}, gone{false};
    std::atomic<unsigned> changes{0};  // of the settings
    Duration changed{};                // when; what was read before is not queued
    mutable std::mutex mutex;
    std::vector<SerialChunk> queue;
    std::size_t queued = 0;  // octets
    SerialCounts counts;
};

class SerialTap::Reader final : public QThread {
public:
    explicit Reader(Shared &shared) : shared_(shared) {}
    std::promise<std::string> opened;  // empty: it is; else why not

protected:
    void run() override
    {
        drop_all_rights();  // it needs none, and those of the main thread are given up there
        QSerialPort port;
        set_up(port, shared_.guard);
        if (!port.open(QIODevice::ReadOnly)) {
            const bool busy = port.error() == QSerialPort::PermissionError;
            opened.set_value(busy ? "busy" : port.errorString().toStdString());
            return;
        }
        shared_.guard.make_silent_again(static_cast<int>(port.handle()));
        shared_.guard.forget_unread();
        before_ = shared_.guard.errors();
        shared_.counts.counts_losses = before_.has_value();
        opened.set_value({});
        while (!shared_.stop && listen(port, patience)) {
        }
        if (!shared_.gone)
            (void)listen(port, std::chrono::milliseconds(0));
        port.close();  // restores the settings that it found: the guard's
        shared_.wake();
    }

private:
    // One read. False when the port is gone: Qt 6.4 would report that for ever.
    bool listen(QSerialPort &port, std::chrono::milliseconds wait)
    {
        const bool heard = port.waitForReadyRead(static_cast<int>(wait.count()));
        const Duration now = monotonic_now();
        const QByteArray raw = port.readAll();
        if (!raw.isEmpty()) {
            hand_over(raw, now);
            empty_ = 0;
            return true;
        }
        const bool waited = !heard && port.error() == QSerialPort::TimeoutError;
        port.clearError();
        if (shared_.guard.hung_up() || (!waited && ++empty_ > most_empty)) {
            shared_.gone = true;
            return false;
        }
        if (!waited && wait.count() != 0)
            msleep(10);
        return true;
    }

    void hand_over(const QByteArray &raw, Duration now)
    {
        const std::optional<LineErrors> errors = shared_.guard.errors();
        std::optional<LineErrors> counted;
        if (const unsigned changes = shared_.changes; std::exchange(changes_, changes) != changes) {
            before_.reset();
            marks_ = {};
        }
        if (errors && before_)
            counted = *errors - *before_;
        before_ = errors;
        SerialChunk chunk;
        chunk.monotonic = now;
        chunk.octets.reserve(static_cast<std::size_t>(raw.size()));
        marks_.read({reinterpret_cast<const std::uint8_t *>(raw.constData()), static_cast<std::size_t>(raw.size())},
                    counted, chunk.octets, chunk.marks);
        const std::scoped_lock lock(shared_.mutex);
        shared_.counts.overruns += counted ? counted->overruns : 0;
        if (!chunk.octets.empty() && chunk.monotonic >= shared_.changed)
            queue(std::move(chunk));
    }

    void queue(SerialChunk chunk)
    {
        SerialCounts &counts = shared_.counts;
        counts.octets += chunk.octets.size();
        ++counts.chunks;
        counts.largest_chunk = std::max<std::uint64_t>(counts.largest_chunk, chunk.octets.size());
        count_marks(chunk.marks, counts);
        if (shared_.queued + chunk.octets.size() > queue_limit) {
            counts.dropped += chunk.octets.size();
            dropped_ = true;
            return;
        }
        if (std::exchange(dropped_, false))
            chunk.marks.front() |= serial::octets_lost;
        if (std::ranges::all_of(chunk.marks, [](std::uint8_t mark) { return mark == serial::no_mark; }))
            chunk.marks.clear();
        shared_.queued += chunk.octets.size();
        shared_.queue.push_back(std::move(chunk));
        shared_.wake();
    }

    static constexpr int most_empty = 100;
    Shared &shared_;
    MarkReader marks_;
    std::optional<LineErrors> before_;
    unsigned changes_ = 0;
    int empty_ = 0;  // reads that came at once and brought nothing
    bool dropped_ = false;
};

SerialTap::SerialTap() = default;

Result<std::unique_ptr<SerialTap>> SerialTap::open(const SerialOptions &options)
{
    auto guard = SerialGuard::open(options);
    if (!guard)
        return guard.error();
    const std::string device = guard.value().device();
    std::unique_ptr<SerialTap> tap(new SerialTap);
    tap->latency_ = request_low_latency(guard.value());
    tap->driver_ = driver_of(device);
    tap->notes_ = notes_on(guard.value(), options.settings, tap->driver_);
    tap->settings_ = guard.value().pseudo_terminal() ? options.settings : guard.value().accepted();
    tap->shared_ = std::make_unique<Shared>(std::move(guard).value());
    tap->reader_ = std::make_unique<Reader>(*tap->shared_);
    auto opened = tap->reader_->opened.get_future();
    tap->reader_->start();
    const std::string why = opened.get();
    if (why == "busy")
        return serial_port_busy(device);
    if (!why.empty())
        return Error{"cannot listen on " + device, why, ""};
    return tap;
}

SerialTap::~SerialTap()
{
    if (reader_)
        stop();
}

bool SerialTap::listen_with(const LineSettings &settings)
{
    const std::scoped_lock lock(shared_->mutex);
    const bool taken = shared_->guard.configure(settings) && does(shared_->guard, settings) &&
                       shared_->guard.accepted().parity == settings.parity;  // a pseudo-terminal has no parity
    shared_->guard.forget_unread();
    ++shared_->changes;
    shared_->changed = monotonic_now();
    shared_->queued = 0;
    shared_->queue.clear();
    shared_->counts = {.counts_losses = shared_->counts.counts_losses};
    settings_ = shared_->guard.pseudo_terminal() ? settings : shared_->guard.accepted();
    return taken;
}

bool SerialTap::pseudo_terminal() const
{
    return shared_->guard.pseudo_terminal();
}

void SerialTap::stop()
{
    shared_->stop = true;
    reader_->wait();
}

int SerialTap::descriptor() const
{
    return shared_->event;
}

std::vector<SerialChunk> SerialTap::take()
{
    std::uint64_t times = 0;
    (void)!::read(shared_->event, &times, sizeof times);
    const std::scoped_lock lock(shared_->mutex);
    shared_->queued = 0;
    return std::exchange(shared_->queue, {});
}

bool SerialTap::gone() const
{
    return shared_->gone;
}

SerialCounts SerialTap::counts() const
{
    const std::scoped_lock lock(shared_->mutex);
    return shared_->counts;
}

}  // namespace buswitness::capture
