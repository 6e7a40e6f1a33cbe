// The vocabulary of findings with network scope. An id never changes its meaning; the table of words is catalogue.cpp.
#pragma once

#include <cstddef>
#include <cstdint>

namespace buswitness::diagnose {

enum class FindingId : std::uint8_t {
    tcp_connection_refused,
    tcp_wrong_port,
    tcp_connection_limit,
    tcp_connection_evicted,
    tcp_loopback_only,
    tcp_local_only_firewall,
    tcp_connect_timeout,
    tcp_host_down,
    tcp_firewall_drop,
    tcp_no_return_route,
    tcp_firewall_reject,
    tcp_unreachable,
    tcp_accept_then_close,
    tcp_handshake_incomplete,
    tcp_spoofed_syn,
    tcp_connect_slow,
    tcp_stray_rst,
    udp_port_unreachable,
    duplicate_ip,
    arp_unanswered,
    tcp_connection_lost,
    tcp_connection_reset,
    tcp_idle_close,
    tcp_zero_window,
    tcp_retransmissions,
    tcp_mtu_blackhole,
    modbus_no_response,
    modbus_unit_silent,
    modbus_late_response,
    modbus_slow_response,
    modbus_client_out_of_step,
    modbus_exception,
    modbus_gateway_no_response,
    modbus_gateway_path,
    modbus_transaction_mismatch,
    modbus_duplicate_response,
    modbus_malformed,
    modbus_rtu_over_tcp,
    modbus_ascii_over_tcp,
    modbus_not_modbus,
    modbus_tls,
    tls_handshake_failed,
    modbus_broadcast,
    modbus_first_request_ignored,
    modbus_pipelining_unanswered,
    modbus_address_notation,
    modbus_timeout_too_short,
    modbus_nonstandard_port,
    modbus_exposed,
    modbus_writes_seen,
    capture_one_sided,
    capture_midstream,
    capture_loss,
    capture_truncated,
    capture_duplicates,
    capture_clock_step,
    capture_no_modbus,
};

inline constexpr std::size_t finding_count = static_cast<std::size_t>(FindingId::capture_no_modbus) + 1;

}  // namespace buswitness::diagnose
