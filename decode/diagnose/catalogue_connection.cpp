// Words for the connection phase: from the first ARP request to the completed handshake.
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
    "On the server, allow TCP port {port} inbound. Linux: `nft list ruleset`, `ufw allow {port}/tcp` or "
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
    "Compare the address {host} with the device's display, label or settings page; one wrong digit looks like this.",
    "Compare subnet mask and VLAN of both sides: `ip addr` or `ipconfig /all`.",
    "From a host in the same subnet: `ping {host}`, then `arp -a` or `ip neigh` to see whether it has a MAC address.",
    "Capture at the device's switch port to see whether the address requests (ARP) arrive there.",
};

constexpr Steps drop_steps[] = {
    "On the server, allow TCP port {port} inbound in its firewall: `nft list ruleset`, `iptables -S`, or on Windows "
    "`Get-NetFirewallRule -Direction Inbound -Enabled True`.",
    "Ask who runs the firewalls and routers in between for a rule: {client} to {host}, TCP port {port}.",
    "Capture at the server: `tcpdump -i any -w server.pcap port {port} or arp`. Nothing arrives: the filter is in "
    "between; requests arrive and nothing leaves: the server's firewall, its way back, or its full queue.",
    "On the server, check its route to the client: `ip route get {client}`, or gateway and mask on the device.",
    "On the server, look for a full queue of connections: `ss -ltn | grep :{port}` (Recv-Q above Send-Q).",
};

constexpr Steps no_return_steps[] = {
    "On the server, check default gateway and subnet mask: `ip route` or `ipconfig /all`, or the device's network "
    "page.",
    "Compare the gateway that the server asks for (see the evidence) with the router's real address in that subnet.",
    "Test the way back from the server: `ping {client}`, `ip route get {client}`.",
    "Test from a client in the server's own subnet: if that works, the gateway setting is the cause.",
};

constexpr Steps reject_steps[] = {
    "Find the rule at the sender of the rejection (its address is in the evidence) and allow TCP port {port} from "
    "{client} to {host}.",
    "On a Linux firewall: `nft list ruleset`, `iptables -S`, `firewall-cmd --list-all`.",
    "Trace the way: `traceroute -T -p {port} {host}`; the last hop that answers is close to the filter.",
    "After the change, test from the client: `nc -vz {host} {port}` or `Test-NetConnection {host} -Port {port}`.",
};

constexpr Steps unreachable_steps[] = {
    "Ask the router that sent the message (its address is in the evidence) for its route to {host} and its ARP table.",
    "Check the address {host} for a wrong digit and the client's mask and gateway: `ip route get {host}`.",
    "Is the target powered and connected? A router says 'host unreachable' when the target does not answer it.",
    "Trace the way: `traceroute {host}` (Linux), `tracert {host}` (Windows).",
};

constexpr Steps accept_close_steps[] = {
    "Look for a list of allowed clients (access control) on the device, and add {client}.",
    "Check how many connections the device allows and how many are open: `ss -tn | grep :{port}` or its status page.",
    "Read the server's log at the time of the evidence: a program that fails at each connection says so there.",
    "Check that the port speaks plain Modbus TCP, not TLS or another protocol, in the device's settings.",
    "Test by hand: `mbpoll -a {unit} -r 1 -c 1 -1 -p {port} {host}`, from an allowed client and from this one.",
};

constexpr Steps incomplete_steps[] = {
    "Check whether a port scan or a monitoring program runs at {client}: a scan ends each connection like this.",
    "If it was a real client, capture at the client: does the server's answer (SYN,ACK) arrive there?",
    "Look for a second way or a firewall that sees only one direction between the two (asymmetric routing).",
};

constexpr Steps spoofed_steps[] = {
    "Find the sender by its MAC address in the evidence: look it up in the switch's address table.",
    "Tell those responsible for network security, with the packets of the evidence.",
    "Switch on source address checks (reverse path filter, DHCP snooping) on the router or switch.",
};

constexpr Steps slow_steps[] = {
    "Look for loss on the way: `ping -c 100 {host}`, and error counters of the switch ports.",
    "Check whether the server is overloaded or its queue is full at such moments: `ss -ltn | grep :{port}`.",
    "Check whether a device on the way wakes up slowly (cellular modem, VPN, power-saving switch).",
    "Capture at the server as well, to see whether the first connection request arrives there.",
};

constexpr Steps stray_steps[] = {
    "Nothing to do if nothing fails: such packets are often the end of a connection from before the capture.",
    "If connections do fail, start the capture before the clients connect and look again.",
};

constexpr Steps udp_steps[] = {
    "Check that the device speaks Modbus over UDP at all; most devices speak Modbus over TCP only.",
    "On the server, check that the service listens on UDP: `ss -ulnp | grep :{port}` or "
    "`netstat -an -p udp | findstr :{port}`.",
    "Compare the port in the client's settings with the server's manual.",
    "Try TCP: `nc -vz {host} {port}`.",
};

constexpr Steps duplicate_ip_steps[] = {
    "Find both devices by their MAC addresses in the evidence: look them up in the switch's address table.",
    "Unplug one of them: `ping {host}` and `arp -a` then show whether another one still answers.",
    "Give one device another address; check the DHCP range against addresses set by hand.",
    "If the two belong to a redundant pair (VRRP, HSRP, a cluster), this is intended: ignore the finding.",
};

constexpr Steps arp_steps[] = {
    "Nothing to do if nothing fails: one unanswered question proves nothing.",
    "If {host} should be there: `ping {host}`, then look at `arp -a` or `ip neigh`.",
};

constexpr CatalogueRow rows[] = {
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
     .title = "The server program on {host} listens for local programs only, not for the network",
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
     .title = "Nobody has the address {host}: the server is off, disconnected, or the address is wrong",
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
    {.id = FindingId::tcp_firewall_drop,
     .name = "tcp-firewall-drop",
     .severity = Severity::error,
     .parents = "tcp-connect-timeout",
     .title = "Connection requests to {server} are dropped, although the host is alive",
     .meaning =
         "The host answers other traffic in this capture, but connection requests to this port get neither yes nor "
         "no. Something drops them: most often a firewall on the host or on the way. A server whose answers cannot "
         "find the way back, or whose queue is full, looks the same.",
     .proof = "Connection requests (SYN) to the port stay unanswered, while the target itself shows a sign of life: an "
              "ARP reply, an echo reply, or another port that answers.",
     .not_proof =
         "A sign of life must come from the target, not from a router before it. A full queue of connections looks "
         "the same if the connections of others are not visible.",
     .refuted_by = "A SYN,ACK or RST from {server} to one of these requests in a capture taken at the server.",
     .next_steps = drop_steps},
    {.id = FindingId::tcp_no_return_route,
     .name = "tcp-no-return-route",
     .severity = Severity::error,
     .parents = "tcp-firewall-drop, tcp-connect-timeout",
     .title = "{host} receives the requests but cannot find the way back to {client}",
     .meaning =
         "The connection requests reach the server, but no answer leaves it, because it does not find its gateway "
         "or the client. The usual cause is a wrong or missing default gateway, or a wrong subnet mask, in the "
         "server's network settings.",
     .proof = "Seen from the server's side: requests arrive, nothing leaves, and the server asks in vain (ARP or "
              "neighbour solicitation) for its gateway or for the client.",
     .not_proof = "Without those vain address requests a firewall on the server is just as plausible, and only "
                  "tcp-firewall-drop is reported.",
     .refuted_by = "An answer of the server to this client, or a reply to its address request.",
     .next_steps = no_return_steps},
    {.id = FindingId::tcp_firewall_reject,
     .name = "tcp-firewall-reject",
     .severity = Severity::error,
     .parents = "tcp-connection-refused, tcp-unreachable",
     .title = "A firewall rejects the connection to {server}",
     .meaning =
         "The connection was not refused by the Modbus service itself: a firewall, on the server or on the way, "
         "answered in its place with an explicit rejection. The way up to that firewall works, and its rules do not "
         "allow this connection.",
     .proof =
         "An ICMP message 'prohibited' or 'port unreachable' that quotes the connection request; or a reset that "
         "cannot come from the server: its TTL, IP-ID or TOS differs from the server's other packets, or it stands "
         "beside a SYN,ACK to the same request.",
     .not_proof = "A NAT router that forwards ports also shows a differing TTL without forging anything. A reset with "
                  "nothing to compare it with is reported as tcp-connection-refused.",
     .refuted_by =
         "Proof that the rejection left the server's own service, or a rule set that shows no such rule on the way.",
     .next_steps = reject_steps},
    {.id = FindingId::tcp_unreachable,
     .name = "tcp-unreachable",
     .severity = Severity::error,
     .parents = "tcp-connect-timeout",
     .title = "A router reports that {host} cannot be reached",
     .meaning =
         "A router on the way (or the client's own system) answered that it knows no way to the target, or that the "
         "target does not answer it. The connection requests do not reach the server.",
     .proof = "An ICMP message 'network unreachable' or 'host unreachable' that quotes the connection request.",
     .not_proof =
         "Behind the router the target may be off, have another address, or be in another VLAN; this side of the "
         "router cannot tell. ICMP 'prohibited' is a firewall's word (tcp-firewall-reject).",
     .refuted_by = "An answer from {host} to the same request.",
     .next_steps = unreachable_steps},
    {.id = FindingId::tcp_accept_then_close,
     .name = "tcp-accept-then-close",
     .severity = Severity::error,
     .parents = "",
     .title = "{server} accepts connections and closes them at once, without answering",
     .meaning =
         "The server takes the connection and ends it before it has answered a single request. Something behind the "
         "open door says no: a list of allowed clients, a limit of connections, a failing program, or a service "
         "that is not Modbus.",
     .proof = "On a Modbus port the handshake completes, and the server ends the connection (FIN or RST) before any "
              "answer on it; no other protocol was recognised.",
     .not_proof = "Clients that connect, ask, get their answer and close again are healthy. If the client ends the "
                  "connection first, that is a port probe, not a fault.",
     .refuted_by = "An answered request on such a connection, or the client ending it first.",
     .next_steps = accept_close_steps},
    {.id = FindingId::tcp_handshake_incomplete,
     .name = "tcp-handshake-incomplete",
     .severity = Severity::warning,
     .parents = "",
     .title = "{client} never completes its connections to {server}",
     .meaning = "The server said yes, but the client did not go on. A port scan does this on purpose. Otherwise the "
                "server's answer did not reach the client, or the client had given up by then.",
     .proof = "A SYN,ACK is in the file, and the client's acknowledgement never follows, or the client resets.",
     .not_proof = "Right before the end of the file this proves nothing. If the file shows only one direction, the "
                  "acknowledgement may merely be missing.",
     .refuted_by = "The client's acknowledgement or data on the same connection.",
     .next_steps = incomplete_steps},
    {.id = FindingId::tcp_spoofed_syn,
     .name = "tcp-spoofed-syn",
     .severity = Severity::warning,
     .parents = "tcp-handshake-incomplete, tcp-firewall-drop",
     .title = "Connection requests to {server} come from addresses that do not exist",
     .meaning =
         "Requests arrive whose sender addresses nobody has. The server cannot answer them, and they may use up its "
         "places for connections. Somebody tests or attacks the server, or a device has a wrong address.",
     .proof = "Seen from the server's side: requests arrive, the server asks for the senders' addresses (ARP) in vain, "
              "and no answer can leave.",
     .not_proof =
         "A real client in a wrong subnet looks alike; many different senders in a short time speak for forged ones.",
     .refuted_by = "An ARP reply from such a sender, or a completed connection.",
     .next_steps = spoofed_steps},
    {.id = FindingId::tcp_connect_slow,
     .name = "tcp-connect-slow",
     .severity = Severity::warning,
     .parents = "",
     .title = "Connections to {server} are accepted only after repeated requests",
     .meaning =
         "The first connection request got no answer, a repeat of it did. The connection works, but each one costs "
         "a second or more. Loss on the way, a server that is busy or has a full queue, or a slow link can cause "
         "this.",
     .proof = "In at least two attempts the first request (SYN) stays unanswered and a repeat of the same attempt is "
              "answered.",
     .not_proof = "The answer to the first request may be missing in the capture only. A single case is ordinary loss.",
     .refuted_by = "An answer to the first requests in a capture taken at the server.",
     .next_steps = slow_steps},
    {.id = FindingId::tcp_stray_rst,
     .name = "tcp-stray-rst",
     .severity = Severity::note,
     .parents = "",
     .title = "A reset that belongs to no connection in this capture",
     .meaning = "A 'connection ended' packet appears whose connection is not in the file. Mostly it is the end of "
                "something that began before the capture.",
     .proof = "A RST without a visible connection request or data of the same connection.",
     .not_proof = "It is no proof of a refused connection.",
     .refuted_by = "The connection it belongs to, in a capture that starts earlier.",
     .next_steps = stray_steps},
    {.id = FindingId::udp_port_unreachable,
     .name = "udp-port-unreachable",
     .severity = Severity::error,
     .parents = "",
     .title = "Nothing listens on UDP port {port} of {host}",
     .meaning = "The client sends Modbus requests over UDP, and the target answers that no program listens on that UDP "
                "port. The network up to the target works.",
     .proof = "An ICMP (or ICMPv6) message 'port unreachable' that quotes a Modbus request over UDP.",
     .not_proof =
         "A firewall may send the same message. A service over TCP on the same port number says nothing about UDP.",
     .refuted_by = "A Modbus answer over UDP from {server}.",
     .next_steps = udp_steps},
    {.id = FindingId::duplicate_ip,
     .name = "duplicate-ip",
     .severity = Severity::error,
     .parents = "",
     .title = "Two devices use the same address {host}",
     .meaning = "Two different network cards claim the same IP address. Traffic reaches now the one, now the other: "
                "connections break, time out or answer with wrong values, often only sometimes.",
     .proof =
         "Two MAC addresses answer for one IP address, or answers change their MAC address, TTL or window by turns.",
     .not_proof =
         "Redundant gateways and clusters (VRRP, HSRP, failover) do this on purpose. A replaced device changes its "
         "MAC address once and for good.",
     .refuted_by = "The knowledge that both MAC addresses belong to one redundant system.",
     .next_steps = duplicate_ip_steps},
    {.id = FindingId::arp_unanswered,
     .name = "arp-unanswered",
     .severity = Severity::note,
     .parents = "tcp-host-down",
     .title = "One address request for {host} without an answer",
     .meaning =
         "Somebody asked once for this address and nobody answered in this capture. Alone, that is no fault: the "
         "reply may have been missed, or the device is simply not there.",
     .proof = "A single ARP request or neighbour solicitation without a reply, with no connection attempt tied to it.",
     .not_proof = "Only repeated requests with somebody waiting for a connection show that the host is missing "
                  "(tcp-host-down).",
     .refuted_by = "An ARP or neighbour reply for {host}.",
     .next_steps = arp_steps},
};

}  // namespace

std::span<const CatalogueRow> connection_rows()
{
    return rows;
}

}  // namespace buswitness::diagnose
