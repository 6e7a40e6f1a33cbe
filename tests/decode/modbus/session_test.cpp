#include "decode/modbus/session.h"

#include "tests/support/modbus_octets.h"

#include <gtest/gtest.h>

#include <sstream>

namespace buswitness::modbus {
namespace {

using test::characters;
using test::octets;
using test::Octets;

// What a session tells: ">1.3" a request (identifier and function), "<1.3" a response, "=" they are a pair,
// "~" another end of a request or response, "garbage 5".
struct Told : SessionSink {
    void request_seen(const Request &r, const Adu &, const Pdu &) override { add('>', r.transaction, r.function); }
    void response_seen(const Response &r, const Adu &, const Pdu &) override { add('<', r.transaction, r.function); }
    void garbage_seen(Role, std::size_t count, const Moment &) override { text += " garbage " + std::to_string(count); }
    void answered(const Request &, const Response &, Late) override { text += " ="; }
    void mismatched(const Request &, const Response &, Field) override { text += " ~"; }
    void unmatched(const Response &, Unmatched) override { text += " ~"; }
    void unanswered(const Request &, Unanswered) override { text += " ~"; }
    void add(char direction, int transaction, int function)
    {
        text += std::string(text.empty() ? "" : " ") + direction + std::to_string(transaction) + "." +
                std::to_string(function);
    }
    std::string text;
};

struct Kind {
    bool expected = true, midstream = false;
};

// Lines "> hex" and "< hex" are segments of the client and of the server; ">lost 5", "<snapped 5" what is not there.
class Talk {
public:
    explicit Talk(Kind kind = {}) : session(kind.expected, kind.midstream, false) {}
    Talk(Kind kind, const std::string &script) : Talk(kind) { run(script); }

    void run(const std::string &script)
    {
        std::istringstream lines(script);
        for (std::string line; std::getline(lines, line);) {
            std::istringstream words(line);
            std::string first, rest;
            if (!(words >> first))
                continue;
            const Role role = first[0] == '>' ? Role::request : Role::response;
            std::getline(words, rest);
            if (first.size() > 1)
                session.missing(role, static_cast<std::uint32_t>(std::stoul(rest)), first.ends_with("snapped"),
                                moment(), told);
            else
                say(role, octets(rest));
        }
    }
    void say(Role role, const Octets &bytes) { session.data(role, bytes, moment(), packet_ * 100, false, told); }
    void settle() { session.settle({.why = StreamEnd::Why::client_closed, .when = moment()}, told); }

    Session session;
    Told told;

private:
    Moment moment()
    {
        ++packet_;
        return {packet_, Timestamp(std::chrono::milliseconds(packet_ * 10))};
    }
    std::uint32_t packet_ = 0;
};

constexpr Kind known{}, unknown{.expected = false}, midstream{.midstream = true};
constexpr const char *read1 = "> 0001 0000 0006 01 03 0000 0001\n";
constexpr const char *read2 = "> 0002 0000 0006 01 03 0000 0001\n";
constexpr const char *answer1 = "< 0001 0000 0005 01 03 02 1234\n";
constexpr const char *answer2 = "< 0002 0000 0005 01 03 02 1234\n";
std::string lines(std::initializer_list<const char *> parts)
{
    std::string text;
    for (const char *part : parts)
        text += part;
    return text;
}

TEST(Session, OnAModbusPortReadsAtOnce)
{
    Talk talk(known, read1);
    EXPECT_EQ(talk.told.text, ">1.3");
    EXPECT_TRUE(talk.session.is_modbus());
    talk.run(answer1);
    EXPECT_EQ(talk.told.text, ">1.3 <1.3 =");
    talk.run(read2);
    talk.settle();
    EXPECT_EQ(talk.told.text, ">1.3 <1.3 = >2.3 ~");
}

TEST(Session, OnAnUnknownPortWaitsForProofAndThenTellsEverythingInOrder)
{
    Talk talk(unknown, read1);
    EXPECT_EQ(talk.told.text, "");
    EXPECT_FALSE(talk.session.is_modbus());
    EXPECT_LT(talk.session.score(), Session::proof);
    talk.run(answer1);
    EXPECT_TRUE(talk.session.is_modbus());
    EXPECT_EQ(talk.told.text, ">1.3 <1.3 =");
    EXPECT_EQ(talk.session.payload_packets_held(), 2U);
    talk.run(lines({read2, answer2}));
    EXPECT_EQ(talk.told.text, ">1.3 <1.3 = >2.3 <2.3 =");
    EXPECT_EQ(talk.session.payload_packets_held(), 2U);
}

TEST(Session, ProvesItselfByWhatBothSidesSay)
{
    struct Row {
        const char *why;
        std::string script;
        bool proven, rejected;
    };
    const Row rows[] = {
        {"one request", read1, false, false},
        {"two requests", lines({read1, read2}), true, false},
        {"responses alone", lines({answer1, answer2, answer1, answer2}), false, false},
        {"a request and an answer to another", lines({read1, answer2}), true, false},
        {"a write, which fits easily", "> 0001 0000 0006 01 06 0000 0001\n", false, false},
        {"a write with its echo", "> 0001 0000 0006 01 06 0000 0001\n< 0001 0000 0006 01 06 0000 0001\n", true, false},
        {"an answer with a wrong protocol identifier", lines({read1, "< 0001 0007 0005 01 03 02 1234\n"}), true, false},
        {"something else answers", lines({read1, "< 4745 5420 2F20 4854 5450\n"}), false, true},
        {"RTU", "> 01 03 0000 000A C5CD\n> 01 03 0000 000A C5CD\n", true, false},
        {"in pieces", "> 0001 0000\n> 0006 01 03 0000\n> 0001\n< 0001 0000 00\n< 05 01 03 02 1234\n", true, false},
    };
    for (const Row &row : rows) {
        const Talk talk(unknown, row.script);
        EXPECT_EQ(talk.session.is_modbus(), row.proven) << row.why;
        EXPECT_EQ(talk.session.rejected(), row.rejected) << row.why;
        EXPECT_EQ(!talk.told.text.empty(), row.proven) << row.why;
    }
}

TEST(Session, IsNotDeceivedByLookAlikes)
{
    struct Row {
        const char *why;
        Octets client, server;
    };
    const Row rows[] = {
        {"LDAP", octets("30 84 00 00 00 10 02 01 01 60 84 00 00 00 07 02 01 03 04 00 80 00"),
         octets("30 84 00 00 00 10 02 01 01 61 84 00 00 00 07 0A 01 00 04 00 04 00")},
        {"Redis", characters("*1\r\n$4\r\nINCR\r\n"), characters(":1\r\n")},
        {"Redis, integers only", characters(":1\r\n"), characters(":1000\r\n")},
        {"HTTP", characters("GET / HTTP/1.1\r\n\r\n"), characters("HTTP/1.1 200 OK\r\n\r\n")},
        {"zeros", test::filled(64), test::filled(64)},
    };
    for (const Row &row : rows) {
        Talk talk(unknown);
        for (int i = 0; i < 5; ++i) {
            talk.say(Role::request, row.client);
            talk.say(Role::response, row.server);
        }
        talk.settle();
        EXPECT_FALSE(talk.session.is_modbus()) << row.why;
        EXPECT_EQ(talk.told.text, "") << row.why;
    }
}

TEST(Session, IsConfirmedByOtherConversationsOfTheServer)
{
    Talk talk(unknown, read1);
    talk.session.confirm(talk.told);
    EXPECT_EQ(talk.told.text, ">1.3");
    talk.session.confirm(talk.told);
    EXPECT_EQ(talk.told.text, ">1.3");
    Talk foreign(unknown, "> 4745 5420 2F20 4854 5450\n");
    foreign.session.confirm(foreign.told);
    EXPECT_FALSE(foreign.session.confirmed());
}

TEST(Session, HoldsNoMoreThanIsWorthIt)
{
    Talk talk(unknown);
    for (int i = 0; i < 33; ++i)
        talk.say(Role::request, octets("00"));
    EXPECT_TRUE(talk.session.rejected());
    Talk large(unknown);
    for (int i = 0; i < 5; ++i)
        large.say(Role::request, test::filled(1000));
    EXPECT_TRUE(large.session.rejected());
}

TEST(Session, SeesThatTheRolesAreExchanged)
{
    for (const bool in_the_middle : {true, false}) {  // guessed wrong, or a device that dialled out to its master
        Talk talk({.expected = false, .midstream = in_the_middle});
        talk.run("> 0001 0000 0005 01 03 02 1234\n");
        EXPECT_TRUE(talk.session.roles_look_swapped());
        EXPECT_EQ(talk.told.text, "");
        talk.session.swap_roles(talk.told);  // the caller names the sides rightly from now on
        EXPECT_FALSE(talk.session.roles_look_swapped());
        talk.run(lines({read2, answer2}));
        EXPECT_TRUE(talk.session.is_modbus());
        EXPECT_TRUE(talk.told.text.starts_with("<1.3 ~ >2.3 <2.3 =")) << talk.told.text;
    }
    Talk requests(unknown, "< 0001 0000 0006 01 03 0000 0001\n");
    EXPECT_TRUE(requests.session.roles_look_swapped());
    requests.session.swap_roles(requests.told);
    requests.run(lines({"< 0001 0000 0005 01 03 02 1234\n"}));
    EXPECT_EQ(requests.told.text, ">1.3 <1.3 =");
}

TEST(Session, TellsNothingWhileTheRolesAreStillExchanged)
{
    Talk talk({.expected = false, .midstream = true});
    talk.run("> 0001 0000 0005 01 03 02 1234\n"
             "< 0002 0000 0006 01 03 0000 0001\n"  // more of the same packet: the caller has not named the sides anew
             "> 0002 0000 0005 01 03 02 1234\n");
    EXPECT_TRUE(talk.session.roles_look_swapped());
    talk.session.confirm(talk.told);
    EXPECT_EQ(talk.told.text, "");
    talk.session.swap_roles(talk.told);
    EXPECT_EQ(talk.told.text, "<1.3 ~ >2.3 <2.3 =");
}

TEST(Session, NamesWhatElseSpeaksOnAModbusPort)
{
    struct Row {
        const char *why;
        Octets client;
        Foreign foreign;
        Speech speech;
    };
    const Row rows[] = {
        {"HTTP", characters("GET / HTTP/1.1\r\n\r\n"), Foreign::http, Speech::foreign},
        {"TLS", octets("16 03 01 00 40 01 00 00 3C 03 03"), Foreign::tls, Speech::tls},
        {"text", characters("hello there, device\r\n"), Foreign::text, Speech::foreign},
    };
    for (const Row &row : rows) {
        Talk talk(known);
        talk.say(Role::request, row.client);
        EXPECT_EQ(talk.session.foreign(Role::request), row.foreign) << row.why;
        EXPECT_EQ(talk.session.speech(Role::request), row.speech) << row.why;
        EXPECT_EQ(talk.session.foreign_moment(Role::request).packet, 1U) << row.why;
        EXPECT_FALSE(talk.session.is_modbus()) << row.why;
        EXPECT_EQ(talk.session.tls() != nullptr, row.speech == Speech::tls) << row.why;
    }
}

TEST(Session, ReadsNoHeaderInAFewLetters)
{
    for (const char *letters : {"no\r\n", "hello", "closed"}) {
        Talk talk(known, read1);
        talk.say(Role::response, characters(letters));
        EXPECT_EQ(talk.session.foreign(Role::response), Foreign::text) << letters;
    }
}

TEST(Session, TellsRtuFromMbap)
{
    const Talk rtu(known, "> 01 03 0000 000A C5CD\n");
    EXPECT_EQ(rtu.session.speech(Role::request), Speech::rtu);
    EXPECT_EQ(rtu.told.text, ">0.3");
    // 01 03 00 00 00 06: as MBAP an identifier 0x0103 and a length that fits.
    const Talk mbap(known, "> 0103 0000 0006 01 03 0000 0001\n");
    EXPECT_EQ(mbap.session.speech(Role::request), Speech::mbap);
    EXPECT_EQ(mbap.told.text, ">259.3");
    // A server that takes RTU octets for MBAP answers in MBAP (libmodbus).
    const Talk both(known, "> 01 03 0000 000A C5CD\n< 0103 0000 0003 C5 CD 01\n");
    EXPECT_EQ(both.session.speech(Role::request), Speech::rtu);
    EXPECT_EQ(both.session.speech(Role::response), Speech::mbap);
}

// These twelve octets also end in a right CRC for function 88, which has no length of its own.
TEST(Session, TakesACrcThatIsRightByChanceForNoRtu)
{
    const Talk talk({}, R"(
        > 3558 0000 0006 03 03 0402 006E
        < 3558 0000 0003 03 83 02
    )");
    EXPECT_EQ(talk.session.speech(Role::request), Speech::mbap);
    EXPECT_EQ(talk.told.text, ">13656.3 <13656.3 =");
}

TEST(Session, ReadsAHeaderCutInPieces)
{
    const Talk talk(known, "> 00\n> 01 0000\n> 0006 01\n> 03 0000 0001\n");
    EXPECT_EQ(talk.told.text, ">1.3");
}

TEST(Session, ReadsAHeaderThatContradictsItsPdu)
{
    const Talk talk(known, "> 0001 0000 0007 01 03 0000 0001\n");
    EXPECT_EQ(talk.told.text, ">1.3");
    const Talk other_side(known, lines({read1, "< 0001 0009 0005 01 03 02 1234\n"}));
    EXPECT_EQ(other_side.told.text, ">1.3 <1.3 =");
}

TEST(Session, FindsTheBeginningOfAnAduWhenTheCaptureBeganInTheMiddle)
{
    const std::string rest = "< 4142 4344 4546 4748 494A\n";  // the end of a response
    Talk talk(midstream, rest + read1 + answer1);
    EXPECT_EQ(talk.told.text, ">1.3 <1.3 =");
    EXPECT_TRUE(talk.session.is_modbus());
    Talk twice(midstream, rest + rest + read1 + answer1);
    EXPECT_EQ(twice.told.text, ">1.3 <1.3 =");
    const Talk never(midstream, rest + rest + rest + rest + answer1);
    EXPECT_EQ(never.session.speech(Role::response), Speech::foreign);
    const Talk whole(known, rest);
    EXPECT_EQ(whole.session.speech(Role::response), Speech::foreign);
}

TEST(Session, DoesNotJoinTheFirstOctetsAcrossAHole)
{
    Talk talk(known, "> 0001 0000\n>lost 8\n");
    talk.run(lines({read2, answer2}));
    EXPECT_EQ(talk.told.text, ">2.3 <2.3 =");
    // The hole may end anywhere: what follows it is not the first word of the sender.
    Talk begins_lost(known, ">lost 5\n> 0000 0000 0102 0304\n");
    begins_lost.run(lines({read2, answer2}));
    EXPECT_EQ(begins_lost.session.speech(Role::request), Speech::mbap);
    EXPECT_EQ(begins_lost.told.text, ">2.3 <2.3 =");
}

TEST(Session, DoesNotReadTlsAcrossAHole)
{
    Talk talk(known, "> 16 03 01 00 04 01 00 00 00\n<lost 50\n< 15 03 03 00 02 02 28\n");
    ASSERT_NE(talk.session.tls(), nullptr);
    EXPECT_FALSE(talk.session.tls()->alert());
    Talk whole(known, "> 16 03 01 00 04 01 00 00 00\n< 15 03 03 00 02 02 28\n");
    EXPECT_TRUE(whole.session.tls()->alert());
    Talk later(known, "> 16 03 01 00 04 01 00 00 00\n< 16 03 03 00 01 00\n<lost 50\n< 15 03 03 00 02 02 28\n");
    EXPECT_FALSE(later.session.tls()->alert());
}

TEST(Session, OnAnUnknownPortKeepsInMindWhatIsNotInTheFile)
{
    const Talk snapped(unknown, lines({"> 0001 0000 0006 01 03 0000\n>snapped 2\n", read2, answer2}));
    EXPECT_EQ(snapped.told.text, ">1.3 >2.3 <2.3 =");
    const Talk lost(unknown, lines({read1, "<lost 11\n", read2, answer2}));
    EXPECT_EQ(lost.told.text, ">1.3 >2.3 <2.3 =");
}

}  // namespace
}  // namespace buswitness::modbus
