// Opening interfaces: libpcap's options, the filter, and what can be wrong with each.
#include "capture/capture_filter.h"
#include "capture/interfaces.h"
#include "capture/live_handle.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <fcntl.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace buswitness::capture {

namespace {

std::string known_interfaces()
{
    const auto interfaces = network_interfaces();
    std::string names;
    if (interfaces)
        for (const NetworkInterface &interface : interfaces.value())
            names += (names.empty() ? "" : ", ") + interface.name;
    return names.empty() ? "buswitness interfaces lists them" : "there are: " + names;
}

Error cannot_open(const std::string &name, int status, const std::string &why)
{
    const std::string what = "cannot capture on " + name;
    switch (status) {
    case PCAP_ERROR_NO_SUCH_DEVICE: return {what, "there is no such interface", known_interfaces()};
    case PCAP_ERROR_PERM_DENIED: return {what, "no permission", "once, as administrator: " + cure()};
    case PCAP_ERROR_IFACE_NOT_UP: return {what, "the interface is down", "sudo ip link set " + name + " up"};
    default: return {what, why.empty() ? pcap_statustostr(status) : why, ""};
    }
}

// LINKTYPE_ values equal DLT_ values but for a few that differ between systems.
std::uint32_t link_type_of(int dlt)
{
    switch (dlt) {
    case DLT_RAW: return 101;
    case DLT_LOOP: return 108;
    case DLT_PPP_SERIAL: return 50;
    default: return static_cast<std::uint32_t>(dlt);
    }
}

}  // namespace

void HeldNumber::hold(int number)
{
    release();
    const int nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (nothing < 0)
        return;
    if (nothing != number) {
        ::dup3(nothing, number, O_CLOEXEC);
        ::close(nothing);
    }
    number_ = number;
}

int HeldNumber::release()
{
    if (number_ >= 0)
        ::close(number_);
    return std::exchange(number_, -1);
}

int interface_index(const std::string &name)
{
    return static_cast<int>(::if_nametoindex(name.c_str()));
}

std::optional<std::array<std::uint8_t, 6>> ethernet_address(const std::string &name)
{
    const int descriptor = ::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
    if (descriptor < 0)
        return std::nullopt;
    ifreq request = {};
    name.copy(request.ifr_name, sizeof request.ifr_name - 1);
    const bool known =
        ::ioctl(descriptor, SIOCGIFHWADDR, &request) == 0 && request.ifr_hwaddr.sa_family == ARPHRD_ETHER;
    ::close(descriptor);
    if (!known)
        return std::nullopt;
    std::array<std::uint8_t, 6> mac{};
    std::memcpy(mac.data(), request.ifr_hwaddr.sa_data, mac.size());
    return mac;
}

// Own address: sent here. Everything else came in, on a mirror port as well; without own address nothing is known.
net::Direction LiveSource::Handle::direction(Bytes frame) const
{
    if (!mac || frame.size() < 12)
        return net::Direction::unknown;
    if (std::ranges::equal(frame.subspan(6, 6), *mac))
        return net::Direction::outbound;
    if (std::ranges::equal(frame.first(6), *mac) || (frame[0] & 1) != 0)
        return net::Direction::inbound;
    return net::Direction::unknown;
}

std::optional<Error> LiveSource::set_filter(Handle &handle)
{
    pcap_t *pcap = handle.pcap.get();
    bpf_program program = {};
    const std::string wanted = options_.filter.empty() ? default_filter(options_.ports) : options_.filter;
    int status = pcap_compile(pcap, &program, wanted.c_str(), 1, PCAP_NETMASK_UNKNOWN);
    if (status != 0 && options_.filter.empty())
        status =
            pcap_compile(pcap, &program, default_filter_without_vlan(options_.ports).c_str(), 1, PCAP_NETMASK_UNKNOWN);
    if (status != 0)
        return Error{"the capture filter does not fit " + handle.name, pcap_geterr(pcap), "see pcap-filter(7)"};
    status = pcap_setfilter(pcap, &program);
    pcap_freecode(&program);
    if (status != 0)
        return Error{"cannot set the capture filter on " + handle.name, pcap_geterr(pcap), ""};
    return std::nullopt;
}

std::optional<Error> LiveSource::start(Handle &handle)
{
    std::array<char, PCAP_ERRBUF_SIZE> why{};
    handle.pcap.reset(pcap_create(handle.name.c_str(), why.data()));
    pcap_t *pcap = handle.pcap.get();
    if (pcap == nullptr)
        return cannot_open(handle.name, PCAP_ERROR, why.data());
    pcap_set_snaplen(pcap, static_cast<int>(options_.snap_length));
    pcap_set_promisc(pcap, options_.promiscuous ? 1 : 0);
    pcap_set_timeout(pcap, static_cast<int>(block_time.count()));
    pcap_set_buffer_size(pcap, static_cast<int>(options_.buffer_mib << 20));
    pcap_set_tstamp_precision(pcap, PCAP_TSTAMP_PRECISION_NANO);  // refused where the kernel has microseconds only
    const int status = pcap_activate(pcap);
    if (status < 0)
        return cannot_open(handle.name, status, status == PCAP_ERROR ? pcap_geterr(pcap) : "");
    if (pcap_setnonblock(pcap, 1, why.data()) != 0)
        return cannot_open(handle.name, PCAP_ERROR, why.data());
    handle.descriptor = pcap_get_selectable_fd(pcap);
    handle.link_type = link_type_of(pcap_datalink(pcap));
    handle.index = handle.name == "any" ? 0 : interface_index(handle.name);
    handle.mac = handle.link_type == 1 ? ethernet_address(handle.name) : std::nullopt;
    handle.last = {};
    return set_filter(handle);
}

std::optional<Error> LiveSource::add_network()
{
    for (const std::string &name : options_.interfaces) {
        auto handle = std::make_unique<Handle>();
        handle->name = name;
        handle->number = static_cast<std::uint32_t>(settings_.size());
        if (auto error = start(*handle))
            return error;
        settings_.push_back({.name = name,
                             .filter = options_.filter.empty() ? default_filter(options_.ports) : options_.filter,
                             .link_type = handle->link_type,
                             .snap_length = options_.snap_length});
        handles_.push_back(std::move(handle));
    }
    return std::nullopt;
}

Result<std::unique_ptr<LiveSource>> LiveSource::open(LiveOptions options)
{
    std::unique_ptr<LiveSource> source(new LiveSource(std::move(options)));
    if (const auto error = source->add_network())
        return *error;
    if (const auto error = source->add_serial())
        return *error;
    return source;
}

}  // namespace buswitness::capture
