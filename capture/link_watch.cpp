#include "capture/link_watch.h"

#include <array>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sys/socket.h>
#include <unistd.h>

namespace buswitness::capture {

namespace {

LinkChange change_of(const nlmsghdr *message)
{
    const auto *link = static_cast<const ifinfomsg *>(NLMSG_DATA(message));
    LinkChange change;
    change.index = link->ifi_index;
    change.gone = message->nlmsg_type == RTM_DELLINK;
    change.up = (link->ifi_flags & IFF_UP) != 0;
    change.carrier = (link->ifi_flags & IFF_RUNNING) != 0;
    auto left = static_cast<int>(IFLA_PAYLOAD(message));
    for (const rtattr *attribute = IFLA_RTA(link); RTA_OK(attribute, left); attribute = RTA_NEXT(attribute, left))
        if (attribute->rta_type == IFLA_IFNAME)
            change.name = static_cast<const char *>(RTA_DATA(attribute));
    return change;
}

}  // namespace

LinkWatch::LinkWatch() : descriptor_(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE))
{
    sockaddr_nl address = {};
    address.nl_family = AF_NETLINK;
    address.nl_groups = RTMGRP_LINK;
    if (descriptor_ >= 0 && ::bind(descriptor_, reinterpret_cast<const sockaddr *>(&address), sizeof address) != 0) {
        ::close(descriptor_);
        descriptor_ = -1;
    }
}

LinkWatch::~LinkWatch()
{
    if (descriptor_ >= 0)
        ::close(descriptor_);
}

void LinkWatch::read(const std::function<void(const LinkChange &)> &tell)
{
    alignas(nlmsghdr) std::array<char, 16'384> buffer;
    for (;;) {
        const ssize_t got = ::recv(descriptor_, buffer.data(), buffer.size(), 0);
        if (got <= 0)
            return;
        auto left = static_cast<unsigned>(got);
        for (const auto *message = reinterpret_cast<const nlmsghdr *>(buffer.data()); NLMSG_OK(message, left);
             message = NLMSG_NEXT(message, left))
            if (message->nlmsg_type == RTM_NEWLINK || message->nlmsg_type == RTM_DELLINK)
                tell(change_of(message));
    }
}

}  // namespace buswitness::capture
