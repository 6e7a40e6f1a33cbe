// Answers that say no, belong to nobody, or break the specification.
#include "tests/support/frames.h"
#include "tests/support/scenario.h"

#include <gtest/gtest.h>

namespace buswitness::test {
namespace {

const std::string connected = "0.0 C>S CONNECT\n";

// ---- exceptions

TEST(AnswerRules, ExceptionNamesUnitFunctionAndCode)
{
    const Diagnosis diagnosis =
        diagnosed(connected + "+1 C>S POLL 3 u7\n" + repeated("+1 C>S ask f4 u7 a500\n+0.01 S>C exception c4\n", 2));
    ASSERT_EQ(ids_of(diagnosis.findings, false), "modbus-exception");
    EXPECT_EQ(diagnosis.findings[0].unit, 7);
    EXPECT_EQ(diagnosis.findings[0].function_code, 4);
    EXPECT_EQ(diagnosis.findings[0].exception_code, 4);
    EXPECT_EQ(diagnosis.findings[0].count, 2U);
}

TEST(AnswerRules, GatewayExceptionsHaveTheirOwnNames)
{
    EXPECT_EQ(findings(connected + repeated("+1 C>S read u7\n+0.01 S>C exception c11\n", 3)),
              "modbus-gateway-no-response");
    EXPECT_EQ(findings(connected + repeated("+1 C>S read u7\n+0.01 S>C exception c10\n", 3)), "modbus-gateway-path");
}

// Acknowledge: a long-running programming command was accepted.
TEST(AnswerRules, AcknowledgeIsNoFault)
{
    EXPECT_EQ(findings(connected + "+1 C>S write a5 v1\n+0.01 S>C exception c5\n+1 C>S POLL 3\n"), "");
}

TEST(AnswerRules, BusyNowAndThenIsNoError)
{
    const std::string text = connected + "+1 C>S POLL 10\n+1 C>S read\n+0.01 S>C exception c6\n+1 C>S POLL 10\n";
    EXPECT_EQ(judged(text, "modbus-exception").find("error"), std::string::npos);
}

TEST(AnswerRules, AddressNotationForTableNumbers)
{
    EXPECT_EQ(findings(connected + repeated("+1 C>S read a40001\n+0.01 S>C exception c2\n", 2)),
              "modbus-address-notation");
    EXPECT_EQ(findings(connected + repeated("+1 C>S ask f4 a30010\n+0.01 S>C exception c2\n", 2)),
              "modbus-address-notation");
}

// Devices with real registers at 40001 and beyond (SunSpec begins at 40000): the address next to them is just not
// there.
TEST(AnswerRules, HighAddressesThatAreServedAreNoNotation)
{
    EXPECT_EQ(findings(connected +
                       "+1 C>S POLL 5 a40000\n+1 C>S POLL 3 a40010\n+1 C>S read a42000\n+0.01 S>C exception c2\n"),
              "modbus-exception");
}

TEST(AnswerRules, ExceptionTwoForOtherAddressesIsNoNotation)
{
    EXPECT_EQ(findings(connected + repeated("+1 C>S read a1000\n+0.01 S>C exception c2\n", 2)), "modbus-exception");
}

// ---- answers that fit no request

TEST(AnswerRules, TransactionMismatchByIdentifier)
{
    EXPECT_EQ(subjects(connected + repeated("+1 C>S read t5\n+0.01 S>C answer t0\n", 4)),
              "modbus-transaction-mismatch 10.1.1.10>10.1.1.50:502 unit 1");
}

TEST(AnswerRules, TransactionMismatchByUnitIsToldOfTheUnitThatWasAsked)
{
    EXPECT_EQ(subjects(connected + repeated("+1 C>S read u5\n+0.01 S>C answer u1\n", 4)),
              "modbus-transaction-mismatch 10.1.1.10>10.1.1.50:502 unit 5");
}

TEST(AnswerRules, DuplicateResponse)
{
    EXPECT_EQ(findings(connected + repeated("+1 C>S POLL\n+0.005 S>C answer\n", 3)), "modbus-duplicate-response");
}

TEST(AnswerRules, RepeatedSegmentIsNoDuplicateResponse)
{
    EXPECT_EQ(findings(connected + repeated("+1 C>S POLL\n+0.2 S>C again\n", 2)), "");
}

TEST(AnswerRules, FirstAnswerOfACaptureMayBelongToTheTimeBefore)
{
    EXPECT_EQ(findings(connected + "+1 C>S read u3\nBEGIN\n+0.01 S>C answer\n+1 C>S POLL 5 u1\n"), "");
}

// ---- malformed

TEST(AnswerRules, MalformedLengthByTheServer)
{
    for (const char *error : {"len-1", "len+1"}) {
        const std::string text = connected + repeated(std::string("+1 C>S read\n+0.01 S>C answer ") + error + "\n", 5);
        EXPECT_EQ(findings(text), "modbus-malformed") << error;
        EXPECT_NE(judged(text, "modbus-malformed").find("server"), std::string::npos) << error;
    }
}

TEST(AnswerRules, MalformedProtocolIdentifierByTheServer)
{
    EXPECT_EQ(findings(connected + "+1 C>S POLL 3\n" + repeated("+1 C>S read\n+0.01 S>C answer proto 1\n", 5)),
              "modbus-malformed");
}

TEST(AnswerRules, MalformedQuantityByTheClient)
{
    const std::string text = connected + repeated("+1 C>S read q200\n+0.01 S>C exception c3\n", 3);
    EXPECT_NE(judged(text, "modbus-malformed").find("client"), std::string::npos) << findings(text);
}

// The recorder cut the packets, the device did not.
TEST(AnswerRules, SnappedAnswerIsNotMalformed)
{
    for (const char *snap : {"56", "60", "61", "63", "70"})
        EXPECT_EQ(findings("SNAPLEN " + std::string(snap) + "\n" + connected + "+0.1 C>S POLL 10 q20\n"), "") << snap;
}

TEST(AnswerRules, AnswerInTwoSegmentsIsNotMalformed)
{
    EXPECT_EQ(findings(connected + repeated(R"(
        +1     C>S  read t7 q2
        +0.01  S>C  DATA 0007
        +0.001 S>C  DATA 000000070103
        +0.001 S>C  DATA 0411111111
    )",
                                            4)),
              "");
}

TEST(AnswerRules, TwoAnswersInOneSegmentAreTwoAnswers)
{
    const Diagnosis diagnosis = diagnosed(connected + R"(
        +1     C>S  read t7 q1
        +0.001 C>S  read t8 q1
        +0.01  S>C  DATA 00070000000501030211110008000000050103021111
        +1     C>S  POLL 3
    )");
    EXPECT_EQ(ids_of(diagnosis.findings, true), "");
    EXPECT_EQ(diagnosis.report.totals.requests.answered, 5U);
}

// An answer cut by the end of the file.
TEST(AnswerRules, AnswerCutByTheEndIsNotMalformed)
{
    EXPECT_EQ(findings(connected + "+1 C>S POLL 3\n+1 C>S read t7 q2\n+0.01 S>C DATA 00070000000701\n"), "");
}

// UMAS and other vendors' functions are longer than the specification has it, and healthy.
TEST(AnswerRules, LongVendorFunctionIsNotMalformed)
{
    const std::string body(2 * 400, '1');
    EXPECT_EQ(findings(connected + "+1 C>S POLL 3\n" +
                       repeated("+1 C>S DATA 0009000000050"
                                "15a010203\n+0.01 S>C DATA 000900000193"
                                "015a" +
                                    body + "11\n",
                                3)),
              "");
}

}  // namespace
}  // namespace buswitness::test
