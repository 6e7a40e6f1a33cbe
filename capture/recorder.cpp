#include "capture/recorder.h"

#include "decode/serial/line.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <unistd.h>

namespace buswitness::capture {

namespace {

constexpr std::size_t large_buffer = std::size_t{256} << 10;

}  // namespace

Result<std::unique_ptr<Recorder>> Recorder::open(RecorderOptions options, std::vector<InterfaceSettings> interfaces,
                                                 Timestamp now)
{
    std::unique_ptr<Recorder> recorder(new Recorder(std::move(options), std::move(interfaces)));
    if (!recorder->begin(now) || !recorder->flush()) {
        if (recorder->file_) {
            recorder->file_->close();
            recorder->file_->remove();
        }
        return *recorder->failure_;
    }
    return recorder;
}

// NAME_00001_20260602081530.pcapng, in UTC, as dumpcap names the files of a ring.
std::string Recorder::next_name(Timestamp now) const
{
    if (!options_.ring.rings())
        return options_.name;
    const std::string &name = options_.name;
    const std::size_t slash = name.rfind('/');
    std::size_t dot = name.rfind('.');
    if (dot == std::string::npos || (slash != std::string::npos && dot < slash))
        dot = name.size();
    return fmt::format(
        "{}_{:05}_{:%Y%m%d%H%M%S}{}", name.substr(0, dot), files_ + 1,
        fmt::gmtime(std::chrono::system_clock::to_time_t(std::chrono::time_point_cast<std::chrono::seconds>(now))),
        name.substr(dot));
}

bool Recorder::begin(Timestamp now)
{
    auto file = OutputFile::create(next_name(now), options_.overwrite);
    if (!file) {
        failure_ = file.error();
        return false;
    }
    file_ = std::move(file).value();
    ++files_;
    if (file_->regular())
        disk_.watch(file_->descriptor());
    file_octets_ = file_packets_ = 0;
    file_has_packets_ = false;
    written_.assign(interfaces_.size(), 0);
    write_section(buffer_);
    for (const InterfaceSettings &interface : interfaces_)
        write_interface(buffer_, interface);
    if (options_.ring.files != 0) {
        kept_.push_back(file_->name());
        for (; kept_.size() > options_.ring.files; kept_.pop_front())
            ::unlink(kept_.front().c_str());
    }
    return true;
}

bool Recorder::turns_before(const net::RawPacket &next) const
{
    const RingLimits &ring = options_.ring;
    // Frames of a serial line are told later than their chunks, many at once: they stay with the chunks.
    if (!file_has_packets_ || next.link_type == serial::link_rtac_serial)
        return false;
    if ((ring.octets != 0 && octets() >= ring.octets) || (ring.packets != 0 && file_packets_ >= ring.packets))
        return true;
    if (ring.duration.count() != 0 && elapsed(file_began_, next.time) >= ring.duration)
        return true;
    return ring.interval.count() != 0 &&
           file_began_.time_since_epoch() / ring.interval != next.time.time_since_epoch() / ring.interval;
}

bool Recorder::packet(const net::RawPacket &packet, std::string_view comment, const Statistics &statistics,
                      std::uint32_t errors)
{
    if (failure_)
        return false;
    if (options_.ring.rings() && turns_before(packet)) {
        full_ = options_.ring.most != 0 && files_ >= options_.ring.most;
        if (full_ || !end_file(statistics()) || !begin(packet.time))
            return false;
    }
    if (!file_has_packets_)
        file_began_ = packet.time;
    file_has_packets_ = true;
    write_packet(buffer_, packet, comment, errors);
    if (packet.link_type != serial::link_raw_chunk) {
        ++pending_packets_;
        ++file_packets_;
        if (packet.interface < written_.size())
            ++written_[packet.interface];
    }
    pending_.push_back({buffer_.size(), pending_packets_});
    return buffer_.size() < large_buffer || flush();
}

// Told by the disk only after the file took it.
void Recorder::look_at_disk()
{
    if (const int reason = disk_.failure(); reason != 0 && !failure_)
        failure_ = Error{"cannot write " + file_->name(), std::strerror(reason),
                         "the last seconds before this may not be on the disk"};
}

bool Recorder::flush()
{
    look_at_disk();
    if (failure_)
        return false;
    if (buffer_.empty())
        return true;
    const std::size_t written = file_->write(buffer_, options_.give_up);
    if (written == buffer_.size()) {
        file_octets_ += written;
        forget_pending(pending_packets_);
        return true;
    }
    // Only whole records stay, and only they count.
    const auto cut = std::ranges::upper_bound(pending_, written, {}, &Pending::end);
    const Pending kept = cut == pending_.begin() ? Pending{0, 0} : *(cut - 1);
    file_octets_ += kept.end;
    file_->cut(file_octets_);
    failure_ = file_->failure();
    forget_pending(kept.packets);
    return false;
}

void Recorder::forget_pending(std::uint64_t written_packets)
{
    packets_ += written_packets;
    pending_packets_ = 0;
    buffer_.clear();
    pending_.clear();
}

bool Recorder::close(const std::vector<InterfaceStatistics> &statistics)
{
    (void)end_file(statistics);
    disk_.finish();
    look_at_disk();
    return !failure_;
}

bool Recorder::end_file(const std::vector<InterfaceStatistics> &statistics)
{
    if (!failure_) {
        for (std::uint32_t i = 0; i < statistics.size(); ++i) {
            InterfaceStatistics told = statistics[i];
            told.written = i < written_.size() ? written_[i] : 0;
            write_statistics(buffer_, i, told);
        }
        (void)flush();
    }
    file_->close();
    if (!failure_ && file_->failure())
        failure_ = file_->failure();
    return !failure_;
}

}  // namespace buswitness::capture
