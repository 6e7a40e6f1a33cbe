// Words for the TCP connection once it is established.
#include "decode/diagnose/catalogue_rows.h"

namespace buswitness::diagnose {

namespace {

using Steps = std::string_view;

constexpr Steps tcp_connection_lost_steps[] = {
    "Check power, cable and link of the side that went silent: `ping {host}` from the client.",
    "If the host still answers a ping, ask what changed at that time: a firewall that forgot the connection, a "
    "route, a NAT router that was restarted.",
    "Read the device's log and uptime: did it restart at the time of the evidence?",
    "Let the client send keep-alives or polls more often than the firewall's idle time, and reconnect by itself "
    "after silence.",
    "Capture at both ends at once to see where the packets disappear: `tcpdump -i any -w end.pcap host {host}`.",
};

constexpr Steps tcp_connection_reset_steps[] = {
    "Look at who sent the reset (see the evidence) and read that side's log at that time.",
    "If the device resets: did it restart, reach its connection limit, or receive a request that it does not "
    "support?",
    "If a firewall or NAT router resets: raise its idle time for this connection, or poll more often.",
    "If the client resets: its program ended, or gave up waiting; compare with its time-out setting.",
    "Make the client reconnect by itself, with a pause of a few seconds.",
};

constexpr Steps tcp_idle_close_steps[] = {
    "Nothing to do if the client reconnects by itself.",
    "If the reconnections disturb, poll more often than the idle time named in the evidence, or switch on TCP "
    "keep-alive.",
    "Or raise the idle time in the device's settings, if it has one.",
};

constexpr Steps tcp_zero_window_steps[] = {
    "Find the side whose window is 0 (see the evidence): its program does not read its data fast enough, or hangs.",
    "Look at that program: load, log, and whether it waits for something else (a database, a serial line).",
    "Poll less often, or fewer values at once, and see whether the stall goes away.",
    "Restart the stuck program if it does not recover, and note the time for its supplier.",
};

constexpr Steps tcp_retransmissions_steps[] = {
    "Nothing to do if no answers come late: TCP repairs such losses.",
    "If answers come late: look at error counters and duplex settings of the switch ports on the way, cables and "
    "radio links.",
    "Measure the loss: `ping -c 200 {host}`.",
    "Capture at both ends at once, to see on which part of the way the packets are lost.",
};

constexpr Steps tcp_mtu_blackhole_steps[] = {
    "Find the largest size that passes: `ping -M do -s 1372 {host}` (Linux) or `ping -f -l 1372 {host}` "
    "(Windows), then vary the number.",
    "Look for a tunnel, VPN, PPPoE or cellular link on the way, and set its MTU, or clamp the TCP segment size "
    "(MSS) at the router.",
    "Let ICMP 'fragmentation needed' (type 3, code 4; ICMPv6 type 2) pass through the firewalls.",
    "Until then, lower the MTU of the server or client, or read fewer registers per request.",
};

constexpr CatalogueRow session_table[] = {
    {.id = FindingId::tcp_connection_lost,
     .name = "tcp-connection-lost",
     .severity = Severity::error,
     .parents = "",
     .title = "The connection between {client} and {server} went silent and never came back",
     .meaning = "The connection was working; then one side no longer answered anything, not even repeats of the same "
                "packet. The device may have lost power or link, or something on the way no longer lets the packets "
                "through.",
     .proof = "An established connection; then retransmissions or keep-alive probes stay unanswered to the end of the "
              "capture. The evidence says whether the silent host shows other signs of life.",
     .not_proof =
         "A request that was pending then is not reported as unanswered by the device. If only large packets "
         "vanish, tcp-mtu-blackhole is the better explanation. Silence of the capture itself is capture-loss or "
         "capture-one-sided.",
     .refuted_by = "Any packet of this connection from the silent side after the retransmissions.",
     .next_steps = tcp_connection_lost_steps},
    {.id = FindingId::tcp_connection_reset,
     .name = "tcp-connection-reset",
     .severity = Severity::error,
     .parents = "",
     .title = "A working connection between {client} and {server} is broken off by a reset",
     .meaning =
         "A connection that had already carried answers was cut off hard instead of being closed. A request that "
         "was under way is lost. A single cut with nothing under way is harmless; repeated ones disturb the polling.",
     .proof = "A RST after at least one answered request on the connection. The packet's sender, or its foreign TTL, "
              "tells who broke it off.",
     .not_proof =
         "A reset that answers data arriving after the client's own close is no fault. A client that closes with "
         "unread data also resets.",
     .refuted_by = "Data that is still exchanged on the same connection after the reset.",
     .next_steps = tcp_connection_reset_steps},
    {.id = FindingId::tcp_idle_close,
     .name = "tcp-idle-close",
     .severity = Severity::note,
     .parents = "",
     .title = "{server} ends connections after a fixed idle time",
     .meaning =
         "The device closes a connection when nothing was asked for a while. Many devices do this to free their few "
         "places; it is normal.",
     .proof = "The server ends connections regularly (FIN), each time after about the same time without requests.",
     .not_proof = "A server that restarts or crashes also ends connections, but not after a constant idle time.",
     .refuted_by = "A connection that stays open much longer without requests.",
     .next_steps = tcp_idle_close_steps},
    {.id = FindingId::tcp_zero_window,
     .name = "tcp-zero-window",
     .severity = Severity::warning,
     .parents = "",
     .title = "Between {client} and {server}, one side takes no more data and stops the traffic",
     .meaning = "One side tells the other: I cannot take any more data now. The network works; the program behind the "
                "connection does not fetch what has arrived. Requests wait until it does.",
     .proof =
         "The receive window of one side stays 0 while the other side has data to send, and requests are delayed by "
         "it.",
     .not_proof = "A window of 0 in a reset is no fault. A window that opens again at once is harmless.",
     .refuted_by = "Requests answered without delay while the window is 0.",
     .next_steps = tcp_zero_window_steps},
    {.id = FindingId::tcp_retransmissions,
     .name = "tcp-retransmissions",
     .severity = Severity::note,
     .parents = "",
     .title = "Packets between {client} and {server} are lost or delayed on the way, and repeated",
     .meaning =
         "Some data had to be sent again because it got lost or came in the wrong order on the network. TCP repairs "
         "this by itself, at the price of delay.",
     .proof = "The same octets are sent again in a new packet (new IP-ID, later time) because the first was lost or "
              "reordered.",
     .not_proof = "Copies made by the capture itself (mirror ports, several interfaces) are no retransmissions; see "
                  "capture-duplicates. Keep-alive and window probes are none either.",
     .refuted_by = "The repeated packets being copies of the capture (same IP-ID), with the first ones acknowledged.",
     .next_steps = tcp_retransmissions_steps},
    {.id = FindingId::tcp_mtu_blackhole,
     .name = "tcp-mtu-blackhole",
     .severity = Severity::error,
     .parents = "tcp-connection-lost",
     .title = "Large packets between {client} and {server} vanish, small ones pass",
     .meaning =
         "Short requests and answers work, long ones disappear. Somewhere on the way packets above a certain size "
         "are thrown away, and the sender is not told.",
     .proof = "Large segments are sent again and again and never acknowledged, while smaller ones on the same way are. "
              "ICMP messages about the size, or their absence, are in the evidence.",
     .not_proof =
         "A device that does not answer large requests at all sends nothing; here the large packets are visible, or "
         "sequence numbers show that they were sent.",
     .refuted_by = "A large segment that is acknowledged on the same way.",
     .next_steps = tcp_mtu_blackhole_steps},
};

}  // namespace

std::span<const CatalogueRow> session_rows()
{
    return session_table;
}

}  // namespace buswitness::diagnose
