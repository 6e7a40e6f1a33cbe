// The connections that are being followed: found by their endpoints, at most so many in memory. When a new one needs
// room, a finished or never answered one goes first, the longest silent of those looked at; its figures stay in its
// pair.
#pragma once

#include "decode/analyzer/collector.h"
#include "decode/analyzer/flow_table.h"

#include <array>
#include <memory>

namespace buswitness::analyzer {

struct Flow {
    std::unique_ptr<net::LiveConnection> live;
    std::unique_ptr<modbus::Session> session;
    ConnectionFacts *facts = nullptr;  // of the same slot; not null while indexed. Outlives `live` and `session`
    std::uint32_t slot = 0;
    std::uint32_t hash = 0;
    bool indexed = false;     // the table leads here (not superseded)
    bool not_modbus = false;  // the content has been judged
    bool settled = false;
};

class Flows {
public:
    Flows(Facts &facts, std::uint64_t hash_key, std::size_t limit) : facts_(facts), key_(hash_key), limit_(limit) {}
    // A copy for settling over `facts`, which are a copy too: only what has open questions, and nothing can be found.
    Flows(Facts &facts, const Flows &other);

    struct Hit {
        Flow *flow = nullptr;    // null: none
        bool by_client = false;  // the packet's source is the client
    };
    // The connection between these two.
    [[nodiscard]] Hit find(const Endpoint &source, const Endpoint &destination, bool udp)
    {
        // Busy connections are found without the keyed hash: a place in `busy_` is only a hint where to look first.
        Flow *&hint = busy_[place(source, destination)];
        Hit hit{.flow = hint, .by_client = false};
        if (hint == nullptr || !hint->indexed || !is(*hint->facts, source, destination, udp, hit.by_client)) {
            hit = look_up(source, destination, udp);
            hint = hit.flow;
        }
        return hit;
    }

    // A new connection. `settle(flow)` is called for one that has to leave.
    template <typename Settle>
    Flow &add(const Endpoint &client, const Endpoint &server, bool udp, Settle settle)
    {
        std::uint32_t slot = static_cast<std::uint32_t>(flows_.size());
        if (flows_.size() >= limit_) {
            slot = victim();
            settle(flows_[slot]);
            forget(slot);
        } else {
            flows_.emplace_back();
            facts_.connections.emplace_back();
        }
        Flow &flow = flows_[slot];
        flow.slot = slot;
        flow.facts = &facts_.connections[slot];
        flow.hash = flow_hash(client, server, udp, key_);
        flow.indexed = true;
        flow.live = std::make_unique<net::LiveConnection>();
        flow.facts->udp = udp;
        flow.facts->tcp.client = client;
        flow.facts->tcp.server = server;
        table_.insert(flow.hash, slot);
        return flow;
    }
    // The same ports start again: this one is no longer found.
    void supersede(Flow &flow);

    [[nodiscard]] Flow &flow(std::uint32_t slot) { return flows_[slot]; }
    [[nodiscard]] std::uint32_t size() const { return static_cast<std::uint32_t>(flows_.size()); }

private:
    [[nodiscard]] static bool is(const ConnectionFacts &c, const Endpoint &source, const Endpoint &destination,
                                 bool udp, bool &by_client)
    {
        by_client = c.tcp.client == source;
        // Without branches: which direction comes next cannot be foreseen.
        const Endpoint &peer = by_client ? destination : source;
        return ((c.udp == udp) & (c.tcp.server == peer) & (by_client | (c.tcp.client == destination))) != 0;
    }
    // The same for both directions; below busy_places.
    [[nodiscard]] static std::size_t place(const Endpoint &source, const Endpoint &destination)
    {
        constexpr std::uint64_t golden = 0x9E37'79B9'7F4A'7C15ULL;
        const auto ports = static_cast<std::uint64_t>(source.port ^ destination.port);
        return static_cast<std::size_t>(((source.address.low ^ destination.address.low ^ ports << 32) * golden) >> 53);
    }
    [[nodiscard]] Hit look_up(const Endpoint &source, const Endpoint &destination, bool udp);
    [[nodiscard]] std::uint32_t victim();
    void forget(std::uint32_t slot);

    Facts &facts_;
    std::uint64_t key_;
    std::size_t limit_;
    FlowTable table_;
    StableVector<Flow> flows_;
    static constexpr std::size_t busy_places = 2048;
    std::array<Flow *, busy_places> busy_{};
    std::uint32_t hand_ = 0;
};

}  // namespace buswitness::analyzer
