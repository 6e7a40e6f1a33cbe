#include "capture/pcapng_file.h"

#include "capture/byte_order.h"
#include "capture/file_reader.h"
#include "capture/pcapng_clock.h"
#include "capture/pcapng_options.h"
#include "capture/pcapng_writer.h"
#include "capture/raw_chunk.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <utility>

namespace buswitness::capture {

namespace {

constexpr std::uint32_t section_header_block = 0x0A0D'0D0A;  // the same in both byte orders
constexpr std::uint32_t byte_order_magic = 0x1A2B'3C4D;
constexpr std::size_t smallest_block = 12;
constexpr std::size_t section_start = 12;  // type, length, byte-order magic

constexpr std::size_t most_comments = 16;
constexpr std::size_t longest_comment = 1024;
constexpr std::size_t longest_name = 256;

constexpr std::uint16_t opt_comment = 1;

std::string text_of(Bytes value, std::size_t limit)
{
    const Bytes kept = value.first(std::min(value.size(), limit));
    return {kept.begin(), kept.end()};
}

std::uint64_t saturated_sum(std::uint64_t a, std::uint64_t b)
{
    std::uint64_t sum = 0;
    return __builtin_add_overflow(a, b, &sum) ? std::numeric_limits<std::uint64_t>::max() : sum;
}

// What an interface's packets need; its words are in FileInfo.
struct Interface {
    std::uint32_t link_type = 0;
    std::uint32_t snap_length = 0;
    PcapngClock clock;
    std::uint64_t dropped_before_packets = 0;  // sum of epb_dropcount
    std::uint64_t packets = 0;
};

class PcapngFile final : public FileReader {
public:
    PcapngFile(InputStream input, std::string name) : FileReader(std::move(input), std::move(name)) {}

    // Reads the first section header. False: see info().damage.
    bool start();
    bool next(net::RawPacket &packet) override;

private:
    enum class Outcome : std::uint8_t { packet, no_packet, damage };

    bool read_order(Bytes start);
    bool need_block(std::uint32_t &type, std::size_t &length);
    Outcome read_block(std::uint32_t type, Bytes body, net::RawPacket &packet);
    Outcome read_section(Bytes body);
    Outcome read_interface(Bytes body);
    Outcome read_statistics(Bytes body);
    Outcome read_enhanced_packet(Bytes body, net::RawPacket &packet);
    Outcome read_simple_packet(Bytes body, net::RawPacket &packet);
    Outcome read_obsolete_packet(Bytes body, net::RawPacket &packet);
    Outcome read_raw_chunk(Bytes body, net::RawPacket &packet);
    Outcome deliver(std::size_t interface, Bytes rest, std::uint32_t captured, net::RawPacket &packet);
    void read_packet_options(Bytes options, std::size_t interface, net::RawPacket &packet);
    void add_dropped(std::size_t interface, std::uint64_t packets);
    void add_comment(Bytes value);
    static void read_clock_set(Bytes comment, net::RawPacket &packet);
    Outcome damaged(std::string text)
    {
        stop_damaged(std::move(text));
        return Outcome::damage;
    }
    InterfaceInfo &told(std::size_t interface) { return info_.interfaces[first_ + interface]; }

    ByteOrder order_;
    std::vector<Interface> interfaces_;  // of this section
    std::size_t first_ = 0;              // index of this section's first interface in info().interfaces
    Timestamp last_time_;
};

bool PcapngFile::start()
{
    net::RawPacket none;
    std::uint32_t type = 0;
    std::size_t length = 0;
    if (!need_block(type, length))
        return false;
    const Bytes body = input_.window().subspan(8, length - smallest_block);
    if (read_block(type, body, none) == Outcome::damage)
        return false;
    input_.consume(length);
    return true;
}

bool PcapngFile::next(net::RawPacket &packet)
{
    while (!stopped()) {
        std::uint32_t type = 0;
        std::size_t length = 0;
        if (!need_block(type, length))
            return false;
        const Bytes body = input_.window().subspan(8, length - smallest_block);
        const Outcome outcome = read_block(type, body, packet);
        if (outcome == Outcome::damage)
            return false;
        input_.consume(length);
        if (outcome == Outcome::packet)
            return true;
    }
    return false;
}

// A section header says itself in which byte order its length is.
bool PcapngFile::read_order(Bytes start)
{
    order_.big = false;
    if (order_.u32(start, 8) == byte_order_magic)
        return true;
    order_.big = true;
    return order_.u32(start, 8) == byte_order_magic || stop_damaged("a section header has no byte-order magic");
}

// The whole block into the window; its two lengths agree then.
bool PcapngFile::need_block(std::uint32_t &type, std::size_t &length)
{
    if (!input_.need(8))
        return stop_short("block header", 8);
    type = order_.u32(input_.window(), 0);
    if (type == section_header_block) {
        if (!input_.need(section_start))
            return stop_short("section header", section_start);
        if (!read_order(input_.window()))
            return false;
    }
    length = order_.u32(input_.window(), 4);
    if (length < smallest_block || length % 4 != 0 || length > largest_block)
        return stop_damaged("a block claims a length of " + std::to_string(length) + " octets");
    if (!input_.need(length))
        return stop_short("block", length);
    const std::uint32_t again = order_.u32(input_.window(), length - 4);
    return again == length || stop_damaged("a block begins with the length " + std::to_string(length) +
                                           " and ends with the length " + std::to_string(again));
}

PcapngFile::Outcome PcapngFile::read_block(std::uint32_t type, Bytes body, net::RawPacket &packet)
{
    switch (type) {
    case 6: return read_enhanced_packet(body, packet);
    case section_header_block: return read_section(body);
    case 1: return read_interface(body);
    case 2: return read_obsolete_packet(body, packet);
    case 3: return read_simple_packet(body, packet);
    case 5: return read_statistics(body);
    case raw_chunk_block: return read_raw_chunk(body, packet);
    default: return Outcome::no_packet;
    }
}

// magic 4 | major 2 | minor 2 | section length 8 (not needed: blocks are walked) | options
PcapngFile::Outcome PcapngFile::read_section(Bytes body)
{
    if (body.size() < 16)
        return damaged("a section header is too short");
    if (const std::uint16_t major = order_.u16(body, 4); major != 1)
        return damaged("the section has the unknown pcapng version " + std::to_string(major) + "." +
                       std::to_string(order_.u16(body, 6)));
    interfaces_.clear();
    first_ = info_.interfaces.size();
    OptionReader options(body.subspan(16), order_);
    while (const auto option = options.next())
        if (option->code == opt_comment)
            add_comment(option->value);
    return Outcome::no_packet;
}

// link type 2 | reserved 2 | snapshot length 4 | options
PcapngFile::Outcome PcapngFile::read_interface(Bytes body)
{
    if (body.size() < 8)
        return damaged("an interface block is too short");
    if (info_.interfaces.size() == most_interfaces)
        return damaged("the file describes more than " + std::to_string(most_interfaces) + " interfaces");
    Interface interface;
    InterfaceInfo told;
    told.link_type = interface.link_type = order_.u16(body, 0);
    told.snap_length = interface.snap_length = order_.u32(body, 4);
    OptionReader options(body.subspan(8), order_);
    while (const auto option = options.next()) {
        const auto [code, value] = *option;
        if (code == opt_comment)
            add_comment(value);
        else if (code == 2)
            told.name = text_of(value, longest_name);
        else if (code == 3)
            told.description = text_of(value, longest_name);
        else if (code == 8 && value.size() >= 8)
            told.speed = order_.u64(value, 0);
        else if (code == 9 && !value.empty())
            interface.clock.set_resolution(value[0]);
        else if (code == 14 && value.size() >= 8)
            interface.clock.set_offset(static_cast<std::int64_t>(order_.u64(value, 0)));
    }
    interfaces_.push_back(interface);
    info_.interfaces.push_back(std::move(told));
    return Outcome::no_packet;
}

// interface 4 | time 8 | options. The counts are totals since the interface was opened; the last block counts.
PcapngFile::Outcome PcapngFile::read_statistics(Bytes body)
{
    if (body.size() < 12)
        return damaged("a statistics block is too short");
    const std::uint32_t number = order_.u32(body, 0);
    if (number >= interfaces_.size())
        return Outcome::no_packet;
    InterfaceInfo &interface = told(number);
    std::uint64_t dropped = 0;
    std::optional<Timestamp> end;
    bool untouched = false;
    OptionReader options(body.subspan(12), order_);
    while (const auto option = options.next()) {
        const auto [code, value] = *option;
        if (code == 3 && value.size() >= 8)
            end = interfaces_[number].clock.time(std::uint64_t{order_.u32(value, 0)} << 32 | order_.u32(value, 4));
        if (code == 8 && value.size() >= 8)  // isb_usrdeliv: no tool has removed packets since
            untouched = order_.u64(value, 0) == interfaces_[number].packets;
        const bool received = code == 4;
        const bool lost = code == 5 || code == 7;  // isb_ifdrop, isb_osdrop
        if ((!received && !lost) || value.size() < 8)
            continue;
        interface.has_statistics = true;
        if (received)
            interface.received = order_.u64(value, 0);
        else
            dropped = saturated_sum(dropped, order_.u64(value, 0));
    }
    // epb_dropcount tells the same losses packet by packet: not twice.
    if (end && untouched)
        info_.quiet_until = std::max(info_.quiet_until, *end);
    interface.dropped = std::max(dropped, interfaces_[number].dropped_before_packets);
    return Outcome::no_packet;
}

// interface 4 | time high 4 | time low 4 | captured length 4 | original length 4 | octets, padded | options
PcapngFile::Outcome PcapngFile::read_enhanced_packet(Bytes body, net::RawPacket &packet)
{
    if (body.size() < 20)
        return damaged("a packet block is too short");
    const std::uint32_t interface = order_.u32(body, 0);
    const std::uint64_t ticks = std::uint64_t{order_.u32(body, 4)} << 32 | order_.u32(body, 8);
    packet.original_length = order_.u32(body, 16);
    if (interface < interfaces_.size())
        last_time_ = interfaces_[interface].clock.time(ticks);
    return deliver(interface, body.subspan(20), order_.u32(body, 12), packet);
}

// original length 4 | octets. Of the first interface, without a time: that of the packet before it.
PcapngFile::Outcome PcapngFile::read_simple_packet(Bytes body, net::RawPacket &packet)
{
    if (body.size() < 4)
        return damaged("a simple packet block is too short");
    packet.original_length = order_.u32(body, 0);
    const Bytes padded = body.subspan(4);
    std::uint32_t captured = packet.original_length;
    if (!interfaces_.empty() && interfaces_[0].snap_length != 0)
        captured = std::min(captured, interfaces_[0].snap_length);
    captured = std::min(captured, static_cast<std::uint32_t>(padded.size()));
    return deliver(0, padded.first(captured), captured, packet);
}

// interface 2 | drops 2 | time high 4 | time low 4 | captured length 4 | original length 4 | octets, padded | options
PcapngFile::Outcome PcapngFile::read_obsolete_packet(Bytes body, net::RawPacket &packet)
{
    if (body.size() < 20)
        return damaged("a packet block is too short");
    const std::uint16_t interface = order_.u16(body, 0);
    const std::uint16_t drops = order_.u16(body, 2);
    const std::uint64_t ticks = std::uint64_t{order_.u32(body, 4)} << 32 | order_.u32(body, 8);
    packet.original_length = order_.u32(body, 16);
    if (interface < interfaces_.size()) {
        last_time_ = interfaces_[interface].clock.time(ticks);
        if (drops != 0 && drops != 0xFFFF)  // unknown
            add_dropped(interface, drops);
    }
    return deliver(interface, body.subspan(20), order_.u32(body, 12), packet);
}

// See raw_chunk.h. No packet: other readers skip it, and it has no number.
PcapngFile::Outcome PcapngFile::read_raw_chunk(Bytes body, net::RawPacket &packet)
{
    constexpr std::size_t start = 20;
    if (body.size() < start || !std::ranges::equal(body.first(raw_chunk_magic.size()), raw_chunk_magic))
        return Outcome::no_packet;  // somebody else's
    const std::uint32_t interface = order_.u32(body, 4);
    const std::size_t length = order_.u32(body, 16);
    const Bytes rest = body.subspan(start);
    if (interface >= interfaces_.size() || length > rest.size())
        return damaged("a chunk of a serial line has no interface or no room");
    last_time_ = interfaces_[interface].clock.time(std::uint64_t{order_.u32(body, 8)} << 32 | order_.u32(body, 12));
    packet = {};
    packet.data = rest.first(length);
    packet.original_length = static_cast<std::uint32_t>(length);
    packet.time = last_time_;
    packet.link_type = serial::link_raw_chunk;
    packet.interface = static_cast<std::uint32_t>(first_ + interface);
    if (const std::size_t padded = (length + 3) / 4 * 4; padded < rest.size())
        read_packet_options(rest.subspan(padded), interface, packet);
    return Outcome::packet;
}

PcapngFile::Outcome PcapngFile::deliver(std::size_t interface, Bytes rest, std::uint32_t captured,
                                        net::RawPacket &packet)
{
    if (interface >= interfaces_.size())
        return damaged("a packet names interface " + std::to_string(interface) + ", of " +
                       std::to_string(interfaces_.size()) + " described");
    if (captured > largest_packet || captured > rest.size())
        return damaged("a packet claims " + std::to_string(captured) + " octets, its block has room for " +
                       std::to_string(std::min<std::size_t>(rest.size(), largest_packet)));
    packet.data = rest.first(captured);
    packet.time = last_time_;
    packet.link_type = interfaces_[interface].link_type;
    packet.interface = static_cast<std::uint32_t>(first_ + interface);
    packet.direction = net::Direction::unknown;
    packet.clock_set = Duration(0);
    ++interfaces_[interface].packets;
    const std::size_t padded = (std::size_t{captured} + 3) / 4 * 4;
    if (padded < rest.size())
        read_packet_options(rest.subspan(padded), interface, packet);
    count(packet.data);
    packet.number = info_.packets;
    return Outcome::packet;
}

void PcapngFile::read_packet_options(Bytes block, std::size_t interface, net::RawPacket &packet)
{
    OptionReader options(block, order_);
    while (const auto option = options.next()) {
        const auto [code, value] = *option;
        if (code == opt_comment) {
            add_comment(value);
            read_clock_set(value, packet);
        } else if (code == 2 && value.size() >= 4) {  // epb_flags, pack_flags
            const std::uint32_t direction = order_.u32(value, 0) & 3;
            if (direction == 1)
                packet.direction = net::Direction::inbound;
            else if (direction == 2)
                packet.direction = net::Direction::outbound;
        } else if (code == 4 && value.size() >= 8)  // epb_dropcount
            add_dropped(interface, order_.u64(value, 0));
    }
}

void PcapngFile::read_clock_set(Bytes comment, net::RawPacket &packet)
{
    const std::string text = text_of(comment, 64);
    std::int64_t step = 0;
    if (!text.starts_with(clock_set_words))
        return;
    const auto [end, problem] = std::from_chars(text.data() + clock_set_words.size(), text.data() + text.size(), step);
    if (problem == std::errc() &&
        std::string_view(end, static_cast<std::size_t>(text.data() + text.size() - end)) == " ns")
        packet.clock_set = Duration(step);
}

void PcapngFile::add_dropped(std::size_t interface, std::uint64_t packets)
{
    std::uint64_t &sum = interfaces_[interface].dropped_before_packets;
    sum = saturated_sum(sum, packets);
    InterfaceInfo &info = told(interface);
    info.dropped = std::max(info.dropped, sum);
    info.has_statistics = true;
}

void PcapngFile::add_comment(Bytes value)
{
    if (!value.empty() && info_.comments.size() < most_comments)
        info_.comments.push_back(text_of(value, longest_comment));
}

}  // namespace

bool is_pcapng(Bytes start)
{
    return start.size() >= 4 && be32_at(start, 0) == section_header_block;
}

Result<std::unique_ptr<CaptureFile>> open_pcapng(InputStream input, const std::string &name)
{
    auto file = std::make_unique<PcapngFile>(std::move(input), name);
    if (!file->start())
        return Error{cannot_read(name), "not a readable pcapng file: " + file->info().damage,
                     "save or transfer the file again"};
    return std::unique_ptr<CaptureFile>(std::move(file));
}

}  // namespace buswitness::capture
