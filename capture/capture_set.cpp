#include "capture/capture_file.h"
#include "capture/input_stream.h"
#include "decode/serial/line.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace buswitness::capture {

namespace {

constexpr std::uint32_t unseen = static_cast<std::uint32_t>(-1);

// Many files at once share the memory that one block each may take.
std::size_t block_for(std::size_t files)
{
    constexpr std::size_t together = std::size_t{64} << 20;
    constexpr std::size_t smallest = std::size_t{64} << 10;
    return std::clamp(together / std::max<std::size_t>(files, 1), smallest, default_block);
}

// A line that goes on in another file has the figures of both.
void add_figures(InterfaceInfo &all, const InterfaceInfo &part)
{
    const std::uint64_t received = all.received, dropped = all.dropped;
    all = part;
    all.received += received;
    all.dropped += dropped;
}

}  // namespace

struct CaptureSet::Source {
    std::unique_ptr<CaptureFile> file;
    net::RawPacket head;                  // the next packet; its octets are the file's until its next read
    std::vector<std::uint32_t> global{};  // global index by the file's own
    std::uint32_t last_interface = unseen, last_global = unseen;
};

CaptureSet::CaptureSet(const std::vector<std::string> &names)
{
    for (const std::string &name : names) {
        auto opened = CaptureFile::open(name, block_for(names.size()));
        if (opened)
            sources_.push_back(std::make_unique<Source>(Source{std::move(opened).value(), {}}));
        else
            errors_.push_back(opened.error());
    }
    if (sources_.size() == 1)
        only_ = sources_.front()->file.get();
}

CaptureSet::~CaptureSet() = default;

[[gnu::hot]] bool CaptureSet::next(net::RawPacket &packet)
{
    Source *source = sources_.empty() ? nullptr : sources_.front().get();
    if (only_ != nullptr) {
        if (!only_->next(packet))
            return false;
    } else {
        source = earliest();
        if (source == nullptr)
            return false;
        packet = source->head;
    }
    if (packet.link_type != serial::link_raw_chunk)  // no packet, not for Wireshark either
        packet.number = ++number_;
    if (packet.interface != source->last_interface) {
        source->last_global = global_index(*source, packet.interface);
        source->last_interface = packet.interface;
    }
    packet.interface = source->last_global;
    return true;
}

// The source whose next packet is the earliest; of equals the one named first. The packet delivered last is replaced
// only now, so that its octets stayed valid until this call.
CaptureSet::Source *CaptureSet::earliest()
{
    const auto later = [this](std::size_t a, std::size_t b) {
        const Timestamp time_a = sources_[a]->head.time;
        const Timestamp time_b = sources_[b]->head.time;
        return time_a != time_b ? time_a > time_b : a > b;
    };
    const auto refill = [&](std::size_t index) {
        if (!sources_[index]->file->next(sources_[index]->head))
            return;
        waiting_.push_back(index);
        std::ranges::push_heap(waiting_, later);
    };
    if (!started_)
        for (std::size_t index = 0; index < sources_.size(); ++index)
            refill(index);
    else if (last_)
        refill(*std::exchange(last_, std::nullopt));
    started_ = true;
    if (waiting_.empty())
        return nullptr;
    std::ranges::pop_heap(waiting_, later);
    last_ = waiting_.back();
    waiting_.pop_back();
    return sources_[*last_].get();
}

std::uint32_t CaptureSet::global_index(Source &source, std::uint32_t interface)
{
    if (interface >= source.global.size())
        source.global.resize(interface + std::size_t{1}, unseen);
    std::uint32_t &global = source.global[interface];
    if (global == unseen)
        global = new_index(source, interface);
    return global;
}

std::uint32_t CaptureSet::new_index(Source &source, std::uint32_t interface)
{
    const auto next = static_cast<std::uint32_t>(places_.size());
    const auto &interfaces = source.file->info().interfaces;
    if (interface < interfaces.size() && serial::is_line(interfaces[interface].link_type) &&
        !interfaces[interface].name.empty()) {
        const InterfaceInfo &info = interfaces[interface];
        const auto [line, added] =
            lines_.try_emplace(fmt::format("{}\0{}\0{}", info.name, info.description, info.speed), next);
        if (!added && std::ranges::find(source.global, line->second) == source.global.end())
            return line->second;
    }
    places_.push_back({&source, interface});
    return next;
}

const InterfaceInfo *CaptureSet::interface(std::uint32_t global) const
{
    if (global >= places_.size())
        return nullptr;
    const auto &interfaces = places_[global].source->file->info().interfaces;
    return places_[global].interface < interfaces.size() ? &interfaces[places_[global].interface] : nullptr;
}

std::vector<FileInfo> CaptureSet::files() const
{
    std::vector<FileInfo> files;
    for (const auto &source : sources_)
        files.push_back(source->file->info());
    return files;
}

// A file that does not say when it ended, or is cut, may go on.
Timestamp CaptureSet::quiet_until() const
{
    Timestamp until = Timestamp::min();
    for (const auto &source : sources_) {
        const FileInfo &info = source->file->info();
        if (info.complete)
            until = std::max(until, info.quiet_until);
    }
    return until;
}

std::vector<InterfaceInfo> CaptureSet::interfaces() const
{
    std::vector<InterfaceInfo> seen(places_.size());
    std::vector<InterfaceInfo> silent;
    for (const auto &source : sources_) {
        const auto &interfaces = source->file->info().interfaces;
        for (std::size_t i = 0; i < interfaces.size(); ++i) {
            if (i < source->global.size() && source->global[i] != unseen)
                add_figures(seen[source->global[i]], interfaces[i]);
            else
                silent.push_back(interfaces[i]);
        }
    }
    seen.insert(seen.end(), silent.begin(), silent.end());
    return seen;
}

}  // namespace buswitness::capture
