// Words for serial lines: silence, damage, the settings of the tap, polarity.
#include "decode/diagnose/catalogue_rows.h"

namespace buswitness::diagnose {

namespace {

using Steps = std::string_view;

constexpr Steps rtu_no_traffic_steps[] = {
    "Check that the master is on and polls; a line of lamps for RX and TX on any device helps.",
    "Check the tap: A and B on the bus, the right port, the plug of the adapter.",
    "Measure between A and B with a meter while the master should poll: a changing voltage is traffic.",
};

constexpr Steps rtu_no_response_steps[] = {
    "Check power and unit number of the device that is asked.",
    "Exchange A and B at the device and poll again; makers label them differently.",
    "Compare baud rate, parity and stop bits of device and master.",
    "Measure the bus at the device's terminals while the master polls.",
    "With four wires, put the tap on the other pair.",
};

constexpr Steps rtu_unit_silent_steps[] = {
    "Check power and the number set at the device (switches, menu).",
    "Compare its baud rate, parity and stop bits with those of the line.",
    "Exchange A and B at this device only and poll again.",
    "Connect it alone with a short cable: if it answers then, its branch is at fault.",
};

constexpr Steps rtu_crc_errors_steps[] = {
    "Read the error counters of master and devices: do they see it too?",
    "See whose frames are damaged: all senders, or one?",
    "Check cable, shield, ground and power cables beside the bus.",
    "Check the termination: one resistor of 120 ohm at each end.",
    "Try half the baud rate: reflections and long cables mind it, interference does not.",
};

constexpr Steps rtu_baud_mismatch_steps[] = {
    "Set the tap to the rate that is named and record again.",
    "If none is named, try 9600, then 19200, then 4800 and lower ones.",
};

constexpr Steps rtu_parity_mismatch_steps[] = {
    "Set the tap to the format that is named and record again.",
    "Some adapters report no errors (CH340): there a wrong parity cannot be seen.",
};

constexpr Steps rtu_settings_unknown_steps[] = {
    "Try higher baud rates first: 19200, 38400, 57600, 115200.",
    "Then exchange A and B at the tap.",
    "Ask the master's settings; another protocol may use this bus.",
};

constexpr Steps rtu_polarity_swapped_steps[] = {
    "Exchange A and B at the tap and record again.",
    "If units stay silent then: exchange A and B at the master.",
    "Labels differ by maker (A is - with many, + with some): go by measuring. At rest D+ is 0.2 V or more above D-.",
};

constexpr Steps rtu_tap_polarity_steps[] = {
    "Exchange A and B at the tap and record again.",
    "Leave the devices alone: they understand each other.",
};

constexpr Steps rtu_node_inverted_steps[] = {
    "Exchange A and B at unit {unit}.",
    "Labels differ by maker: go by measuring, not by letters.",
};

constexpr CatalogueRow line_settings_table[] = {
    {.id = FindingId::rtu_no_traffic,
     .name = "rtu-no-traffic",
     .severity = Severity::error,
     .parents = "",
     .title = "Nothing was heard on the serial line",
     .meaning = "Not one octet arrived while the tap listened. Only the listening itself is known: whether the bus is "
                "quiet or the tap is not connected cannot be told from here.",
     .proof = "A recording of a serial line without a single octet.",
     .not_proof = "A bus with wrong tap settings is not silent: it gives octets that make no sense.",
     .refuted_by = "One octet heard on the same line.",
     .next_steps = rtu_no_traffic_steps},
    {.id = FindingId::rtu_no_response,
     .name = "rtu-no-response",
     .severity = Severity::error,
     .parents = "",
     .title = "Nobody answers the master on the serial line",
     .meaning = "The requests read well, so the master works and the tap is set right. No unit answered. Usual causes, "
                "in this order: wrong unit number or settings with a single unit, exchanged wires, an open cable, "
                "devices without power.",
     .proof = "Requests with right check sums, and not one frame or damaged frame behind any of them.",
     .not_proof = "A tap on the master's pair of a four-wire bus hears no answers either.",
     .refuted_by = "An answer of any unit on the same line.",
     .next_steps = rtu_no_response_steps},
    {.id = FindingId::rtu_unit_silent,
     .name = "rtu-unit-silent",
     .severity = Severity::error,
     .parents = "rtu-no-response",
     .title = "Unit {unit} never answers, other units on the line do",
     .meaning = "The bus and the master work, as other units answer. Unit {unit} is off, has another number or other "
                "settings, or its branch is open or exchanged.",
     .proof = "Requests to the unit without any answer, or damaged octets in its place, while others on the same line "
              "are answered.",
     .not_proof = "A unit that is deaf only after another's frame or silence answers otherwise; that is told apart.",
     .refuted_by = "One answer of unit {unit}.",
     .next_steps = rtu_unit_silent_steps},
    {.id = FindingId::rtu_crc_errors,
     .name = "rtu-crc-errors",
     .severity = Severity::warning,
     .parents = "",
     .title = "Frames on the serial line are damaged",
     .meaning =
         "Frames were heard whose check sum is wrong, without a pattern that tells more. Damage of all senders points "
         "to the medium (cable, ground, interference, termination), of one sender to his transceiver or branch.",
     .proof = "Octets that are framed as a request or answer and whose CRC is wrong, in more than a few per cent of "
              "all frames.",
     .not_proof = "A tap at a bad place hears damage that the devices do not: compare with their own error counters.",
     .refuted_by = "The error counters of master and devices staying at zero meanwhile.",
     .next_steps = rtu_crc_errors_steps},
    {.id = FindingId::rtu_baud_mismatch,
     .name = "rtu-baud-mismatch",
     .severity = Severity::warning,
     .parents = "rtu-settings-unknown",
     .title = "The tap listens at another baud rate than the line has",
     .meaning = "What was heard makes no frames because the tap samples at the wrong rate. This says nothing about the "
                "devices.",
     .proof = "Runs of equal bits have the lengths of another rate, in all characters.",
     .not_proof = "Noise gives runs of all lengths.",
     .refuted_by = "Frames with right check sums at the tap's rate.",
     .next_steps = rtu_baud_mismatch_steps},
    {.id = FindingId::rtu_parity_mismatch,
     .name = "rtu-parity-mismatch",
     .severity = Severity::warning,
     .parents = "rtu-settings-unknown",
     .title = "The tap listens with another parity than the line has",
     .meaning = "The tap's character format differs from the line's. The data can still be right; error marks of the "
                "receiver then follow the octets. It says nothing about the devices.",
     .proof = "Parity or framing errors on exactly the octets with an even (or odd) number of ones, or on all, in "
              "frames with right check sums; or frames that are right when read in another format.",
     .not_proof = "Noise marks octets at random and damages frames.",
     .refuted_by = "Error marks that do not follow the octets.",
     .next_steps = rtu_parity_mismatch_steps},
    {.id = FindingId::rtu_settings_unknown,
     .name = "rtu-settings-unknown",
     .severity = Severity::warning,
     .parents = "",
     .title = "No frame on the serial line, and its settings cannot be told",
     .meaning = "Octets were heard, none of them makes frames, and nothing that can be proven explains it. Mostly the "
                "line is faster than the tap is set: a slow receiver loses what would tell its rate.",
     .proof = "Many octets, hardly any frame, and no other format, lower rate or exchanged wires under which they are "
              "right.",
     .not_proof = "It is a matter of the tap until another setting was tried; the devices may work.",
     .refuted_by = "Frames with right check sums at any setting.",
     .next_steps = rtu_settings_unknown_steps},
    {.id = FindingId::rtu_polarity_swapped,
     .name = "rtu-polarity-swapped",
     .severity = Severity::error,
     .parents = "rtu-settings-unknown",
     .title = "A and B are exchanged: the line reads well when it is inverted",
     .meaning = "What was heard is the bus with its two wires exchanged. If the devices work meanwhile, it is the "
                "tap's wires; if nobody is answered, A and B may be exchanged between the master and the devices.",
     .proof = "The bits of the line, inverted, are requests with right check sums, far more often than chance would "
              "have it.",
     .not_proof = "Wrong baud rate or parity gives octets without sense too, but no frames when inverted.",
     .refuted_by = "Frames that read well with the wires as they are.",
     .next_steps = rtu_polarity_swapped_steps},
    {.id = FindingId::rtu_tap_polarity,
     .name = "rtu-tap-polarity",
     .severity = Severity::warning,
     .parents = "rtu-polarity-swapped",
     .title = "The tap's wires A and B are exchanged",
     .meaning = "Requests and their answers both read well when the line is inverted, so the devices understand each "
                "other: the bus is right and the tap is wired the wrong way round.",
     .proof = "Inverted, requests have right check sums, and the answers that are due behind them too.",
     .not_proof = "If only requests read well inverted, the master's wires may be the exchanged ones.",
     .refuted_by = "Frames that read well with the wires as they are.",
     .next_steps = rtu_tap_polarity_steps},
    {.id = FindingId::rtu_node_inverted,
     .name = "rtu-node-inverted",
     .severity = Severity::error,
     .parents = "rtu-unit-silent, rtu-crc-errors",
     .title = "Unit {unit} answers with A and B exchanged",
     .meaning = "The requests read well, the answers of this unit only when they are inverted: it is wired the wrong "
                "way round, and hears the master inverted too unless its receiver bears it.",
     .proof = "Octets in the place of the unit's answers, which are the answer that is due, with a right check sum, "
              "when they are inverted.",
     .not_proof = "Damaged answers of other causes are damaged inverted too.",
     .refuted_by = "An answer of unit {unit} that reads well as it is.",
     .next_steps = rtu_node_inverted_steps},
};

}  // namespace

std::span<const CatalogueRow> line_settings_rows()
{
    return line_settings_table;
}

}  // namespace buswitness::diagnose
