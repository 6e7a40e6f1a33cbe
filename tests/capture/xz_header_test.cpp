#include "capture/xz_header.h"
#include "tests/support/capture_bytes.h"

#include <gtest/gtest.h>

namespace buswitness::test {
namespace {

Octets header(std::initializer_list<std::uint8_t> block)
{
    return OctetWriter().add(Octets(12)).add(Octets(block)).octets;
}

TEST(XzHeader, TellsTheDictionaryOfTheFirstBlock)
{
    struct Row {
        Octets octets;
        std::optional<std::uint64_t> size;
    };
    const Row rows[] = {
        {header({2, 0x00, 0x21, 1, 22}), 8 << 20},
        {header({2, 0x00, 0x21, 1, 23}), 12 << 20},
        {header({2, 0x00, 0x21, 1, 39}), std::uint64_t{3} << 30},
        {header({2, 0x40, 0x80, 0x01, 0x21, 1, 22}), 8 << 20},              // compressed size
        {header({2, 0xC0, 0x80, 0x01, 0x07, 0x21, 1, 22}), 8 << 20},        // and uncompressed size
        {header({2, 0x01, 0x03, 1, 0, 0x21, 1, 22}), 8 << 20},              // delta filter before
        {header({2, 0x01, 0x03, 0xFF, 0xFF, 0x7F, 0x21, 1, 22}), {}},       // properties beyond the end
        {header({0, 0x00, 0x21, 1, 22}), {}},                               // an index
        {header({2, 0x00, 0x21, 1}), {}},                                   // cut
        {header({2, 0x00, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}), {}},  // a number without end
        {Octets(5), {}},
    };
    for (const Row &row : rows)
        EXPECT_EQ(capture::xz_dictionary_size(row.octets), row.size) << &row - rows;
}

}  // namespace
}  // namespace buswitness::test
