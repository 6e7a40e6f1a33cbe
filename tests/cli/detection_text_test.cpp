#include "cli/detection_text.h"

#include <gtest/gtest.h>

namespace buswitness::cli {
namespace {

using analyzer::FormatProof;

Detection found_even()
{
    Detection found;
    found.line.heard = found.line.found = found.line.certain = true;
    found.line.listen = {19'200, 8, serial::Parity::even, 1};
    found.line.formats = {.none_1 = false, .none_2 = false, .even = true, .odd = false};
    found.line.proof = FormatProof::marks_of_octets;
    found.line.frames = 5;
    found.line.different = 4;
    found.line.octets = found.line.frame_octets = 63;
    found.line.log_chance = -30;
    found.time = std::chrono::seconds(2);
    return found;
}

bool has(const std::string &text, std::string_view words)
{
    return text.find(words) != std::string::npos;
}

TEST(DetectionText, NamesSettingsEvidenceAndTheNextCommand)
{
    const std::string text = detection_text(found_even(), "ttyUSB0", false);
    EXPECT_TRUE(text.starts_with("ttyUSB0: 19200 8E1, Modbus RTU, certain\n")) << text;
    EXPECT_TRUE(has(text, "5 frames with right check sum, 4 of them different")) << text;
    EXPECT_TRUE(has(text, "1 in 10^13")) << text;
    EXPECT_TRUE(has(text, "buswitness capture --serial ttyUSB0,19200,8E1 -w bus.pcapng\n")) << text;
    EXPECT_FALSE(has(text, "pseudo-terminal")) << text;
}

TEST(DetectionText, ClaimsNoFormatThatIsNotKnown)
{
    Detection found = found_even();
    found.line.formats = {.none_1 = false, .none_2 = true, .even = true, .odd = true};
    found.line.proof = FormatProof::no_marks_at_all;
    EXPECT_EQ(headline(found), "19200 8N2, 8E1 or 8O1, Modbus RTU, certain");
    found.line.formats = {.none_1 = true, .none_2 = true, .even = false, .odd = false};
    found.line.certain = false;
    EXPECT_EQ(headline(found), "19200 8N1 or 8N2, Modbus RTU, likely");
}

TEST(DetectionText, SendsToTheWiresBeforeTheNextCommand)
{
    Detection found = found_even();
    found.line.inverted = true;
    const std::string text = detection_text(found, "ttyUSB0", false);
    EXPECT_TRUE(has(text, "A and B exchanged")) << text;
    EXPECT_LT(text.find("exchange A and B at the tap"), text.find("buswitness capture")) << text;
    EXPECT_FALSE(reads_as_heard(found.line));
}

TEST(DetectionText, SaysSilenceAsSilence)
{
    Detection silence;
    silence.end = Detection::End::time_over;
    silence.time = std::chrono::seconds(60);
    const std::string text = detection_text(silence, "ttyUSB0", false);
    EXPECT_TRUE(has(text, "nothing was heard in")) << text;
    EXPECT_TRUE(has(text, "tells nothing of the settings")) << text;
    EXPECT_FALSE(has(text, "--serial ttyUSB0,")) << text;
}

TEST(DetectionText, NamesNoSettingsForWhatDoesNotRead)
{
    Detection vain;
    vain.end = Detection::End::stopped;
    vain.line.heard = true;
    vain.line.all_octets = 900;
    const std::string text = detection_text(vain, "ttyUSB0", false);
    EXPECT_TRUE(has(text, "no settings explain what was heard")) << text;
    EXPECT_FALSE(has(text, "--serial ttyUSB0,")) << text;
}

}  // namespace
}  // namespace buswitness::cli
