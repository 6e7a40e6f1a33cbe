// Small captures, octet by octet: well-formed unless a test says otherwise. Every packet() remembers where its record
// ends, so that a test knows which packets a cut leaves whole.
#pragma once

#include "capture/capture_file.h"
#include "decode/base/bytes.h"

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace buswitness::test {

using Octets = std::vector<std::uint8_t>;

Octets octets_of(std::string_view text);
Octets sample_packet(std::size_t size, std::uint8_t first = 1);  // first, first + 1, ...

// Numbers in one byte order, appended.
class OctetWriter {
public:
    explicit OctetWriter(bool big = false) : big_(big) {}
    OctetWriter &u8(std::uint8_t value);
    OctetWriter &u16(std::uint16_t value) { return number(value, 2); }
    OctetWriter &u32(std::uint32_t value) { return number(value, 4); }
    OctetWriter &u64(std::uint64_t value) { return number(value, 8); }
    OctetWriter &add(Bytes value);
    OctetWriter &pad();  // to a multiple of 4

    Octets octets;

private:
    OctetWriter &number(std::uint64_t value, unsigned size);
    bool big_;
};

struct PcapLayout {
    bool big = false;
    std::uint32_t magic = 0xA1B2C3D4;
    std::uint32_t snap_length = 262'144;
    std::uint32_t link_type = 1;
};

class PcapBytes {
public:
    explicit PcapBytes(PcapLayout layout = {});
    struct Claims {  // what the record header says instead of the truth
        std::optional<std::uint32_t> captured = std::nullopt;
        std::optional<std::uint32_t> original = std::nullopt;
    };
    PcapBytes &packet(std::uint32_t seconds, std::uint32_t fraction, Bytes data);
    PcapBytes &packet(std::uint32_t seconds, std::uint32_t fraction, Bytes data, Claims claims);
    PcapBytes &raw(Bytes value);
    [[nodiscard]] const Octets &octets() const { return writer_.octets; }
    [[nodiscard]] const std::vector<std::size_t> &ends() const { return ends_; }  // of each record

private:
    PcapLayout layout_;
    OctetWriter writer_;
    std::vector<std::size_t> ends_;
};

class PcapngBytes {
public:
    struct Option {
        std::uint16_t code = 0;
        Octets value = {};
    };
    using Options = std::vector<Option>;

    explicit PcapngBytes(bool big = false) : big_(big) {}
    PcapngBytes &section(const Options &options = {});
    PcapngBytes &big_section(bool big);  // a section in this byte order, which then holds
    PcapngBytes &interface(std::uint16_t link_type, std::uint32_t snap_length = 0, const Options &options = {});
    PcapngBytes &packet(std::uint32_t interface, std::uint64_t ticks, Bytes data, const Options &options = {});
    PcapngBytes &simple_packet(std::uint32_t original, Bytes data);
    PcapngBytes &obsolete_packet(std::uint16_t interface, std::uint16_t drops, std::uint64_t ticks, Bytes data);
    PcapngBytes &statistics(std::uint32_t interface, const Options &options);
    PcapngBytes &block(std::uint32_t type, Bytes body);
    PcapngBytes &raw(Bytes value);

    [[nodiscard]] Octets number32(std::uint32_t value) const { return OctetWriter(big_).u32(value).octets; }
    [[nodiscard]] Octets number64(std::uint64_t value) const { return OctetWriter(big_).u64(value).octets; }
    [[nodiscard]] const Octets &octets() const { return octets_; }
    [[nodiscard]] const std::vector<std::size_t> &ends() const { return ends_; }  // of each packet block
    [[nodiscard]] const std::vector<std::size_t> &block_ends() const { return block_ends_; }

private:
    bool big_;
    Octets octets_;
    std::vector<std::size_t> ends_;
    std::vector<std::size_t> block_ends_;
};

// A packet that outlives the file's buffer.
struct ReadPacket {
    net::RawPacket packet;  // packet.data is data
    Octets data;
};

std::vector<ReadPacket> read_all(capture::CaptureFile &file);
std::vector<ReadPacket> read_all(capture::CaptureSet &set);

// "number link_type/interface time octets" per packet and line, then "complete" or "damage at OFFSET: WHY";
// an error is "error: WHY".
std::string told(Bytes octets);
std::string told(const Result<std::unique_ptr<capture::CaptureFile>> &file);

// Octets in a file of their own, removed at the end.
class SavedCapture {
public:
    explicit SavedCapture(Bytes octets);
    SavedCapture(const SavedCapture &) = delete;
    SavedCapture &operator=(const SavedCapture &) = delete;
    ~SavedCapture();
    [[nodiscard]] const std::string &name() const { return name_; }

private:
    std::string name_;
};

}  // namespace buswitness::test
