#include "decode/modbus/pdu.h"

#include "tests/support/modbus_octets.h"

#include <gtest/gtest.h>

namespace buswitness::modbus {
namespace {

using test::octets;
using test::Octets;
using enum Defect;
constexpr Role request = Role::request;
constexpr Role response = Role::response;
constexpr int none_there = -1;

struct Row {
    Role role;
    const char *pdu;
    int address;         // -1: has none
    int quantity;        // -1: has none
    int sub_function;    // -1: has none
    std::size_t values;  // octets
    Defect defect;
    bool strict;
};

// The examples of MODBUS Application Protocol V1.1b3, clause 6, where it has one.
const Row rows[] = {
    {request, "01 0013 0013", 0x13, 0x13, -1, 0, none, true},
    {request, "01 0013 07D0", 0x13, 2000, -1, 0, none, true},
    {request, "01 0013 07D1", 0x13, 2001, -1, 0, quantity, false},
    {request, "01 0013 0000", 0x13, 0, -1, 0, quantity, false},
    {request, "01 0013 00", 0x13, -1, -1, 0, too_short, false},
    {request, "01 0013 0013 00", 0x13, 0x13, -1, 0, too_long, false},
    {response, "01 03 CD6B05", -1, -1, -1, 3, none, true},
    {response, "01 03 CD6B", -1, -1, -1, 2, byte_count, false},
    {response, "01 03 CD6B0500", -1, -1, -1, 3, byte_count, false},
    {response, "01 00", -1, -1, -1, 0, byte_count, false},
    {response, "01", -1, -1, -1, 0, too_short, false},
    {request, "02 00C4 0016", 0xC4, 0x16, -1, 0, none, true},
    {response, "02 03 ACDB35", -1, -1, -1, 3, none, true},
    {request, "03 006B 0003", 0x6B, 3, -1, 0, none, true},
    {request, "03 006B 007D", 0x6B, 125, -1, 0, none, true},
    {request, "03 006B 007E", 0x6B, 126, -1, 0, quantity, false},
    {request, "03", -1, -1, -1, 0, too_short, false},
    {response, "03 06 022B 0000 0064", -1, -1, -1, 6, none, true},
    {response, "03 05 022B 0000 00", -1, -1, -1, 5, byte_count, false},
    {response, "03 00", -1, -1, -1, 0, byte_count, false},
    {request, "04 0008 0001", 8, 1, -1, 0, none, true},
    {response, "04 02 000A", -1, -1, -1, 2, none, true},
    {request, "05 00AC FF00", 0xAC, 1, -1, 2, none, true},
    {request, "05 00AC 0000", 0xAC, 1, -1, 2, none, true},
    {request, "05 00AC 0001", 0xAC, 1, -1, 2, value, false},
    {response, "05 00AC FF00", 0xAC, 1, -1, 2, none, true},
    {response, "05 00AC FF", 0xAC, 1, -1, 1, too_short, false},
    {request, "06 0001 0003", 1, 1, -1, 2, none, true},
    {response, "06 0001 0003", 1, 1, -1, 2, none, true},
    {response, "06 0001 0003 0000", 1, 1, -1, 2, too_long, false},
    {request, "07", -1, -1, -1, 0, none, true},
    {request, "07 00", -1, -1, -1, 0, too_long, false},
    {response, "07 6D", -1, -1, -1, 1, none, true},
    {response, "07", -1, -1, -1, 0, too_short, false},
    {request, "08 0000 A537", -1, -1, 0, 2, none, false},  // any length: never strict
    {request, "08 0000 A5371234", -1, -1, 0, 4, none, false},
    {request, "08 0000", -1, -1, 0, 0, too_short, false},
    {request, "08 00", -1, -1, -1, 0, too_short, false},
    {request, "08 0001 FF00", -1, -1, 1, 2, none, true},
    {request, "08 0001 1234", -1, -1, 1, 2, value, false},
    {request, "08 0002 0000", -1, -1, 2, 2, none, true},
    {request, "08 0003 0A00", -1, -1, 3, 2, none, true},
    {request, "08 0004 0000", -1, -1, 4, 2, none, true},
    {request, "08 000A 0000", -1, -1, 10, 2, none, true},
    {response, "08 000B 0102", -1, -1, 11, 2, none, true},
    {response, "08 0012 0102", -1, -1, 18, 2, none, true},
    {response, "08 0014 0000", -1, -1, 20, 2, none, true},
    {response, "08 0014 00", -1, -1, 20, 1, too_short, false},
    {request, "08 0015 0003 00", -1, -1, 21, 3, none, false},  // reserved
    {request, "0B", -1, -1, -1, 0, none, true},
    {response, "0B FFFF 0108", -1, -1, -1, 4, none, true},
    {response, "0B 1234 0108", -1, -1, -1, 4, value, false},
    {response, "0B FFFF 01", -1, -1, -1, 3, too_short, false},
    {request, "0C", -1, -1, -1, 0, none, true},
    {response, "0C 08 0000 0108 0121 2000", -1, -1, -1, 8, none, true},
    {response, "0C 05 0000 0108 01", -1, -1, -1, 5, byte_count, false},
    {request, "0F 0013 000A 02 CD01", 0x13, 10, -1, 2, none, true},
    {request, "0F 0013 000A 03 CD0100", 0x13, 10, -1, 3, byte_count, false},
    {request, "0F 0013 000A 02 CD", 0x13, 10, -1, 1, byte_count, false},
    {request, "0F 0013 07B1 02 CD01", 0x13, 1969, -1, 2, quantity, false},
    {request, "0F 0013 000A", 0x13, 10, -1, 0, too_short, false},
    {response, "0F 0013 000A", 0x13, 10, -1, 0, none, true},
    {response, "0F 0013 0000", 0x13, 0, -1, 0, quantity, false},
    {request, "10 0001 0002 04 000A0102", 1, 2, -1, 4, none, true},
    {request, "10 0001 0002 02 000A", 1, 2, -1, 2, byte_count, false},
    {request, "10 0001 0002 04 000A010203", 1, 2, -1, 4, byte_count, false},
    {request, "10 0001 007C F8 00", 1, 124, -1, 1, quantity, false},
    {response, "10 0001 0002", 1, 2, -1, 0, none, true},
    {response, "10 0001", 1, -1, -1, 0, too_short, false},
    {request, "11", -1, -1, -1, 0, none, true},
    {response, "11 03 41FF07", -1, -1, -1, 3, none, true},
    {response, "11 04 41FF07", -1, -1, -1, 3, byte_count, false},
    {request, "14 0E 06 0004 0001 0002 06 0003 0009 0002", 1, 2, -1, 14, none, true},
    {request, "14 07 05 0004 0001 0002", 1, 2, -1, 7, value, false},
    {request, "14 07 06 0000 0001 0002", 1, 2, -1, 7, value, false},
    {request, "14 07 06 0004 2710 0002", 0x2710, 2, -1, 7, value, false},
    {request, "14 07 06 0004 0001 0000", 1, 0, -1, 7, quantity, false},
    {request, "14 08 06 0004 0001 0002 00", 1, 2, -1, 8, byte_count, false},
    {request, "14 00", -1, -1, -1, 0, byte_count, false},
    {response, "14 0C 05 06 0DFE0020 05 06 33CD0040", -1, -1, -1, 12, none, true},
    {response, "14 06 05 07 0DFE0020", -1, -1, -1, 6, value, false},
    {response, "14 06 07 06 0DFE0020", -1, -1, -1, 6, byte_count, false},
    {request, "15 0D 06 0004 0007 0003 06AF 04BE 100D", 7, 3, -1, 13, none, true},
    {response, "15 0D 06 0004 0007 0003 06AF 04BE 100D", 7, 3, -1, 13, none, true},
    {request, "15 0D 06 0004 0007 0002 06AF 04BE 100D", 7, 2, -1, 13, byte_count, false},
    {request, "15 0D 05 0004 0007 0003 06AF 04BE 100D", 7, 3, -1, 13, value, false},
    {request, "15 00", -1, -1, -1, 0, byte_count, false},
    {request, "16 0004 00F2 0025", 4, -1, -1, 4, none, true},
    {response, "16 0004 00F2 0025", 4, -1, -1, 4, none, true},
    {response, "16 0004 00F2", 4, -1, -1, 2, too_short, false},
    {request, "17 0003 0006 000E 0003 06 00FF00FF00FF", 3, 6, -1, 6, none, true},
    {request, "17 0003 007E 000E 0003 06 00FF00FF00FF", 3, 126, -1, 6, quantity, false},
    {request, "17 0003 0006 000E 007A 06 00FF00FF00FF", 3, 6, -1, 6, quantity, false},
    {request, "17 0003 0006 000E 0003 04 00FF00FF", 3, 6, -1, 4, byte_count, false},
    {request, "17 0003 0006 000E 0003", 3, 6, -1, 0, too_short, false},
    {response, "17 0C 00FE 0ACD 0001 0003 000D 00FF", -1, -1, -1, 12, none, true},
    {response, "17 0C 00FE", -1, -1, -1, 2, byte_count, false},
    {request, "18 04DE", 0x4DE, -1, -1, 0, none, true},
    {response, "18 0006 0002 01B8 1284", -1, 2, -1, 4, none, true},
    {response, "18 0002 0000", -1, 0, -1, 0, none, true},
    {response, "18 0042 0020 01B8", -1, 32, -1, 2, quantity, false},
    {response, "18 0008 0002 01B8 1284", -1, 2, -1, 4, byte_count, false},
    {response, "18 0006", -1, -1, -1, 0, too_short, false},
    {request, "2B 0E 01 00", -1, -1, 14, 2, none, true},
    {request, "2B 0E 05 00", -1, -1, 14, 2, value, false},
    {request, "2B 0E 01", -1, -1, 14, 1, too_short, false},
    {request, "2B 0E 01 00 00", -1, -1, 14, 3, too_long, false},
    {request, "2B 0D 1234", -1, -1, 13, 2, none, false},
    {request, "2B", -1, -1, -1, 0, too_short, false},
    {response, "2B 0E 01 01 00 00 02 00 02 4142 01 01 43", -1, -1, 14, 12, none, true},
    {response, "2B 0E 01 01 00 00 02 00 02 4142", -1, -1, 14, 9, too_short, false},
    {response, "2B 0E 01 01 00 00 01 00 03 4142", -1, -1, 14, 9, byte_count, false},
    {response, "2B 0E 01 01 00 00 01 00 02 414243", -1, -1, 14, 10, too_long, false},
    {response, "2B 0E 01 01 01 00 00", -1, -1, 14, 5, value, false},
    {response, "2B 0E 01 05 00 00 00", -1, -1, 14, 5, value, false},
    {response, "2B 0D 1234", -1, -1, 13, 2, none, false},
    {request, "5A 00 20 0014", -1, -1, -1, 4, none, false},  // UMAS: kept
    {response, "64 01 02", -1, -1, -1, 2, none, false},
    {request, "09 01", -1, -1, -1, 1, none, false},
    {request, "00 00", -1, -1, -1, 1, function_zero, false},
    {response, "80 01", -1, -1, -1, 1, function_zero, false},
    {request, "83 02", -1, -1, -1, 1, exception_in_request, false},
    {request, "", -1, -1, -1, 0, empty, false},
    {response, "", -1, -1, -1, 0, empty, false},
};

TEST(Pdu, EveryFunctionCodeAndEveryDefect)
{
    for (const Row &row : rows) {
        SCOPED_TRACE(std::string(row.role == request ? "request " : "response ") + row.pdu);
        const Octets bytes = octets(row.pdu);
        const Pdu pdu = parse_pdu(row.role, bytes);
        EXPECT_EQ(pdu.has_address ? pdu.address : none_there, row.address);
        EXPECT_EQ(pdu.has_quantity ? pdu.quantity : none_there, row.quantity);
        EXPECT_EQ(pdu.has_sub_function ? pdu.sub_function : none_there, row.sub_function);
        EXPECT_EQ(pdu.values.size(), row.values);
        EXPECT_EQ(describe(pdu.defect), describe(row.defect));
        EXPECT_EQ(is_strict(pdu, bytes.size()), row.strict);
        EXPECT_FALSE(is_strict(pdu, bytes.size() + 1));
    }
}

TEST(Pdu, ExceptionsAreTwoOctets)
{
    struct Exception {
        const char *pdu;
        int function, code;
        Defect defect;
        bool strict;
    };
    const Exception exceptions[] = {
        {"81 01", 1, 1, none, true},         {"83 02", 3, 2, none, true},     {"90 03", 16, 3, none, true},
        {"84 04", 4, 4, none, true},         {"85 05", 5, 5, none, true},     {"86 06", 6, 6, none, true},
        {"8D 07", 13, 7, none, false},       {"94 08", 20, 8, none, true},    {"83 0A", 3, 10, none, true},
        {"83 0B", 3, 11, none, true},        {"83 20", 3, 0x20, none, false}, {"83 00", 3, 0, value, false},
        {"83 02 00", 3, 2, too_long, false}, {"83", 3, 0, too_short, false},  {"80 01", 0, 1, function_zero, false},
    };
    for (const Exception &row : exceptions) {
        SCOPED_TRACE(row.pdu);
        const Octets bytes = octets(row.pdu);
        const Pdu pdu = parse_pdu(response, bytes);
        EXPECT_TRUE(pdu.exception);
        EXPECT_EQ(pdu.function, row.function);
        EXPECT_EQ(pdu.exception_code, row.code);
        EXPECT_EQ(describe(pdu.defect), describe(row.defect));
        EXPECT_EQ(is_strict(pdu, bytes.size()), row.strict);
    }
}

TEST(Pdu, RequestWithExceptionBitKeepsItsFunctionCode)
{
    const Octets bytes = octets("83 02");
    const Pdu pdu = parse_pdu(request, bytes);
    EXPECT_EQ(pdu.function, 3);
    EXPECT_TRUE(pdu.exception);
    EXPECT_EQ(pdu.defect, exception_in_request);
}

// Whatever the capture cut away: no defect of a whole PDU appears, and what is there is told.
TEST(Pdu, CutPduHasNoDefectThatNeedsTheMissingOctets)
{
    for (const Row &row : rows) {
        const Octets bytes = octets(row.pdu);
        const Pdu whole = parse_pdu(row.role, bytes);
        for (std::size_t size = 0; size < bytes.size(); ++size) {
            SCOPED_TRACE(std::string(row.pdu) + " cut after " + std::to_string(size));
            const Pdu cut = parse_pdu(row.role, Bytes(bytes).first(size), false);
            EXPECT_TRUE(cut.defect == none || cut.defect == whole.defect || whole.defect == too_long ||
                        whole.defect == byte_count || whole.defect == too_short);
            EXPECT_NE(cut.defect, too_short);
            EXPECT_NE(cut.defect, byte_count);
            EXPECT_NE(cut.defect, empty);
            EXPECT_FALSE(cut.has_address && whole.has_address && cut.address != whole.address);
            EXPECT_FALSE(is_strict(cut, bytes.size()));
        }
    }
    const Octets bytes = octets("03 006B 007E");
    EXPECT_EQ(parse_pdu(request, Bytes(bytes).first(3), false).address, 0x6B);
    EXPECT_EQ(parse_pdu(request, bytes, false).defect, quantity);
}

TEST(Pdu, CutPduIsNotStrict)
{
    const Octets bytes = octets("03 06 022B 0000");
    const Pdu cut = parse_pdu(response, bytes, false);
    EXPECT_EQ(cut.defect, none);
    EXPECT_EQ(cut.values.size(), 4U);
    EXPECT_FALSE(is_strict(cut, 6));
    EXPECT_FALSE(is_strict(cut, 8));
}

// Where a length can be told, a PDU without defect has it, and no prefix tells another one.
TEST(PredictLength, AgreesWithParse)
{
    for (const Row &row : rows) {
        const Octets bytes = octets(row.pdu);
        const Pdu pdu = parse_pdu(row.role, bytes);
        SCOPED_TRACE(row.pdu);
        if (pdu.defect != none)
            continue;
        const PredictedLength whole = predict_length(row.role, bytes);
        EXPECT_EQ(whole.need, 0U);
        if (whole.known) {
            EXPECT_EQ(whole.octets, bytes.size());
        }
        for (std::size_t size = 0; size < bytes.size(); ++size) {
            const PredictedLength early = predict_length(row.role, Bytes(bytes).first(size));
            EXPECT_TRUE(early.known ? early.octets == whole.octets : early.need > 0 || !whole.known);
            EXPECT_LE(size + early.need, bytes.size());
        }
    }
}

TEST(PredictLength, TellsWhatTheFirstOctetsTell)
{
    struct Length {
        Role role;
        const char *pdu;
        bool known;
        std::size_t octets, need;
    };
    const Length lengths[] = {
        {request, "", false, 0, 1},
        {request, "03", true, 5, 0},
        {response, "03", false, 0, 1},
        {response, "03 FA", true, 252, 0},
        {response, "83", true, 2, 0},
        {request, "83", false, 0, 0},
        {response, "DA", true, 2, 0},
        {response, "80", false, 0, 0},
        {request, "10 0001 0002", false, 0, 1},
        {request, "10 0001 0002 04", true, 10, 0},
        {request, "08", false, 0, 2},
        {request, "08 0000", false, 0, 0},
        {request, "08 0001", true, 5, 0},
        {request, "17 0003 0006 000E 0003 06", true, 16, 0},
        {response, "18 00", false, 0, 1},
        {response, "18 0006", true, 9, 0},
        {request, "2B 0E", true, 4, 0},
        {response, "2B", false, 0, 1},
        {response, "2B 0E", false, 0, 5},
        {response, "2B 0E 01 01 00 00 01", false, 0, 2},
        {response, "2B 0E 01 01 00 00 02 00 02", false, 0, 4},
        {response, "2B 0D", false, 0, 0},
        {request, "5A", false, 0, 0},
        {request, "00", false, 0, 0},
    };
    for (const Length &row : lengths) {
        SCOPED_TRACE(row.pdu);
        const PredictedLength length = predict_length(row.role, octets(row.pdu));
        EXPECT_EQ(length.known, row.known);
        EXPECT_EQ(length.octets, row.octets);
        EXPECT_EQ(length.need, row.need);
    }
}

TEST(Defects, HaveWordsAndAField)
{
    EXPECT_EQ(describe(byte_count), "byte count does not fit the length");
    EXPECT_EQ(field_of(byte_count), "byte_count");
    EXPECT_EQ(field_of(length_too_long), "length");
    EXPECT_EQ(field_of(protocol_identifier), "protocol_identifier");
    EXPECT_EQ(field_of(quantity), "quantity");
    EXPECT_EQ(field_of(none), "");
}

}  // namespace
}  // namespace buswitness::modbus
