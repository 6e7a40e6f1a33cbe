// What the two capture formats share: the input, what is known of the file, and the three ways in which it ends.
#pragma once

#include "capture/capture_file.h"
#include "capture/input_stream.h"

#include <string>
#include <string_view>

namespace buswitness::capture {

// A packet record that claims more is damage (the largest snapshot length of libpcap and Wireshark).
inline constexpr std::uint32_t largest_packet = 262'144;

class FileReader : public CaptureFile {
public:
    [[nodiscard]] const FileInfo &info() const final { return info_; }

protected:
    FileReader(InputStream input, std::string name);

    bool stopped() const { return stopped_; }
    // After need(wanted) failed: a complete file if nothing is left, else "the file ends inside a ...". False.
    [[gnu::noinline]] bool stop_short(std::string_view inside, std::size_t wanted);
    bool stop_damaged(std::string damage);  // false
    void count(Bytes packet)
    {
        ++info_.packets;
        info_.octets += packet.size();
    }

    InputStream input_;
    FileInfo info_;

private:
    bool stopped_ = false;
};

// The reason why a file whose header needs `wanted` octets has fewer.
Error short_header(const InputStream &input, const std::string &name, std::string_view header, std::size_t wanted);

}  // namespace buswitness::capture
