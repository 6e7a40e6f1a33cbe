#include "decode/analyzer/impl.h"

#include <algorithm>

namespace buswitness {

Analyzer::Impl::Impl(AnalyzerOptions options)
    : facts(options.hash_key), servers_(facts, options.hash_key), collector_(facts, options.hash_key),
      flows_(facts, options.hash_key, options.connections), lines_(facts, collector_), client_sink_(*this, true),
      server_sink_(*this, false)
{
    if (options.transactions)
        collector_.keep_rows();
    facts.modbus_ports = std::move(options.modbus_ports);
    for (const std::uint16_t port : {std::uint16_t{502}, std::uint16_t{802}})
        if (!servers_.is_modbus_port(port))
            facts.modbus_ports.push_back(port);
}

[[gnu::hot]] void Analyzer::Impl::add(const net::RawPacket &packet)
{
    if (packet.link_type == serial::link_raw_chunk) [[unlikely]] {
        if (packet.clock_set.count() != 0)
            clock_set({std::max<PacketNumber>(facts.last.packet, 1), packet.time}, packet.clock_set);
        return lines_.add(packet);  // beside the packets: it has no number and is in no sum of theirs
    }
    dissector_.dissect(packet, view_);
    // SYN with FIN or RST opens nothing (RFC 9293, 3.10.7.4); scanners and fuzzers send it.
    if (view_.kind == PacketKind::tcp && view_.tcp.has(net::tcp_flag::syn) &&
        view_.tcp.has(net::tcp_flag::fin | net::tcp_flag::rst))
        view_.tcp.flags = static_cast<std::uint8_t>(view_.tcp.flags & ~net::tcp_flag::syn);
    const Moment moment(view_.number, view_.time);
    clock(moment);
    ++facts.packets.all;
    if (packet.clock_set.count() != 0) [[unlikely]]
        clock_set(moment, packet.clock_set);
    if (view_.snapped) {
        ++facts.packets.snapped;
        facts.packets.snapped_seen.add(moment);
    }
    if (view_.kind == PacketKind::tcp) [[likely]]
        return tcp(moment);
    if (serial::is_line(packet.link_type)) [[unlikely]] {
        lines_.add(packet);
        return;
    }
    switch (view_.kind) {
    case PacketKind::tcp: break;
    case PacketKind::udp: udp(moment); break;
    case PacketKind::neighbour:
        ++(view_.is_arp ? facts.packets.arp : facts.packets.icmp);
        facts.hosts.neighbour(view_);
        break;
    case PacketKind::icmp:
        ++facts.packets.icmp;
        icmp(moment);
        break;
    case PacketKind::other: ++facts.packets.other; break;
    case PacketKind::undecodable: ++facts.packets.undecodable; break;
    }
}

void Analyzer::Impl::finish()
{
    for (std::uint32_t slot = 0; slot < flows_.size(); ++slot)
        settle(flows_.flow(slot));
    lines_.finish();
}

void Analyzer::Impl::name_pair(ConnectionFacts &c)
{
    const Endpoint &client = c.reversed ? c.tcp.server : c.tcp.client;
    c.pair = collector_.pair(client.address, modbus_server(c), c.udp);
}

void Analyzer::Impl::clock(const Moment &moment)
{
    if (!facts.first.seen())
        facts.first = facts.last = moment;
    const Moment last = facts.last;
    const Timestamp before = last.time;
    facts.last = moment;
    // Nearly every packet follows within a second: one comparison.
    const std::uint64_t step = static_cast<std::uint64_t>(view_.time.time_since_epoch().count()) -
                               static_cast<std::uint64_t>(before.time_since_epoch().count());
    if (step > 1'000'000'000ULL) {
        clock_jumped(moment, elapsed(before, view_.time));
        note_pause(last, elapsed(before, view_.time));
    }
}

void Analyzer::Impl::note_pause(const Moment &before, Duration step)
{
    if (step > std::chrono::minutes(1))
        interrupted(before);
}

void Analyzer::Impl::interrupted(const Moment &before)
{
    constexpr std::size_t limit = 64;
    if (!pauses_.empty() && pauses_.back().packet == before.packet)
        return;
    if (pauses_.size() == limit)
        pauses_.erase(pauses_.begin());
    pauses_.push_back(before);
}

void Analyzer::Impl::clock_set(const Moment &moment, Duration step)
{
    facts.clock.set.add(moment);
    const Duration size = step < Duration(0) ? -std::max(step, -Duration::max()) : step;
    if (size > std::max(facts.clock.longest_set, -facts.clock.longest_set))
        facts.clock.longest_set = std::max(step, -Duration::max());
}

void Analyzer::Impl::clock_jumped(const Moment &moment, Duration step)
{
    if (step < -std::chrono::seconds(1)) {
        facts.clock.backwards.add(moment);
        facts.clock.longest_back = std::max(facts.clock.longest_back, -std::max(step, -Duration::max()));
    } else if (step > std::chrono::hours(24 * 366)) {
        facts.clock.jumps.add(moment);
    }
}

[[gnu::hot]] void Analyzer::Impl::tcp(const Moment &moment)
{
    ++facts.packets.tcp;
    Flows::Hit hit = flows_.find(view_.source, view_.destination, false);
    if (hit.flow != nullptr)
        enter(*hit.flow);
    if (hit.flow == nullptr || !goes_on(hit)) {
        if (!begins_something(moment)) {
            ++facts.packets.tcp_other;
            return;
        }
        hit.by_client = open();
    }
    Flow &flow = *here_.flow;
    if (!flow.live) {
        ++facts.packets.tcp_other;  // a straggler of a connection that ended long ago
        return;
    }
    if (flow.live->is_duplicate(view_, hit.by_client))
        duplicate(moment);
    else
        follow(hit.by_client, moment);
}

bool Analyzer::Impl::goes_on(const Flows::Hit &hit)
{
    const bool revived = !here_.flow->live && view_.payload_length != 0;
    if (!revived && !starts_again(here_.facts->tcp))
        return true;
    if (here_.flow->live && here_.flow->live->is_duplicate(view_, hit.by_client))
        return true;
    settle(*hit.flow);
    flows_.supersede(*hit.flow);
    return false;
}

bool Analyzer::Impl::starts_again(const net::Connection &connection) const
{
    if (!view_.tcp.has(net::tcp_flag::syn) || view_.tcp.has(net::tcp_flag::ack))
        return false;
    return view_.source != connection.client || !connection.syn.seen() || connection.client_isn != view_.tcp.sequence;
}

bool Analyzer::Impl::begins_something(const Moment &moment)
{
    const net::TcpView &tcp = view_.tcp;
    if (!tcp.has(net::tcp_flag::rst))
        return true;
    if (tcp.has(net::tcp_flag::ack) && tcp.sequence == 0 && tcp.acknowledgement != 0)
        return true;  // answers a SYN that the file lacks: RFC 9293, 3.10.7.1
    const bool from_server = looks_like_server(view_.source, view_.destination);
    const Address client = from_server ? view_.destination.address : view_.source.address;
    const Endpoint server = from_server ? view_.source : view_.destination;
    auto known = std::ranges::find_if(facts.stray_resets, [&](const StrayReset &s) {
        return s.client == client && s.server == server && s.from_server == from_server;
    });
    if (known == facts.stray_resets.end()) {
        if (facts.stray_resets.size() >= 64)
            return false;
        facts.stray_resets.push_back({.client = client, .server = server, .from_server = from_server});
        known = facts.stray_resets.end() - 1;
    }
    known->seen.add(moment);
    return false;
}

bool Analyzer::Impl::looks_like_server(const Endpoint &one, const Endpoint &other) const
{
    const bool one_modbus = servers_.known(one, false);
    const bool other_modbus = servers_.known(other, false);
    if (one_modbus != other_modbus)
        return one_modbus;
    return one.port < other.port;
}

bool Analyzer::Impl::open()
{
    const net::TcpView &tcp = view_.tcp;
    const bool syn = tcp.has(net::tcp_flag::syn);
    const bool ack = tcp.has(net::tcp_flag::ack);
    const bool reset = tcp.has(net::tcp_flag::rst);
    const bool by_server = (syn && ack) || reset || (!syn && looks_like_server(view_.source, view_.destination));
    retire();
    enter(add(by_server ? view_.destination : view_.source, by_server ? view_.source : view_.destination, false));
    ConnectionFacts &c = *here_.facts;
    c.reversed = servers_.is_modbus_port(c.tcp.client.port) && !servers_.is_modbus_port(c.tcp.server.port);
    name_pair(c);
    c.tcp.counted = syn || reset;
    if (syn || reset)
        c.tcp.outcome = Outcome::pending;
    if ((syn && ack) || reset) {
        c.tcp.client_isn = tcp.acknowledgement - 1;
        c.tcp.rst_without_syn = reset;
    }
    return !by_server;
}

void Analyzer::Impl::retire()
{
    constexpr std::uint32_t looked_at = 4;
    for (std::uint32_t i = 0; i < std::min(looked_at, flows_.size()); ++i) {
        retire_hand_ = retire_hand_ + 1 >= flows_.size() ? 0 : retire_hand_ + 1;
        if (Flow &flow = flows_.flow(retire_hand_); ended_long_ago(flow))
            settle(flow);
    }
}

bool Analyzer::Impl::ended_long_ago(const Flow &flow) const
{
    // As long as a TCP keeps the ports of a closed connection to itself (RFC 9293, 3.6.1: twice 30 s to 2 min).
    constexpr Duration quiet_time = std::chrono::minutes(1);
    const net::Connection &tcp = flow.facts->tcp;
    if (!flow.live || flow.facts->udp || elapsed(tcp.last(), facts.last) < quiet_time)
        return false;
    const bool reset = tcp.from_client.rst.seen() || tcp.from_server.rst.seen();
    const bool closed = tcp.from_client.fin.seen() && tcp.from_server.fin.seen();
    const bool judged = !flow.session || flow.session->confirmed() || flow.session->rejected();
    return judged && (reset || closed || tcp.outcome == Outcome::refused);
}

void Analyzer::Impl::duplicate(const Moment &moment)
{
    ++facts.packets.duplicates;
    facts.packets.duplicates_seen.add(moment);
    net::Connection &connection = here_.facts->tcp;
    connection.duplicates = static_cast<std::uint16_t>(std::min(connection.duplicates + 1, 0xFFFF));
    bin();
}

void Analyzer::Impl::bin()
{
    const Flow &flow = *here_.flow;
    // Whether a packet brings octets cannot be foreseen: no branch on it.
    const bool speaks = flow.session && flow.session->is_modbus();
    const std::uint64_t modbus =
        static_cast<std::uint64_t>(speaks) & static_cast<std::uint64_t>(view_.payload_length != 0);
    facts.packets.modbus += modbus;
    (here_.facts->udp ? facts.packets.other : facts.packets.tcp_other) += 1 - modbus;
}

void Analyzer::Impl::follow(bool by_client, const Moment &moment)
{
    net::Connection &connection = here_.facts->tcp;
    Flow &flow = *here_.flow;
    const Outcome before = connection.outcome;
    net::follow(connection, *flow.live, view_, by_client, moment, client_sink_, server_sink_);
    if ((view_.tcp.has(net::tcp_flag::syn) | (connection.outcome != before)) && !by_client)
        note_host(connection, moment);
    if (view_.tcp.has(net::tcp_flag::fin | net::tcp_flag::rst))
        note_close(by_client, moment);
    bin();
    swap_sides_if_exchanged();
}

void Analyzer::Impl::note_host(const net::Connection &connection, const Moment &moment)
{
    facts.hosts.alive(connection.server.address, moment, net::LifeSign::tcp_answer, view_.direction);
    if (view_.tcp.has(net::tcp_flag::syn))
        facts.hosts.tcp_ttl(connection.server.address, view_.ttl, moment);
}

void Analyzer::Impl::note_close(bool by_client, const Moment &moment)
{
    Flow &flow = *here_.flow;
    if (!flow.session)
        return;
    const net::HalfStream &half = flow.live->half(by_client);
    const bool whole = !half.waiting() && half.lost_octets() == 0 &&
                       (!view_.tcp.has(net::tcp_flag::fin) || half.next() == view_.tcp.sequence + view_.payload_length);
    collector_.enter(*here_.facts);
    flow.session->side_closed(role_of(*here_.facts, by_client), moment, whole, collector_);
}

Analyzer::Analyzer(AnalyzerOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}
Analyzer::~Analyzer() = default;
[[gnu::hot]] void Analyzer::add(const net::RawPacket &packet)
{
    impl_->add(packet);
}
void Analyzer::describe_interface(std::uint32_t interface, const InterfaceWords &words)
{
    impl_->describe_interface(interface, words);
}
void Analyzer::note_capture(CaptureNotes notes)
{
    impl_->facts.notes = std::move(notes);
}
void Analyzer::advance(Timestamp now)
{
    impl_->facts.quiet_until = now;
    impl_->advance_lines(now);
}
void Analyzer::interrupted()
{
    impl_->interrupted(impl_->facts.last);
}
std::vector<TransactionRow> Analyzer::take_transactions()
{
    return impl_->take_rows();
}
std::uint64_t Analyzer::transactions_left_out() const
{
    return impl_->rows_left_out();
}
Facts Analyzer::if_ended(Timestamp now) const
{
    Impl ended(*impl_);
    ended.facts.quiet_until = now;
    ended.finish();
    return std::move(ended.facts);
}
void Analyzer::finish()
{
    impl_->finish();
}
const Facts &Analyzer::facts() const
{
    return impl_->facts;
}

}  // namespace buswitness
