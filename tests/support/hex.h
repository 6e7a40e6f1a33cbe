// Octets as the tests write them.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace buswitness::test {

// "01 03 ff": two digits an octet; blanks are for the reader, "|" may part headers.
std::vector<std::uint8_t> hex(std::string_view text);

}  // namespace buswitness::test
