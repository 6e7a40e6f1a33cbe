#include "decode/modbus/evidence.h"

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
    int points;
    bool contradicts;
    Speech speech = Speech::mbap;
};

void expect(const std::vector<Row> &rows)
{
    for (const Row &row : rows) {
        SCOPED_TRACE(row.why);
        const EvidencePoints found = evidence(row.role, row.octets);
        EXPECT_EQ(found.contradicts, row.contradicts);
        EXPECT_EQ(found.points, row.points);
        if (!row.contradicts && row.points != 0) {
            EXPECT_EQ(found.speech, row.speech);
        }
    }
}

TEST(Evidence, CountsAdusThatFitInEveryField)
{
    expect({
        {"a read", request, octets("0001 0000 0006 01 03 0000 000A"), 2, false},
        {"two reads", request, octets("0001 0000 0006 01 03 0000 000A 0002 0000 0006 01 03 0000 000A"), 4, false},
        {"one and a half", request, octets("0001 0000 0006 01 03 0000 000A 0002 0000 0006 01 03"), 2, false},
        {"few fields to fit: one point", request, octets("0001 0000 0006 01 06 0000 000A"), 1, false},
        {"fewer still", request, octets("0001 0000 0002 01 07"), 1, false},
        {"a response", response, octets("0001 0000 0005 01 03 02 1234"), 1, false},
        {"an exception", response, octets("0001 0000 0003 01 83 02"), 1, false},
        {"too many registers: no point", request, octets("0001 0000 0006 01 03 0000 00FF"), 0, false},
        {"unknown function: no point", request, octets("0001 0000 0006 01 64 0000 000A"), 0, false},
        {"an exception code that is not public", response, octets("0001 0000 0003 01 83 77"), 0, false},
        {"RTU", request, octets("01 03 0000 000A C5CD"), 2, false, Speech::rtu},
        {"two of RTU", request, octets("01 03 0000 000A C5CD 01 03 0000 000A C5CD"), 4, false, Speech::rtu},
        {"ASCII", request, characters(":010300000001FB\r\n"), 2, false, Speech::ascii},
    });
}

TEST(Evidence, IsAgainstModbusWhereAFieldCannotBe)
{
    expect({
        {"protocol identifier", request, octets("0001 0001 0006 01 03 0000 000A"), 0, true},
        {"length against PDU", request, octets("0001 0000 0007 01 03 0000 000A"), 0, true},
        {"length 1", request, octets("0001 0000 0001 01 03 0000 000A"), 0, true},
        {"function 0", request, octets("0001 0000 0006 01 00 0000 000A"), 0, true},
        {"the second does not fit", request, octets("0001 0000 0006 01 03 0000 000A 0002 0009 0006 01 03"), 2, true},
        {"text", request, characters("GET / HTTP/1.1\r\n"), 0, true},
        {"TLS", request, octets("16 03 01 02 00 01 00 01 FC 03 03"), 0, true},
        {"LDAP: protocol identifier 0 and a length that fits", request,
         octets("30 84 00 00 00 10 02 01 01 60 84 00 00 00 07 02 01 03 04 00 80 00"), 0, true},
        {"LDAP, a response", response, octets("30 84 00 00 00 10 02 01 01 61 84 00 00 00 07 0A 01 00 04 00 04 00"), 0,
         true},
        {"Redis", request, characters(":1\r\n:1000\r\n"), 0, true},
        {"a CRC that is wrong", request, octets("01 03 0064 000A C5CE"), 0, true},
    });
}

TEST(Evidence, WaitsForWhatIsNotThereYet)
{
    expect({
        {"nothing", request, {}, 0, false},
        {"three octets", request, octets("FF FF FF"), 0, false},
        {"half a header", request, octets("0001 0000"), 0, false},
        {"a header", request, octets("0001 0000 0006 01"), 0, false},
        {"half a header of something else", request, octets("4745 5420"), 0, true},
        {"ASCII without its end", request, characters(":0103000"), 0, false},
    });
}

TEST(Evidence, PairsRequestsWithResponses)
{
    const Octets requests = octets("0001 0000 0006 01 03 0000 000A 0002 0000 0006 02 06 0000 000A");
    struct Pair {
        const char *why;
        const char *responses;
        bool pairs;
    };
    const Pair rows[] = {
        {"the first", "0001 0000 0005 01 03 02 1234", true},
        {"the second", "0002 0000 0003 02 86 02", true},
        {"a later response", "0009 0000 0003 02 86 02 0001 0000 0003 01 83 02", true},
        {"another identifier", "0003 0000 0005 01 03 02 1234", false},
        {"another unit", "0001 0000 0005 02 03 02 1234", false},
        {"another function", "0001 0000 0005 01 04 02 1234", false},
        {"too short", "0001 0000 0005 01", false},
        {"nothing", "", false},
    };
    for (const Pair &row : rows)
        EXPECT_EQ(pairs_up(requests, octets(row.responses)), row.pairs) << row.why;
    EXPECT_FALSE(pairs_up({}, octets("0001 0000 0005 01 03 02 1234")));
}

TEST(Evidence, NeverReadsBehindTheEnd)
{
    const Octets adu = octets("0001 0000 0006 01 03 0000 000A 0002 0000 0006 02 06 0000 000A");
    const Octets frame = with_crc(octets("01 10 0000 0001 02 1234"));
    for (const Octets &whole : {adu, frame})
        for (std::size_t size = 0; size <= whole.size(); ++size) {
            const Octets cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
            EXPECT_LE(evidence(request, cut).points, 4);
            EXPECT_LE(evidence(response, cut).points, 4);
            (void)pairs_up(cut, cut);
        }
}

}  // namespace
}  // namespace buswitness::modbus
