// Writes a live capture as pcapng: one file, or a ring of files of which the oldest are deleted. Records reach the file
// whole and in the order in which they came; after flush() a killed process leaves everything readable, and a power cut
// takes what came in the last five seconds.
#pragma once

#include "capture/disk_sync.h"
#include "capture/output_file.h"
#include "capture/pcapng_writer.h"

#include <deque>
#include <optional>

namespace buswitness::capture {

struct RingLimits {
    std::uint64_t octets = 0;   // of one file; 0: no limit, as in all of these
    std::uint64_t packets = 0;  // in one file; of serial lines some more
    Duration duration{};        // of one file, by the time of its packets
    Duration interval{};        // begin a new file at multiples of this
    std::uint64_t files = 0;    // keep this many, delete the oldest
    std::uint64_t most = 0;     // begin no more than this many
    [[nodiscard]] bool rings() const
    {
        return octets != 0 || packets != 0 || duration.count() != 0 || interval.count() != 0;
    }
};

struct RecorderOptions {
    std::string name;  // "-": standard output. In a ring the number and time go before the ending
    bool overwrite = false;
    RingLimits ring;
    std::function<bool()> give_up = [] { return false; };  // asked while a pipe is full
};

class Recorder {
public:
    static Result<std::unique_ptr<Recorder>> open(RecorderOptions options, std::vector<InterfaceSettings> interfaces,
                                                  Timestamp now);

    // False once writing has failed, see failure(), or the packet is not taken any more, see full(). `statistics` are
    // asked for when a file of the ring is closed.
    using Statistics = std::function<std::vector<InterfaceStatistics>()>;
    // `errors` as in write_packet. Raw chunks of a serial line are written, but do not count as packets.
    bool packet(const net::RawPacket &packet, std::string_view comment, const Statistics &statistics,
                std::uint32_t errors = 0);
    // The last file that may be begun is full: it takes no more packets.
    [[nodiscard]] bool full() const { return full_; }
    bool flush();
    // Waits for the disk.
    bool close(const std::vector<InterfaceStatistics> &statistics);

    [[nodiscard]] const std::optional<Error> &failure() const { return failure_; }
    [[nodiscard]] std::uint64_t packets() const { return packets_ + pending_packets_; }   // in the files, all together
    [[nodiscard]] std::uint64_t octets() const { return file_octets_ + buffer_.size(); }  // of the current file
    [[nodiscard]] std::uint64_t files() const { return files_; }                          // begun
    [[nodiscard]] const std::string &current() const { return file_->name(); }
    [[nodiscard]] bool reader_gone() const { return file_->reader_gone(); }
    [[nodiscard]] bool vanished() const { return file_->vanished(); }

private:
    Recorder(RecorderOptions options, std::vector<InterfaceSettings> interfaces)
        : options_(std::move(options)), interfaces_(std::move(interfaces))
    {
    }
    bool begin(Timestamp now);
    bool end_file(const std::vector<InterfaceStatistics> &statistics);
    void look_at_disk();
    void forget_pending(std::uint64_t written_packets);
    [[nodiscard]] bool turns_before(const net::RawPacket &next) const;
    [[nodiscard]] std::string next_name(Timestamp now) const;

    RecorderOptions options_;
    std::vector<InterfaceSettings> interfaces_;
    std::unique_ptr<OutputFile> file_;
    DiskSync disk_;
    Octets buffer_;
    struct Pending {
        std::size_t end;
        std::uint64_t packets;  // up to and with this one
    };
    std::vector<Pending> pending_;  // records in the buffer
    std::uint64_t pending_packets_ = 0;
    std::uint64_t file_octets_ = 0, file_packets_ = 0, packets_ = 0, files_ = 0;
    Timestamp file_began_;
    bool file_has_packets_ = false, full_ = false;
    std::vector<std::uint64_t> written_;  // in this file, by interface
    std::deque<std::string> kept_;
    std::optional<Error> failure_;
};

}  // namespace buswitness::capture
