// The first thing to do, the fix by platform, and the documents, for connections and the way to the server.
#include "decode/diagnose/catalogue_rows.h"

namespace buswitness::diagnose {

namespace {

using Text = std::string_view;
using Platforms = PlatformStep;
using enum FindingId;

constexpr Platforms start_service[] = {
    {"Windows", "`netstat -an | findstr :{port}` must show LISTENING; if not, start the program or service "
                "(`Get-Service`, `Start-Service NAME`)."},
    {"Linux", "`ss -tlnp | grep :{port}` must show LISTEN; if not, `systemctl status NAME`, `systemctl start NAME`. "
              "Ports below 1024 need root or `setcap cap_net_bind_service=+ep PROGRAM`."},
    {"PLC or device", "Switch to RUN, enable the Modbus TCP server in its configuration, and load the configuration "
                      "into the device."},
};

constexpr Platforms free_places[] = {
    {"Windows", "`netstat -ano | findstr :{port}` lists the connections with the process that holds each."},
    {"Linux", "`ss -tnp | grep :{port}` lists the connections with the process that holds each."},
    {"PLC or device", "Its status page lists the connections; raise their number there, or shorten the idle time after "
                      "which one is closed."},
};

constexpr Platforms bind_to_network[] = {
    {"Windows", "`netstat -an | findstr :{port}`: 127.0.0.1:{port} is local only; set the program to 0.0.0.0."},
    {"Linux", "`ss -tlnp | grep :{port}`: 127.0.0.1:{port} is local only; set the program to 0.0.0.0 or [::]."},
    {"Docker", "Publish the port on all addresses: `docker run -p {port}:{port}`, not `-p 127.0.0.1:{port}:{port}`."},
};

constexpr Platforms open_firewall[] = {
    {"Windows",
     "Windows Defender Firewall, Advanced Settings, Inbound Rules, New Rule: Port, TCP, {port}, Allow the "
     "connection, the profiles in use (Domain, Private, Public). Or: `New-NetFirewallRule -DisplayName Modbus "
     "-Direction Inbound -Protocol TCP -LocalPort {port} -Action Allow`."},
    {"Linux",
     "`ufw allow {port}/tcp`, or `firewall-cmd --permanent --add-port={port}/tcp` and `firewall-cmd --reload`, "
     "or `nft add rule inet filter input tcp dport {port} accept`."},
    {"PLC or device", "Its access list (allowed hosts, trusted addresses) must hold {client}."},
    {"Switch, router, firewall", "An access rule must allow TCP from {client} to {host} port {port}."},
};

constexpr Platforms check_address[] = {
    {"Windows", "`ipconfig /all` shows address and mask; `ping {host}` and then `arp -a` whether anybody has {host}."},
    {"Linux", "`ip addr` shows address and mask; `ping {host}` and then `ip neigh` whether anybody has {host}."},
    {"PLC or device", "Display, label or network page: address, subnet mask, link light."},
};

constexpr Platforms check_route[] = {
    {"Windows", "`route print` and `tracert -d {host}` at the client; `Test-NetConnection {host} -Port {port}`."},
    {"Linux", "`ip route get {host}` and `traceroute -n {host}` at the client; `nc -vz {host} {port}`."},
    {"PLC or device", "Subnet mask and default gateway on its network page."},
};

constexpr Platforms way_back[] = {
    {"Windows", "At the server: `ipconfig /all` (mask, gateway), `route print`, `ping {client}`."},
    {"Linux", "At the server: `ip route get {client}`, `ping {client}`."},
    {"PLC or device", "Set subnet mask and default gateway on its network page, then restart it if it asks for it."},
};

constexpr Text reset_rfc[] = {"RFC 9293, 3.5.2 (reset generation) and 3.10.7.1 (closed state)",
                              "Modbus Messaging on TCP/IP Implementation Guide V1.0b, 4.2 (connection management)"};
constexpr Text port_text[] = {"IANA Service Name and Port Number Registry: mbap, port 502",
                              "Modbus Messaging on TCP/IP Implementation Guide V1.0b, 4.2 (connection management)"};
constexpr Text places_text[] = {"Modbus Messaging on TCP/IP Implementation Guide V1.0b, 4.2 (connection management)"};
constexpr Text listen_text[] = {"RFC 9293, 3.5 (establishing a connection)",
                                "RFC 1122, 3.2.1.3 (127.0.0.0/8 stays inside a host)"};
constexpr Text syn_text[] = {"RFC 9293, 3.5 (establishing a connection) and 3.8.3 (connection failures)"};
constexpr Text arp_text[] = {"RFC 826 (ARP)", "RFC 4861, 7.2 (neighbour discovery, IPv6)"};
constexpr Text icmp_text[] = {"RFC 792 (ICMP destination unreachable)", "RFC 1812, 5.2.7.1 (codes 9, 10, 13)",
                              "RFC 4443, 3.1 (ICMPv6 destination unreachable)"};
constexpr Text flood_text[] = {"RFC 4987 (SYN flooding)", "RFC 2827 (forged source addresses)"};
constexpr Text timer_text[] = {"RFC 6298 (retransmission timer)", "RFC 9293, 3.8.1 (retransmission)"};
constexpr Text conflict_text[] = {"RFC 5227 (IPv4 address conflict detection)", "RFC 826 (ARP)"};
constexpr Text alive_text[] = {"RFC 9293, 3.8.3 (connection failures) and 3.8.4 (keep-alives)"};
constexpr Text close_text[] = {"RFC 9293, 3.6 (closing a connection)",
                               "Modbus Messaging on TCP/IP Implementation Guide V1.0b, 4.2 (connection management)"};
constexpr Text window_text[] = {"RFC 9293, 3.8.6 (managing the window)"};
constexpr Text mtu_text[] = {"RFC 1191 and RFC 8201 (path MTU discovery)", "RFC 2923 (problems with it)"};

constexpr Advice advice_table[] = {
    {tcp_connection_refused, "Start the Modbus server on {host}, or correct the port {port} in the client.",
     start_service, reset_rfc},
    {tcp_wrong_port, "Correct the port in the client's settings.", start_service, port_text},
    {tcp_connection_limit, "Close connections to {server} that nobody needs, or allow more of them on the device.",
     free_places, places_text},
    {tcp_connection_evicted, "Reduce the number of clients that connect to {server}.", free_places, places_text},
    {tcp_loopback_only,
     "Set the server program on {host} to listen on 0.0.0.0 (or the card's address) instead of "
     "127.0.0.1.",
     bind_to_network, listen_text},
    {tcp_local_only_firewall, "Allow TCP port {port} inbound in the firewall of {host}.", open_firewall, listen_text},
    {tcp_connect_timeout, "Check that {host} is switched on and has this address, then look for a firewall in between.",
     check_address, syn_text},
    {tcp_host_down, "Check power, cable and address of {host}.", check_address, arp_text},
    {tcp_firewall_drop,
     "Find out where it is dropped: capture on {host} itself while the client tries. Then allow TCP port {port} there.",
     open_firewall, syn_text},
    {tcp_no_return_route, "Correct default gateway and subnet mask of {host}.", way_back, arp_text},
    {tcp_firewall_reject, "Have the firewall allow TCP port {port} from {client} to {host}.", open_firewall, icmp_text},
    {tcp_unreachable, "Check the address {host} and the route to it.", check_route, icmp_text},
    {tcp_accept_then_close,
     "Find out why {server} closes at once: its connection limit, its access list, or its "
     "application.",
     free_places, close_text},
    {tcp_handshake_incomplete, "Check whether the answers of {server} reach {client}.", check_route, syn_text},
    {tcp_spoofed_syn, "Find out who sends connection requests to {server} in the name of hosts that do not exist.",
     check_address, flood_text},
    {tcp_connect_slow, "Look for loss on the way to {server}, or an overloaded server.", check_route, timer_text},
    {tcp_stray_rst, "Capture from an earlier moment, if this connection matters.", {}, reset_rfc},
    {udp_port_unreachable, "Use Modbus over TCP with {host}, or start its UDP service.", start_service, icmp_text},
    {duplicate_ip, "Give one of the two devices that use {host} another address.", check_address, conflict_text},
    {arp_unanswered, "Check whether {host} is meant to be there.", check_address, arp_text},
    {tcp_connection_lost, "Check power and link of the side that went silent, then what changed on the way.",
     check_route, alive_text},
    {tcp_connection_reset, "Read the log of the side that breaks the connection off, at the times of the evidence.",
     free_places, reset_rfc},
    {tcp_idle_close, "Nothing, as long as the client reconnects by itself.", {}, close_text},
    {tcp_zero_window, "Find out why the program behind the closed window does not fetch its data.", {}, window_text},
    {tcp_retransmissions, "Nothing, unless answers come late; then look for loss on the way.", {}, timer_text},
    {tcp_mtu_blackhole, "Lower the MTU or clamp the segment size on the way between {client} and {host}.", check_route,
     mtu_text},
};

}  // namespace

std::span<const Advice> advice_on_network()
{
    return advice_table;
}

}  // namespace buswitness::diagnose
