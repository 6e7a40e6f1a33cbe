#include "decode/modbus/rtu.h"

#include "tests/support/modbus_octets.h"

#include <gtest/gtest.h>

namespace buswitness::modbus {
namespace {

using test::characters;
using test::octets;
using test::Octets;
constexpr Role request = Role::request;
constexpr Role response = Role::response;

TEST(Crc16, KnownValues)
{
    EXPECT_EQ(crc16({}), 0xFFFF);
    EXPECT_EQ(crc16(characters("123456789")), 0x4B37);  // check value of CRC-16/MODBUS
    EXPECT_EQ(crc16(octets("02 07")), 0x1241);          // MODBUS over Serial Line V1.02, 6.2.2: sent 41 12
    EXPECT_EQ(crc16(octets("01 03 00 00 00 0A")), 0xCDC5);
}

TEST(Lrc, KnownValues)
{
    EXPECT_EQ(lrc({}), 0);
    EXPECT_EQ(lrc(octets("01 03 00 00 00 01")), 0xFB);
    EXPECT_EQ(lrc(octets("F7 03 13 89 00 0A")), 0x60);
}

Octets with_crc(Octets frame)
{
    const std::uint16_t crc = crc16(frame);
    frame.push_back(static_cast<std::uint8_t>(crc));
    frame.push_back(static_cast<std::uint8_t>(crc >> 8));
    return frame;
}

struct Row {
    const char *why;
    Role role;
    Octets octets;
    std::size_t length;  // 0: no frame
};

TEST(RtuFrame, StandsWhereLengthAndCrcAgree)
{
    const Row rows[] = {
        {"a request", request, octets("01 03 0000 000A C5CD"), 8},
        {"another one behind it", request, octets("01 03 0000 000A C5CD 01 03 0000"), 8},
        {"a response", response, with_crc(octets("01 03 02 1234")), 7},
        {"a request is no response", response, octets("01 03 0000 000A C5CD"), 0},
        {"CRC with the octets exchanged", request, octets("01 03 0000 000A CDC5"), 0},
        {"one octet missing", request, octets("01 03 0000 000A C5"), 0},
        {"an exception", response, with_crc(octets("01 83 02")), 5},
        {"an exception of an unknown function", response, with_crc(octets("01 DA 01")), 5},
        {"a broadcast", request, with_crc(octets("00 06 0001 0003")), 8},
        {"a reserved unit, known function", request, with_crc(octets("FF 06 0001 0003")), 8},
        {"a reserved unit, unknown function", request, with_crc(octets("FF 64 0001")), 0},
        {"unknown function, CRC at the end", request, with_crc(octets("01 64 0001 0203")), 8},
        {"unknown function, more behind", request, test::joined(with_crc(octets("01 64 0001")), octets("01")), 0},
        {"longest", request, with_crc(test::joined(octets("01 64"), test::filled(252))), 256},
        {"too long", request, with_crc(test::joined(octets("01 64"), test::filled(253))), 0},
        {"shortest", request, with_crc(octets("01 07")), 4},
        {"unknown diagnostics, CRC at the end", request, with_crc(octets("01 08 0000 A537 1111")), 10},
        {"length not told yet", request, octets("01 10 0001"), 0},
        {"a byte count beyond every frame", response, with_crc(octets("01 18 0800 0002")), 0},
        {"nothing", request, {}, 0},
        {"zeros", request, test::filled(16), 0},
    };
    for (const Row &row : rows) {
        SCOPED_TRACE(row.why);
        const auto frame = rtu_frame(row.role, row.octets);
        ASSERT_EQ(frame.has_value(), row.length > 0);
        if (!frame)
            continue;
        EXPECT_EQ(frame->length, row.length);
        EXPECT_EQ(frame->unit, row.octets[0]);
        EXPECT_EQ(frame->pdu.size(), row.length - 3);
        EXPECT_EQ(frame->pdu[0], row.octets[1]);
    }
}

TEST(AsciiFrame, ColonHexadecimalLrcCrLf)
{
    const std::string longest = ":" + std::string(508, '0') + "00\r\n";
    struct Ascii {
        std::string text;
        std::size_t length;  // 0: no frame
    };
    const Ascii rows[] = {
        {":010300000001FB\r\n", 17},
        {":F7031389000A60\r\n", 17},
        {":f7031389000a60\r\n", 17},
        {":010300000001FB\r\n:01", 17},
        {":010300000001FA\r\n", 0},  // LRC
        {":010300000001FB\r", 0},    // not complete
        {":010300000001FB\n", 0},    // no CR
        {":010300000001F\r\n", 0},   // half an octet
        {":0103000G0001FB\r\n", 0},  // no hexadecimal digit
        {"010300000001FB\r\n", 0},   // no colon
        {":1\r\n", 0},               // a Redis integer
        {":1000\r\n", 0},
        {":0000\r\n", 0},  // no function code
        {":000000\r\n", 9},
        {longest, 513},
        {":" + std::string(510, '0') + "00\r\n", 0},
        {"", 0},
    };
    for (const Ascii &row : rows) {
        SCOPED_TRACE(row.text);
        std::array<std::uint8_t, 256> storage{};
        const Octets bytes = characters(row.text);
        const auto frame = ascii_frame(bytes, storage);
        ASSERT_EQ(frame.has_value(), row.length > 0);
        if (frame) {
            EXPECT_EQ(frame->length, row.length);
            EXPECT_EQ(frame->pdu.size(), (row.length - 3) / 2 - 2);
        }
    }
}

TEST(AsciiFrame, DecodesIntoTheStorage)
{
    std::array<std::uint8_t, 256> storage{};
    const Octets bytes = characters(":F7031389000A60\r\n");
    const auto frame = ascii_frame(bytes, storage);
    ASSERT_TRUE(frame);
    EXPECT_EQ(frame->unit, 0xF7);
    const Pdu pdu = parse_pdu(request, frame->pdu);
    EXPECT_EQ(pdu.address, 5001);
    EXPECT_EQ(pdu.quantity, 10);
    EXPECT_EQ(pdu.defect, Defect::none);
}

}  // namespace
}  // namespace buswitness::modbus
