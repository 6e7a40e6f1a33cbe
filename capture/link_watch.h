// Tells at once when an interface goes down, vanishes or comes back (rtnetlink, RTNLGRP_LINK). Only listens.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace buswitness::capture {

struct LinkChange {
    int index = 0;  // ifindex; a returning interface may have another than before
    std::string name;
    bool gone = false;     // deleted
    bool up = false;       // administratively up
    bool carrier = false;  // something is plugged in
};

class LinkWatch {
public:
    LinkWatch();
    ~LinkWatch();
    LinkWatch(const LinkWatch &) = delete;
    LinkWatch &operator=(const LinkWatch &) = delete;

    [[nodiscard]] int descriptor() const { return descriptor_; }  // readable when there is news; -1: not available
    void read(const std::function<void(const LinkChange &)> &tell);

private:
    int descriptor_ = -1;
};

}  // namespace buswitness::capture
