// The parts of the catalogue, each in the order of FindingId; catalogue.cpp puts them together.
#pragma once

#include "decode/diagnose/catalogue.h"

namespace buswitness::diagnose {

std::span<const CatalogueRow> attempt_rows();        // tcp_connection_refused .. tcp_host_down
std::span<const CatalogueRow> path_rows();           // tcp_firewall_drop .. arp_unanswered
std::span<const CatalogueRow> session_rows();        // tcp_connection_lost .. tcp_mtu_blackhole
std::span<const CatalogueRow> request_rows();        // modbus_no_response .. modbus_duplicate_response
std::span<const CatalogueRow> protocol_rows();       // modbus_malformed .. tls_handshake_failed
std::span<const CatalogueRow> habit_rows();          // modbus_broadcast .. modbus_writes_seen
std::span<const CatalogueRow> line_settings_rows();  // rtu_no_traffic .. rtu_node_inverted
std::span<const CatalogueRow> line_talk_rows();      // rtu_noise_bias .. ascii_on_rtu
std::span<const CatalogueRow> port_rows();           // serial_port_missing .. serial_port_permission
std::span<const CatalogueRow> capture_rows();        // capture_one_sided .. capture_no_modbus

struct Checks {
    FindingId id{};
    std::span<const Check> problems, suspects;
};

struct Advice {
    FindingId id{};
    std::string_view action;
    std::span<const PlatformStep> platforms;
    std::span<const std::string_view> references;
};

// One for each id, in the order of FindingId.
std::span<const Checks> checks_of_findings();
std::span<const Advice> advice_on_network();  // tcp_connection_refused .. tcp_mtu_blackhole
std::span<const Advice> advice_on_modbus();   // modbus_no_response .. modbus_writes_seen, and the captures
std::span<const Advice> advice_on_lines();    // rtu_no_traffic .. serial_port_permission

}  // namespace buswitness::diagnose
