// How strongly octets speak for Modbus where nobody said that Modbus is spoken. Points are added up per server
// endpoint; three prove. LDAP and others carry octets that look like one MBAP header with the right length.
#pragma once

#include "decode/modbus/session.h"

namespace buswitness::modbus {

struct EvidencePoints {
    Speech speech = Speech::undecided;
    int points = 0;
    bool contradicts = false;  // the octets cannot be Modbus
};

// The octets of one side from its first on; the last ADU may be incomplete.
EvidencePoints evidence(Role role, Bytes octets);

// A response among `responses` answers a request among `requests` (transaction identifier, unit, function).
bool pairs_up(Bytes requests, Bytes responses);

}  // namespace buswitness::modbus
