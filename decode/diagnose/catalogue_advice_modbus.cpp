// The first thing to do and the documents, for requests, protocols and the capture itself.
#include "decode/diagnose/catalogue_rows.h"

namespace buswitness::diagnose {

namespace {

using Text = std::string_view;
using enum FindingId;

constexpr PlatformStep record_again[] = {
    {"Windows", "`dumpcap -D` lists the interfaces; `dumpcap -i NUMBER -w capture.pcapng`."},
    {"Linux", "`tcpdump -i any -s 0 -w capture.pcap`, or `dumpcap -i eth0 -w capture.pcapng`."},
    {"Switch", "Mirror both directions of the device's port to the port of the capturing computer."},
};

constexpr PlatformStep set_clock[] = {
    {"Windows", "`w32tm /query /status`; `Stop-Service w32time` for the time of the capture."},
    {"Linux", "`timedatectl`; `timedatectl set-ntp false` for the time of the capture."},
};

constexpr Text transaction_text[] = {
    "Modbus Messaging on TCP/IP Implementation Guide V1.0b, 3.1.3 (MBAP header: transaction identifier)",
    "Modbus Application Protocol V1.1b3, 4.1 (protocol description)"};
constexpr Text unit_text[] = {
    "Modbus Messaging on TCP/IP Implementation Guide V1.0b, 3.1.3 (MBAP header: unit identifier)",
    "Modbus over Serial Line V1.02, 2.2 (addressing rules)"};
constexpr Text timeout_text[] = {"Modbus over Serial Line V1.02, 2.4.1 (master: response time-out)",
                                 "Modbus Messaging on TCP/IP Implementation Guide V1.0b, 4.4 (client)"};
constexpr Text exception_text[] = {"Modbus Application Protocol V1.1b3, 7 (exception responses)"};
constexpr Text pdu_text[] = {"Modbus Application Protocol V1.1b3, 6 (function codes)",
                             "Modbus Messaging on TCP/IP Implementation Guide V1.0b, 3.1.3 (MBAP header)"};
constexpr Text rtu_text[] = {"Modbus over Serial Line V1.02, 2.5.1 (RTU transmission mode)",
                             "Modbus Messaging on TCP/IP Implementation Guide V1.0b, 3.1.3 (MBAP header)"};
constexpr Text ascii_text[] = {"Modbus over Serial Line V1.02, 2.5.2 (ASCII transmission mode)",
                               "Modbus Messaging on TCP/IP Implementation Guide V1.0b, 3.1.3 (MBAP header)"};
constexpr Text modbus_port_text[] = {"IANA Service Name and Port Number Registry: mbap, port 502; mbap-s, port 802"};
constexpr Text tls_text[] = {"Modbus/TCP Security Protocol Specification", "RFC 8446, 6 (alerts)",
                             "IANA Service Name and Port Number Registry: mbap-s, port 802"};
constexpr Text broadcast_text[] = {"Modbus over Serial Line V1.02, 2.1 and 2.2 (broadcast, addressing rules)"};
constexpr Text pipelining_text[] = {
    "Modbus Messaging on TCP/IP Implementation Guide V1.0b, 4.4 (several transactions at once)"};
constexpr Text addressing_text[] = {"Modbus Application Protocol V1.1b3, 4.4 (addressing model)",
                                    "Modbus Application Protocol V1.1b3, 7 (exception 02)"};
constexpr Text exposed_text[] = {"RFC 1918 and RFC 4193 (private addresses)",
                                 "Modbus/TCP Security Protocol Specification"};
constexpr Text write_text[] = {"Modbus Application Protocol V1.1b3, 6.5, 6.6, 6.11, 6.12 (writes)"};
constexpr Text capturing_text[] = {"Wireshark User's Guide, 4 (capturing live network data)"};
constexpr Text format_text[] = {"pcap-savefile(5)", "Wireshark User's Guide, 4 (capturing live network data)"};
constexpr Text ack_text[] = {"RFC 9293, 3.4 (sequence numbers)",
                             "Wireshark User's Guide, 4 (capturing live network data)"};
constexpr PlatformStep latency[] = {
    {"Windows", "Device Manager, the port's properties, Port Settings, Advanced: latency timer 1 ms."},
    {"Linux",
     "`setserial /dev/ttyUSB0 low_latency`, or write 1 to `/sys/bus/usb-serial/devices/ttyUSB0/latency_timer`."},
};
constexpr Text adapter_text[] = {"FTDI AN232B-04 (latency timer)", "termios(3), setserial(8)"};
constexpr Text clock_text[] = {"RFC 7323, 3 (TCP timestamps)"};

constexpr Advice advice_modbus_table[] = {
    {modbus_no_response, "Check the unit number {unit} in the client, then ask {server} once by hand.", {}, unit_text},
    {modbus_unit_silent,
     "Check power, wiring and unit number of the device that should be unit {unit}.",
     {},
     unit_text},
    {modbus_late_response, "Raise the client's time-out above the slowest answer.", {}, timeout_text},
    {modbus_slow_response,
     "Leave a clear margin between the slowest answers and the client's time-out.",
     {},
     timeout_text},
    {modbus_client_out_of_step,
     "Restart the client's connection to {server}; do not trust values recorded since.",
     {},
     transaction_text},
    {modbus_exception, "Compare the request with the register table of {host}.", {}, exception_text},
    {modbus_gateway_no_response,
     "Check power, wiring and serial settings of unit {unit} behind the gateway {host}.",
     {},
     exception_text},
    {modbus_gateway_path, "Enter unit {unit} in the gateway's table, or correct it in the client.", {}, exception_text},
    {modbus_transaction_mismatch,
     "Find out which device changes the number in the answers of {server}.",
     {},
     transaction_text},
    {modbus_duplicate_response, "Look for a second device or path that answers for unit {unit}.", {}, transaction_text},
    {modbus_malformed, "Correct or update the side that sends the wrong messages.", {}, pdu_text},
    {modbus_rtu_over_tcp, "Set both sides to the same form: Modbus TCP, or RTU over TCP.", {}, rtu_text},
    {modbus_ascii_over_tcp, "Set both sides to the same form: Modbus TCP, or ASCII over TCP.", {}, ascii_text},
    {modbus_not_modbus, "Find out which program uses the Modbus port of {host}.", {}, modbus_port_text},
    {modbus_tls, "Nothing; what is inside stays private.", {}, tls_text},
    {tls_handshake_failed, "Compare certificates and TLS versions of {client} and {host}.", {}, tls_text},
    {modbus_broadcast, "Nothing, if writing to all devices is meant.", {}, broadcast_text},
    {modbus_first_request_ignored,
     "Let the client wait a moment after it connects, or keep the connection open.",
     {},
     pipelining_text},
    {modbus_pipelining_unanswered, "Set the client to one request at a time.", {}, pipelining_text},
    {modbus_address_notation,
     "Use the address on the wire: the manual's number without its leading digit, minus 1.",
     {},
     addressing_text},
    {modbus_timeout_too_short, "Raise the client's time-out.", {}, timeout_text},
    {modbus_nonstandard_port, "Nothing, while it answers.", {}, modbus_port_text},
    {modbus_exposed, "Make sure that only known addresses reach {server}.", {}, exposed_text},
    {modbus_writes_seen, "Compare {client} with the list of those who may write.", {}, write_text},
    {capture_one_sided, "Capture again with both directions.", record_again, ack_text},
    {capture_midstream, "Start the capture before the clients connect.", record_again, capturing_text},
    {capture_loss, "Capture again with a larger buffer or at a less busy place.", record_again, ack_text},
    {capture_truncated, "Capture whole packets, and end the capture cleanly.", record_again, format_text},
    {capture_duplicates, "Nothing; copies are counted once.", record_again, capturing_text},
    {capture_clock_step, "Leave the clock of the capturing computer alone during a capture.", set_clock, clock_text},
    {capture_timing_coarse, "Set the adapter's latency timer to 1 ms and record again.", latency, adapter_text},
    {capture_no_line_flags, "Use an adapter that reports line errors.", latency, adapter_text},
    {capture_no_modbus, "Capture at a place where the Modbus traffic passes.", record_again, capturing_text},
};

}  // namespace

std::span<const Advice> advice_on_modbus()
{
    return advice_modbus_table;
}

}  // namespace buswitness::diagnose
