// One row for each transaction, for those who list or stream them. Kept only where somebody asks for it. An answer that
// comes after the client gave up makes a second row, late or stale, with the same request.
#pragma once

#include "decode/base/address.h"
#include "decode/base/moment.h"

#include <cstdint>
#include <optional>
#include <string>

namespace buswitness {

enum class TransactionOutcome : std::uint8_t {
    answered,
    exception,
    no_response,
    late,   // answered after the client had given up, or closed
    stale,  // answered after the client had sent another request instead
    undecided,
};

enum class Transport : std::uint8_t { tcp, udp, rtu, ascii };

struct TransactionRow {
    Moment request, response;  // response: not seen where there is none
    Transport transport = Transport::tcp;
    Address client;  // on a network
    Endpoint server;
    std::string line;  // the interface of a serial line: nobody has an address there
    std::uint8_t unit = 0, function = 0;
    std::optional<std::uint16_t> address, quantity;  // of the request, as on the wire
    TransactionOutcome outcome = TransactionOutcome::undecided;
    std::optional<std::uint8_t> exception_code;
};

}  // namespace buswitness
