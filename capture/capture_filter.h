// What is captured unless the user says otherwise: Modbus over TCP and UDP, and the ARP, ICMP and ICMPv6 that explain
// why it fails; all of it also behind one or two VLAN tags, which a bare "port 502" misses.
#pragma once

#include "decode/base/result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace buswitness::capture {

// 502 and 802 always belong to it.
std::string default_filter(const std::vector<std::uint16_t> &more_ports);
// The same for link types that cannot carry VLAN tags.
std::string default_filter_without_vlan(const std::vector<std::uint16_t> &more_ports);

// What is wrong with the text as a filter for Ethernet.
std::optional<Error> filter_problem(const std::string &filter);

}  // namespace buswitness::capture
