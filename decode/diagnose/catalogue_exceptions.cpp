// Words for the exception codes (MODBUS Application Protocol V1.1b3, 7).
#include "decode/diagnose/catalogue.h"

#include <algorithm>

namespace buswitness::diagnose {

namespace {

using Steps = std::string_view;

constexpr Steps function_steps[] = {
    "Look up in the manual which functions the device supports; not every device has inputs, coils or block writes.",
    "Use another function for the same value: 3 and 4 for registers, 1 and 2 for bits, 6 and 16 for writing.",
    "Check that the device is in a state that allows this function (RUN, remote control enabled, not write-protected).",
};

constexpr Steps address_steps[] = {
    "Compare address and quantity (see the evidence) with the register table: the whole block must exist, its last "
    "register too.",
    "Shift the address by one: manuals count from 1, the wire counts from 0. 40001 in a manual is often address 0.",
    "Check the table: holding registers (function 3) and input registers (function 4) are different ones.",
    "Read a single register that surely exists: `mbpoll -a {unit} -r 1 -c 1 -1 -p {port} {host}`.",
};

constexpr Steps value_steps[] = {
    "Lower the quantity: at most 125 registers or 2000 bits per read, 123 registers or 1968 bits per write; many "
    "devices allow fewer.",
    "Check the value that is written against the range in the manual.",
    "Values of two registers (32 bits) must often be read or written as a whole, from their first register on.",
};

constexpr Steps failure_steps[] = {
    "Look at the device: display, error lamp, diagnostic page, log at the time of the evidence.",
    "Try the same request at another time, and other requests to the same device.",
    "Restart the device if its process allows it, and note whether the exception comes back.",
};

constexpr Steps acknowledge_steps[] = {
    "No fault by itself: the device has accepted the request and needs a long time for it.",
    "Ask later whether it is done; do not send the same request again at once.",
};

constexpr Steps busy_steps[] = {
    "No fault by itself: the device is occupied; let the client repeat after a pause.",
    "If it happens often, poll less often, or find the other client that keeps the device busy.",
};

constexpr Steps parity_steps[] = {
    "The device found damage in its own memory (file records): try again, then have the device serviced.",
    "Save the device's data before a restart, if possible.",
};

constexpr Steps path_steps[] = {
    "Look into the gateway's table: is unit {unit} assigned to one of its ports?",
    "Check whether the gateway is overloaded by too many clients or requests.",
};

constexpr Steps target_steps[] = {
    "Check the device behind the gateway (unit {unit}): power, wiring, its number, baud rate and parity.",
    "Raise the gateway's time-out for its serial line, if the device is slow.",
    "Listen on the serial line to see whether the request goes out and an answer comes.",
};

constexpr Steps unknown_steps[] = {
    "This code is not in the Modbus specification: look it up in the device's manual.",
};

struct ExceptionRow {
    std::uint8_t code;
    std::string_view meaning;
    std::span<const std::string_view> steps;
};

constexpr ExceptionRow exceptions_table[] = {
    {1, "The device does not support this function, or not in its present state.", function_steps},
    {2, "The device has no such address, or the block asked for reaches beyond its last one.", address_steps},
    {3, "The device does not accept a value in the request: often the quantity, or the structure of the request.",
     value_steps},
    {4, "The device failed while it carried out the request.", failure_steps},
    {5, "The device has accepted the request and will take a long time for it; this is no fault.", acknowledge_steps},
    {6, "The device is busy with something else and asks to be asked again later; this is no fault by itself.",
     busy_steps},
    {8, "The device found a parity error in its own memory while it read a file record.", parity_steps},
    {10, "The gateway has no path to the unit that was asked for.", path_steps},
    {11, "The gateway asked the unit behind it and got no answer.", target_steps},
};

constexpr ExceptionRow unknown = {0, "The device declined with a code that the specification does not know.",
                                  unknown_steps};

const ExceptionRow &exception_row(std::uint8_t code)
{
    const auto *found = std::ranges::find(exceptions_table, code, &ExceptionRow::code);
    return found == std::end(exceptions_table) ? unknown : *found;
}

}  // namespace

std::span<const std::string_view> exception_next_steps(std::uint8_t exception_code)
{
    return exception_row(exception_code).steps;
}

bool known_exception(std::uint8_t exception_code)
{
    return &exception_row(exception_code) != &unknown;
}

std::string_view exception_meaning(std::uint8_t exception_code)
{
    return exception_row(exception_code).meaning;
}

}  // namespace buswitness::diagnose
