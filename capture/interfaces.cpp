#include "capture/interfaces.h"

#include <pcap/pcap.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstring>
#include <linux/if_packet.h>
#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

namespace buswitness::capture {

namespace {

std::string address_text(const sockaddr *address)
{
    if (address == nullptr || (address->sa_family != AF_INET && address->sa_family != AF_INET6))
        return {};
    const socklen_t length = address->sa_family == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6);
    std::array<char, NI_MAXHOST> text{};
    if (::getnameinfo(address, length, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST) != 0)
        return {};
    return text.data();
}

NetworkInterface described(const pcap_if_t &device)
{
    NetworkInterface interface;
    interface.name = device.name;
    interface.description = device.description != nullptr ? device.description : "";
    interface.up = (device.flags & PCAP_IF_UP) != 0;
    interface.running = (device.flags & PCAP_IF_RUNNING) != 0;
    interface.loopback = (device.flags & PCAP_IF_LOOPBACK) != 0;
    interface.wireless = (device.flags & PCAP_IF_WIRELESS) != 0;
    interface.every = interface.name == "any";
    for (const pcap_addr_t *address = device.addresses; address != nullptr; address = address->next)
        if (std::string text = address_text(address->addr); !text.empty())
            interface.addresses.push_back(std::move(text));
    return interface;
}

// Devices of libpcap that carry no network packets.
bool is_network(const pcap_if_t &device)
{
    constexpr std::array<std::string_view, 6> others = {"nflog", "nfqueue", "dbus-", "bluetooth", "usbmon", "can"};
    const std::string_view name = device.name;
    return std::ranges::none_of(others, [name](std::string_view other) { return name.starts_with(other); });
}

std::string quoted(const std::string &path)
{
    return path.find_first_of(" '\"\\$`") == std::string::npos ? path : "'" + path + "'";
}

}  // namespace

Result<std::vector<NetworkInterface>> network_interfaces()
{
    std::array<char, PCAP_ERRBUF_SIZE> why{};
    pcap_if_t *devices = nullptr;
    if (pcap_findalldevs(&devices, why.data()) != 0)
        return Error{"cannot list the network interfaces", why.data(), ""};
    std::vector<NetworkInterface> found;
    for (const pcap_if_t *device = devices; device != nullptr; device = device->next)
        if (is_network(*device))
            found.push_back(described(*device));
    pcap_freealldevs(devices);
    return found;
}

std::string cure()
{
    std::array<char, PATH_MAX> path{};
    const ssize_t length = ::readlink("/proc/self/exe", path.data(), path.size() - 1);
    return "sudo setcap cap_net_raw+ep " + (length > 0 ? quoted(path.data()) : std::string("PROGRAM"));
}

std::optional<Error> capture_refused()
{
    // A packet socket for no protocol at all: it needs the permission and receives nothing.
    const int probe = ::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
    if (probe >= 0) {
        ::close(probe);
        return std::nullopt;
    }
    const int reason = errno;
    if (reason == EPERM || reason == EACCES)
        return Error{"no permission to capture", std::strerror(reason), "once, as administrator: " + cure()};
    return Error{"this system cannot capture", std::strerror(reason), "is it a container without packet sockets?"};
}

}  // namespace buswitness::capture
