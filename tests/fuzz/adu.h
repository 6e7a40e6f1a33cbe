// A Modbus/TCP ADU without fault, made of three octets of the input: few transactions and addresses, so that they meet.
#pragma once

#include "tests/fuzz/input.h"

#include <array>
#include <initializer_list>

namespace buswitness::fuzz {

class Adu {
public:
    Adu(bool request, Input &input)
    {
        const std::uint8_t function = input.u8(), transaction = input.u8(), value = input.u8();
        add({0, transaction, 0, 0, 0, 0, static_cast<std::uint8_t>(function >> 5)});
        switch (function % 5) {
        case 0: request ? add({3, 0, value, 0, 1}) : add({3, 2, value, value}); break;
        case 1: add({6, 0, value, value, 1}); break;
        case 2: request ? add({16, 0, value, 0, 1, 2, 0, value}) : add({16, 0, value, 0, 1}); break;
        case 3: request ? add({1, 0, value, 0, 8}) : add({1, 1, value}); break;
        default: request ? add({7}) : add({0x83, 2}); break;
        }
        octets_[5] = static_cast<std::uint8_t>(size_ - 6);
    }
    [[nodiscard]] Bytes octets() const { return Bytes(octets_).first(size_); }

private:
    void add(std::initializer_list<std::uint8_t> octets)
    {
        for (const std::uint8_t octet : octets)
            octets_[size_++] = octet;
    }

    std::array<std::uint8_t, 16> octets_{};
    std::size_t size_ = 0;
};

}  // namespace buswitness::fuzz
