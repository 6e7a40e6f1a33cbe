// The analyzer's inside, for its own files only: each packet finds its connection, connections hand their streams to
// sessions, sessions tell the collector.
#pragma once

#include "decode/analyzer.h"
#include "decode/analyzer/collector.h"
#include "decode/analyzer/flows.h"
#include "decode/analyzer/lines.h"
#include "decode/analyzer/servers.h"
#include "decode/net/dissect.h"

namespace buswitness {

using analyzer::Flow;
using analyzer::Flows;
using analyzer::FlowTable;
using modbus::Role;
using net::Outcome;
using net::PacketKind;
using net::PacketView;

[[nodiscard]] inline Endpoint modbus_server(const ConnectionFacts &c)
{
    return c.reversed ? c.tcp.client : c.tcp.server;
}

// Who asks, in Modbus terms, need not be who opened the TCP connection.
[[nodiscard]] inline Role role_of(const ConnectionFacts &c, bool by_client)
{
    return by_client != c.reversed ? Role::request : Role::response;
}

class Analyzer::Impl {
public:
    explicit Impl(AnalyzerOptions options);
    // Of `other` as it stands: what is known, and the conversations that finish() would have to settle.
    Impl(const Impl &other)
        : facts(other.facts), servers_(facts, other.servers_), collector_(facts, other.collector_),
          flows_(facts, other.flows_), lines_(facts, collector_, other.lines_), client_sink_(*this, true),
          server_sink_(*this, false), pauses_(other.pauses_)
    {
    }
    Impl &operator=(const Impl &) = delete;

    void add(const net::RawPacket &packet);
    void describe_interface(std::uint32_t interface, const InterfaceWords &words)
    {
        lines_.describe(interface, {words.name, words.description, words.speed}, serial::is_line(words.link_type));
    }
    void advance_lines(Timestamp now) { lines_.advance(now); }
    void finish();
    void interrupted(const Moment &before);
    [[nodiscard]] std::vector<TransactionRow> take_rows() { return collector_.take_rows(); }
    [[nodiscard]] std::uint64_t rows_left_out() const { return collector_.rows_left_out(); }

    Facts facts;

private:
    // The connection whose packets are being followed.
    struct Here {
        Flow *flow = nullptr;
        ConnectionFacts *facts = nullptr;
    };
    // Hands one direction of its stream to its session.
    class StreamToSession final : public net::StreamSink {
    public:
        StreamToSession(Impl &impl, bool by_client) : impl_(impl), by_client_(by_client) {}
        void chunk(const net::StreamChunk &chunk) override
        {
            impl_.stream(role_of(*impl_.here_.facts, by_client_), chunk);
        }

    private:
        Impl &impl_;
        bool by_client_;
    };

    void enter(Flow &flow) { here_ = {&flow, flow.facts}; }

    void name_pair(ConnectionFacts &c);
    void clock(const Moment &moment);
    void note_pause(const Moment &before, Duration step);
    void clock_set(const Moment &moment, Duration step);
    void clock_jumped(const Moment &moment, Duration step);

    void tcp(const Moment &moment);
    // False: a new connection between the same endpoints begins, and the old one is no longer found.
    [[gnu::always_inline]] inline bool goes_on(const Flows::Hit &hit);
    // A SYN with another initial sequence number is another attempt.
    [[nodiscard]] bool starts_again(const net::Connection &connection) const;
    // False: a reset that belongs to no connection in the file.
    bool begins_something(const Moment &moment);
    // Without a handshake: which of the two is the server?
    [[nodiscard]] bool looks_like_server(const Endpoint &one, const Endpoint &other) const;
    // True when the packet is the client's.
    bool open();
    // Connections that ended long ago need no memory for packets still to come: a few are looked at for each new one.
    void retire();
    [[nodiscard]] bool ended_long_ago(const Flow &flow) const;
    void duplicate(const Moment &moment);
    void bin();
    [[gnu::always_inline]] inline void follow(bool by_client, const Moment &moment);
    void note_host(const net::Connection &connection, const Moment &moment);
    void note_close(bool by_client, const Moment &moment);

    // streams.cpp
    Flow &add(const Endpoint &client, const Endpoint &server, bool udp);
    [[nodiscard, gnu::always_inline]] inline modbus::Session *session();
    void stream(Role role, const net::StreamChunk &chunk);
    // Evidence for Modbus is added up per server endpoint, over its conversations.
    void weigh(int score_before);
    // Packets counted before their conversation was recognised move to their bin.
    void release_bins();
    // Not while a packet's octets are still being told.
    void swap_sides_if_exchanged()
    {
        if (here_.flow->session && here_.flow->session->roles_look_swapped()) [[unlikely]]
            swap_sides();
    }
    void swap_sides();
    void settle(Flow &flow);
    void settle_session();

    // datagrams.cpp
    void udp(const Moment &moment);
    void datagram(Role role, const Moment &moment);
    // A datagram is followed when its port says Modbus or its content may be.
    bool udp_begins(bool &by_client);
    void icmp(const Moment &moment);
    void udp_error(const Moment &moment);
    void tcp_error(const Moment &moment);

    net::Dissector dissector_;
    PacketView view_;
    analyzer::Servers servers_;
    analyzer::Collector collector_;
    Flows flows_;
    analyzer::Lines lines_;
    StreamToSession client_sink_, server_sink_;
    Here here_;
    // The packet before each minute without any packet, the latest 64: files of different times may have been joined,
    // so nobody is said to have kept silent over it.
    std::vector<Moment> pauses_;
    std::uint32_t retire_hand_ = 0;
    bool settling_ = false;
};

}  // namespace buswitness
