// Words for what limits the capture itself; never a fault of a device.
#include "decode/diagnose/catalogue_rows.h"

namespace buswitness::diagnose {

namespace {

using Steps = std::string_view;

constexpr Steps capture_one_sided_steps[] = {
    "Mirror both directions (receive and transmit) of the port, or capture on the client or server itself.",
    "On a host: `tcpdump -i any -w both.pcap host {host}`, without a filter that names one direction.",
    "With two network paths, capture on both and give both files to the report.",
};

constexpr Steps capture_midstream_steps[] = {
    "Start the capture before the clients connect, or let them reconnect while it runs.",
    "Take this file for what it shows: how these connections began is not in it.",
};

constexpr Steps capture_loss_steps[] = {
    "Capture with a larger buffer and to a fast disk: `tcpdump -i any -B 65536 -w again.pcap`.",
    "Use a filter that keeps only what is needed: `tcp port {port} or arp or icmp`.",
    "At a mirror port, mirror fewer ports, or use a faster port: a full mirror port drops packets.",
    "Capture on the client or server itself.",
};

constexpr Steps capture_truncated_steps[] = {
    "Capture whole packets: `tcpdump -s 0 -w again.pcap`.",
    "End the capture cleanly (Ctrl+C once), check the free disk space, and copy the file as a whole.",
    "Look for the original of the file, if this one was cut while it was copied.",
};

constexpr Steps capture_duplicates_steps[] = {
    "Nothing to do: copies are recognised and counted once.",
    "To avoid it, capture on one interface instead of 'any', or mirror one direction per port.",
};

constexpr Steps capture_clock_step_steps[] = {
    "Check time synchronisation (NTP, PTP) on the capturing host; avoid setting the clock during a capture.",
    "If files were merged, give the single files in their order instead.",
    "Do not rely on times and durations across the jump.",
};

constexpr Steps capture_timing_coarse_steps[] = {
    "Ask for low latency (FTDI: latency timer 1 ms).",
    "Use an adapter that hands over octets at once (CP210x), or a built-in port.",
};

constexpr Steps capture_no_line_flags_steps[] = {
    "Use an adapter that reports errors (CP210x, FTDI at 1 ms, a built-in port).",
    "Compare the tap's settings with the master's by hand.",
};

constexpr Steps capture_no_modbus_steps[] = {
    "Check that the capture runs on the right interface, and at a place where the traffic passes: a switch port "
    "without mirroring sees only broadcasts.",
    "Check the capture filter: with VLAN tags `port 502` matches nothing, `vlan and port 502` does.",
    "Check that the client polls at that time, and which address and port it uses; name other ports with `--port`.",
    "Capture on the client itself: `tcpdump -i any -w client.pcap`.",
    "For serial devices: their traffic is not on the network before the gateway; listen on the serial line.",
};

constexpr CatalogueRow capture_table[] = {
    {.id = FindingId::capture_one_sided,
     .name = "capture-one-sided",
     .severity = Severity::note,
     .parents = "",
     .title = "The capture shows only one direction of the traffic",
     .meaning = "Packets of one side are missing as a whole. Whether something was answered can be told only where the "
                "visible side proves it.",
     .proof = "The acknowledgements of one side advance over data that are not in the file.",
     .not_proof = "Connection requests that nobody answers are not one-sided; that is a time-out.",
     .refuted_by = "Data of the missing direction in the same file.",
     .next_steps = capture_one_sided_steps},
    {.id = FindingId::capture_midstream,
     .name = "capture-midstream",
     .severity = Severity::note,
     .parents = "",
     .title = "The capture begins in the middle of connections",
     .meaning = "Some connections were open before the capture started. How they were set up, and what was asked just "
                "before, is not known.",
     .proof = "Data of connections whose beginning is not in the file.",
     .not_proof = "It is no fault of a device.",
     .refuted_by = "The connection's beginning in this or an earlier file.",
     .next_steps = capture_midstream_steps},
    {.id = FindingId::capture_loss,
     .name = "capture-loss",
     .severity = Severity::note,
     .parents = "",
     .title = "The capture lost packets that were on the network",
     .meaning =
         "The network delivered packets that the capture did not keep. A missing answer may just be missing in the "
         "file, so verdicts about unanswered requests are held back where this applies.",
     .proof = "Data that are acknowledged but are not in the file, in a direction that otherwise is; or the capture's "
              "own count of dropped packets.",
     .not_proof = "Data that are sent again later were lost on the network, not in the capture.",
     .refuted_by = "The missing octets in another capture of the same time.",
     .next_steps = capture_loss_steps},
    {.id = FindingId::capture_truncated,
     .name = "capture-truncated",
     .severity = Severity::note,
     .parents = "",
     .title = "The capture is cut: packets or the file are incomplete",
     .meaning =
         "Either the packets were stored only in part, or the file ends inside a packet. Everything up to the cut "
         "was analysed.",
     .proof = "Packets with fewer octets stored than were on the wire, or a file that ends within a record.",
     .not_proof = "It is no fault of a device, and messages cut by it are not malformed.",
     .refuted_by = "A complete copy of the same capture.",
     .next_steps = capture_truncated_steps},
    {.id = FindingId::capture_duplicates,
     .name = "capture-duplicates",
     .severity = Severity::note,
     .parents = "",
     .title = "The capture holds packets twice",
     .meaning = "The same packet was recorded more than once, because it passes several interfaces or both sides of a "
                "mirror. This is a habit of the capture, not repetition on the network.",
     .proof = "Packets with the same content and IP-ID within a short time, some with a different TTL or interface.",
     .not_proof = "A true retransmission has a new IP-ID, and a delay that fits a time-out.",
     .refuted_by = "Different IP-IDs in the repeated packets.",
     .next_steps = capture_duplicates_steps},
    {.id = FindingId::capture_clock_step,
     .name = "capture-clock-step",
     .severity = Severity::note,
     .parents = "",
     .title = "The clock of the capture jumps",
     .meaning = "The time stamps go back or leap, so durations across that point mean nothing. Time-outs and response "
                "times there are not judged.",
     .proof = "Time stamps that go back, or jump against the TCP time stamps of the hosts.",
     .not_proof = "A long quiet time is no jump.",
     .refuted_by = "TCP time stamps that advance by the same amount.",
     .next_steps = capture_clock_step_steps},
    {.id = FindingId::capture_timing_coarse,
     .name = "capture-timing-coarse",
     .severity = Severity::note,
     .parents = "",
     .title = "The adapter's timing is too coarse to judge silences",
     .meaning = "The adapter collects octets before it hands them over. Frames are read in full all the same, but "
                "whether t1.5 and t3.5 are kept cannot be told, except where a silence is longer than that.",
     .proof = "The measured wait of octets in the adapter, longer than t3.5 at these settings.",
     .not_proof = "It is no fault of the bus or a device.",
     .refuted_by = "A shorter wait in another recording.",
     .next_steps = capture_timing_coarse_steps},
    {.id = FindingId::capture_no_line_flags,
     .name = "capture-no-line-flags",
     .severity = Severity::note,
     .parents = "",
     .title = "The adapter reports no parity or framing errors",
     .meaning = "Many octets make no sense and none of them carries an error mark: this adapter or its driver reports "
                "none. A wrong parity setting of the tap cannot be seen then.",
     .proof = "Many octets outside frames, all without marks.",
     .not_proof = "On a clean line there is nothing to mark.",
     .refuted_by = "One marked octet.",
     .next_steps = capture_no_line_flags_steps},
    {.id = FindingId::capture_no_modbus,
     .name = "capture-no-modbus",
     .severity = Severity::note,
     .parents = "",
     .title = "No Modbus in this capture",
     .meaning =
         "Nothing in this file is recognised as Modbus. So it says nothing about whether Modbus works: neither that "
         "it does nor that it does not.",
     .proof = "No message in the file decodes as Modbus TCP, UDP, or RTU or ASCII inside TCP.",
     .not_proof =
         "Connection attempts that fail carry no Modbus either; their findings stand on their own. Encrypted Modbus "
         "is not recognisable.",
     .refuted_by = "Modbus messages in the same file, for instance on a port that has to be named.",
     .next_steps = capture_no_modbus_steps},
};

}  // namespace

std::span<const CatalogueRow> capture_rows()
{
    return capture_table;
}

}  // namespace buswitness::diagnose
