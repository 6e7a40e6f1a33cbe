// Used by identify.cpp only: the fixed first octets of protocols that are met on Modbus ports.
#pragma once

#include "decode/modbus/identify.h"

namespace buswitness::modbus {

Foreign match_signature(Bytes octets, bool from_server);  // `unknown`: none fits

}  // namespace buswitness::modbus
