// The lines of the two checklists: what each asks, and how to find out where a capture cannot tell.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace buswitness::diagnose {

enum class Check : std::uint8_t {
    address,
    reachable,
    port,
    listening,
    application,
    host_firewall,
    network_firewall,
    connection_limit,
    binding,
    serial_port_exists,
    serial_port_number,
    serial_port_free,
    baud,
    parity,
    unit,
    polarity,
    termination,
    ground,
    cable,
};

inline constexpr std::size_t check_count = static_cast<std::size_t>(Check::cable) + 1;

struct CheckRow {
    Check check{};
    std::string_view question;
    std::string_view ok;   // what a capture that shows it proves, and what it leaves open
    std::string_view how;  // what to run or measure; placeholders as in the catalogue
};

const CheckRow &row(Check check);
std::span<const CheckRow> tcp_checks();   // address .. binding
std::span<const CheckRow> line_checks();  // serial_port_exists .. cable

}  // namespace buswitness::diagnose
