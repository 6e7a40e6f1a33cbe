#include "capture/capture_file.h"

#include "capture/decompress.h"
#include "capture/input_stream.h"
#include "capture/pcap_file.h"
#include "capture/pcapng_file.h"
#include "decode/base/text.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace buswitness::capture {

namespace {

constexpr std::string_view readable = "buswitness reads pcap and pcapng, plain or compressed (gzip, zstd, lz4, xz)";

struct Foreign {
    std::string_view start;
    std::string_view what;
    std::string_view hint;
};

constexpr std::array foreigners = {
    Foreign{"PK\x03\x04", "a zip archive", "unpack it first"},
    Foreign{"BZh", "bzip2 data", "unpack it first with 'bunzip2'"},
    Foreign{"7z\xBC\xAF", "a 7-Zip archive", "unpack it first"},
    Foreign{"snoop", "a Sun snoop capture", "convert it: editcap -F pcapng OLD NEW"},
    Foreign{"GMBU", "a Network Monitor capture", "convert it: editcap -F pcapng OLD NEW"},
    Foreign{"XCP", "a NetXRay capture", "convert it: editcap -F pcapng OLD NEW"},
    Foreign{"\x7F"
            "ELF",
            "a program", readable},
};

Error not_a_capture(InputStream &input, const std::string &name, std::string_view inside)
{
    const Bytes start = input.window();
    for (const Foreign &foreign : foreigners)
        if (begins_with(start, foreign.start))
            return {cannot_read(name), "not a capture" + std::string(inside) + ": it is " + std::string(foreign.what),
                    std::string(foreign.hint)};
    return {cannot_read(name),
            "not a capture" + std::string(inside) + ": starts with " +
                hex(start.first(std::min(start.size(), std::size_t{8}))),
            std::string(readable)};
}

Result<std::unique_ptr<CaptureFile>> open_plain(InputStream input, const std::string &name, std::string_view inside)
{
    if (!input.need(4)) {
        if (std::string failure = input.failure(); !failure.empty())
            return Error{cannot_read(name), std::move(failure), "save or transfer the file again"};
        if (input.window().empty())
            return Error{cannot_read(name), "empty file" + std::string(inside), "nothing was captured or saved"};
    }
    if (is_pcap(input.window()))
        return open_pcap(std::move(input), name);
    if (is_pcapng(input.window()))
        return open_pcapng(std::move(input), name);
    return not_a_capture(input, name, inside);
}

Result<std::unique_ptr<CaptureFile>> open_stream(InputStream input, const std::string &name, std::size_t block)
{
    (void)input.need(compression_magic_size);
    const Compression compression = recognise(input.window());
    if (compression == Compression::none)
        return open_plain(std::move(input), name, "");
    auto plain = decompressed(std::move(input), compression, name, block);
    if (!plain)
        return plain.error();
    InputStream stream = std::move(plain).value();
    (void)stream.need(compression_magic_size);
    if (recognise(stream.window()) != Compression::none)
        return Error{cannot_read(name), "it is compressed more than once", "decompress it first"};
    return open_plain(std::move(stream), name, " inside the " + std::string(to_string(compression)) + " data");
}

}  // namespace

Result<std::unique_ptr<CaptureFile>> CaptureFile::open(const std::string &name, std::size_t block)
{
    auto input = open_input(name, block);
    if (!input)
        return input.error();
    return open_stream(std::move(input).value(), name, block);
}

Result<std::unique_ptr<CaptureFile>> open_memory(Bytes octets, const std::string &name, std::size_t block)
{
    return open_stream(InputStream(octets), name, block);
}

}  // namespace buswitness::capture
