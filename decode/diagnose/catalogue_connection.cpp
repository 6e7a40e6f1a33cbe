// Words for connection attempts that the server does not take, or takes badly, and for silence.
#include "decode/diagnose/catalogue_rows.h"

namespace buswitness::diagnose {

namespace {

using Steps = std::string_view;

constexpr Steps refused_steps[] = {
    "On the server, check that the Modbus service is started and listens: `ss -tlnp | grep :{port}` (Linux) or "
    "`netstat -an | findstr :{port}` (Windows). On a PLC, check RUN mode and that the Modbus server is enabled.",
    "Compare the port in the client's settings with the server's manual or settings page; 502 is the usual one: "
    "`nc -vz {host} 502`.",
    "If the service listens, look at its address: 127.0.0.1 serves local programs only, 0.0.0.0 serves everybody.",
    "If it listens on the right address, look for a rule that rejects: `nft list ruleset` or `iptables -S` on the "
    "server, the rules of a firewall between the two.",
    "Repeat the test from the client: `nc -vz {host} {port}` or `Test-NetConnection {host} -Port {port}`.",
};

constexpr Steps wrong_port_steps[] = {
    "Set the client to the port that answers in this capture (see the evidence), then connect again.",
    "Make sure that the service on that port is the one you want: read a value you know from it.",
    "If {port} is the port that was agreed on, correct the server's port setting instead, and restart its service.",
};

constexpr Steps limit_steps[] = {
    "Close connections that are not needed: the holders and their idle times are in the evidence.",
    "On the server, list what is open: `ss -tn | grep :{port}` or `netstat -an | findstr :{port}`, or its status page.",
    "Look up how many connections the device allows, and raise that number if it can be set.",
    "Make clients share: one connection per client, kept open, closed properly when the program ends.",
    "If many programs need the data, put a gateway or data server in front that holds one connection to the device.",
};

constexpr Steps evicted_steps[] = {
    "Count the clients that connect to {server}, and stop those that are not needed.",
    "Look up how many connections the device allows, and raise that number if it can be set.",
    "Keep clients from reconnecting at once in a loop: each reconnection throws another client out.",
    "If many programs need the data, put a gateway or data server in front that holds one connection to the device.",
};

constexpr Steps loopback_steps[] = {
    "In the server program's settings, change the listening address from 127.0.0.1 (or localhost) to 0.0.0.0 or to "
    "the address of the network card.",
    "Restart the service and check: `ss -tlnp | grep :{port}` or `netstat -an | findstr :{port}` must no longer show "
    "only 127.0.0.1.",
    "Test from the client: `nc -vz {host} {port}` or `Test-NetConnection {host} -Port {port}`.",
};

constexpr Steps local_firewall_steps[] = {
    "On the server, allow port {port} (TCP) inbound. Linux: `nft list ruleset`, `ufw allow {port}/tcp` or "
    "`firewall-cmd --add-port={port}/tcp`; Windows: "
    "`New-NetFirewallRule -DisplayName Modbus -Direction Inbound -Protocol TCP -LocalPort {port} -Action Allow`.",
    "On Windows, check that the rule is valid for the active profile: `Get-NetConnectionProfile`.",
    "Test from the client: `nc -vz {host} {port}` or `Test-NetConnection {host} -Port {port}`.",
    "If it stays silent, check that answers find their way back: `ip route get {client}` on the server.",
};

constexpr Steps timeout_steps[] = {
    "Ask whether the host is there at all: `ping {host}`. No reply to a ping alone proves nothing, a reply does.",
    "Check the address in the client's settings against the device's display, label or settings page.",
    "Test the port: `nc -vz {host} {port}` or `Test-NetConnection {host} -Port {port}`.",
    "Capture at the server at the same moment: `tcpdump -i any -w server.pcap host {client}`. Connection requests "
    "arrive there: its firewall or its way back; they do not arrive: something in between.",
    "Look for firewall rules for port {port} on the server and on every router or firewall in between.",
};

constexpr Steps host_down_steps[] = {
    "Is the device powered, its link light on, its cable plugged into the right switch port?",
    "Compare the address in the client's settings ({host}) with the device's display, label or settings page; one "
    "wrong digit looks like this.",
    "Compare subnet mask and VLAN of both sides: `ip addr` or `ipconfig /all`.",
    "From a host in the same subnet: `ping {host}`, then `arp -a` or `ip neigh` to see whether it has a MAC address.",
    "Capture at the device's switch port to see whether the address requests (ARP) arrive there.",
};

constexpr CatalogueRow connection_table[] = {
    {.id = FindingId::tcp_connection_refused,
     .name = "tcp-connection-refused",
     .severity = Severity::error,
     .parents = "",
     .title = "Nothing listens on {server}: the connection is refused",
     .meaning =
         "The server's address answered, but with a refusal: at that moment no program accepted connections on that "
         "port. The network up to the server works. Either the service is not running, or it uses another port or "
         "address.",
     .proof = "Each connection request (SYN) is answered by a reset that acknowledges it (RST,ACK with ack = initial "
              "sequence number + 1), and nothing shows that another device forged that reset.",
     .not_proof =
         "A firewall can send the same refusal in the server's name; where its packet betrays it, the finding is "
         "tcp-firewall-reject. A refusal after many unanswered repeats is a proxy or NAT router that gave up. A "
         "client program's own message proves nothing: some report every failed connection as 'refused'.",
     .refuted_by =
         "A SYN,ACK from {server} to the same connection request, or proof that the reset came from another device.",
     .next_steps = refused_steps},
    {.id = FindingId::tcp_wrong_port,
     .name = "tcp-wrong-port",
     .severity = Severity::error,
     .parents = "tcp-connection-refused, tcp-connect-timeout, tcp-firewall-drop",
     .title = "Wrong port: {server} does not answer there, but the same host speaks Modbus on another port",
     .meaning =
         "The client knocks at a port that never answers, while the same host answers Modbus requests on another "
         "port in this capture. Most likely the client's port setting, or the server's, is wrong.",
     .proof =
         "All connections to this port fail, and on another port of the same host Modbus requests and answers were "
         "recognised by their content.",
     .not_proof =
         "Gateways may use several ports on purpose, one for each serial line. If this port answers at any time in "
         "the capture, the finding does not hold.",
     .refuted_by =
         "One Modbus answer from {server} on this port, or the knowledge that the other port belongs to another "
         "service.",
     .next_steps = wrong_port_steps},
    {.id = FindingId::tcp_connection_limit,
     .name = "tcp-connection-limit",
     .severity = Severity::error,
     .parents = "tcp-connection-refused, tcp-accept-then-close, tcp-firewall-drop, tcp-connect-timeout, "
                "tcp-connection-reset",
     .title = "{server} accepts no more connections: all its places are taken",
     .meaning =
         "Small devices serve only a few connections at a time, often 4 to 16. New connections fail while that many "
         "are open, and work again as soon as one is closed. The device itself works; its places are taken.",
     .proof = "Connections fail only while N others to the same server are open, and succeed when fewer are. N and the "
              "clients that hold the connections are named.",
     .not_proof =
         "Refusal, silence, closing at once and a very late answer are all faces of the same limit. Connections "
         "opened before the capture and silent since are not visible, so N is a lower bound.",
     .refuted_by = "A connection that succeeds while as many others are open, or one that fails while fewer are.",
     .next_steps = limit_steps},
    {.id = FindingId::tcp_connection_evicted,
     .name = "tcp-connection-evicted",
     .severity = Severity::error,
     .parents = "tcp-connection-limit, tcp-accept-then-close",
     .title = "{server} ends its oldest connection for each new one: its places are taken",
     .meaning =
         "The device has a fixed number of places for connections. When a new client connects, it throws the oldest "
         "one out instead of refusing the new one. Clients that reconnect automatically then throw each other out "
         "in turn.",
     .proof = "Each new connection is followed at once by the server ending the oldest open one, again and again.",
     .not_proof =
         "A server that restarts ends all connections, not just the oldest. A server that ends idle connections "
         "does so after a fixed idle time, not at the arrival of another client.",
     .refuted_by = "A new connection that leaves all older ones alive while as many are open.",
     .next_steps = evicted_steps},
    {.id = FindingId::tcp_loopback_only,
     .name = "tcp-loopback-only",
     .severity = Severity::error,
     .parents = "tcp-connection-refused",
     .title = "The Modbus service on {host} listens for local programs only, not for the network",
     .meaning = "The Modbus server runs and works for programs on the same computer, but it refuses everybody else. It "
                "listens on the local address (127.0.0.1 or ::1) only. This is a setting of the server program, not a "
                "network fault.",
     .proof = "In one file, the same port is accepted on the host's own or loopback address, and refused from the "
              "network.",
     .not_proof =
         "A firewall that rejects with a reset looks alike; where nothing tells them apart, that remains a rival. "
         "If the network side stays silent instead of refusing, the finding is tcp-local-only-firewall.",
     .refuted_by =
         "A connection from the network to {server} that is accepted, or a reject rule found in the host's firewall.",
     .next_steps = loopback_steps},
    {.id = FindingId::tcp_local_only_firewall,
     .name = "tcp-local-only-firewall",
     .severity = Severity::error,
     .parents = "tcp-firewall-drop, tcp-connect-timeout",
     .title = "A firewall on {host} keeps the network away from port {port}",
     .meaning =
         "The Modbus server runs and works for programs on the same computer, but connection requests from the "
         "network get no answer at all. The usual cause is the firewall of that computer, which drops them silently.",
     .proof = "In one file, the same port is accepted on the host's own or loopback address, and stays silent for "
              "requests that arrive from the network.",
     .not_proof =
         "A server whose answers do not find the way back (wrong gateway) stays silent too; its vain search for the "
         "gateway would show that. A refusal instead of silence points to the listening address (tcp-loopback-only).",
     .refuted_by = "An answer to a connection request from the network while the firewall rule is in force.",
     .next_steps = local_firewall_steps},
    {.id = FindingId::tcp_connect_timeout,
     .name = "tcp-connect-timeout",
     .severity = Severity::error,
     .parents = "",
     .title = "No answer from {server} to the connection requests",
     .meaning =
         "The client asked for a connection several times and heard nothing at all, neither yes nor no. The target "
         "may be off, the address may be wrong, a firewall may drop the requests, or the answers may be lost on the "
         "way back. This capture does not show which.",
     .proof =
         "A connection request (SYN) and its repeats stay unanswered to the end of the capture, and no other packet "
         "tells why.",
     .not_proof =
         "A single request right before the end of the file proves nothing. If the target shows a sign of life, a "
         "filter is the better explanation (tcp-firewall-drop); if it does not answer address requests (ARP), "
         "tcp-host-down is.",
     .refuted_by = "Any answer to these requests in a capture taken nearer to the server.",
     .next_steps = timeout_steps},
    {.id = FindingId::tcp_host_down,
     .name = "tcp-host-down",
     .severity = Severity::error,
     .parents = "tcp-connect-timeout",
     .title = "Nobody answers for {host}: the server is off, disconnected, or its address is wrong",
     .meaning =
         "Before a connection can start, the network asks 'who has this address?', and nobody answered, although "
         "the question was repeated. The device is off or disconnected, or it has another address, or it lives in "
         "another subnet or VLAN. The port and the Modbus settings do not matter yet.",
     .proof = "Repeated address requests (ARP, or neighbour solicitations with IPv6) for the target stay unanswered "
              "while a client wants to reach it.",
     .not_proof =
         "Wrong address, wrong mask and wrong VLAN look the same from here. A single unanswered request proves "
         "nothing (arp-unanswered). At a mirror port, the reply may simply not have been mirrored.",
     .refuted_by = "An ARP or neighbour reply for {host}, or any packet from it at the time of the failures.",
     .next_steps = host_down_steps},
};

}  // namespace

std::span<const CatalogueRow> attempt_rows()
{
    return connection_table;
}

}  // namespace buswitness::diagnose
