// A connection that ended long ago is let go; what the same endpoints say later without a handshake is a new one.
#include "tests/support/scenario.h"

#include <gtest/gtest.h>

namespace buswitness::test {
namespace {

std::string told(const Diagnosis &diagnosis)
{
    const report::Report &report = diagnosis.report;
    std::uint64_t midstream = 0;
    for (const report::ConnectionRow &row : report.connections)
        midstream += row.midstream;
    return std::to_string(report.totals.attempts.total) + " attempts, " + std::to_string(midstream) + " midstream, " +
           std::to_string(report.totals.requests.total) + " requests, " +
           std::to_string(report.totals.requests.answered) + " answered, " +
           std::to_string(report.totals.packets.tcp_other) + " without Modbus";
}

const std::string ended = R"(
0.000   C>S  CONNECT
+0.1    C>S  POLL 3 every 0.1
+0.1    C>S  CLOSE
)";
const std::string later = R"(
+70     C:b>S  CONNECT
+0.1    C:c>S  CONNECT
)";

TEST(Retire, StragglersOfAnEndedConnectionAreNoConnection)
{
    EXPECT_EQ(told(diagnosed(ended + later + "+0.1 C>S ACK\n")),
              "3 attempts, 0 midstream, 3 requests, 3 answered, 13 without Modbus");
}

TEST(Retire, DataOnAnEndedConnectionIsAnother)
{
    EXPECT_EQ(told(diagnosed(ended + later + "+0.1 C>S read t9 a1 q1\n+0.01 S>C answer\n")),
              "3 attempts, 1 midstream, 4 requests, 4 answered, 12 without Modbus");
}

TEST(Retire, AHalfClosedConnectionStays)
{
    const std::string half_closed = "0.000 C>S CONNECT\n+0.1 C>S read t1\n+0.01 C>S FIN ACK\n+0.01 S>C ACK\n";
    EXPECT_EQ(told(diagnosed(half_closed + later + "+0.1 S>C answer\n")),
              "3 attempts, 0 midstream, 1 requests, 1 answered, 11 without Modbus");
}

}  // namespace
}  // namespace buswitness::test
