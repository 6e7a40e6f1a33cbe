// What the file shows of hosts beside their TCP connections: who answers for an address (ARP, neighbour discovery),
// who is asked for in vain, who answers an echo request, and with which TTL a host's own packets arrive.
#pragma once

#include "decode/base/keyed_hash.h"
#include "decode/base/moment.h"
#include "decode/net/packet_view.h"

#include <unordered_map>
#include <vector>

namespace buswitness::net {

enum class LifeSign : std::uint8_t { none, neighbour_answer, echo_reply, tcp_answer, udp_answer, icmp_error };

struct Host {
    Moment first_alive, last_alive;
    LifeSign last_sign = LifeSign::none;
    PackedTime last_neighbour_answer, last_echo_reply;
    std::uint8_t echo_ttl = 0;  // of its latest echo reply, 0: none
    std::uint8_t tcp_ttl = 0;   // of its latest SYN-ACK or data
    std::uint16_t echo_requests = 0, echo_replies = 0;
    std::uint32_t echo_identity = 0;  // identifier and sequence number of the latest reply
    Moment echo_request, echo_reply;  // to it, from it
    Moment echo_ttl_seen, tcp_ttl_seen;
    bool sent_here = false;      // its packets were sent by the capturing host
    bool received_here = false;  // its packets came in from outside

    // The address belongs to the machine on which the capture was made.
    [[nodiscard]] bool is_local() const { return sent_here && !received_here; }
};

// One asker's requests for one address.
struct Asked {
    Address asker;
    Moment first, last;
    std::uint16_t requests = 0;
    std::uint16_t repeats = 0;  // requests in a row, about a second apart, without an answer in between
    Moment row_first;           // where the row of unanswered repeats began
    bool answered_last = false;
};

struct MacAnswer {
    MacAddress mac;
    Moment first, last;
    std::uint32_t count = 0;
};

struct Neighbour {
    std::vector<Asked> asked;        // at most 8 askers
    std::vector<MacAnswer> answers;  // at most 4 link addresses
    std::uint16_t changes = 0;       // how often the answering link address changed
    bool contradicted = false;       // two link addresses answered the same question (within a second)
    Moment contradiction;
    MacAddress known_mac;  // from an answer or a unicast probe
};

class Hosts {
public:
    explicit Hosts(std::uint64_t hash_key);

    void neighbour(const PacketView &packet);
    void echo(const PacketView &packet);
    void alive(const Address &address, Moment moment, LifeSign sign, Direction direction);
    void tcp_ttl(const Address &address, std::uint8_t ttl, Moment moment);

    [[nodiscard]] const Host *host(const Address &address) const;
    [[nodiscard]] const Neighbour *neighbour_of(const Address &address) const;
    [[nodiscard]] const std::unordered_map<Address, Neighbour, AddressHash> &neighbours() const { return neighbours_; }
    [[nodiscard]] std::uint64_t left_out() const { return left_out_; }

private:
    static constexpr std::size_t limit = 16'384;
    Host *get(const Address &address);
    void asked(const PacketView &packet);
    void answered(const PacketView &packet);

    std::unordered_map<Address, Host, AddressHash> hosts_;
    std::unordered_map<Address, Neighbour, AddressHash> neighbours_;
    std::uint64_t left_out_ = 0;
};

}  // namespace buswitness::net
