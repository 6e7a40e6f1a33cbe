// Addresses and endpoints as values. An IPv4 address is held as IPv4-mapped IPv6 (RFC 4291, 2.5.5.2), so that
// one type keys every table.
#pragma once

#include <compare>
#include <cstdint>
#include <string>

namespace buswitness {

struct Address {
    std::uint64_t high = 0;
    std::uint64_t low = 0;

    static constexpr Address v4(std::uint32_t value) { return {0, 0x0000'FFFF'0000'0000ULL | value}; }
    [[nodiscard]] constexpr bool is_v4() const { return high == 0 && low >> 32 == 0xFFFF; }
    [[nodiscard]] constexpr std::uint32_t v4_value() const { return static_cast<std::uint32_t>(low); }
    [[nodiscard]] constexpr bool is_unspecified() const
    {
        return (high == 0 && low == 0) || (is_v4() && v4_value() == 0);
    }
    [[nodiscard]] constexpr bool is_loopback() const
    {
        return is_v4() ? v4_value() >> 24 == 127 : high == 0 && low == 1;
    }
    auto operator<=>(const Address &) const = default;
    bool operator==(const Address &other) const { return ((high ^ other.high) | (low ^ other.low)) == 0; }
};

struct Endpoint {
    Address address;
    std::uint16_t port = 0;  // 0: no port is known
    auto operator<=>(const Endpoint &) const = default;
    // Of all fields at once: every packet compares endpoints, and which field differs cannot be foreseen.
    bool operator==(const Endpoint &other) const
    {
        const auto ports = static_cast<std::uint64_t>(port ^ other.port);
        return ((address.high ^ other.address.high) | (address.low ^ other.address.low) | ports) == 0;
    }
};

struct MacAddress {
    std::uint64_t value = 0;  // 48 bits; 0: none
    auto operator<=>(const MacAddress &) const = default;
};

std::string to_string(const Address &address);    // 10.0.0.2 or fd00::2 (RFC 5952)
std::string to_string(const Endpoint &endpoint);  // 10.0.0.2:502, [fd00::2]:502; without port just the address
std::string to_string(const MacAddress &mac);     // 00:1b:1b:00:00:01

// True for addresses that the Internet routes (not private, link-local, loopback, documentation or multicast).
bool is_public(const Address &address);

}  // namespace buswitness
