// Words for the way to the server and back: filters, routes, addresses, handshakes that stay incomplete.
#include "decode/diagnose/catalogue_rows.h"

namespace buswitness::diagnose {

namespace {

using Steps = std::string_view;

constexpr Steps drop_steps[] = {
    "On the server, allow port {port} (TCP) inbound in its firewall: `nft list ruleset`, `iptables -S`, or on Windows "
    "`Get-NetFirewallRule -Direction Inbound -Enabled True`.",
    "Ask who runs the firewalls and routers in between for a rule: {client} to {host}, port {port} (TCP).",
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
    "Find the rule at the sender of the rejection (its address is in the evidence) and allow port {port} (TCP) from "
    "{client} to {host}.",
    "On a Linux firewall: `nft list ruleset`, `iptables -S`, `firewall-cmd --list-all`.",
    "Trace the way: `traceroute -T -p {port} {host}`; the last hop that answers is close to the filter.",
    "After the change, test from the client: `nc -vz {host} {port}` or `Test-NetConnection {host} -Port {port}`.",
};

constexpr Steps unreachable_steps[] = {
    "Ask the router that sent the message (its address is in the evidence) for its route to {host} and its ARP table.",
    "Check the address in the client's settings ({host}) for a wrong digit and the client's mask and gateway: `ip "
    "route get {host}`.",
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

constexpr CatalogueRow path_table[] = {
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
     .title = "{server} refuses Modbus over UDP: nothing listens there",
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
     .title = "Two devices claim to be {host}: one IP address is used twice",
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

std::span<const CatalogueRow> path_rows()
{
    return path_table;
}

}  // namespace buswitness::diagnose
