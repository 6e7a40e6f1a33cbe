// What damages frames on a serial line: senders that talk at once, noise, echoes, and what looks alike.
#include "decode/diagnose/finding.h"
#include "tests/support/line_tap.h"

#include <gtest/gtest.h>

namespace buswitness::test {
namespace {

using serial::LineSettings;
using serial::Parity;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using Octets = std::vector<std::uint8_t>;

// A line that three units are polled on; what stands in the place of an answer is up to the test.
class Talk {
public:
    explicit Talk(LineSettings settings = {19'200, 8, Parity::even, 1}) : line(settings) {}

    static std::uint8_t unit(int poll) { return static_cast<std::uint8_t>(1 + poll % 3); }
    static Octets answer(int poll)
    {
        return {unit(poll), 3, 4, static_cast<std::uint8_t>(7 * poll + 1), 0x21, static_cast<std::uint8_t>(5 * poll),
                0x33};
    }
    void request(int poll)
    {
        const std::uint8_t number = unit(poll);
        say({number, 3, 0, static_cast<std::uint8_t>(16 * number), 0, 2});
        now += milliseconds(4);
    }
    void say(const Octets &frame)
    {
        line.rtu(now, frame);
        now += line.duration(frame.size() + 2);
    }
    // Not one frame but two at once: it begins as the answer does and goes on behind its end.
    void two_at_once(int poll)
    {
        Octets octets = answer(poll);
        for (int i = 0; i < 24; ++i)
            octets.push_back(static_cast<std::uint8_t>(0x31 + 37 * i + poll));
        line.octets(now, octets);
        now += line.duration(octets.size());
    }
    void pulse()
    {
        now += milliseconds(15);
        line.octets(now, {0x00});
    }
    void pause(int poll) { now += milliseconds(25) + microseconds(370 * (poll % 7)); }

    LineBench line;
    Duration now = milliseconds(50);
};

Talk talk(int polls, bool pulses, bool (*collides)(int poll))
{
    Talk talk;
    for (int poll = 0; poll < polls; ++poll) {
        talk.request(poll);
        if (collides(poll))
            talk.two_at_once(poll);
        else
            talk.say(Talk::answer(poll));
        if (pulses)
            talk.pulse();
        talk.pause(poll);
    }
    return talk;
}

bool has(const std::string &findings, std::string_view id)
{
    return findings.find(id) != std::string::npos;
}

TEST(LineDamageRules, BurstsThatAreLongerThanAnythingDueAreTwoMasters)
{
    const auto now_and_then = [](int poll) { return poll % 7 == 1; };
    EXPECT_EQ(line_findings(talk(60, false, now_and_then).line), "rtu-two-masters");
    EXPECT_FALSE(has(line_findings(talk(60, true, now_and_then).line), "rtu-two-masters"));
}

TEST(LineDamageRules, AnswersOfOneUnitThatAreTooLongAreTwoDevices)
{
    const auto of_unit_two = [](int poll) { return poll % 3 == 1 && poll % 2 == 0; };
    EXPECT_EQ(line_findings(talk(60, false, of_unit_two).line), "rtu-duplicate-address/2");
    EXPECT_FALSE(has(line_findings(talk(60, true, of_unit_two).line), "rtu-duplicate-address"));
}

// Four standard deviations: enough where only what is sent is damaged.
TEST(LineDamageRules, EchoOfADisturbedLineNeedsMoreEvidence)
{
    Talk quiet({57'600, 8, Parity::even, 1});
    for (int poll = 0; poll < 60; ++poll) {
        quiet.request(poll);
        quiet.say(Talk::answer(poll));
        quiet.pause(poll);
    }
    Facts facts = facts_of(quiet.line);
    LineFacts &line = facts.lines[0];
    line.bad = 30;
    line.bit_errors.errors = 40;
    line.bit_errors.after_edge.fill(10);
    line.bit_errors.expected.fill(10);
    line.bit_errors.variance.fill(5);
    line.bit_errors.after_edge[0] = 19;
    EXPECT_EQ(line_findings(facts), "rtu-reflections");
    line.spikes.between = 12;
    line.spikes.octets = 12;
    EXPECT_EQ(line_findings(facts), "rtu-crc-errors");
    line.bit_errors.after_edge[0] = 24;
    EXPECT_EQ(line_findings(facts), "rtu-reflections");
}

TEST(LineDamageRules, MarksOnWholePacketsOfADamagedLineAreNoSetting)
{
    Facts facts = facts_of(talk(60, false, [](int) { return false; }).line);
    LineFacts &line = facts.lines[0];
    line.marks.chunks = {};
    line.marks.chunks[2] = {3, 97, 0, 0};
    line.marks.several = 97;
    EXPECT_EQ(line_findings(facts), "rtu-parity-mismatch");
    line.octets *= 2;  // half of them in no frame
    EXPECT_EQ(line_findings(facts), "");
}

}  // namespace
}  // namespace buswitness::test
