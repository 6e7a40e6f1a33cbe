#include "capture/pcapng_writer.h"

#include "capture/raw_chunk.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <sys/utsname.h>

namespace buswitness::capture {

namespace {

constexpr std::size_t longest_option = 0xFFFF;

template <typename T>
void put(Octets &out, T value)
{
    const std::size_t at = out.size();
    out.resize(at + sizeof value);
    std::memcpy(out.data() + at, &value, sizeof value);
}

void put_padded(Octets &out, Bytes octets)
{
    out.insert(out.end(), octets.begin(), octets.end());
    out.resize((out.size() + 3) / 4 * 4);
}

Bytes octets_of(std::string_view text)
{
    return {reinterpret_cast<const std::uint8_t *>(text.data()), text.size()};
}

void put_option(Octets &out, std::uint16_t code, std::string_view text)
{
    if (text.empty())
        return;
    const std::string_view kept = text.substr(0, longest_option);
    put(out, code);
    put(out, static_cast<std::uint16_t>(kept.size()));
    put_padded(out, octets_of(kept));
}

void put_count(Octets &out, std::uint16_t code, std::uint64_t value)
{
    put(out, code);
    put(out, std::uint16_t{8});
    put(out, value);
}

std::uint64_t ticks(Timestamp time)
{
    return static_cast<std::uint64_t>(time.time_since_epoch().count());
}

void put_time(Octets &out, Timestamp time)
{
    put(out, static_cast<std::uint32_t>(ticks(time) >> 32));
    put(out, static_cast<std::uint32_t>(ticks(time)));
}

void put_time_option(Octets &out, std::uint16_t code, Timestamp time)
{
    put(out, code);
    put(out, std::uint16_t{8});
    put_time(out, time);
}

constexpr std::uint32_t end_of_options = 0;

// A block from its type to its second length. `out` holds whole blocks only, so that it is aligned to 4 octets.
class Block {
public:
    Block(Octets &out, std::uint32_t type) : out_(out), start_(out.size())
    {
        put(out_, type);
        put(out_, std::uint32_t{0});
    }
    ~Block()
    {
        const auto length = static_cast<std::uint32_t>(out_.size() - start_ + 4);
        put(out_, length);
        std::memcpy(out_.data() + start_ + 4, &length, sizeof length);
    }
    Block(const Block &) = delete;
    Block &operator=(const Block &) = delete;

private:
    Octets &out_;
    std::size_t start_;
};

std::string system_name()
{
    utsname name = {};
    if (::uname(&name) != 0)
        return {};
    return std::string(name.sysname) + " " + name.release;
}

std::string clock_set_comment(Duration step)
{
    return std::string(clock_set_words) + std::to_string(step.count()) + " ns";
}

}  // namespace

void write_section(Octets &out)
{
    const Block block(out, 0x0A0D'0D0A);
    put(out, std::uint32_t{0x1A2B'3C4D});
    put(out, std::uint16_t{1});
    put(out, std::uint16_t{0});
    put(out, ~std::uint64_t{0});  // section length: not known beforehand
    put_option(out, 3, system_name());
    put_option(out, 4, "buswitness");
    put(out, end_of_options);
}

void write_interface(Octets &out, const InterfaceSettings &settings)
{
    const Block block(out, 1);
    put(out, static_cast<std::uint16_t>(settings.link_type));
    put(out, std::uint16_t{0});
    put(out, settings.snap_length);
    put_option(out, 2, settings.name);
    put_option(out, 3, settings.description);
    if (settings.speed != 0)
        put_count(out, 8, settings.speed);
    const std::string nanoseconds(1, '\x09');
    put_option(out, 9, nanoseconds);
    if (!settings.filter.empty())
        put_option(out, 11, std::string(1, '\0') + settings.filter);  // 0: the filter is text
    put(out, end_of_options);
}

namespace {

// type 4 | length 4 | interface 4 | time 8 | captured 4 | original 4, in one piece: this is done for every packet.
void put_packet_start(Octets &out, const net::RawPacket &packet, std::uint32_t block_length)
{
    const auto captured = static_cast<std::uint32_t>(packet.data.size());
    const std::array<std::uint32_t, 7> start = {6,
                                                block_length,
                                                packet.interface,
                                                static_cast<std::uint32_t>(ticks(packet.time) >> 32),
                                                static_cast<std::uint32_t>(ticks(packet.time)),
                                                captured,
                                                std::max(packet.original_length, captured)};
    const std::size_t at = out.size();
    out.resize(at + sizeof start + (packet.data.size() + 3) / 4 * 4);
    std::memcpy(out.data() + at, start.data(), sizeof start);
    if (captured != 0)
        std::memcpy(out.data() + at + sizeof start, packet.data.data(), captured);
}

}  // namespace

namespace {

void put_packet_options(Octets &out, const net::RawPacket &packet, std::string_view comment, std::uint32_t errors)
{
    const std::uint32_t flags = errors | (packet.direction == net::Direction::inbound    ? 1U
                                          : packet.direction == net::Direction::outbound ? 2U
                                                                                         : 0U);
    if (flags == 0 && comment.empty() && packet.clock_set.count() == 0)
        return;
    put_option(out, 1, comment);
    if (packet.clock_set.count() != 0)
        put_option(out, 1, clock_set_comment(packet.clock_set));
    if (flags != 0) {
        put(out, std::uint16_t{2});
        put(out, std::uint16_t{4});
        put(out, flags);
    }
    put(out, end_of_options);
}

void write_raw_chunk(Octets &out, const net::RawPacket &chunk, std::string_view comment)
{
    const Block block(out, raw_chunk_block);
    put(out, raw_chunk_magic);
    put(out, chunk.interface);
    put_time(out, chunk.time);
    put(out, static_cast<std::uint32_t>(chunk.data.size()));
    put_padded(out, chunk.data);
    put_packet_options(out, chunk, comment, 0);
}

}  // namespace

void write_packet(Octets &out, const net::RawPacket &packet, std::string_view comment, std::uint32_t errors)
{
    if (packet.link_type == serial::link_raw_chunk)
        return write_raw_chunk(out, packet, comment);
    const std::size_t start = out.size();
    put_packet_start(out, packet, 0);
    put_packet_options(out, packet, comment, errors);
    const auto length = static_cast<std::uint32_t>(out.size() - start + 4);
    put(out, length);
    std::memcpy(out.data() + start + 4, &length, sizeof length);
}

void write_statistics(Octets &out, std::uint32_t interface, const InterfaceStatistics &statistics)
{
    const Block block(out, 5);
    put(out, interface);
    put_time(out, statistics.end);
    put_time_option(out, 2, statistics.start);
    put_time_option(out, 3, statistics.end);
    put_count(out, 4, statistics.received);
    put_count(out, 5, statistics.discarded);
    put_count(out, 7, statistics.dropped);
    put_count(out, 8, statistics.written);
    put(out, end_of_options);
}

}  // namespace buswitness::capture
