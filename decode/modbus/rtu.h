// RTU and ASCII frames as octets (MODBUS over Serial Line V1.02, 2.5.1 and 2.5.2), as they also travel in TCP streams.
#pragma once

#include "decode/base/bytes.h"
#include "decode/modbus/pdu.h"

#include <array>
#include <cstdint>
#include <optional>

namespace buswitness::modbus {

// The highest unit identifier that the specification gives to a device (2.2); 248 to 255 are reserved, yet gateways and
// tools use them.
inline constexpr std::uint8_t last_unit = 247;

std::uint16_t crc16(Bytes octets);  // CRC-16/MODBUS, polynomial A001 reflected, initial FFFF
std::uint16_t crc16_step(std::uint16_t crc, std::uint8_t octet);  // crc16 octet by octet, from FFFF
std::uint8_t lrc(Bytes octets);                                   // two's complement of the sum

struct SerialAdu {
    std::uint8_t unit = 0;
    Bytes pdu;
    std::size_t length = 0;  // octets of the whole ADU on the wire
};

// The RTU frame that starts at octets[0], if its function code predicts a length in `role` and the CRC is right there.
// Unknown function codes are accepted only when the CRC closes exactly at the end of `octets`.
std::optional<SerialAdu> rtu_frame(Role role, Bytes octets);

// The ASCII frame ":" hex... LRC CR LF that starts at octets[0]; the decoded octets are written into `storage`
// and SerialAdu::pdu points there. Empty when it is not one, the LRC is wrong, or it is not complete yet.
std::optional<SerialAdu> ascii_frame(Bytes octets, std::array<std::uint8_t, 256> &storage);

}  // namespace buswitness::modbus
