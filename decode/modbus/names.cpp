#include "decode/modbus/names.h"

#include <array>

namespace buswitness::modbus {
namespace {

struct Row {
    std::uint8_t code;
    std::string_view name;
};

// Clause 6, then annex A (reserved) with the words of the Modicon reference guide where it names a code.
constexpr Row functions[] = {
    {1, "Read Coils"},
    {2, "Read Discrete Inputs"},
    {3, "Read Holding Registers"},
    {4, "Read Input Registers"},
    {5, "Write Single Coil"},
    {6, "Write Single Register"},
    {7, "Read Exception Status"},
    {8, "Diagnostics"},
    {9, "Program (484)"},
    {10, "Poll (484)"},
    {11, "Get Comm Event Counter"},
    {12, "Get Comm Event Log"},
    {13, "Program Controller"},
    {14, "Poll Controller"},
    {15, "Write Multiple Coils"},
    {16, "Write Multiple Registers"},
    {17, "Report Server ID"},
    {18, "Program (884)"},
    {19, "Reset Communication Link"},
    {20, "Read File Record"},
    {21, "Write File Record"},
    {22, "Mask Write Register"},
    {23, "Read/Write Multiple Registers"},
    {24, "Read FIFO Queue"},
    {40, "Program (Concept)"},
    {41, "reserved"},
    {42, "reserved"},
    {43, "Encapsulated Interface Transport"},
    {90, "UMAS (Schneider)"},
    {91, "reserved"},
    {125, "Firmware Replacement"},
    {126, "Program (584/984)"},
    {127, "Report Local Address"},
};

constexpr std::array<std::string_view, 128> make_function_names()
{
    std::array<std::string_view, 128> by_code{};
    for (std::string_view &name : by_code)
        name = "unassigned";
    for (std::size_t code = 65; code <= 72; ++code)
        by_code[code] = "user-defined";
    for (std::size_t code = 100; code <= 110; ++code)
        by_code[code] = "user-defined";
    for (const Row &row : functions)
        by_code[row.code] = row.name;
    by_code[0] = "invalid";
    return by_code;
}
constexpr std::array<std::string_view, 128> function_names = make_function_names();

constexpr std::array<std::string_view, 12> exception_names = {
    "unassigned",         "Illegal Function",         "Illegal Data Address",
    "Illegal Data Value", "Server Device Failure",    "Acknowledge",
    "Server Device Busy", "Negative Acknowledge",     "Memory Parity Error",
    "unassigned",         "Gateway Path Unavailable", "Gateway Target Device Failed To Respond",
};

constexpr std::array<std::string_view, 21> diagnostic_names = {
    "Return Query Data",
    "Restart Communications Option",
    "Return Diagnostic Register",
    "Change ASCII Input Delimiter",
    "Force Listen Only Mode",
    "reserved",
    "reserved",
    "reserved",
    "reserved",
    "reserved",
    "Clear Counters and Diagnostic Register",
    "Return Bus Message Count",
    "Return Bus Communication Error Count",
    "Return Bus Exception Error Count",
    "Return Server Message Count",
    "Return Server No Response Count",
    "Return Server NAK Count",
    "Return Server Busy Count",
    "Return Bus Character Overrun Count",
    "reserved",
    "Clear Overrun Counter and Flag",
};

}  // namespace

std::string_view function_name(std::uint8_t function)
{
    return function_names[function & 0x7F];
}

std::string_view exception_name(std::uint8_t exception_code)
{
    return exception_code < exception_names.size() ? exception_names[exception_code] : "unassigned";
}

std::string_view diagnostic_name(std::uint16_t sub_function)
{
    return sub_function < diagnostic_names.size() ? diagnostic_names[sub_function] : "reserved";
}

std::string_view mei_name(std::uint8_t mei_type)
{
    if (mei_type == 13)
        return "CANopen General Reference";
    return mei_type == 14 ? "Read Device Identification" : "reserved";
}

bool is_public_function(std::uint8_t function)
{
    return (function >= 1 && function <= 8) || function == 11 || function == 12 || (function >= 15 && function <= 17) ||
           (function >= 20 && function <= 24) || function == 43;
}

bool is_public_exception(std::uint8_t exception_code)
{
    return (exception_code >= 1 && exception_code <= 8) || exception_code == 10 || exception_code == 11;
}

}  // namespace buswitness::modbus
