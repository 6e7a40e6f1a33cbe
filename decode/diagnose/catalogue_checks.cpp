// Which lines of the checklists a finding answers: where it is the problem, and where it makes one suspect.
#include "decode/diagnose/catalogue_rows.h"

namespace buswitness::diagnose {

namespace {

using enum Check;
using enum FindingId;

constexpr Check on_address[] = {address};
constexpr Check on_reachable[] = {reachable};
constexpr Check on_port[] = {port};
constexpr Check on_listening[] = {listening};
constexpr Check on_application[] = {application};
constexpr Check on_host_firewall[] = {host_firewall};
constexpr Check on_network_firewall[] = {network_firewall};
constexpr Check on_limit[] = {connection_limit};
constexpr Check on_binding[] = {binding};
constexpr Check on_unit[] = {unit};
constexpr Check address_or_cable[] = {address, reachable};
constexpr Check after_refusal[] = {port, application, binding, host_firewall, network_firewall};
constexpr Check after_silence[] = {address, reachable, host_firewall, network_firewall};
constexpr Check firewalls[] = {host_firewall, network_firewall};
constexpr Check drop_rivals[] = {host_firewall, network_firewall, connection_limit};
constexpr Check accept_rivals[] = {connection_limit, application};
constexpr Check on_polarity[] = {polarity};
constexpr Check on_termination[] = {termination, cable};
constexpr Check on_settings[] = {baud, parity};
constexpr Check on_serial_port[] = {serial_port_number, cable};
constexpr Check medium[] = {termination, ground, cable};
constexpr Check one_device[] = {unit, baud, parity, polarity, cable};
constexpr Check serial_side[] = {unit, baud, parity, polarity, termination, ground, cable};

constexpr Checks checks_table[] = {
    {tcp_connection_refused, on_listening, after_refusal},
    {tcp_wrong_port, on_port, {}},
    {tcp_connection_limit, on_limit, {}},
    {tcp_connection_evicted, on_limit, {}},
    {tcp_loopback_only, on_binding, on_host_firewall},
    {tcp_local_only_firewall, on_host_firewall, {}},
    {tcp_connect_timeout, {}, after_silence},
    {tcp_host_down, on_reachable, on_address},
    {tcp_firewall_drop, {}, drop_rivals},
    {tcp_no_return_route, on_reachable, {}},
    {tcp_firewall_reject, on_network_firewall, {}},
    {tcp_unreachable, on_reachable, on_address},
    {tcp_accept_then_close, {}, accept_rivals},
    {tcp_handshake_incomplete, {}, on_network_firewall},
    {tcp_spoofed_syn, {}, on_address},
    {tcp_connect_slow, {}, on_limit},
    {tcp_stray_rst, {}, {}},
    {udp_port_unreachable, on_listening, on_port},
    {duplicate_ip, on_address, {}},
    {arp_unanswered, {}, address_or_cable},
    {tcp_connection_lost, on_reachable, on_network_firewall},
    {tcp_connection_reset, {}, on_application},
    {tcp_idle_close, {}, {}},
    {tcp_zero_window, {}, on_application},
    {tcp_retransmissions, {}, on_reachable},
    {tcp_mtu_blackhole, on_reachable, {}},
    {modbus_no_response, on_application, on_unit},
    {modbus_unit_silent, {}, one_device},
    {modbus_late_response, {}, {}},
    {modbus_slow_response, {}, {}},
    {modbus_client_out_of_step, {}, {}},
    {modbus_exception, {}, {}},
    {modbus_gateway_no_response, {}, serial_side},
    {modbus_gateway_path, on_unit, {}},
    {modbus_transaction_mismatch, {}, {}},
    {modbus_duplicate_response, {}, {}},
    {modbus_malformed, {}, {}},
    {modbus_rtu_over_tcp, {}, on_application},
    {modbus_ascii_over_tcp, {}, on_application},
    {modbus_not_modbus, on_application, on_port},
    {modbus_tls, {}, {}},
    {tls_handshake_failed, on_application, {}},
    {modbus_broadcast, {}, {}},
    {modbus_first_request_ignored, {}, {}},
    {modbus_pipelining_unanswered, {}, {}},
    {modbus_address_notation, {}, {}},
    {modbus_timeout_too_short, {}, {}},
    {modbus_nonstandard_port, {}, on_port},
    {modbus_exposed, {}, firewalls},
    {modbus_writes_seen, {}, {}},
    {rtu_no_traffic, {}, on_serial_port},
    {rtu_no_response, {}, serial_side},
    {rtu_unit_silent, {}, one_device},
    {rtu_crc_errors, {}, medium},
    {rtu_baud_mismatch, {}, {}},
    {rtu_parity_mismatch, {}, {}},
    {rtu_settings_unknown, {}, on_settings},
    {rtu_polarity_swapped, {}, on_polarity},
    {rtu_tap_polarity, {}, {}},
    {rtu_node_inverted, on_polarity, {}},
    {rtu_noise_bias, {}, medium},
    {rtu_reflections, {}, on_termination},
    {rtu_duplicate_address, on_unit, {}},
    {rtu_two_masters, {}, {}},
    {rtu_intercharacter_gap, {}, {}},
    {rtu_interframe_gap, {}, {}},
    {rtu_deaf_neighbour, {}, {}},
    {rtu_deaf_after_silence, {}, {}},
    {rtu_late_response, {}, {}},
    {rtu_stale_response, {}, {}},
    {rtu_echo, {}, {}},
    {rtu_one_direction, {}, {}},
    {rtu_reserved_address, on_unit, {}},
    {ascii_on_rtu, {}, on_settings},
    {serial_port_missing, on_serial_port, {}},
    {serial_port_busy, on_serial_port, {}},
    {serial_port_permission, on_serial_port, {}},
    {capture_one_sided, {}, {}},
    {capture_midstream, {}, {}},
    {capture_loss, {}, {}},
    {capture_truncated, {}, {}},
    {capture_duplicates, {}, {}},
    {capture_clock_step, {}, {}},
    {capture_timing_coarse, {}, {}},
    {capture_no_line_flags, {}, {}},
    {capture_no_modbus, {}, {}},
};
static_assert(std::size(checks_table) == finding_count);

}  // namespace

std::span<const Checks> checks_of_findings()
{
    return checks_table;
}

}  // namespace buswitness::diagnose
