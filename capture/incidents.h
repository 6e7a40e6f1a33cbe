// The last seconds before something, and the seconds after it, as a small recording. What is kept in memory and the
// number of files are bounded.
#pragma once

#include "capture/output_file.h"
#include "capture/pcapng_writer.h"

#include <deque>
#include <optional>

namespace buswitness::capture {

struct IncidentOptions {
    std::string folder;
    Duration before = std::chrono::seconds(60);
    Duration after = std::chrono::seconds(10);
    std::size_t octets = std::size_t{16} << 20;  // in memory
    std::size_t files = 100;                     // then no more are written
};

class Incidents {
public:
    explicit Incidents(IncidentOptions options) : options_(std::move(options)) {}

    // Before the first packet of the interface; one that is not described has the link type of its packets.
    void describe(std::uint32_t interface, InterfaceSettings settings);
    void packet(const net::RawPacket &packet);
    // `label` becomes a part of the file's name: only letters, digits and '-'. Something that happens while a file is
    // being written goes into that file, which lasts a little longer.
    std::optional<Error> happened(std::string_view label, Timestamp now);
    void advance(Timestamp now);  // ends the file when its time is over
    void close();

    [[nodiscard]] std::size_t files() const { return files_; }
    [[nodiscard]] std::string take_news();  // one line, when a file is begun or none will be any more

private:
    struct Kept {
        Timestamp time;
        Octets block;
    };
    [[nodiscard]] bool knows(const net::RawPacket &packet);
    void write_new_interfaces(Octets &out);
    void write(const Octets &octets);

    IncidentOptions options_;
    std::vector<InterfaceSettings> interfaces_;
    std::deque<Kept> ring_;
    std::size_t ring_octets_ = 0;
    std::unique_ptr<OutputFile> file_;
    std::size_t described_ = 0;  // interfaces in the open file
    Timestamp began_, until_;    // of the open file
    std::size_t files_ = 0;
    std::string news_;
    bool told_enough_ = false;
};

}  // namespace buswitness::capture
