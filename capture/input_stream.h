// The octets of one input as a window that slides forward: a file, a pipe, memory, or what a decompressor yields.
// The window grows only with octets that were really read, never with a length that a file claims.
#pragma once

#include "decode/base/bytes.h"
#include "decode/base/result.h"

#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace buswitness::capture {

class OctetSource {
public:
    virtual ~OctetSource() = default;

    // Hands over what there is and waits only while there is nothing. 0: the end, or a failure.
    virtual std::size_t read(std::span<std::uint8_t> into) = 0;
    [[nodiscard]] const std::string &failure() const { return failure_; }

protected:
    std::string failure_;  // empty: none
};

// One read() fills at most this much: a share of the processor's own cache, and costs less per packet than mmap (page
// faults) or small blocks (calls).
inline constexpr std::size_t default_block = std::size_t{1} << 17;

class InputStream {
public:
    explicit InputStream(Bytes memory) : window_(memory) {}
    InputStream(std::unique_ptr<OctetSource> source, std::size_t block);

    // True when the window holds at least `count` octets. Invalidates earlier windows.
    bool need(std::size_t count) { return window_.size() >= count || fill(count); }
    [[nodiscard]] Bytes window() const { return window_; }
    void consume(std::size_t count)
    {
        window_ = window_.subspan(count);
        offset_ += count;
    }
    [[nodiscard]] std::uint64_t offset() const { return offset_; }  // of the window's first octet
    [[nodiscard]] std::string failure() const { return source_ ? source_->failure() : std::string(); }

private:
    bool fill(std::size_t count);
    void grow();

    std::unique_ptr<OctetSource> source_;  // none: everything is in the window already
    std::unique_ptr<std::uint8_t[]> buffer_;
    std::size_t capacity_ = 0;
    Bytes window_;
    std::uint64_t offset_ = 0;
    bool ended_ = false;
};

// "-" is standard input. Directories and devices are refused; a FIFO waits for its writer.
Result<InputStream> open_input(const std::string &name, std::size_t block = default_block);

// "cannot read capture.pcap", "cannot read standard input"
std::string cannot_read(const std::string &name);

}  // namespace buswitness::capture
