// The field's words: function codes, exception codes, sub-functions (MODBUS Application Protocol V1.1b3, 5 to 7).
#pragma once

#include <cstdint>
#include <string_view>

namespace buswitness::modbus {

std::string_view function_name(std::uint8_t function);         // "Read Holding Registers"; "user-defined" / "reserved"
std::string_view exception_name(std::uint8_t exception_code);  // "Illegal Data Address"
std::string_view diagnostic_name(std::uint16_t sub_function);  // function 8
std::string_view mei_name(std::uint8_t mei_type);              // function 43
bool is_public_function(std::uint8_t function);                // 1-8, 11, 12, 15-17, 20-24, 43
bool is_public_exception(std::uint8_t exception_code);         // 1-8, 10, 11

}  // namespace buswitness::modbus
