#include "capture/pcap_file.h"

#include "capture/byte_order.h"
#include "capture/file_reader.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace buswitness::capture {

namespace {

constexpr std::size_t file_header_size = 24;

struct Variant {
    std::uint32_t magic = 0;    // as a big-endian file shows it
    std::int64_t fraction = 0;  // nanoseconds of one unit
    std::size_t record_header = 16;
    ByteOrder order = {};
};

constexpr std::array variants = {
    Variant{.magic = 0xA1B2C3D4, .fraction = 1000},
    Variant{.magic = 0xA1B23C4D, .fraction = 1},
    Variant{.magic = 0xA1B2CD34, .fraction = 1000, .record_header = 24},
};

struct RecordHeader {
    std::uint32_t seconds = 0;
    std::uint32_t fraction = 0;
    std::uint32_t captured = 0;
    std::uint32_t original = 0;  // octets on the wire
};

RecordHeader record_header(std::span<const std::uint8_t, sizeof(RecordHeader)> octets, ByteOrder order)
{
    return {order.u32(octets, 0), order.u32(octets, 4), order.u32(octets, 8), order.u32(octets, 12)};
}

std::optional<Variant> variant_of(Bytes start)
{
    if (start.size() < 4)
        return std::nullopt;
    const std::uint32_t magic = be32_at(start, 0);
    for (Variant variant : variants) {
        variant.order.big = variant.magic == magic;
        if (variant.order.big || variant.magic == __builtin_bswap32(magic))
            return variant;
    }
    return std::nullopt;
}

class PcapFile final : public FileReader {
public:
    PcapFile(InputStream input, std::string name, Variant variant);

    bool next(net::RawPacket &packet) override;

private:
    // Kept out of line, as the words of an error would slow down every packet.
    [[gnu::noinline]] bool refuse(Bytes header, std::uint32_t captured);

    Variant variant_;
    std::uint32_t link_type_ = 0;
};

PcapFile::PcapFile(InputStream input, std::string name, Variant variant)
    : FileReader(std::move(input), std::move(name)), variant_(variant)
{
    const Bytes header = input_.window();
    // The upper 6 bits are the length of the frame check sequence, if one was captured.
    link_type_ = variant_.order.u32(header, 20) & 0x03FF'FFFF;
    info_.interfaces.push_back({.name = {}, .description = {}, .link_type = link_type_});
    info_.interfaces.back().snap_length = variant_.order.u32(header, 16);
    input_.consume(file_header_size);
}

[[gnu::hot]] bool PcapFile::next(net::RawPacket &packet)
{
    if (stopped())
        return false;
    const std::size_t head = variant_.record_header;
    if (!input_.need(head))
        return stop_short("packet record header", head);
    const RecordHeader header = record_header(input_.window().first<sizeof(RecordHeader)>(), variant_.order);
    if (header.captured > largest_packet || header.seconds == variant_.magic) [[unlikely]]
        if (refuse(input_.window(), header.captured))
            return false;
    const std::size_t size = head + header.captured;
    if (!input_.need(size))
        return stop_short("packet record", size);

    packet.data = input_.window().subspan(head, header.captured);
    packet.original_length = header.original;
    // 32 bits of seconds: the year 2106 in 63 bits of nanoseconds.
    packet.time = Timestamp(std::chrono::seconds(header.seconds) + Duration(header.fraction * variant_.fraction));
    packet.link_type = link_type_;
    packet.interface = 0;
    packet.direction = net::Direction::unknown;
    packet.clock_set = Duration(0);
    input_.consume(size);
    count(packet.data);
    packet.number = info_.packets;
    return true;
}

// A time that is the magic, followed by version 2.4, is no time (2055-12-12) but the header of a file that was
// appended with 'cat'.
bool PcapFile::refuse(Bytes header, std::uint32_t captured)
{
    const bool appended = variant_.order.u32(header, 0) == variant_.magic && variant_.order.u16(header, 4) == 2 &&
                          variant_.order.u16(header, 6) == 4;
    if (appended)
        stop_damaged("a second pcap file begins here; read the files one by one");
    else if (captured > largest_packet)
        stop_damaged("a packet record claims " + std::to_string(captured) + " octets, more than " +
                     std::to_string(largest_packet));
    return stopped();
}

}  // namespace

bool is_pcap(Bytes start)
{
    return variant_of(start).has_value();
}

Result<std::unique_ptr<CaptureFile>> open_pcap(InputStream input, const std::string &name)
{
    if (!input.need(file_header_size))
        return short_header(input, name, "pcap file header", file_header_size);
    const auto variant = variant_of(input.window());
    if (!variant)
        return Error{cannot_read(name), "not a pcap file", {}};
    return std::unique_ptr<CaptureFile>(std::make_unique<PcapFile>(std::move(input), name, *variant));
}

}  // namespace buswitness::capture
