// Words for serial ports that cannot be listened on. No capture has them: they are told when a port is opened.
#include "decode/diagnose/catalogue_rows.h"

namespace buswitness::diagnose {

namespace {

using Steps = std::string_view;

constexpr Steps serial_port_missing_steps[] = {
    "Run `buswitness interfaces`: it lists the ports that there are.",
    "Plug the adapter in again and look at `dmesg`: no new line means cable, socket or adapter; a line without a "
    "ttyUSB "
    "or ttyACM means that the driver is missing.",
    "Use the name under /dev/serial/by-id: it stays the same when the adapter is plugged in elsewhere.",
};

constexpr Steps serial_port_busy_steps[] = {
    "End the program that is named, or use another port.",
    "If none is named, `sudo fuser -v /dev/ttyUSB0` does: programs of other users are seen by root only.",
    "If only a lock file under /var/lock holds it and its process is gone, remove the file.",
    "Do not use the adapter through which a master talks as a tap: give the tap an adapter of its own.",
};

constexpr Steps serial_port_permission_steps[] = {
    "Run the command that is named, then log out and in again.",
    "Permission to read is enough: the tap never writes.",
    "In a container or virtual machine the device must be passed in with the right to read it.",
};

constexpr CatalogueRow ports_table[] = {
    {.id = FindingId::serial_port_missing,
     .name = "serial-port-missing",
     .severity = Severity::error,
     .parents = "",
     .title = "The serial port does not exist",
     .meaning = "This machine has no port of that name. Nothing was heard, and nothing is said about the bus.",
     .proof = "Opening the port fails, because there is no such device.",
     .not_proof = "A port that is there and silent: see rtu-no-traffic. A file that is no serial port is told as such.",
     .refuted_by = "The port in the list of `buswitness interfaces`.",
     .next_steps = serial_port_missing_steps},
    {.id = FindingId::serial_port_busy,
     .name = "serial-port-busy",
     .severity = Severity::error,
     .parents = "",
     .title = "Another program has the serial port open",
     .meaning = "Of two programs that read one port each gets only a part of the octets. So the tap does not begin "
                "while another has the port: neither would hear whole frames.",
     .proof = "Another process has the device open, or holds its lock file; or opening it fails as busy.",
     .not_proof = "A port that may not be read: see serial-port-permission.",
     .refuted_by = "No process has the device open, and no lock file names a process that lives.",
     .next_steps = serial_port_busy_steps},
    {.id = FindingId::serial_port_permission,
     .name = "serial-port-permission",
     .severity = Severity::error,
     .parents = "",
     .title = "The serial port may not be read by this user",
     .meaning = "The port is there, and its owner and group do not let this user read it. On most systems ports belong "
                "to a group such as dialout.",
     .proof = "Opening the port for reading fails, because permission is denied.",
     .not_proof = "A port that another program holds: see serial-port-busy.",
     .refuted_by = "The same user can open the port for reading.",
     .next_steps = serial_port_permission_steps},
};

}  // namespace

std::span<const CatalogueRow> port_rows()
{
    return ports_table;
}

}  // namespace buswitness::diagnose
