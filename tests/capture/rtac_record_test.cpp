#include "capture/rtac_record.h"

#include "decode/serial/line.h"
#include "tests/support/hex.h"

#include <gtest/gtest.h>

namespace buswitness::capture {
namespace {

TEST(RtacRecord, HasTheHeaderOfTheLinkType)
{
    const Timestamp time{std::chrono::nanoseconds(1'780'000'000'123'456'789)};
    EXPECT_EQ(rtac_record(time, RtacEvent::tx_start, test::hex("01 03")),
              test::hex("6a 18 a5 00 | 00 01 e2 40 | 01 | 00 | 00 00 | 01 03"));
    EXPECT_EQ(rtac_record(Timestamp(), RtacEvent::overflow, {}), test::hex("00000000 00000000 0a 00 0000"));
}

TEST(RtacRecord, TheWorstMarkNamesTheEvent)
{
    using namespace serial;
    const auto event = [](int marks) { return event_of(static_cast<std::uint8_t>(marks), RtacEvent::rx_start); };
    EXPECT_EQ(event(no_mark), RtacEvent::rx_start);
    EXPECT_EQ(event(parity_error), RtacEvent::parity_error);
    EXPECT_EQ(event(framing_error), RtacEvent::framing_error);
    EXPECT_EQ(event(line_error), RtacEvent::framing_error);
    EXPECT_EQ(event(break_condition), RtacEvent::break_condition);
    EXPECT_EQ(event(octets_lost), RtacEvent::overflow);
    EXPECT_EQ(event(octets_lost | parity_error), RtacEvent::parity_error);
}

}  // namespace
}  // namespace buswitness::capture
