#include "decode/modbus/evidence.h"

#include "decode/modbus/rtu.h"

#include <algorithm>

namespace buswitness::modbus {

namespace {

// Lightweight Directory Access Protocol with long lengths: a BER sequence, then message identifier of one octet.
bool is_ldap(Bytes octets)
{
    return octets.size() >= 8 && octets[0] == 0x30 && octets[1] == 0x84 && octets[6] == 0x02 && octets[7] <= 0x04;
}

int points_of(Role role, const Pdu &pdu, std::size_t octets)
{
    if (!is_strict(pdu, octets))
        return 0;
    if (role == Role::response || pdu.function == 6 || pdu.function == 7 || pdu.function == 8 || octets < 5)
        return 1;
    return 2;
}

EvidencePoints mbap_evidence(Role role, Bytes octets)
{
    EvidencePoints found{.speech = Speech::mbap};
    std::size_t at = 0;
    while (octets.size() - at > 7) {
        const Bytes rest = octets.subspan(at);
        if (is_ldap(rest) || !plausible_mbap(role, rest)) {
            found.contradicts = true;
            return found;
        }
        const std::size_t end = 6U + be16_at(rest, 4);
        if (end > rest.size())
            break;
        const Bytes pdu = rest.subspan(7, end - 7);
        found.points += points_of(role, parse_pdu(role, pdu), pdu.size());
        at += end;
    }
    return found;
}

EvidencePoints rtu_evidence(Role role, Bytes octets)
{
    EvidencePoints found{.speech = Speech::rtu};
    std::size_t at = 0;
    while (at < octets.size()) {
        const auto frame = rtu_frame(role, octets.subspan(at));
        if (!frame || !is_strict(parse_pdu(role, frame->pdu), frame->pdu.size()))
            break;
        found.points += 2;
        at += frame->length;
    }
    found.contradicts = at == 0;
    return found;
}

EvidencePoints ascii_evidence(Role role, Bytes octets)
{
    EvidencePoints found{.speech = Speech::ascii};
    std::array<std::uint8_t, 256> storage{};
    std::size_t at = 0;
    while (at < octets.size()) {
        const auto frame = ascii_frame(octets.subspan(at), storage);
        if (!frame || !is_strict(parse_pdu(role, frame->pdu), frame->pdu.size()))
            break;
        found.points += 2;
        at += frame->length;
    }
    found.contradicts = at == 0;
    return found;
}

}  // namespace

EvidencePoints evidence(Role role, Bytes octets)
{
    if (octets.size() >= 4)
        if (const EvidencePoints rtu = rtu_evidence(role, octets); !rtu.contradicts)
            return rtu;
    if (!octets.empty() && octets[0] == ':') {
        if (const EvidencePoints ascii = ascii_evidence(role, octets); !ascii.contradicts || octets.size() >= 513)
            return ascii;
        return {.contradicts = std::ranges::find(octets, std::uint8_t{'\n'}) != octets.end()};
    }
    if (octets.size() < 8)
        return {.contradicts =
                    octets.size() >= 4 && be16_at(octets, 2) != 0 && predict_length(role, octets.subspan(1)).need == 0};
    return mbap_evidence(role, octets);
}

bool pairs_up(Bytes requests, Bytes responses)
{
    const auto each = [](Bytes octets, auto &&use) {
        while (octets.size() > 7) {
            const std::size_t end = 6U + be16_at(octets, 4);
            if (use(octets))
                return true;
            if (end >= octets.size())
                break;
            octets = octets.subspan(end);
        }
        return false;
    };
    return each(responses, [&](Bytes response) {
        return each(requests, [&](Bytes request) {
            return be16_at(request, 0) == be16_at(response, 0) && request[6] == response[6] &&
                   request[7] == (response[7] & 0x7F);
        });
    });
}

}  // namespace buswitness::modbus
