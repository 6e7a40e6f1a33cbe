// The hosts of a scenario and what they know of each other: addresses, sequence numbers, acknowledgements,
// identifications, open requests. Builds each packet and puts it into the capture.
#pragma once

#include "tests/support/scenario.h"
#include "tests/support/scenario_modbus.h"

#include <map>
#include <set>
#include <tuple>

namespace buswitness::test {

// What one packet is to be.
struct Sending {
    std::string from, to, label;
    bool by_client = true;
    std::uint8_t flags = 0;
    wire::Octets payload;
    bool again = false, copy = false, lost = false, unheard = false, udp = false;
    int sequence_shift = 0, acknowledgement_shift = 0;
    int ttl = -1, tos = -1, id = -1, window = -1, port = -1, snap = -1;
    net::Direction direction = net::Direction::unknown;

    [[nodiscard]] Sending answer() const;  // the other way, with the other side's own TTL
};

namespace segment {
inline constexpr std::uint8_t fin = 0x01, syn = 0x02, rst = 0x04, push = 0x08, ack = 0x10;
}

class ScenarioNetwork {
public:
    ScenarioNetwork();

    [[nodiscard]] bool knows(const std::string &host) const { return stations_.contains(host); }
    [[nodiscard]] const wire::Station &station(const std::string &name) const { return stations_.at(name); }
    // Who sent the first packet between the two is the client.
    [[nodiscard]] bool is_answer(const Sending &line) const;
    Dialogue &dialogue(const Sending &line) { return conversation(line).dialogue; }

    void send(Sending line);  // TCP or UDP
    void echo(const Sending &line, bool reply);
    void icmp(Sending line, std::uint8_t type, std::uint8_t code);  // about the packet before, to its sender
    void arp(const wire::Octets &octets, const Sending &line, const std::string &from) { emit(octets, line, from); }
    void tick() { emit(wire::other_packet(), {}, ""); }

    std::int64_t clock = 0;  // nanoseconds since the scenario's beginning
    std::set<std::string> only;
    int snap_length = -1;
    bool ended = false;
    Scenario capture;

private:
    struct Half {
        std::uint32_t next = 0;   // sequence number of the next octet
        std::uint32_t heard = 0;  // what arrived from the other side
        wire::Tcp last;           // the last segment that can be repeated
        wire::Octets last_payload;
        bool opened = false;
    };
    struct Conversation {
        std::uint16_t client_port = 0, server_port = 0;
        Half client, server;
        Dialogue dialogue;
    };
    using Key = std::tuple<std::string, std::string, std::string>;

    void add(const std::string &name, std::uint32_t ip, std::uint64_t mac, std::uint8_t ttl);
    [[nodiscard]] static Key key(const Sending &line);
    Conversation &conversation(const Sending &line) { return conversations_[key(line)]; }
    void begin(Conversation &c, const Sending &line);
    [[nodiscard]] static wire::Tcp segment_of(const Conversation &c, const Sending &line);
    static void move_on(Half &me, Half &peer, const wire::Tcp &tcp, const Sending &line, const wire::Octets &payload);
    wire::Ip ip_of(const Sending &line);
    void emit(const wire::Octets &octets, const Sending &line, const std::string &from);

    std::map<std::string, wire::Station> stations_;
    std::map<Key, Conversation> conversations_;
    wire::Octets last_;
    std::string last_from_;
    std::uint32_t connections_ = 0;
    std::uint16_t echo_ = 0;
};

}  // namespace buswitness::test
