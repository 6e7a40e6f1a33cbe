#include "decode/diagnose/checks.h"

namespace buswitness::diagnose {

namespace {

constexpr std::size_t tcp_count = static_cast<std::size_t>(Check::serial_port_exists);

constexpr CheckRow check_rows[check_count] = {
    {Check::address, "IP address correct?",
     "Each address that is asked for answers. Whether it is the device you mean: compare its label or its MAC address.",
     "Compare {host} with the device's label, display or settings page. In the same subnet, `arp -a` (Windows) or "
     "`ip neigh` (Linux) after a ping shows whether anybody has this address."},
    {Check::reachable, "Device reachable?", "The device sends packets that arrive where the capture was made.",
     "Run `ping {host}` at the client while a capture runs there: a reply proves it; no reply alone proves nothing."},
    {Check::port, "Port correct?", "Modbus is answered on the port that is used.",
     "Look up the port in the device's settings (502 is usual), then `Test-NetConnection {host} -Port {port}` "
     "(Windows) "
     "or `nc -vz {host} {port}` (Linux)."},
    {Check::listening, "Port listening?", "Connections to the port are accepted.",
     "On the server: `netstat -an | findstr :{port}` (Windows) or `ss -tlnp | grep :{port}` (Linux) must show a line "
     "with LISTEN."},
    {Check::application, "Application running?", "The Modbus application answers requests.",
     "Look at the server: `Get-Service` or the task list (Windows), `systemctl status` (Linux), RUN switch and Modbus "
     "server page (PLC). Then ask it once: `mbpoll -a 1 -r 1 -c 1 -1 -p {port} {host}`."},
    {Check::host_firewall, "Host firewall open?", "A connection from another host is accepted, so it lets this one in.",
     "Capture on the server itself: `tcpdump -i any -w server.pcap port {port}`. Requests arrive and nothing leaves: "
     "its "
     "firewall. Rules: `Get-NetFirewallRule -Direction Inbound -Enabled True` (Windows), `nft list ruleset` (Linux)."},
    {Check::network_firewall, "Network firewall open?", "Connections pass on the whole way between client and server.",
     "Capture at the client and at the server at once: a request that leaves and never arrives is dropped in between. "
     "`traceroute -T -p {port} {host}` shows how far it gets."},
    {Check::connection_limit, "Connections free?", "",
     "On the server, count what is open: `netstat -an | findstr :{port}` (Windows), `ss -tn | grep :{port}` (Linux), "
     "or "
     "its status page; compare with the manual (often 4, 8 or 16)."},
    {Check::binding, "Bound to the right interface?", "It accepts connections from the network, not only local ones.",
     "On the server: `netstat -an | findstr :{port}` (Windows) or `ss -tlnp | grep :{port}` (Linux). 0.0.0.0 or the "
     "card's address is right, 127.0.0.1 serves local programs only."},
    {Check::serial_port_exists, "Serial port exists?", "",
     "Device Manager, Ports (COM & LPT) on Windows; `ls -l /dev/serial/by-id` on Linux."},
    {Check::serial_port_number, "Port number correct?", "",
     "Compare the number in Device Manager (or the name under /dev/serial/by-id) with the master's settings; it can "
     "change with the USB socket."},
    {Check::serial_port_free, "Port not in use?", "",
     "Close every other program that uses the port; `fuser -v /dev/ttyUSB0` (Linux) names the holder."},
    {Check::baud, "Baud rate matches?", "",
     "Read it in the device's menu or manual and in the gateway's or master's settings; 9600 and 19200 are usual."},
    {Check::parity, "Parity and stop bits match?", "",
     "Read them in the device's menu or manual; try 8N1, then 8E1. Stop bits cannot be seen from outside."},
    {Check::unit, "Unit identifier correct?", "",
     "Read the device's switches or display; if unknown, ask 1 to 247 one by one with a short time-out."},
    {Check::polarity, "A/B polarity correct?", "",
     "Swap the two wires at this device and poll again; labels differ by maker. At rest, D+ is 0.2 V or more above "
     "D-."},
    {Check::termination, "Termination installed?", "",
     "With power off, measure between A and B: 60 ohm means one 120 ohm resistor at each end, 120 ohm means one is "
     "missing, 40 ohm or less one too many."},
    {Check::ground, "Common ground connected?", "",
     "Measure the voltage between the signal grounds of both devices: more than a volt or two wants a ground wire "
     "(RS-485 "
     "receivers bear -7 to +12 V)."},
    {Check::cable, "Cable sound?", "",
     "Shielded twisted pair, shield grounded at one end, in a line without branches; look for breaks, shorts, loose "
     "terminals, and power cables beside it."},
};

}  // namespace

const CheckRow &row(Check check)
{
    return check_rows[static_cast<std::size_t>(check)];
}

std::span<const CheckRow> tcp_checks()
{
    return std::span(check_rows).first(tcp_count);
}

std::span<const CheckRow> line_checks()
{
    return std::span(check_rows).subspan(tcp_count);
}

}  // namespace buswitness::diagnose
