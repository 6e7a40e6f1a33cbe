#include "decode/base/address.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <string_view>

namespace buswitness {
namespace {

void append(std::string &text, unsigned value, int base = 10)
{
    std::array<char, 12> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value, base).ptr;
    text.append(digits.data(), end);
}

std::array<unsigned, 8> groups_of(const Address &address)
{
    std::array<unsigned, 8> groups{};
    for (std::size_t i = 0; i < 8; ++i) {
        const std::uint64_t half = i < 4 ? address.high : address.low;
        groups[i] = static_cast<unsigned>(half >> (48 - 16 * (i % 4)) & 0xFFFF);
    }
    return groups;
}

struct Run {
    std::size_t first = 0;
    std::size_t length = 0;
};

// RFC 5952, 4.2: the longest run of two or more zero groups is shortened, the first of equals.
Run longest_zero_run(const std::array<unsigned, 8> &groups)
{
    Run best;
    Run current;
    for (std::size_t i = 0; i < groups.size(); ++i) {
        if (groups[i] != 0) {
            current = {i + 1, 0};
            continue;
        }
        ++current.length;
        if (current.length > best.length)
            best = current;
    }
    return best.length >= 2 ? best : Run{};
}

std::string v4_text(std::uint32_t value)
{
    std::string text;
    for (unsigned shift = 32; shift > 0; shift -= 8) {
        if (shift != 32)
            text += '.';
        append(text, value >> (shift - 8) & 0xFF);
    }
    return text;
}

std::string v6_text(const Address &address)
{
    const auto groups = groups_of(address);
    const Run zeros = longest_zero_run(groups);
    std::string text;
    for (std::size_t i = 0; i < groups.size();) {
        if (zeros.length != 0 && i == zeros.first) {
            text += "::";
            i += zeros.length;
            continue;
        }
        if (!text.empty() && text.back() != ':')
            text += ':';
        append(text, groups[i++], 16);
    }
    return text;
}

struct Network {
    std::uint32_t prefix;
    unsigned bits;
};

// The IANA special-purpose registry (RFC 6890), as far as the Internet does not route it, multicast and class E.
constexpr Network not_routed_v4[] = {
    {0x00000000, 8},   // "this network"
    {0x0A000000, 8},   // private
    {0x64400000, 10},  // carrier-grade NAT
    {0x7F000000, 8},   // loopback
    {0xA9FE0000, 16},  // link-local
    {0xAC100000, 12},  // private
    {0xC0000000, 24},  // protocol assignments
    {0xC0000200, 24},  // documentation
    {0xC0A80000, 16},  // private
    {0xC6120000, 15},  // benchmarks
    {0xC6336400, 24},  // documentation
    {0xCB007100, 24},  // documentation
    {0xE0000000, 3},   // multicast, reserved, broadcast
};

bool is_public_v4(std::uint32_t value)
{
    return std::ranges::none_of(not_routed_v4, [value](const Network &network) {
        return (value ^ network.prefix) >> (32 - network.bits) == 0;
    });
}

bool is_public_v6(const Address &address)
{
    if (address.high == 0x0064'FF9B'0000'0000ULL && address.low >> 32 == 0)  // NAT64, RFC 6052
        return is_public_v4(static_cast<std::uint32_t>(address.low));
    const bool global_unicast = address.high >> 61 == 1;
    const bool documentation = address.high >> 32 == 0x2001'0DB8 || address.high >> 44 == 0x3FFF0;
    return global_unicast && !documentation;
}

}  // namespace

std::string to_string(const Address &address)
{
    return address.is_v4() ? v4_text(address.v4_value()) : v6_text(address);
}

std::string to_string(const Endpoint &endpoint)
{
    std::string text = to_string(endpoint.address);
    if (endpoint.port == 0)
        return text;
    if (!endpoint.address.is_v4())
        text = '[' + text + ']';
    text += ':';
    append(text, endpoint.port);
    return text;
}

std::string to_string(const MacAddress &mac)
{
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (unsigned shift = 48; shift > 0; shift -= 8) {
        if (shift != 48)
            text += ':';
        text += digits[mac.value >> (shift - 4) & 0xF];
        text += digits[mac.value >> (shift - 8) & 0xF];
    }
    return text;
}

bool is_public(const Address &address)
{
    return address.is_v4() ? is_public_v4(address.v4_value()) : is_public_v6(address);
}

}  // namespace buswitness
