// Saved captures as one stream of packets: pcap and pcapng, plain or compressed (gzip, zstd, lz4, xz), a file or
// standard input. What stands before a damage is delivered; the damage is told with its octet offset.
#pragma once

#include "decode/base/result.h"
#include "decode/net/packet.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace buswitness::capture {

struct InterfaceInfo {
    std::string name;  // as in the file, not escaped; may be empty
    std::string description;
    std::uint64_t speed = 0;  // bit/s, 0: not told
    std::uint32_t link_type = 0;
    std::uint32_t snap_length = 0;  // 0: unlimited or unknown
    std::uint64_t received = 0;     // interface statistics, if the file has them
    std::uint64_t dropped = 0;
    bool has_statistics = false;
};

struct FileInfo {
    std::string name;  // as given, "-" for standard input; not escaped
    std::uint64_t packets = 0;
    std::uint64_t octets = 0;                  // captured packet octets
    bool complete = false;                     // read to its end without damage
    std::uint64_t damage_offset = 0;           // in the (decompressed) file: of the record that is cut or wrong
    std::string damage;                        // why, empty when complete
    Timestamp quiet_until = Timestamp::min();  // a recording of our own ended then; min(): not known
    std::vector<std::string> comments;         // of sections, interfaces and packets: the first 16, each cut to 1 KiB
    std::vector<InterfaceInfo> interfaces;
};

// One file, opened and its header read. Memory is bounded whatever the file says.
class CaptureFile {
public:
    // "-" is standard input. Reads blocks of this size, smaller when many files are open at once.
    static Result<std::unique_ptr<CaptureFile>> open(const std::string &name, std::size_t block = std::size_t{1} << 17);
    virtual ~CaptureFile() = default;

    // False at the end or at a damage; info() then says which. packet.number and packet.interface count within this
    // file. Raw chunks of a serial line (serial::link_raw_chunk) come among the packets; they are none, and have the
    // number 0.
    virtual bool next(net::RawPacket &packet) = 0;
    [[nodiscard]] virtual const FileInfo &info() const = 0;
};

// The same for a capture in memory, which is read in place and must outlive the file. The name is only told.
Result<std::unique_ptr<CaptureFile>> open_memory(Bytes octets, const std::string &name,
                                                 std::size_t block = std::size_t{1} << 17);

// Several files as one capture in time order; numbers packets from 1 and gives each interface one global index. A
// serial line that goes on from file to file, known by the name of its port, has one index in all of them.
class CaptureSet {
public:
    // Every file that cannot be opened is told in errors(); the others are read.
    explicit CaptureSet(const std::vector<std::string> &names);
    ~CaptureSet();

    bool next(net::RawPacket &packet);
    [[nodiscard]] std::vector<FileInfo> files() const;            // in the order given, those that could be opened
    [[nodiscard]] std::vector<InterfaceInfo> interfaces() const;  // by global index; at the end those without packets
    // The same for one interface that has packets; null for another. Valid until the next call of next().
    [[nodiscard]] const InterfaceInfo *interface(std::uint32_t global) const;
    [[nodiscard]] const std::vector<Error> &errors() const { return errors_; }
    [[nodiscard]] Timestamp quiet_until() const;  // of all files together

private:
    struct Source;
    Source *earliest();
    std::uint32_t global_index(Source &source, std::uint32_t interface);
    std::uint32_t new_index(Source &source, std::uint32_t interface);

    struct Place {
        const Source *source;
        std::uint32_t interface;  // in its file
    };
    std::vector<std::unique_ptr<Source>> sources_;
    std::vector<Error> errors_;
    CaptureFile *only_ = nullptr;  // there is one file
    PacketNumber number_ = 0;
    std::vector<std::size_t> waiting_;  // heap of the sources that have a next packet
    std::optional<std::size_t> last_;   // the source whose packet was delivered last
    bool started_ = false;
    std::vector<Place> places_;                   // by global index: where it was seen first
    std::map<std::string, std::uint32_t> lines_;  // serial lines by what the file says of them
};

}  // namespace buswitness::capture
