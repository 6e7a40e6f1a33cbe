// Words for serial lines: the signal, and who speaks when.
#include "decode/diagnose/catalogue_rows.h"

namespace buswitness::diagnose {

namespace {

using Steps = std::string_view;

constexpr Steps rtu_noise_bias_steps[] = {
    "Measure at rest between A and B: D+ must be 0.2 V or more above D-.",
    "Fit bias resistors once on the bus (450 to 650 ohm to 5 V and to ground), or switch them on at the master.",
    "Check that not more than two terminations load the bus.",
    "Look at what switches when it happens.",
};

constexpr Steps rtu_reflections_steps[] = {
    "Check the termination: 120 ohm at both ends and nowhere else; with power off 60 ohm between A and B.",
    "Look for branches longer than a metre or a star; lead the bus through each device.",
    "Try half the baud rate: if it becomes clean, it was reflections.",
};

constexpr Steps rtu_duplicate_address_steps[] = {
    "Unplug the device that should be unit {unit}: if the number still answers, find the other.",
    "Give one of them a free number.",
    "New devices come with number 1: look at what was added last.",
};

constexpr Steps rtu_two_masters_steps[] = {
    "Unplug one master (a second PLC, a panel, a gateway, a service laptop) and record again.",
    "Join masters by a gateway with several inputs, or let one of them listen only.",
};

constexpr Steps rtu_intercharacter_gap_steps[] = {
    "See who sends them, and its load or FIFO settings.",
    "Let the receiver tolerate it (inter-character time-out), if it has a setting.",
    "With a serial converter over Ethernet, raise its packing time.",
};

constexpr Steps rtu_interframe_gap_steps[] = {
    "Set the master's delay between polls to 5 ms or more.",
    "Set the answer delay of units that answer too soon, where they have one.",
};

constexpr Steps rtu_deaf_neighbour_steps[] = {
    "Raise the master's delay between polls.",
    "Ask the unit first in the cycle, or behind one that it does not mind.",
};

constexpr Steps rtu_deaf_after_silence_steps[] = {
    "Repair the unit that is really silent, or take it out of the poll list.",
    "Let the master wait 0.5 s or more after a time-out before it asks the next unit.",
    "Update the firmware or library of unit {unit}.",
};

constexpr Steps rtu_late_response_steps[] = {
    "Raise the master's response time-out above the slowest answer.",
    "See why the unit is slow: its cycle time, or a converter on the way.",
};

constexpr Steps rtu_stale_response_steps[] = {
    "Raise the master's response time-out.",
    "Let the master throw away what it receives before it asks again.",
    "Do not trust values recorded around it.",
};

constexpr Steps rtu_echo_steps[] = {
    "Switch off the local echo of the adapter (often a jumper, RE tied to DE).",
    "If the tap is on the master's own adapter, nothing is wrong with the bus.",
};

constexpr Steps rtu_one_direction_steps[] = {
    "With four wires put a second tap on the other pair, and record both.",
    "Check whether the bus is RS-422 or RS-232: both need two receivers.",
};

constexpr Steps rtu_reserved_address_steps[] = {
    "Give the device a number from 1 to 247, or look in its manual what it uses the number for.",
    "Ask each of its neighbours whether they react to it.",
};

constexpr Steps ascii_on_rtu_steps[] = {
    "Set all devices to the same mode; RTU is the usual one.",
    "If ASCII is meant, set the tap to 7E1 and mode ASCII.",
};

constexpr CatalogueRow line_talk_table[] = {
    {.id = FindingId::rtu_noise_bias,
     .name = "rtu-noise-bias",
     .severity = Severity::warning,
     .parents = "",
     .title = "Octets that nobody sent beside the frames: a line without bias, or interference",
     .meaning = "Between frames nobody drives the line. Without bias resistors its level is then undefined, and "
                "receivers hear short pulses as octets, mostly 00 or FF. Devices may take such an octet as the "
                "beginning of the next frame and lose it.",
     .proof = "One to three octets right before, right behind or between frames, far more often than damaged frames, "
              "mostly like short low pulses.",
     .not_proof = "Interference that hits frames as often as pauses is plain noise. Which of the two it is, the octets "
                  "do not tell.",
     .refuted_by = "A clean idle line on an oscilloscope.",
     .next_steps = rtu_noise_bias_steps},
    {.id = FindingId::rtu_reflections,
     .name = "rtu-reflections",
     .severity = Severity::warning,
     .parents = "rtu-crc-errors",
     .title = "Bit errors follow the edges of the signal: reflections on the cable",
     .meaning = "Bits are wrong some time after the line changed its level, as an echo from an open end or a stub "
                "does. Higher baud rates and longer frames suffer more.",
     .proof = "Damaged frames compared with the same frames heard well: errors come at one distance behind changes of "
              "the level, more often than by chance.",
     .not_proof = "Noise hits anywhere. The waveform itself cannot be seen by a tap.",
     .refuted_by = "Clean edges on an oscilloscope at the far end.",
     .next_steps = rtu_reflections_steps},
    {.id = FindingId::rtu_duplicate_address,
     .name = "rtu-duplicate-address",
     .severity = Severity::error,
     .parents = "rtu-crc-errors",
     .title = "Two devices on the line answer as unit {unit}",
     .meaning = "Both devices answer the same requests, one behind the other or over each other. The master takes one "
                "of the two, or none.",
     .proof = "Two right answers to one request without room for another request between them; or nearly all answers "
              "of this one unit damaged and too long while the others are clean.",
     .not_proof = "Two masters make two answers too, but to two requests.",
     .refuted_by = "With one of the devices unplugged, the unit still answering twice.",
     .next_steps = rtu_duplicate_address_steps},
    {.id = FindingId::rtu_two_masters,
     .name = "rtu-two-masters",
     .severity = Severity::error,
     .parents = "rtu-crc-errors",
     .title = "More than one master asks on the line",
     .meaning = "Only one device may ask on such a bus. Requests overlap answers and other requests, so frames are "
                "damaged and answers go to the wrong one.",
     .proof = "Requests before the one before could be answered, answers to a request that was not given up, and "
              "damaged bursts of other lengths than what may stand there.",
     .not_proof = "One master that gives up early asks again only after its time-out. Two devices with one number "
                  "disturb that unit only.",
     .refuted_by = "The same signs with one master unplugged.",
     .next_steps = rtu_two_masters_steps},
    {.id = FindingId::rtu_intercharacter_gap,
     .name = "rtu-intercharacter-gap",
     .severity = Severity::warning,
     .parents = "",
     .title = "Silences inside frames longer than t1.5",
     .meaning = "A sender pauses within a frame. Receivers that keep to the specification throw such a frame away. "
                "Common with senders in software under load, and with converters over a network.",
     .proof = "A silence within a frame that is longer than 1.5 characters (0.75 ms above 19200 bit/s) for certain, by "
              "the adapter's measured timing.",
     .not_proof = "Pauses that the tap's adapter makes are not counted.",
     .refuted_by = "The same frames without a pause on an oscilloscope.",
     .next_steps = rtu_intercharacter_gap_steps},
    {.id = FindingId::rtu_interframe_gap,
     .name = "rtu-interframe-gap",
     .severity = Severity::warning,
     .parents = "",
     .title = "Frames follow each other by less than t3.5",
     .meaning = "Without a silence of 3.5 characters receivers may take two frames for one. Many masters do not keep "
                "it, and strict devices then lose requests.",
     .proof =
         "Frames that begin, for certain, less than 3.5 characters (1.75 ms above 19200 bit/s) behind the one before.",
     .not_proof = "What the adapter joined is not counted.",
     .refuted_by = "The silence on an oscilloscope.",
     .next_steps = rtu_interframe_gap_steps},
    {.id = FindingId::rtu_deaf_neighbour,
     .name = "rtu-deaf-neighbour",
     .severity = Severity::warning,
     .parents = "rtu-unit-silent",
     .title = "Unit {unit} does not hear requests that come soon after another unit's frame",
     .meaning = "The unit needs more silence than the master leaves: it still has the other unit's frame in its buffer "
                "and takes the request for a part of it.",
     .proof =
         "All requests to the unit that come soon after another unit's frame are lost, all later ones are answered.",
     .not_proof = "A unit that is lost at any distance is silent or damaged.",
     .refuted_by = "An answer to a request that came as soon.",
     .next_steps = rtu_deaf_neighbour_steps},
    {.id = FindingId::rtu_deaf_after_silence,
     .name = "rtu-deaf-after-silence",
     .severity = Severity::warning,
     .parents = "rtu-unit-silent",
     .title = "Unit {unit} misses the request that follows another unit's silence",
     .meaning = "After a request to a dead unit, the driver of this one still waits for that unit's answer and takes "
                "the next request for it. So one dead device looks like several.",
     .proof = "The unit answers nearly all requests, except those right behind an unanswered request to another unit.",
     .not_proof = "A unit that is silent at other times too is silent by itself.",
     .refuted_by = "Answers to such requests.",
     .next_steps = rtu_deaf_after_silence_steps},
    {.id = FindingId::rtu_late_response,
     .name = "rtu-late-response",
     .severity = Severity::warning,
     .parents = "",
     .title = "Unit {unit} answers after the master has moved on",
     .meaning = "The answer comes when the master already asked something else. It disturbs what is on the line then, "
                "and may be taken for another answer.",
     .proof = "An answer that belongs, by unit, function and length, to a request before the latest one.",
     .not_proof = "The master's time-out is not on the wire; two masters give such orders too, and are told apart.",
     .refuted_by = "The master not having sent anything before the answer.",
     .next_steps = rtu_late_response_steps},
    {.id = FindingId::rtu_stale_response,
     .name = "rtu-stale-response",
     .severity = Severity::error,
     .parents = "rtu-late-response",
     .title = "Answers of unit {unit} belong to the request before",
     .meaning =
         "An answer fits an earlier request and comes when the master waits for another one to the same unit and "
         "function. RTU has no transaction number: the master can take the values for those of another address.",
     .proof = "The length or the echoed fields of the answer fit the earlier request, not the latest.",
     .not_proof = "Where both requests ask for equally much, this cannot be told.",
     .refuted_by = "The answer fitting the latest request.",
     .next_steps = rtu_stale_response_steps},
    {.id = FindingId::rtu_echo,
     .name = "rtu-echo",
     .severity = Severity::note,
     .parents = "",
     .title = "Each request is heard twice",
     .meaning = "The adapter or the wiring gives back what the master sends. A master that listens to its own echo may "
                "take it for the answer.",
     .proof = "The octets of a request repeated at once, without the time of a repetition.",
     .not_proof = "A master that asks again waits for its time-out first.",
     .refuted_by = "Single requests on another tap.",
     .next_steps = rtu_echo_steps},
    {.id = FindingId::rtu_one_direction,
     .name = "rtu-one-direction",
     .severity = Severity::warning,
     .parents = "",
     .title = "Only one side of the line is heard",
     .meaning = "Answers without requests: the tap is on the pair on which the units send, as in four-wire RS-485 or "
                "RS-422, or behind a repeater for one direction.",
     .proof = "Answers only, and not one request, over many frames.",
     .not_proof = "Requests without answers are a silent bus, unless the master behaves as if it got answers.",
     .refuted_by = "A request on the same line.",
     .next_steps = rtu_one_direction_steps},
    {.id = FindingId::rtu_reserved_address,
     .name = "rtu-reserved-address",
     .severity = Severity::warning,
     .parents = "",
     .title = "Reserved unit numbers (248 to 255) are used",
     .meaning = "The specification keeps these numbers free. Some devices use them for service or point-to-point; "
                "others do not answer to them.",
     .proof = "Frames with right check sums and such a unit number.",
     .not_proof = "On TCP, 255 is the usual number of a device without units behind it; on a serial line it is not.",
     .refuted_by = "Nothing, if the frames are right.",
     .next_steps = rtu_reserved_address_steps},
    {.id = FindingId::ascii_on_rtu,
     .name = "ascii-on-rtu",
     .severity = Severity::warning,
     .parents = "",
     .title = "The line speaks Modbus ASCII",
     .meaning = "Frames are characters from \":\" to CR LF. Devices set to RTU cannot understand it; if all devices "
                "use ASCII, nothing is wrong.",
     .proof = "Frames from \":\" to CR LF with right check sums (LRC).",
     .not_proof = "Other protocols use characters too, but not this check sum.",
     .refuted_by = "RTU frames with right CRC on the same line.",
     .next_steps = ascii_on_rtu_steps},
};

}  // namespace

std::span<const CatalogueRow> line_talk_rows()
{
    return line_talk_table;
}

}  // namespace buswitness::diagnose
