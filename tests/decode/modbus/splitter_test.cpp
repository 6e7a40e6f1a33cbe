#include "decode/modbus/splitter.h"

#include "decode/modbus/rtu.h"
#include "tests/support/modbus_octets.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <sstream>

namespace buswitness::modbus {
namespace {

using test::octets;
using test::Octets;
constexpr Role request = Role::request;
constexpr Role response = Role::response;
constexpr Framing mbap = Framing::mbap;

std::string text_of(Bytes bytes)
{
    std::string text;
    for (const std::uint8_t octet : bytes)
        for (const int digit : {octet >> 4, octet & 15})
            text += "0123456789ABCDEF"[digit];
    return text;
}

// One direction of a stream. What was found is text: "t1 u1 030000000A"; behind it what is wrong with it.
class Stream : private AduSink {
public:
    Stream(Role role, Framing framing) : splitter(role, framing) {}

    void feed(Bytes bytes)
    {
        sequence_ += static_cast<std::uint32_t>(bytes.size());
        splitter.feed(bytes, Moment(++packet_, {}), sequence_, *this);
    }
    // "0001 0000 0006 01 / 03 0000 000A / lost 5 / snapped 2 / closed": segments and what else happens to a stream.
    void run(const std::string &script)
    {
        std::istringstream parts(script);
        for (std::string part; std::getline(parts, part, '/');) {
            std::istringstream words(part);
            std::string word;
            std::uint32_t count = 0;
            words >> word;
            if (word == "closed")
                splitter.closed(*this);
            else if ((word == "lost" || word == "snapped") && words >> count)
                splitter.skip(count, word == "snapped", Moment(++packet_, {}), *this);
            else
                feed(framing_text_ ? test::characters(part) : octets(part));
        }
    }
    void run_text(const std::string &script)
    {
        framing_text_ = true;
        run(script);
    }

    Splitter splitter;
    std::string told;

private:
    void adu(const Adu &adu) override
    {
        EXPECT_TRUE(adu.moment.seen());
        EXPECT_LE(adu.sequence_end, sequence_);
        next();
        if (adu.framing == Framing::mbap)
            told += "t" + std::to_string(adu.transaction) + " ";
        told += "u" + std::to_string(adu.unit) + " " + text_of(adu.pdu) + (adu.complete ? "" : " cut");
        if (adu.defect != Defect::none)
            told += " (" + std::string(describe(adu.defect)) + ")";
    }
    void garbage(std::size_t count, const Moment &) override
    {
        next();
        told += "garbage " + std::to_string(count);
    }
    void next() { told += told.empty() ? "" : "; "; }

    std::uint32_t packet_ = 0;
    std::uint32_t sequence_ = 0;
    bool framing_text_ = false;
};

std::string split(Role role, const std::string &script)
{
    Stream stream(role, mbap);
    stream.run(script);
    return stream.told;
}

struct Row {
    const char *why;
    Role role;
    const char *script;
    std::string told;
};

void expect(const std::vector<Row> &rows)
{
    for (const Row &row : rows)
        EXPECT_EQ(split(row.role, row.script), row.told) << row.why << ": " << row.script;
}

TEST(Splitter, CutsSegmentsIntoAdus)
{
    expect({
        {"one in a segment", request, "0001 0000 0006 01 03 0000 000A", "t1 u1 030000000A"},
        {"two in a segment", request, "0001 0000 0006 01 03 0000 000A 0002 0000 0006 02 06 0001 0002",
         "t1 u1 030000000A; t2 u2 0600010002"},
        {"one in two segments", request, "0001 0000 0006 01 03 / 0000 000A", "t1 u1 030000000A"},
        {"not whole yet", request, "0001 0000 0006 01 03 0000 00", ""},
        {"header and PDU apart", request, "0001 0000 0006 01 / 03 0000 000A", "t1 u1 030000000A"},
        {"the header in pieces", request, "00 / 01 0000 / 0006 / 01 / 03 0000 000A", "t1 u1 030000000A"},
        {"one and a half", request, "0001 0000 0006 01 03 0000 000A 0002 00 / 00 0006 02 06 0001 0002",
         "t1 u1 030000000A; t2 u2 0600010002"},
        {"a response", response, "0001 0000 0005 01 03 02 1234", "t1 u1 03021234"},
        {"an exception", response, "0001 0000 0003 01 83 02", "t1 u1 8302"},
        {"an unknown function", request, "0001 0000 0004 01 64 1234", "t1 u1 641234"},
        {"UMAS, longer than Modbus allows", request, "0001 0000 0104 01 5A / 5A / closed",
         "t1 u1 5A5A (" + std::string(describe(Defect::truncated)) + ")"},
    });
    const std::string umas = "0001 0000 03FE 01 5A" + std::string(2 * 1020, '1');
    EXPECT_EQ(split(request, umas), "t1 u1 5A" + std::string(2 * 1020, '1'));
}

TEST(Splitter, BelievesTheLengthThatFitsTheSegments)
{
    const std::string too_long = " (" + std::string(describe(Defect::length_too_long)) + ")";
    const std::string too_short = " (" + std::string(describe(Defect::length_too_short)) + ")";
    const std::string range = " (" + std::string(describe(Defect::length_out_of_range)) + ")";
    const std::string protocol = " (" + std::string(describe(Defect::protocol_identifier)) + ")";
    expect({
        {"too long", request, "0001 0000 0008 01 03 0000 000A", "t1 u1 030000000A" + too_long},
        {"too long, another behind", request, "0001 0000 0008 01 03 0000 000A 0002 0000 0006 02 06 0001 0002",
         "t1 u1 030000000A" + too_long + "; t2 u2 0600010002"},
        {"the unit is not counted", request, "0001 0000 0005 01 03 0000 000A / 0002 0000 0006 02 06 0001 0002",
         "t1 u1 030000000A" + too_short + "; t2 u2 0600010002"},
        {"the unit is not counted", response, "0001 0000 0004 01 03 02 1234 / 0002 0000 0003 02 86 02",
         "t1 u1 03021234" + too_short + "; t2 u2 8602"},
        {"too short, another behind", request, "0001 0000 0004 01 03 0000 000A 0002 0000 0006 02 06 0001 0002",
         "t1 u1 030000000A" + too_short + "; t2 u2 0600010002"},
        {"only unit and function counted", request, "0001 0000 0002 01 03 0000 000A", "t1 u1 030000000A" + too_short},
        {"0", request, "0001 0000 0000 01 03 0000 000A", "t1 u1 030000000A" + range},
        {"1", request, "0001 0000 0001 01 03 0000 000A", "t1 u1 030000000A" + range},
        {"255", request, "0001 0000 00FF 01 03 0000 000A", "t1 u1 030000000A" + range},
        {"octets exchanged", request, "0001 0000 0600 01 03 0000 000A / 0002 0000 0600 02 06 0001 0002",
         "t1 u1 030000000A" + range + "; t2 u2 0600010002" + range},
        {"out of range, another behind", request, "0001 0000 0600 01 03 0000 000A 0002 0000 0006 02 06 0001 0002",
         "t1 u1 030000000A" + range + "; t2 u2 0600010002"},
        {"protocol identifier", request, "0001 0001 0006 01 03 0000 000A", "t1 u1 030000000A" + protocol},
        {"protocol identifier and length", request, "0001 0001 0007 01 03 0000 000A", "garbage 12"},
        {"function 0", request, "0001 0000 0006 01 00 0000 000A", "t1 u1 000000000A"},
        {"byte count too small for the length", response, "0001 0000 0007 01 03 02 1234 5678", "t1 u1 030212345678"},
        {"byte count too large for the length", response, "0001 0000 0005 01 03 04 1234", "t1 u1 03041234"},
        {"a PDU cut by its length", request, "0001 0000 0003 01 10 00", "t1 u1 1000"},
    });
}

TEST(Splitter, TellsWhatTheSenderCutShort)
{
    const std::string truncated = " (" + std::string(describe(Defect::truncated)) + ")";
    expect({
        {"in the PDU", request, "0001 0000 0006 01 03 00 / closed", "t1 u1 0300" + truncated},
        {"in the header", request, "0001 0000 0006 01 / closed", "garbage 7"},
        {"nothing left", request, "0001 0000 0006 01 03 0000 000A / closed", "t1 u1 030000000A"},
        {"the capture lost it", request, "0001 0000 0006 01 03 00 / lost 3 / closed", "t1 u1 0300 cut"},
        {"after a hole", request, "lost 3 / 00 01 / closed", ""},
    });
}

TEST(Splitter, PassesOverWhatIsNotInTheFile)
{
    expect({
        {"snapped, in step", response, "0001 0000 0007 01 03 04 12 / snapped 3 / 0002 0000 0003 01 83 02",
         "t1 u1 030412 cut; t2 u1 8302"},
        {"snapped, the ADU goes on", response, "0001 0000 0007 01 03 04 12 / snapped 2 / 78 0002 0000 0003 01 83 02",
         "t1 u1 030412 cut; t2 u1 8302"},
        {"snapped, and more behind it", response, "0001 0000 0007 01 03 04 12 / snapped 9 / 0003 0000 0003 01 83 02",
         "t1 u1 030412 cut; t3 u1 8302"},
        {"snapped in the header", response, "0001 0000 / snapped 7 / 0002 0000 0003 01 83 02", "t2 u1 8302"},
        {"snapped before the ADU", response, "snapped 11 / 0002 0000 0003 01 83 02", "t2 u1 8302"},
        {"lost, then whole again", response, "0001 0000 0007 01 03 04 12 / lost 3 / 0002 0000 0003 01 83 02",
         "t1 u1 030412 cut; t2 u1 8302"},
        {"lost between ADUs", response, "0001 0000 0003 01 83 02 / lost 9 / 0003 0000 0003 01 83 02",
         "t1 u1 8302; t3 u1 8302"},
        {"lost, in the middle of a PDU", response, "lost 9 / 04 1234 5678 0003 0000 0003 01 83 02", "t3 u1 8302"},
        {"lost, and the rest in the next segment", response, "lost 9 / 04 1234 5678 / 0003 0000 0003 01 83 02",
         "t3 u1 8302"},
        {"lost, values that look like an ADU", response,
         "lost 9 / FFFF 0000 0000 0003 01 83 02 FFFF 0005 0000 0003 01 83 02", "t5 u1 8302"},
        {"lost, header and PDU apart", request, "lost 3 / 0A / 0001 0000 0006 01 / 03 0000 000A", "t1 u1 030000000A"},
        {"snapped, then the rest of that is lost too", response,
         "0001 0000 0007 01 03 04 12 / snapped 2 / lost 1 / 0002 0000 0003 01 83 02", "t1 u1 030412 cut; t2 u1 8302"},
    });
}

TEST(Splitter, FindsTheStepAgain)
{
    expect({
        {"after garbage", request, "FFFF FFFF FFFF FFFF / 0001 0000 0006 01 03 0000 000A",
         "garbage 8; t1 u1 030000000A"},
        {"within a segment", request, "FFFF FFFF FFFF FFFF / FFFF 0001 0000 0006 01 03 0000 000A",
         "garbage 8; t1 u1 030000000A"},
        {"no step yet", request, "FFFF FFFF FFFF FFFF / FFFF FFFF FFFF / 0001 0000 0006 01 03 0000 000A",
         "garbage 8; t1 u1 030000000A"},
        {"once lost, once told", request, "FFFF FFFF FFFF FFFF / FFFF FFFF FFFF FFFF FF", "garbage 8"},
    });
    Stream stream(request, mbap);
    stream.splitter.lose_step();
    stream.run("0A / 0001 0000 0006 01 03 0000 000A");
    EXPECT_EQ(stream.told, "t1 u1 030000000A");
}

TEST(Splitter, IsIdleBetweenAdus)
{
    Stream stream(response, mbap);
    EXPECT_TRUE(stream.splitter.idle());
    stream.run("0001 0000 0007 01 03 04 12");
    EXPECT_FALSE(stream.splitter.idle());
    stream.run("snapped 2");
    EXPECT_FALSE(stream.splitter.idle());
    stream.run("78");
    EXPECT_TRUE(stream.splitter.idle());
}

TEST(Splitter, NeverKeepsMoreThanAnAduCanHave)
{
    for (const Framing framing : {Framing::mbap, Framing::rtu, Framing::ascii}) {
        Stream stream(request, framing);
        for (int i = 0; i < 200; ++i)
            stream.feed(test::filled(1400, framing == Framing::ascii ? ':' : 0xFF));
        EXPECT_FALSE(stream.told.empty());
    }
}

Octets with_crc(Octets frame)
{
    const std::uint16_t crc = crc16(frame);
    frame.push_back(static_cast<std::uint8_t>(crc));
    frame.push_back(static_cast<std::uint8_t>(crc >> 8));
    return frame;
}

TEST(Splitter, CutsRtuFrames)
{
    const std::string one = "01 03 0000 000A C5CD", other = text_of(with_crc(octets("02 06 0001 0002")));
    const std::vector<std::pair<std::string, std::string>> rows = {
        {one, "u1 030000000A"},
        {one + other, "u1 030000000A; u2 0600010002"},
        {"01 03 00 / 00 000A C5 / CD" + other, "u1 030000000A; u2 0600010002"},
        {"01 / 03 0000 000A C5CD", "u1 030000000A"},
        {"01 03 0000 000A CDC5 / " + one, "garbage 8; u1 030000000A"},
        {"01 03 0000 000A CDC5 / FF" + one, "garbage 8; u1 030000000A"},
        {one + "/ lost 8 / CD" + one, "u1 030000000A; u1 030000000A"},
        {"01 03 0000 00 / closed", "garbage 5"},
    };
    for (const auto &[script, told] : rows) {
        Stream stream(request, Framing::rtu);
        stream.run(script);
        EXPECT_EQ(stream.told, told) << script;
    }
}

TEST(Splitter, CutsAsciiFrames)
{
    const std::string one = ":010300000001FB\r\n";
    const std::vector<std::pair<std::string, std::string>> rows = {
        {one, "u1 0300000001"},
        {one + one, "u1 0300000001; u1 0300000001"},
        {":0103000/00001FB\r/\n" + one, "u1 0300000001; u1 0300000001"},
        {":010300000001FA\r\n" + one, "garbage 17; u1 0300000001"},
        {"noise" + one, "garbage 5; u1 0300000001"},
        {":0103" + one, "garbage 5; u1 0300000001"},
        {"lost 4/0001FB\r\n" + one, "u1 0300000001"},
    };
    for (const auto &[script, told] : rows) {
        Stream stream(request, Framing::ascii);
        stream.run_text(script);
        EXPECT_EQ(stream.told, told) << script;
    }
}

// A PDU whose length and octets agree.
Octets any_pdu(std::mt19937 &random, Role role)
{
    const auto octet = [&] { return static_cast<std::uint8_t>(random()); };
    const std::uint8_t count = static_cast<std::uint8_t>(2 * (1 + random() % 120));
    Octets data = test::filled(count);
    std::ranges::generate(data, octet);
    switch (random() % 4) {
    case 0: return {6, octet(), octet(), octet(), octet()};
    case 1: return role == request ? Octets{4, octet(), octet(), 0, 1} : test::joined({4, count}, data);
    case 2:
        return role == request
                   ? test::joined({16, octet(), octet(), 0, static_cast<std::uint8_t>(count / 2), count}, data)
                   : Octets{16, octet(), octet(), 0, 1};
    default: return role == request ? Octets{7} : Octets{0x83, 2};
    }
}

Octets in_envelope(Framing framing, std::mt19937 &random, const Octets &pdu)
{
    const auto unit = static_cast<std::uint8_t>(1 + random() % 247);
    if (framing == Framing::rtu)
        return with_crc(test::joined({unit}, pdu));
    if (framing == Framing::ascii) {
        Octets frame = test::joined({unit}, pdu);
        frame.push_back(lrc(frame));
        return test::characters(":" + text_of(frame) + "\r\n");
    }
    const std::size_t length = pdu.size() + 1;
    return test::joined({static_cast<std::uint8_t>(random()), static_cast<std::uint8_t>(random()), 0, 0,
                         static_cast<std::uint8_t>(length >> 8), static_cast<std::uint8_t>(length), unit},
                        pdu);
}

// Octet by octet equals all at once.
TEST(Splitter, FindsTheSameAdusForEverySplit)
{
    for (const Framing framing : {Framing::mbap, Framing::rtu, Framing::ascii})
        for (const Role role : {request, response})
            for (std::uint32_t seed = 0; seed < 60; ++seed) {
                std::mt19937 random(seed);
                Octets all;
                Stream whole(role, framing);
                const std::size_t adus = 1 + random() % 8;
                for (std::size_t i = 0; i < adus; ++i) {
                    const Octets adu = in_envelope(framing, random, any_pdu(random, role));
                    whole.feed(adu);
                    all = test::joined(all, adu);
                }
                EXPECT_EQ(static_cast<std::size_t>(std::ranges::count(whole.told, ';')) + 1, adus);
                for (const std::size_t most : {std::size_t{1}, std::size_t{7}, std::size_t{100}, all.size()}) {
                    Stream parts(role, framing);
                    for (Bytes rest(all); !rest.empty();) {
                        const std::size_t size = std::min(rest.size(), 1 + random() % most);
                        parts.feed(rest.first(size));
                        rest = rest.subspan(size);
                    }
                    ASSERT_EQ(parts.told, whole.told) << "seed " << seed << ", at most " << most;
                    EXPECT_TRUE(parts.splitter.idle());
                }
            }
}

}  // namespace
}  // namespace buswitness::modbus
