// One open interface of a LiveSource.
#pragma once

#include "capture/live_source.h"
#include "decode/base/address.h"

#include <pcap/pcap.h>

#include <optional>

namespace buswitness::capture {

struct ClosePcap {
    void operator()(pcap_t *handle) const { pcap_close(handle); }
};

// Keeps the number of a closed socket from being given to a file: the sandbox denies writing by number.
class HeldNumber {
public:
    HeldNumber() = default;
    ~HeldNumber() { release(); }
    HeldNumber(const HeldNumber &) = delete;
    HeldNumber &operator=(const HeldNumber &) = delete;

    void hold(int number);
    int release();  // the number; -1: none was held

private:
    int number_ = -1;
};

struct LiveSource::Handle {
    enum class State : std::uint8_t { up, no_carrier, down, gone };

    std::string name;
    std::uint32_t number = 0;  // index of the interface block
    std::unique_ptr<pcap_t, ClosePcap> pcap;
    int descriptor = -1;
    HeldNumber held;  // while the interface is gone
    int index = 0;    // ifindex; 0 for "any"
    std::uint32_t link_type = 0;
    std::optional<std::array<std::uint8_t, 6>> mac;  // of Ethernet
    State state = State::up;
    Timestamp state_since;
    std::string comment;   // for its next packet
    Duration clock_set{};  // told with its next packet
    std::uint64_t received = 0, dropped = 0, discarded = 0;
    pcap_stat last = {};  // counts of libpcap are 32 bits wide

    [[nodiscard]] net::Direction direction(Bytes frame) const;
};

// What the system knows of an interface beside its packets.
int interface_index(const std::string &name);
std::optional<std::array<std::uint8_t, 6>> ethernet_address(const std::string &name);

}  // namespace buswitness::capture
