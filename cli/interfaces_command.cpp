#include "capture/interfaces.h"
#include "capture/serial_ports.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/output.h"
#include "cli/terminal.h"
#include "decode/base/text.h"

#include <fmt/format.h>

#include <algorithm>

namespace buswitness::cli {

namespace {

std::string state(const capture::NetworkInterface &interface)
{
    if (interface.every)
        return "all interfaces";
    if (!interface.up)
        return "down";
    return interface.running ? "up" : "up, no link";
}

std::string words(const capture::NetworkInterface &interface)
{
    std::string text;
    for (const std::string &address : interface.addresses)
        text += (text.empty() ? "" : ", ") + address;
    if (!interface.description.empty() && !interface.every)
        text += (text.empty() ? "" : "; ") + escaped(interface.description);
    return text;
}

std::string cure_if_down(const std::vector<capture::NetworkInterface> &interfaces)
{
    const auto down = std::ranges::find_if(interfaces, [](const auto &i) { return !i.up && !i.every; });
    return down == interfaces.end()
               ? ""
               : "\nA down interface can be brought up: sudo ip link set " + escaped(down->name) + " up\n";
}

std::string words(const capture::SerialPort &port)
{
    std::string text = escaped(port.description);
    if (!port.driver.empty())
        text += (text.empty() ? "" : "; ") + ("driver " + escaped(port.driver, 64));
    return text;
}

std::string serial_section()
{
    const std::vector<capture::SerialPort> ports = capture::serial_ports();
    std::string text = "\nSerial ports\n";
    std::size_t width = 0;
    for (const capture::SerialPort &port : ports)
        width = std::max(width, escaped(port.device).size());
    for (const capture::SerialPort &port : ports) {
        const std::string_view state = port.holder ? "busy" : port.permitted ? "free" : "no permission";
        const std::string line = fmt::format("  {:<{}}  {:<14}  {}", escaped(port.device), width, state, words(port));
        text += line.substr(0, line.find_last_not_of(' ') + 1) + '\n';
        if (port.holder)
            text += fmt::format("  {:<{}}  held by {}\n", "", width, to_string(*port.holder));
        if (!port.permitted)
            text += fmt::format("  {:<{}}  {}\n", "", width, port.cure);
    }
    return ports.empty() ? text + "  none\n" : text;
}

}  // namespace

int run_interfaces(const InterfacesOptions &)
{
    const auto interfaces = capture::network_interfaces();
    if (!interfaces) {
        complain(interfaces.error());
        return exit_code::not_completed;
    }
    std::size_t width = 0;
    for (const auto &interface : interfaces.value())
        width = std::max(width, escaped(interface.name).size());
    std::string text = "Network interfaces\n";
    for (const auto &interface : interfaces.value()) {
        const std::string line =
            fmt::format("  {:<{}}  {:<14}  {}", escaped(interface.name), width, state(interface), words(interface));
        text += line.substr(0, line.find_last_not_of(' ') + 1) + '\n';
    }
    if (interfaces.value().empty())
        text += "  none\n";
    text += cure_if_down(interfaces.value());
    if (const auto refused = capture::capture_refused())
        text += fmt::format("\nNone can be captured on: {} ({}).\n  {}\n", refused->what, refused->why, refused->hint);
    text += serial_section();
    if (const auto error = write_stdout(text)) {
        complain(*error);
        return exit_code::not_completed;
    }
    return exit_code::done;
}

}  // namespace buswitness::cli
