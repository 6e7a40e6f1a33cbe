#include "capture/xz_header.h"

namespace buswitness::capture {

namespace {

constexpr std::uint64_t lzma2_filter = 0x21;  // 5.3.1

std::uint64_t variable_number(Reader &reader)
{
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 63; shift += 7) {
        const std::uint8_t octet = reader.u8();
        value |= static_cast<std::uint64_t>(octet & 0x7F) << shift;
        if ((octet & 0x80) == 0)
            break;
    }
    return value;
}

std::uint64_t dictionary_size(std::uint8_t code)
{
    const unsigned bits = code & 0x3F;
    return (std::uint64_t{2} | (bits & 1)) << (bits / 2 + 11);
}

}  // namespace

std::optional<std::uint64_t> xz_dictionary_size(Bytes start)
{
    Reader reader(start);
    reader.skip(12);
    const std::uint8_t size = reader.u8();
    const std::uint8_t flags = reader.u8();
    if (size == 0)  // an index: no blocks at all
        return std::nullopt;
    if ((flags & 0x40) != 0)
        (void)variable_number(reader);
    if ((flags & 0x80) != 0)
        (void)variable_number(reader);
    for (unsigned filter = 0; filter <= (flags & 3U) && reader.ok(); ++filter) {
        const std::uint64_t id = variable_number(reader);
        const std::uint64_t properties = variable_number(reader);
        if (id == lzma2_filter && properties == 1) {
            const std::uint8_t code = reader.u8();
            return reader.ok() ? std::optional(dictionary_size(code)) : std::nullopt;
        }
        reader.skip(properties);
    }
    return std::nullopt;
}

}  // namespace buswitness::capture
