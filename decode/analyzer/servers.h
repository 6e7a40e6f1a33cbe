// Which server endpoints speak Modbus: expected there by configuration, or proven by their conversations.
#pragma once

#include "decode/facts.h"

#include <algorithm>
#include <unordered_map>

namespace buswitness::analyzer {

class Servers {
public:
    Servers(Facts &facts, std::uint64_t hash_key)
        : facts_(facts), tables_{Table(8, EndpointHash{hash_key}), Table(8, EndpointHash{hash_key})}
    {
    }

    Servers(Facts &facts, const Servers &other) : facts_(facts), tables_{other.tables_[0], other.tables_[1]} {}

    [[nodiscard]] bool is_modbus_port(std::uint16_t port) const
    {
        return std::ranges::find(facts_.modbus_ports, port) != facts_.modbus_ports.end();
    }
    [[nodiscard]] bool proven(const Endpoint &server, bool udp) const;
    [[nodiscard]] bool known(const Endpoint &server, bool udp) const
    {
        return is_modbus_port(server.port) || proven(server, udp);
    }
    void prove(const Endpoint &server, bool udp);
    // Points of modbus::Session::score(), added up over the conversations with the endpoint.
    void add_evidence(const Endpoint &server, bool udp, int points);

private:
    struct Evidence {
        int points = 0;
        bool proven = false;
    };
    using Table = std::unordered_map<Endpoint, Evidence, EndpointHash>;
    static constexpr std::size_t limit = 16'384;
    static constexpr std::size_t list_limit = 4096;

    [[nodiscard]] Evidence *evidence_of(const Endpoint &server, bool udp);

    Facts &facts_;
    Table tables_[2];  // TCP, UDP
};

}  // namespace buswitness::analyzer
