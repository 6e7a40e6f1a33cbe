#define ZLIB_CONST  // zlib does not write to its input
#include "capture/decompress.h"

#include "capture/xz_header.h"

#include <algorithm>
#include <archive.h>
#include <archive_entry.h>
#include <array>
#include <optional>
#include <utility>
#include <zlib.h>

namespace buswitness::capture {

namespace {

struct Magic {
    Compression compression;
    std::string_view octets;
};

constexpr std::array magics = {
    Magic{Compression::gzip, {"\x1F\x8B", 2}},
    Magic{Compression::zstd, {"\x28\xB5\x2F\xFD", 4}},
    Magic{Compression::lz4, {"\x04\x22\x4D\x18", 4}},
    Magic{Compression::xz, {"\xFD\x37\x7A\x58\x5A\x00", 6}},
};

// Counts what goes in and out, and stops a bomb.
class Decompressor : public OctetSource {
public:
    Decompressor(InputStream input, Compression compression, const DecompressionLimits &limits)
        : input_(std::move(input)), compression_(compression), limits_(limits)
    {
    }

    std::size_t read(std::span<std::uint8_t> into) final
    {
        if (!failure_.empty())
            return 0;
        const std::size_t count = produce(into);
        produced_ += count;
        if (produced_ > limits_.octets)
            failure_ = "stopped: the compressed data yields more than " + std::to_string(limits_.octets >> 20) + " MiB";
        else if (produced_ > limits_.ratio_from && produced_ / limits_.ratio > consumed_)
            failure_ = "stopped: the data grows more than " + std::to_string(limits_.ratio) +
                       " times when decompressed, as no capture does";
        return count;
    }

protected:
    virtual std::size_t produce(std::span<std::uint8_t> into) = 0;

    void fail(std::string_view what)
    {
        failure_ = input_.failure();
        if (failure_.empty())
            failure_ = "the " + std::string(to_string(compression_)) + " data " + std::string(what);
    }

    InputStream input_;
    std::uint64_t consumed_ = 0;

private:
    Compression compression_;
    DecompressionLimits limits_;
    std::uint64_t produced_ = 0;
};

// gzip is read with zlib itself: it hands out all octets before a cut and those of a live pipe at once, and it checks
// the sums; libarchive's filter does none of these.
class GzipSource : public Decompressor {
public:
    GzipSource(InputStream input, const DecompressionLimits &limits)
        : Decompressor(std::move(input), Compression::gzip, limits)
    {
    }
    GzipSource(const GzipSource &) = delete;
    GzipSource &operator=(const GzipSource &) = delete;
    ~GzipSource() override { inflateEnd(&stream_); }

    bool start() { return inflateInit2(&stream_, 16 + MAX_WBITS) == Z_OK; }

protected:
    std::size_t produce(std::span<std::uint8_t> into) override
    {
        while (!ended_ && failure().empty()) {
            if (between_members_ && !next_member())
                break;
            if (!input_.need(1)) {
                fail("ends early");
                break;
            }
            if (const std::size_t count = inflate_into(into); count > 0)
                return count;
        }
        return 0;
    }

private:
    std::size_t inflate_into(std::span<std::uint8_t> into)
    {
        const Bytes in = input_.window();
        stream_.next_in = in.data();
        stream_.avail_in = static_cast<uInt>(std::min(in.size(), default_block));
        stream_.next_out = into.data();
        stream_.avail_out = static_cast<uInt>(std::min(into.size(), default_block));
        const uInt offered = stream_.avail_in;
        const uInt room = stream_.avail_out;
        const int result = inflate(&stream_, Z_NO_FLUSH);
        input_.consume(offered - stream_.avail_in);
        consumed_ += offered - stream_.avail_in;
        if (result == Z_STREAM_END)
            between_members_ = true;
        else if (result != Z_OK && result != Z_BUF_ERROR)
            fail(stream_.msg != nullptr ? "is damaged: " + std::string(stream_.msg) : "is damaged");
        return room - stream_.avail_out;
    }

    // RFC 1952, 2.2: members follow one another. Zeros after the last one are padding.
    bool next_member()
    {
        while (input_.need(1) && input_.window()[0] == 0)
            input_.consume(1);
        ended_ = !input_.need(2) || recognise(input_.window()) != Compression::gzip;
        if (!ended_) {
            between_members_ = false;
            return inflateReset(&stream_) == Z_OK;
        }
        if (!input_.failure().empty() || input_.need(1))
            fail("is followed by octets that are not gzip");
        return false;
    }

    z_stream stream_ = {};
    bool between_members_ = false;
    bool ended_ = false;
};

class ArchiveSource : public Decompressor {
public:
    ArchiveSource(InputStream input, Compression compression, const DecompressionLimits &limits)
        : Decompressor(std::move(input), compression, limits), archive_(archive_read_new(), &archive_read_free)
    {
    }

    // The filter is appended, not looked for: so there is exactly one, however often the data was compressed.
    bool start(int filter)
    {
        archive *reader = archive_.get();
        archive_entry *entry = nullptr;
        if (reader == nullptr || archive_read_support_format_raw(reader) != ARCHIVE_OK ||
            archive_read_support_format_empty(reader) != ARCHIVE_OK ||
            archive_read_append_filter(reader, filter) != ARCHIVE_OK ||
            archive_read_open(reader, this, nullptr, &ArchiveSource::supply, nullptr) != ARCHIVE_OK)
            return false;
        const int result = archive_read_next_header(reader, &entry);
        ended_ = result == ARCHIVE_EOF;
        // Data that cannot be decoded looks empty too, but leaves a message.
        return result == ARCHIVE_OK || (ended_ && archive_error_string(reader) == nullptr);
    }

protected:
    std::size_t produce(std::span<std::uint8_t> into) override
    {
        while (block_.empty() && !ended_)
            next_block();
        const std::size_t count = std::min(into.size(), block_.size());
        std::ranges::copy(block_.first(count), into.data());
        block_ = block_.subspan(count);
        return count;
    }

private:
    void next_block()
    {
        const void *data = nullptr;
        std::size_t size = 0;
        la_int64_t at = 0;
        const int result = archive_read_data_block(archive_.get(), &data, &size, &at);
        ended_ = result != ARCHIVE_OK;
        if (result == ARCHIVE_OK)
            block_ = Bytes(static_cast<const std::uint8_t *>(data), size);
        else if (result != ARCHIVE_EOF)
            fail(input_.need(1) ? "is damaged" : "ends early or is damaged");
    }

    // Small pieces, so that what was consumed is known well enough for the ratio.
    static la_ssize_t supply(archive * /*reader*/, void *client, const void **data)
    {
        auto &self = *static_cast<ArchiveSource *>(client);
        self.input_.consume(self.lent_);
        self.lent_ = 0;
        if (!self.input_.need(1))
            return 0;
        self.lent_ = std::min(self.input_.window().size(), std::size_t{16} << 10);
        self.consumed_ += self.lent_;
        *data = self.input_.window().data();
        return static_cast<la_ssize_t>(self.lent_);
    }

    std::unique_ptr<archive, int (*)(archive *)> archive_;
    Bytes block_;  // libarchive's buffer, valid until its next read
    std::size_t lent_ = 0;
    bool ended_ = false;
};

int filter_code(Compression compression)
{
    switch (compression) {
    case Compression::none: return ARCHIVE_FILTER_NONE;
    case Compression::gzip: return ARCHIVE_FILTER_GZIP;
    case Compression::zstd: return ARCHIVE_FILTER_ZSTD;
    case Compression::lz4: return ARCHIVE_FILTER_LZ4;
    case Compression::xz: return ARCHIVE_FILTER_XZ;
    }
    return ARCHIVE_FILTER_NONE;
}

// The decoder would accept 1 GiB.
bool asks_for_too_much(InputStream &input, Compression compression, const DecompressionLimits &limits)
{
    if (compression != Compression::xz)
        return false;
    (void)input.need(xz_header_size);
    return xz_dictionary_size(input.window()).value_or(0) > limits.dictionary;
}

}  // namespace

Compression recognise(Bytes start)
{
    for (const Magic &magic : magics)
        if (begins_with(start, magic.octets))
            return magic.compression;
    return Compression::none;
}

std::string_view to_string(Compression compression)
{
    switch (compression) {
    case Compression::none: return "plain";
    case Compression::gzip: return "gzip";
    case Compression::zstd: return "zstd";
    case Compression::lz4: return "lz4";
    case Compression::xz: return "xz";
    }
    return "";
}

Result<InputStream> decompressed(InputStream input, Compression compression, const std::string &name, std::size_t block,
                                 const DecompressionLimits &limits)
{
    if (asks_for_too_much(input, compression, limits))
        return Error{cannot_read(name),
                     "its xz data needs more than " + std::to_string(limits.dictionary >> 20) + " MiB of memory",
                     "decompress it first"};
    if (compression == Compression::gzip) {
        auto source = std::make_unique<GzipSource>(std::move(input), limits);
        if (source->start())
            return InputStream(std::move(source), block);
    } else {
        auto source = std::make_unique<ArchiveSource>(std::move(input), compression, limits);
        if (source->start(filter_code(compression)))
            return InputStream(std::move(source), block);
    }
    return Error{cannot_read(name), "its " + std::string(to_string(compression)) + " data is damaged or ends early",
                 "save or transfer the file again"};
}

}  // namespace buswitness::capture
