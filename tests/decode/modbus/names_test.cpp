#include "decode/modbus/names.h"

#include <gtest/gtest.h>

namespace buswitness::modbus {
namespace {

TEST(ModbusNames, FunctionCodesHaveTheSpecificationsNames)
{
    EXPECT_EQ(function_name(1), "Read Coils");
    EXPECT_EQ(function_name(3), "Read Holding Registers");
    EXPECT_EQ(function_name(23), "Read/Write Multiple Registers");
    EXPECT_EQ(function_name(43), "Encapsulated Interface Transport");
    EXPECT_EQ(function_name(90), "UMAS (Schneider)");
    EXPECT_EQ(function_name(65), "user-defined");
    EXPECT_EQ(function_name(110), "user-defined");
    EXPECT_EQ(function_name(41), "reserved");
    EXPECT_EQ(function_name(64), "unassigned");
    EXPECT_EQ(function_name(0), "invalid");
}

TEST(ModbusNames, PublicFunctionCodesAreThoseOfClauseSix)
{
    std::string listed;
    for (int code = 0; code < 256; ++code) {
        if (is_public_function(static_cast<std::uint8_t>(code)))
            listed += std::to_string(code) + ' ';
    }
    EXPECT_EQ(listed, "1 2 3 4 5 6 7 8 11 12 15 16 17 20 21 22 23 24 43 ");
}

TEST(ModbusNames, ExceptionCodesHaveTheSpecificationsNames)
{
    EXPECT_EQ(exception_name(1), "Illegal Function");
    EXPECT_EQ(exception_name(4), "Server Device Failure");
    EXPECT_EQ(exception_name(7), "Negative Acknowledge");
    EXPECT_EQ(exception_name(8), "Memory Parity Error");
    EXPECT_EQ(exception_name(11), "Gateway Target Device Failed To Respond");
    EXPECT_EQ(exception_name(0), "unassigned");
    EXPECT_EQ(exception_name(9), "unassigned");
    EXPECT_EQ(exception_name(12), "unassigned");
    EXPECT_FALSE(is_public_exception(9));
    EXPECT_TRUE(is_public_exception(10));
}

TEST(ModbusNames, SubFunctionsAndMeiTypesHaveNames)
{
    EXPECT_EQ(diagnostic_name(0), "Return Query Data");
    EXPECT_EQ(diagnostic_name(5), "reserved");
    EXPECT_EQ(diagnostic_name(20), "Clear Overrun Counter and Flag");
    EXPECT_EQ(diagnostic_name(21), "reserved");
    EXPECT_EQ(mei_name(13), "CANopen General Reference");
    EXPECT_EQ(mei_name(14), "Read Device Identification");
    EXPECT_EQ(mei_name(0), "reserved");
}

}  // namespace
}  // namespace buswitness::modbus
