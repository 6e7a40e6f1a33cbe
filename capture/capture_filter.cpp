#include "capture/capture_filter.h"

#include <pcap/pcap.h>

#include <algorithm>
#include <memory>

namespace buswitness::capture {

std::string default_filter_without_vlan(const std::vector<std::uint16_t> &more_ports)
{
    std::vector<std::uint16_t> ports = {502, 802};
    for (const std::uint16_t port : more_ports)
        if (std::ranges::find(ports, port) == ports.end())
            ports.push_back(port);
    std::string filter;
    for (const std::uint16_t port : ports)
        filter += "port " + std::to_string(port) + " or ";
    // Fragments after the first have no ports.
    return filter + "arp or icmp or icmp6 or ip[6:2] & 0x1fff != 0";
}

std::string default_filter(const std::vector<std::uint16_t> &more_ports)
{
    const std::string plain = default_filter_without_vlan(more_ports);
    // "vlan" moves every offset after it: the tagged variants come last.
    return plain + " or (vlan and (" + plain + " or (vlan and (" + plain + "))))";
}

std::optional<Error> filter_problem(const std::string &filter)
{
    const std::unique_ptr<pcap_t, decltype(&pcap_close)> handle(pcap_open_dead(DLT_EN10MB, 262'144), &pcap_close);
    bpf_program program = {};
    if (pcap_compile(handle.get(), &program, filter.c_str(), 1, PCAP_NETMASK_UNKNOWN) != 0)
        return Error{"the capture filter is wrong: " + filter, pcap_geterr(handle.get()),
                     "its language is described in pcap-filter(7)"};
    pcap_freecode(&program);
    return std::nullopt;
}

}  // namespace buswitness::capture
