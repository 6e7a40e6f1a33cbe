// Words for requests and what becomes of them.
#include "decode/diagnose/catalogue_rows.h"

namespace buswitness::diagnose {

namespace {

using Steps = std::string_view;

constexpr Steps modbus_no_response_steps[] = {
    "Check the unit number in the client's settings; for a device with its own network port try 1, 255 and 0.",
    "Ask by hand, with a long time-out: `mbpoll -a {unit} {poll} -1 -o 5 -p {port} {host}`.",
    "Ask for another function or address: if those are answered, the device does not support this one and says "
    "nothing about it.",
    "If {host} is a gateway: check the serial line behind it, the device there, and the gateway's own time-out.",
    "Look at the device: is its program running (RUN, not STOP or a fault)?",
    "Raise the client's time-out well above the device's usual response time, to rule out a late answer.",
};

constexpr Steps modbus_unit_silent_steps[] = {
    "Check the unit number against the device's switches, display or settings.",
    "Is this device powered, and wired to the gateway's serial line?",
    "Check this device's baud rate, parity and stop bits against those of the line.",
    "Ask it alone, with a long time-out: `mbpoll -a {unit} {poll} -1 -o 5 -p {port} {host}`.",
    "Look into the gateway's table of units: some answer only for units that are entered there.",
    "Until it is repaired, take this unit out of the polling: each vain request costs the full time-out.",
};

constexpr Steps modbus_late_response_steps[] = {
    "Raise the client's time-out above the slowest answer named in the evidence, with a margin.",
    "Let the client close and reopen the connection after a time-out (or throw away late data): otherwise it "
    "takes the late answer for the next one.",
    "Find what makes the answer slow: a serial line behind a gateway, a busy device, several clients at once.",
    "Poll less often or fewer values at once, and see whether the answers become faster.",
};

constexpr Steps modbus_slow_response_steps[] = {
    "Compare the slowest answers with the client's time-out: there should be a clear margin.",
    "Look at what else happens at those moments: other clients, large reads, writes to flash memory, a unit "
    "behind the gateway that does not answer.",
    "Poll less often or fewer values at once, and compare the response times in a new capture.",
};

constexpr Steps modbus_client_out_of_step_steps[] = {
    "Restart the client's connection to {server}: that brings it back in step at once.",
    "Make the client reconnect, or throw away what is still in its buffer, after each time-out (libmodbus: "
    "`modbus_set_error_recovery` with MODBUS_ERROR_RECOVERY_PROTOCOL, or close and connect).",
    "Make the client compare the transaction number of each answer with that of its request.",
    "Raise the client's time-out above the slowest answer, so that it does not happen again.",
    "Do not trust the values recorded since the time in the evidence: they belong to other registers or other "
    "moments.",
};

constexpr Steps modbus_exception_steps[] = {
    "Compare function, address and quantity of the request (see the evidence) with the device's register table.",
    "Repeat a single read by hand: `mbpoll -a {unit} {poll} -1 -p {port} {host}`.",
};

constexpr Steps modbus_gateway_no_response_steps[] = {
    "Is the device with this unit number powered and wired to the gateway's serial line?",
    "Check its unit number, baud rate, parity and stop bits against the gateway's settings.",
    "Check the wiring of the line: the two wires not swapped, termination at both ends, no broken branch.",
    "Raise the gateway's own time-out for the serial line, if the device is slow.",
    "Listen on the serial line: do the gateway's requests go out, and does the unit answer them?",
    "Ask it by hand: `mbpoll -a {unit} {poll} -1 -o 5 -p {port} {host}`.",
};

constexpr Steps modbus_gateway_path_steps[] = {
    "Look into the gateway's routing table: is this unit number assigned to a serial port or address?",
    "Check the unit number in the client's settings.",
    "Check that the serial port behind it is switched on and has the right mode (Modbus master, RTU).",
    "Ask whether the gateway is overloaded: too many clients or requests at once can cause this code as well.",
};

constexpr Steps modbus_transaction_mismatch_steps[] = {
    "Look at which field differs (transaction number, unit, function; see the evidence) and at which side changed "
    "it.",
    "If a gateway or proxy stands in between, update it or test without it: some mix up the answers of several "
    "clients.",
    "Let the client wait for each answer before it asks again, and see whether the mismatch disappears.",
    "Check that only one device answers under this address.",
};

constexpr Steps modbus_duplicate_response_steps[] = {
    "Check whether two devices or two gateway paths answer for the same unit number.",
    "If a gateway or proxy stands in between, update it or test without it.",
    "Let the client throw away answers with an unknown transaction number, or reconnect: a doubled answer can put "
    "it out of step.",
};

constexpr CatalogueRow request_table[] = {
    {.id = FindingId::modbus_no_response,
     .name = "modbus-no-response",
     .severity = Severity::error,
     .parents = "",
     .title = "Unit {unit} at {server} takes requests for function {function} but never answers them",
     .meaning = "The request was delivered, the connection stayed alive, and no answer came. Over TCP the device has "
                "confirmed the delivery, so the network on the way to it is not the cause. Wrong unit number, a "
                "function the device silently ignores, a stopped program, or a dead serial "
                "line behind a gateway are the usual ones.",
     .proof =
         "The request is acknowledged by the server's TCP (or was sent by UDP), the connection lives on, the client "
         "repeats or asks something else, and no answer to the request is in the capture.",
     .not_proof =
         "A request that is still open when the capture ends, packets that the capture lost, a capture that shows "
         "one direction, a connection that ends first, and writes to unit 0 (broadcast) are not counted.",
     .refuted_by = "An answer to one of these requests, in this capture or in one taken at the server.",
     .next_steps = modbus_no_response_steps},
    {.id = FindingId::modbus_unit_silent,
     .name = "modbus-unit-silent",
     .severity = Severity::error,
     .parents = "modbus-no-response",
     .title = "Unit {unit} at {server} never answers, while other units there do",
     .meaning = "The gateway or server works, and other units behind it answer. This one does not: it is absent, has "
                "another number, or cannot hear or speak on its serial line.",
     .proof =
         "All requests to this unit stay unanswered, while requests to other units at the same address and port are "
         "answered in the same capture.",
     .not_proof = "A unit that answers now and then is not silent. Writes to unit 0 are never answered by design.",
     .refuted_by = "One answer from this unit.",
     .next_steps = modbus_unit_silent_steps},
    {.id = FindingId::modbus_late_response,
     .name = "modbus-late-response",
     .severity = Severity::warning,
     .parents = "",
     .title = "Unit {unit} at {server} answers after the client has given up waiting",
     .meaning =
         "The answer did come, but the client had already repeated its question, moved on, or closed. The client "
         "counts this as a failure, and may take the late answer for the answer to its next question.",
     .proof =
         "The answer is in the capture, after the client's repeat, its next request on the same connection, or its "
         "close.",
     .not_proof =
         "Requests that are outstanding together on purpose (pipelining) are not late. The client's time-out itself "
         "is not on the wire; it is inferred from what the client does.",
     .refuted_by = "Proof that the client still accepted the answer as the right one.",
     .next_steps = modbus_late_response_steps},
    {.id = FindingId::modbus_slow_response,
     .name = "modbus-slow-response",
     .severity = Severity::note,
     .parents = "",
     .title = "Unit {unit} at {server} sometimes answers far more slowly than usual",
     .meaning =
         "All is answered, but some answers take much longer than the rest, near to what the client tolerates. It "
         "works today and may fail on a busier day.",
     .proof = "Response times far above the usual of the same unit, with the figures in the evidence.",
     .not_proof = "A few slow answers after a reconnection or a restart are ordinary.",
     .refuted_by = "A longer capture in which such times are usual for this device.",
     .next_steps = modbus_slow_response_steps},
    {.id = FindingId::modbus_client_out_of_step,
     .name = "modbus-client-out-of-step",
     .severity = Severity::error,
     .parents = "",
     .title = "The client {client} is out of step: it takes each answer for the next question",
     .meaning =
         "After one late or doubled answer the client reads, from then on, the answer to its previous question each "
         "time. The device answers everything correctly, and on the wire all looks nearly healthy, but the client "
         "sees errors or wrong values until it reconnects.",
     .proof =
         "After a late or doubled answer, each later request is sent when the answer to the one before it arrives, "
         "and the numbers, lengths or values show the shift.",
     .not_proof = "A client that checks transaction numbers and skips the stale answer is not out of step.",
     .refuted_by =
         "The client using the right answer for each request (its own log), or a reconnection that changes nothing.",
     .next_steps = modbus_client_out_of_step_steps},
    {.id = FindingId::modbus_exception,
     .name = "modbus-exception",
     .severity = Severity::error,
     .parents = "",
     .title = "{server} answers function {function} of unit {unit} with exception {exception}",
     .meaning = "The device is reachable, understood the request as Modbus, and declined it with a reason. Network and "
                "connection are in order; the request or the state of the device is not.",
     .proof = "An answer with the function code plus 128 and an exception code, to a request in the capture.",
     .not_proof =
         "Codes 5 and 6 (acknowledge, busy) are no faults by themselves. Codes 10 and 11 come from a gateway, not "
         "from the device behind it, and have findings of their own.",
     .refuted_by =
         "A normal answer to the very same request at another time would show that it depends on the device's state.",
     .next_steps = modbus_exception_steps},
    {.id = FindingId::modbus_gateway_no_response,
     .name = "modbus-gateway-no-response",
     .severity = Severity::error,
     .parents = "modbus-exception",
     .title = "{server} answers as a gateway: no reply from unit {unit} behind it",
     .meaning =
         "The network and the gateway work: the gateway itself reports that it asked the device on its far side, "
         "usually on a serial line, and that it heard nothing (exception 11).",
     .proof = "Answers with exception code 11 (0x0B), gateway target device failed to respond.",
     .not_proof =
         "Some devices with their own network port use this code for an unknown unit number. A gateway may also "
         "send it when it is overloaded.",
     .refuted_by =
         "A normal answer from this unit through the same gateway, or the request and answer seen on the serial "
         "line.",
     .next_steps = modbus_gateway_no_response_steps},
    {.id = FindingId::modbus_gateway_path,
     .name = "modbus-gateway-path",
     .severity = Severity::error,
     .parents = "modbus-exception",
     .title = "{server} answers as a gateway: it has no path to unit {unit}",
     .meaning =
         "The gateway answers that it has no way to the unit asked for (exception 10). Mostly the unit number is "
         "not set up in the gateway.",
     .proof = "Answers with exception code 10 (0x0A), gateway path unavailable.",
     .not_proof = "If the unit is set up but does not answer, the code is 11 (modbus-gateway-no-response).",
     .refuted_by = "A normal answer from this unit through the same gateway with the same settings.",
     .next_steps = modbus_gateway_path_steps},
    {.id = FindingId::modbus_transaction_mismatch,
     .name = "modbus-transaction-mismatch",
     .severity = Severity::error,
     .parents = "",
     .title = "Unit {unit} at {server} sends answers that fit no open request",
     .meaning =
         "An answer carries a number, unit or function that was not asked for. A careful client throws it away and "
         "reports a time-out; a careless one takes wrong values for right ones.",
     .proof = "A response whose transaction number, unit or function code belongs to no request that is open on the "
              "connection.",
     .not_proof =
         "A transaction number that is always 0 on both sides is common and fine. An orphan answer right at the "
         "start of the capture belongs to a request from before it. A TCP retransmission is no second answer.",
     .refuted_by = "The request that the answer belongs to, found in a more complete capture.",
     .next_steps = modbus_transaction_mismatch_steps},
    {.id = FindingId::modbus_duplicate_response,
     .name = "modbus-duplicate-response",
     .severity = Severity::warning,
     .parents = "modbus-transaction-mismatch",
     .title = "Unit {unit} at {server} sends the same answer twice",
     .meaning = "One question, two answers. The second one has nothing to belong to; a simple client takes it for the "
                "answer to its next question.",
     .proof =
         "Two complete answers with the same transaction number, unit and function to one request, in different TCP "
         "data.",
     .not_proof = "A TCP retransmission or a packet that the capture holds twice is no second answer.",
     .refuted_by = "A second request that the second answer belongs to.",
     .next_steps = modbus_duplicate_response_steps},
};

}  // namespace

std::span<const CatalogueRow> request_rows()
{
    return request_table;
}

}  // namespace buswitness::diagnose
