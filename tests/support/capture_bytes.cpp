#include "tests/support/capture_bytes.h"

#include <cstdio>
#include <cstdlib>
#include <numeric>
#include <stdexcept>
#include <unistd.h>

namespace buswitness::test {

Octets octets_of(std::string_view text)
{
    return {text.begin(), text.end()};
}

Octets sample_packet(std::size_t size, std::uint8_t first)
{
    Octets octets(size);
    std::iota(octets.begin(), octets.end(), first);
    return octets;
}

OctetWriter &OctetWriter::u8(std::uint8_t value)
{
    octets.push_back(value);
    return *this;
}

OctetWriter &OctetWriter::add(Bytes value)
{
    octets.insert(octets.end(), value.begin(), value.end());
    return *this;
}

OctetWriter &OctetWriter::pad()
{
    octets.resize((octets.size() + 3) / 4 * 4);
    return *this;
}

OctetWriter &OctetWriter::number(std::uint64_t value, unsigned size)
{
    for (unsigned i = 0; i < size; ++i)
        u8(static_cast<std::uint8_t>(value >> 8 * (big_ ? size - 1 - i : i)));
    return *this;
}

PcapBytes::PcapBytes(PcapLayout layout) : layout_(layout), writer_(layout.big)
{
    writer_.u32(layout.magic).u16(2).u16(4).u64(0).u32(layout.snap_length).u32(layout.link_type);
}

PcapBytes &PcapBytes::packet(std::uint32_t seconds, std::uint32_t fraction, Bytes data)
{
    return packet(seconds, fraction, data, {});
}

PcapBytes &PcapBytes::packet(std::uint32_t seconds, std::uint32_t fraction, Bytes data, Claims claims)
{
    const auto size = static_cast<std::uint32_t>(data.size());
    writer_.u32(seconds).u32(fraction).u32(claims.captured.value_or(size)).u32(claims.original.value_or(size));
    if (layout_.magic == 0xA1B2CD34)
        writer_.u64(0);
    writer_.add(data);
    ends_.push_back(octets().size());
    return *this;
}

PcapBytes &PcapBytes::raw(Bytes value)
{
    writer_.add(value);
    return *this;
}

namespace {

Octets options_of(const PcapngBytes::Options &options, bool big)
{
    OctetWriter writer(big);
    for (const auto &option : options)
        writer.u16(option.code).u16(static_cast<std::uint16_t>(option.value.size())).add(option.value).pad();
    if (!options.empty())
        writer.u32(0);  // opt_endofopt
    return writer.octets;
}

}  // namespace

PcapngBytes &PcapngBytes::section(const Options &options)
{
    const std::uint64_t unknown_length = ~std::uint64_t{0};
    OctetWriter body(big_);
    body.u32(0x1A2B3C4D).u16(1).u16(0).u64(unknown_length).add(options_of(options, big_));
    return block(0x0A0D0D0A, body.octets);
}

PcapngBytes &PcapngBytes::big_section(bool big)
{
    big_ = big;
    return section();
}

PcapngBytes &PcapngBytes::interface(std::uint16_t link_type, std::uint32_t snap_length, const Options &options)
{
    return block(1, OctetWriter(big_).u16(link_type).u16(0).u32(snap_length).add(options_of(options, big_)).octets);
}

PcapngBytes &PcapngBytes::packet(std::uint32_t interface, std::uint64_t ticks, Bytes data, const Options &options)
{
    const auto size = static_cast<std::uint32_t>(data.size());
    OctetWriter body(big_);
    body.u32(interface).u32(static_cast<std::uint32_t>(ticks >> 32)).u32(static_cast<std::uint32_t>(ticks));
    body.u32(size).u32(size).add(data).pad().add(options_of(options, big_));
    block(6, body.octets);
    ends_.push_back(octets_.size());
    return *this;
}

PcapngBytes &PcapngBytes::simple_packet(std::uint32_t original, Bytes data)
{
    block(3, OctetWriter(big_).u32(original).add(data).pad().octets);
    ends_.push_back(octets_.size());
    return *this;
}

PcapngBytes &PcapngBytes::obsolete_packet(std::uint16_t interface, std::uint16_t drops, std::uint64_t ticks, Bytes data)
{
    const auto size = static_cast<std::uint32_t>(data.size());
    OctetWriter body(big_);
    body.u16(interface).u16(drops);
    body.u32(static_cast<std::uint32_t>(ticks >> 32)).u32(static_cast<std::uint32_t>(ticks));
    block(2, body.u32(size).u32(size).add(data).pad().octets);
    ends_.push_back(octets_.size());
    return *this;
}

PcapngBytes &PcapngBytes::statistics(std::uint32_t interface, const Options &options)
{
    return block(5, OctetWriter(big_).u32(interface).u64(0).add(options_of(options, big_)).octets);
}

PcapngBytes &PcapngBytes::block(std::uint32_t type, Bytes body)
{
    OctetWriter padded;
    padded.add(body).pad();
    const auto length = static_cast<std::uint32_t>(12 + padded.octets.size());
    raw(OctetWriter(big_).u32(type).u32(length).add(padded.octets).u32(length).octets);
    block_ends_.push_back(octets_.size());
    return *this;
}

PcapngBytes &PcapngBytes::raw(Bytes value)
{
    octets_.insert(octets_.end(), value.begin(), value.end());
    return *this;
}

namespace {

template <typename Source>
std::vector<ReadPacket> packets_of(Source &source)
{
    std::vector<ReadPacket> packets;
    net::RawPacket packet;
    while (source.next(packet)) {
        packets.push_back({packet, {packet.data.begin(), packet.data.end()}});
        packets.back().packet.data = packets.back().data;
    }
    return packets;
}

}  // namespace

std::vector<ReadPacket> read_all(capture::CaptureFile &file)
{
    return packets_of(file);
}

std::vector<ReadPacket> read_all(capture::CaptureSet &set)
{
    return packets_of(set);
}

std::string told(Bytes octets)
{
    return told(capture::open_memory(octets, "memory"));
}

std::string told(const Result<std::unique_ptr<capture::CaptureFile>> &file)
{
    if (!file)
        return "error: " + file.error().why;
    std::string text;
    for (const auto &[packet, data] : read_all(*file.value()))
        text += std::to_string(packet.number) + " " + std::to_string(packet.link_type) + "/" +
                std::to_string(packet.interface) + " " + std::to_string(packet.time.time_since_epoch().count()) + " " +
                std::to_string(data.size()) + "\n";
    const capture::FileInfo &info = file.value()->info();
    return text + (info.complete ? "complete" : "damage at " + std::to_string(info.damage_offset) + ": " + info.damage);
}

SavedCapture::SavedCapture(Bytes octets)
{
    const char *folder = std::getenv("TMPDIR");
    name_ = std::string(folder != nullptr ? folder : "/tmp") + "/buswitness-XXXXXX";
    const int descriptor = ::mkstemp(name_.data());
    if (descriptor < 0)
        throw std::runtime_error("no temporary file");
    const bool written = ::write(descriptor, octets.data(), octets.size()) == static_cast<ssize_t>(octets.size());
    ::close(descriptor);
    if (!written)
        throw std::runtime_error("temporary file not written");
}

SavedCapture::~SavedCapture()
{
    std::remove(name_.c_str());
}

}  // namespace buswitness::test
