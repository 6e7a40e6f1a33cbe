// The first thing to do and the documents, for findings about serial lines.
#include "decode/diagnose/catalogue_rows.h"

namespace buswitness::diagnose {

namespace {

using Text = std::string_view;
using enum FindingId;

constexpr PlatformStep ports[] = {
    {"Windows", "Device Manager, Ports (COM & LPT): the number of the adapter; it can change with the USB socket."},
    {"Linux", "`ls -l /dev/serial/by-id`; `buswitness interfaces` names the ports and who holds them."},
};

constexpr PlatformStep port_holders[] = {
    {"Windows", "Process Explorer, Find Handle: \\Device\\Serial or \\Device\\VCP names the program."},
    {"Linux", "`sudo fuser -v /dev/ttyUSB0` names it; ModemManager opens new ports: `systemctl stop ModemManager`."},
};

constexpr PlatformStep port_owners[] = {
    {"Linux", "`sudo usermod -aG dialout $USER`, then log out and in again; for once `sudo setfacl -m u:$USER:r "
              "/dev/ttyUSB0`."},
};

constexpr PlatformStep tap_settings[] = {
    {"Linux", "`buswitness capture --serial {tap},auto -w again.pcapng` finds the settings first; `19200,8E1` in place "
              "of `auto` sets them."},
    {"PLC or device", "Menu, switches or the project of the master show baud rate and parity; 19200 8E1 and 9600 8N1 "
                      "are the usual ones."},
};

constexpr Text line_physical[] = {"Modbus over Serial Line V1.02, 3 (physical layer)"};
constexpr Text line_bias[] = {"Modbus over Serial Line V1.02, 3.4 (multipoint system: termination, polarization)"};
constexpr Text line_wires[] = {"Modbus over Serial Line V1.02, 3.3 and 3.4 (electrical interfaces, wires)"};
constexpr Text line_master[] = {"Modbus over Serial Line V1.02, 2.1 and 2.4.1 (master and slaves, response time-out)"};
constexpr Text line_address[] = {"Modbus over Serial Line V1.02, 2.2 (addressing rules)"};
constexpr Text line_bits[] = {"Modbus over Serial Line V1.02, 2.5.1 (RTU: bits of a character)"};
constexpr Text line_timing[] = {"Modbus over Serial Line V1.02, 2.5.1.1 (t1.5 and t3.5)"};
constexpr Text terminals[] = {"open(2), tty_ioctl(4): ENOENT, EBUSY, EACCES"};
constexpr Text line_ascii[] = {"Modbus over Serial Line V1.02, 2.5.2 (ASCII transmission mode)"};

constexpr Advice advice_line_table[] = {
    {rtu_no_traffic, "Check that the master polls and that the tap is on its bus.", ports, line_physical},
    {rtu_no_response, "Check power, unit number and the wires A and B of the devices.", {}, line_master},
    {rtu_unit_silent, "Check power, number and settings of the device that should be unit {unit}.", {}, line_address},
    {rtu_crc_errors,
     "Compare the devices' error counters, then check cable, ground and termination.",
     {},
     line_physical},
    {rtu_baud_mismatch, "Set the tap to the line's baud rate and record again.", tap_settings, line_bits},
    {rtu_parity_mismatch, "Set the tap to the line's parity and record again.", tap_settings, line_bits},
    {rtu_settings_unknown, "Listen with higher baud rates, then with A and B exchanged.", tap_settings, line_bits},
    {rtu_polarity_swapped, "Exchange A and B at the tap and record again.", {}, line_wires},
    {rtu_tap_polarity, "Exchange A and B at the tap.", {}, line_wires},
    {rtu_node_inverted, "Exchange A and B at unit {unit}.", {}, line_wires},
    {rtu_noise_bias, "Measure the idle voltage, and fit bias resistors at one place.", {}, line_bias},
    {rtu_reflections,
     "Check that both ends of the bus are terminated and that there are no long branches.",
     {},
     line_bias},
    {rtu_duplicate_address, "Unplug unit {unit} and see whether the number still answers.", {}, line_address},
    {rtu_two_masters, "Find the second device that asks, and unplug it.", {}, line_master},
    {rtu_intercharacter_gap, "Find out which sender pauses, and its buffer settings.", {}, line_timing},
    {rtu_interframe_gap, "Let the master wait longer between frames.", {}, line_timing},
    {rtu_deaf_neighbour, "Let the master wait longer before it asks unit {unit}.", {}, line_timing},
    {rtu_deaf_after_silence, "Repair or remove the unit that is silent before it.", {}, line_master},
    {rtu_late_response, "Raise the master's response time-out.", {}, line_master},
    {rtu_stale_response, "Raise the master's time-out; do not trust values recorded meanwhile.", {}, line_master},
    {rtu_echo, "Switch off the adapter's local echo.", {}, line_wires},
    {rtu_one_direction, "Tap the other pair of the bus as well.", {}, line_wires},
    {rtu_reserved_address, "Give the device a number from 1 to 247.", {}, line_address},
    {ascii_on_rtu, "Set all devices to the same mode, RTU or ASCII.", {}, line_ascii},
    {serial_port_missing, "Plug the adapter in again, and take the port's name from the list.", ports, terminals},
    {serial_port_busy, "End the program that has the port open.", port_holders, terminals},
    {serial_port_permission, "Become a member of the group that owns the port.", port_owners, terminals},
};

}  // namespace

std::span<const Advice> advice_on_lines()
{
    return advice_line_table;
}

}  // namespace buswitness::diagnose
