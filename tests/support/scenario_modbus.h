// Requests and responses from the words of a scenario: u1 t7 f3 a0 q10 v0 c2 and their envelope.
#pragma once

#include "tests/support/scenario_wire.h"
#include "tests/support/scenario_words.h"

#include <deque>

namespace buswitness::test {

// What one client has asked on one connection; the words of an answer are filled from it.
class Dialogue {
public:
    wire::Octets request(Words &words, int function);
    wire::Octets response(Words &words, bool exception, bool newest = false);

private:
    struct Request {
        std::uint16_t transaction = 0, quantity = 0, address = 0;
        std::uint8_t unit = 0, function = 0;
    };
    struct Pdu;
    static Pdu read(Words &words);
    static wire::Octets enveloped(const Pdu &pdu, const Request &request, const wire::Octets &octets);
    Request take(const Pdu &pdu);

    std::deque<Request> open_;
    Request latest_;
    std::uint16_t next_transaction_ = 1;
};

}  // namespace buswitness::test
