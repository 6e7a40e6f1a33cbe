// Words for the ways in which Modbus is used here.
#include "decode/diagnose/catalogue_rows.h"

namespace buswitness::diagnose {

namespace {

using Steps = std::string_view;

constexpr Steps modbus_broadcast_steps[] = {
    "Nothing to do if a broadcast is intended; nobody answers it.",
    "If an answer is wanted: use the device's own unit number, for a device with its own network port often 1 or "
    "255.",
};

constexpr Steps modbus_first_request_ignored_steps[] = {
    "Keep the connection open instead of connecting for each poll.",
    "Let the client wait a little (100 ms to 1 s) between connecting and its first request.",
    "Let the client repeat the first request once before it reports a fault.",
    "Look for a firmware update of the device or gateway.",
};

constexpr Steps modbus_pipelining_unanswered_steps[] = {
    "Set the client to one outstanding request at a time (wait for the answer, then ask again).",
    "If several programs share one connection through a proxy, let the proxy put the requests in a queue.",
    "Look up in the device's manual how many requests it takes at once.",
};

constexpr Steps modbus_address_notation_steps[] = {
    "Subtract the prefix: 40001 in a manual often means holding register 0 on the wire, 30001 input register 0.",
    "Look for a setting such as 'zero based', 'one based' or 'address offset' in the client, and change it by one.",
    "Check that the function fits the table: 4xxxx is read with function 3, 3xxxx with 4, 1xxxx with 2, 0xxxx "
    "with 1.",
    "Read one register by hand; `-r 1` is address 0 on the wire: `mbpoll -a {unit} -r 1 -c 1 -1 -p {port} {host}`.",
};

constexpr Steps modbus_timeout_too_short_steps[] = {
    "Raise the client's time-out to the value suggested in the evidence.",
    "If it cannot be raised: make the device faster (fewer values at once, slower polling, higher baud rate "
    "behind a gateway).",
    "After the change, capture again and look for late answers.",
};

constexpr Steps modbus_nonstandard_port_steps[] = {
    "Nothing to do: gateways and simulators often use other ports.",
    "Remember this port in firewall rules, capture filters and client settings.",
};

constexpr Steps modbus_exposed_steps[] = {
    "Make sure that a firewall lets only the known addresses through to port {port}.",
    "Better: a VPN, or Modbus with TLS (port 802); Modbus itself has no password and no encryption.",
    "Ask those responsible for network security whether this access is intended.",
};

constexpr Steps modbus_writes_seen_steps[] = {
    "Compare the writer with the list of those who may write.",
    "If nobody should: stop that client, and block its address for port {port} at the firewall.",
    "If values change unexpectedly in the plant, compare their times with these writes.",
};

constexpr CatalogueRow habit_table[] = {
    {.id = FindingId::modbus_broadcast,
     .name = "modbus-broadcast",
     .severity = Severity::note,
     .parents = "",
     .title = "{client} sends writes to unit 0 of {server}: no answer is expected",
     .meaning = "Unit 0 means 'everybody' on a serial line. All devices obey, none answers. The missing answers are no "
                "fault.",
     .proof = "Write requests to unit 0 without an answer.",
     .not_proof = "On Modbus TCP some devices do answer unit 0; then it is an ordinary address.",
     .refuted_by = "An answer to such a write.",
     .next_steps = modbus_broadcast_steps},
    {.id = FindingId::modbus_first_request_ignored,
     .name = "modbus-first-request-ignored",
     .severity = Severity::warning,
     .parents = "modbus-no-response",
     .title = "{server} ignores the first request of each new connection",
     .meaning = "After each new connection the first question stays without an answer, and its repeat is answered. The "
                "device or gateway is not ready yet when the connection already stands.",
     .proof = "On several connections the first request is unanswered while its repeat is answered.",
     .not_proof = "A single case is an ordinary loss.",
     .refuted_by = "A first request on a new connection that is answered.",
     .next_steps = modbus_first_request_ignored_steps},
    {.id = FindingId::modbus_pipelining_unanswered,
     .name = "modbus-pipelining-unanswered",
     .severity = Severity::error,
     .parents = "modbus-no-response",
     .title = "{server} answers only one of several requests that are sent together",
     .meaning =
         "The client sends its next question before it has the answer to the last one. The standard allows it, but "
         "this device keeps only the first or the last and forgets the others.",
     .proof = "With several requests outstanding on one connection, only the first (or the last) is answered; single "
              "requests are.",
     .not_proof = "Answers in another order are allowed and counted as answers.",
     .refuted_by = "All of several outstanding requests answered.",
     .next_steps = modbus_pipelining_unanswered_steps},
    {.id = FindingId::modbus_address_notation,
     .name = "modbus-address-notation",
     .severity = Severity::warning,
     .parents = "modbus-exception",
     .title = "The register addresses asked of {server} look shifted or written in the wrong notation",
     .meaning =
         "Manuals often number registers from 1 and with a leading 4 or 3; on the wire they count from 0, without "
         "it. The device declines addresses that look like a manual's number was sent unchanged, or that are one "
         "too high.",
     .proof = "Exception 2 for addresses such as 40001 or 30001, or exactly at the edge of a block that is answered "
              "otherwise.",
     .not_proof =
         "Some devices do have registers at such addresses. Exception 2 elsewhere is an address that the device "
         "does not have.",
     .refuted_by = "A normal answer to such an address, or a register table that lists it as a wire address.",
     .next_steps = modbus_address_notation_steps},
    {.id = FindingId::modbus_timeout_too_short,
     .name = "modbus-timeout-too-short",
     .severity = Severity::warning,
     .parents = "",
     .title = "The client {client} gives up too early: answers of {server} come just after its time-out",
     .meaning =
         "The client repeats its question after a fixed time, and the answers arrive soon after that. A little more "
         "patience would turn these failures into successes.",
     .proof = "The client repeats at a constant time T, and answers to the first requests come at T plus a short time.",
     .not_proof = "The time-out itself is not on the wire; it is inferred from the repeats.",
     .refuted_by = "Answers that still come late with a longer time-out.",
     .next_steps = modbus_timeout_too_short_steps},
    {.id = FindingId::modbus_nonstandard_port,
     .name = "modbus-nonstandard-port",
     .severity = Severity::note,
     .parents = "",
     .title = "Modbus on port {port} of {host} instead of 502",
     .meaning = "The device speaks Modbus on a port other than the usual one. That is allowed.",
     .proof = "Modbus messages, recognised by their content, on a port other than 502.",
     .not_proof = "It is no fault while it answers.",
     .refuted_by = "The messages turning out to be another protocol.",
     .next_steps = modbus_nonstandard_port_steps},
    {.id = FindingId::modbus_exposed,
     .name = "modbus-exposed",
     .severity = Severity::note,
     .parents = "",
     .title = "Modbus with {server} runs over public internet addresses",
     .meaning =
         "At least one of the addresses is a public one. Modbus has neither password nor encryption: whoever can "
         "reach the device can read and change its values.",
     .proof = "Modbus messages to or from addresses that are routed in the internet.",
     .not_proof = "Some plants use public address ranges internally; the capture cannot show what a firewall would let "
                  "through.",
     .refuted_by = "The knowledge that these addresses are used inside a closed network.",
     .next_steps = modbus_exposed_steps},
    {.id = FindingId::modbus_writes_seen,
     .name = "modbus-writes-seen",
     .severity = Severity::note,
     .parents = "",
     .title = "{client} writes values to {server}",
     .meaning =
         "Values are not only read but changed. This is listed so that everybody knows who writes what, and where.",
     .proof = "Write requests (functions 5, 6, 15, 16, 21, 22, 23) in the capture.",
     .not_proof = "A write is no fault. Whether it is allowed is not on the wire.",
     .refuted_by = "Nothing: the requests are in the capture. Whether they took effect is shown by the answers.",
     .next_steps = modbus_writes_seen_steps},
};

}  // namespace

std::span<const CatalogueRow> habit_rows()
{
    return habit_table;
}

}  // namespace buswitness::diagnose
