#include "capture/incidents.h"

#include "decode/serial/line.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <utility>

namespace buswitness::capture {

namespace {

constexpr Duration longest_extension = std::chrono::seconds(60);
constexpr std::size_t incident_interfaces = 256;
constexpr std::size_t overhead = sizeof(Timestamp) + sizeof(Octets) + 16;  // of one packet in memory

}  // namespace

void Incidents::describe(std::uint32_t interface, InterfaceSettings settings)
{
    if (interface >= incident_interfaces)
        return;
    if (interface >= interfaces_.size())
        interfaces_.resize(interface + 1);
    interfaces_[interface] = std::move(settings);
}

// False: there are too many interfaces. Beside raw chunks stand records of the same line.
bool Incidents::knows(const net::RawPacket &packet)
{
    if (packet.interface >= incident_interfaces)
        return false;
    if (packet.interface >= interfaces_.size())
        interfaces_.resize(packet.interface + std::size_t{1});
    if (std::uint32_t &type = interfaces_[packet.interface].link_type; type == 0)
        type = packet.link_type == serial::link_raw_chunk ? serial::link_rtac_serial : packet.link_type;
    return true;
}

void Incidents::packet(const net::RawPacket &packet)
{
    if (!knows(packet))
        return;
    advance(packet.time);
    Kept kept{packet.time, {}};
    write_packet(kept.block, packet);
    if (file_ && described_ < interfaces_.size()) {
        Octets added;
        write_new_interfaces(added);
        write(added);
    }
    if (file_)
        write(kept.block);
    ring_octets_ += kept.block.size() + overhead;
    ring_.push_back(std::move(kept));
    while (ring_octets_ > options_.octets || elapsed(ring_.front().time, packet.time) > options_.before) {
        ring_octets_ -= ring_.front().block.size() + overhead;
        ring_.pop_front();
    }
}

std::optional<Error> Incidents::happened(std::string_view label, Timestamp now)
{
    if (file_) {
        until_ = std::min(later(now, options_.after, 1), later(began_, longest_extension, 1));
        return std::nullopt;
    }
    if (files_ >= options_.files) {
        if (!std::exchange(told_enough_, true))
            news_ = fmt::format("{} incidents are written; no more will be", files_);
        return std::nullopt;
    }
    const auto second = std::chrono::time_point_cast<std::chrono::seconds>(now);
    const std::string name = fmt::format("{}/{:%Y%m%dT%H%M%SZ}-{:04}-{}.pcapng", options_.folder,
                                         fmt::gmtime(std::chrono::system_clock::to_time_t(second)), files_ + 1, label);
    auto opened = OutputFile::create(name, false);
    if (!opened)
        return opened.error();
    file_ = std::move(opened).value();
    ++files_;
    began_ = now;
    until_ = later(now, options_.after, 1);
    described_ = 0;
    Octets start;
    write_section(start);
    write_new_interfaces(start);
    for (const Kept &kept : ring_)
        start.insert(start.end(), kept.block.begin(), kept.block.end());
    news_ = "incident recorded in " + name;
    write(start);
    return std::nullopt;
}

void Incidents::write_new_interfaces(Octets &out)
{
    for (; described_ < interfaces_.size(); ++described_)
        write_interface(out, interfaces_[described_]);
}

void Incidents::write(const Octets &octets)
{
    (void)file_->write(octets, [] { return true; });
    if (file_->failure())
        close();
}

// The clock of the packets may have been set back: the file is over then, too.
void Incidents::advance(Timestamp now)
{
    if (file_ && (now > until_ || now < later(began_, options_.before, -1)))
        close();
}

// Some file systems tell only now that they took less than they said.
void Incidents::close()
{
    if (!file_)
        return;
    file_->close();
    if (file_->failure())
        news_ = file_->failure()->what + ": " + file_->failure()->why;
    file_.reset();
}

std::string Incidents::take_news()
{
    return std::exchange(news_, {});
}

}  // namespace buswitness::capture
