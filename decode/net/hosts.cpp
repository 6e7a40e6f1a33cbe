#include "decode/net/hosts.h"

#include "decode/base/saturating.h"

#include <algorithm>

namespace buswitness::net {

namespace {

constexpr Duration repeat_least = std::chrono::milliseconds(300);
constexpr Duration repeat_most = std::chrono::seconds(4);
constexpr Duration same_question = std::chrono::milliseconds(500);

}  // namespace

Hosts::Hosts(std::uint64_t hash_key) : hosts_(8, AddressHash{hash_key}), neighbours_(8, AddressHash{hash_key}) {}

Host *Hosts::get(const Address &address)
{
    if (const auto found = hosts_.find(address); found != hosts_.end())
        return &found->second;
    if (hosts_.size() >= limit) {
        ++left_out_;
        return nullptr;
    }
    return &hosts_[address];
}

void Hosts::alive(const Address &address, Moment moment, LifeSign sign, Direction direction)
{
    Host *host = get(address);
    if (host == nullptr)
        return;
    if (!host->first_alive.seen())
        host->first_alive = moment;
    host->last_alive = moment;
    host->last_sign = sign;
    host->sent_here |= direction == Direction::outbound;
    host->received_here |= direction == Direction::inbound;
}

void Hosts::tcp_ttl(const Address &address, std::uint8_t ttl, Moment moment)
{
    if (Host *host = get(address); host != nullptr) {
        host->tcp_ttl = ttl;
        host->tcp_ttl_seen = moment;
    }
}

void Hosts::echo(const PacketView &packet)
{
    const Moment moment(packet.number, packet.time);
    if (packet.icmp.echo_request) {
        if (Host *host = get(packet.destination.address); host != nullptr) {
            host->echo_requests = more(host->echo_requests);
            host->echo_request = moment;
        }
    } else if (packet.icmp.echo_reply) {
        alive(packet.source.address, moment, LifeSign::echo_reply, packet.direction);
        if (Host *host = get(packet.source.address); host != nullptr) {
            // A second copy (router, any device) has passed one more hop; the first is the one to compare with.
            const std::uint32_t identity =
                static_cast<std::uint32_t>(packet.icmp.echo_id) << 16 | packet.icmp.echo_sequence;
            if (host->echo_replies != 0 && host->echo_identity == identity)
                return;
            host->echo_identity = identity;
            host->echo_replies = more(host->echo_replies);
            host->echo_reply = moment;
            host->echo_ttl = packet.ttl;
            host->echo_ttl_seen = moment;
            host->last_echo_reply = moment.time;
        }
    }
}

void Hosts::neighbour(const PacketView &packet)
{
    const NeighbourView &view = packet.neighbour;
    if (view.announcement && view.request)
        return;
    if (neighbours_.size() >= limit && !neighbours_.contains(view.target)) {
        ++left_out_;
        return;
    }
    if (view.request)
        asked(packet);
    else
        answered(packet);
}

void Hosts::asked(const PacketView &packet)
{
    const NeighbourView &view = packet.neighbour;
    const Moment moment(packet.number, packet.time);
    Neighbour &neighbour = neighbours_[view.target];
    const std::uint64_t group_bit = packet.destination_mac.value >> 40 & 1;
    if (packet.destination_mac.value != 0 && group_bit == 0)
        neighbour.known_mac = packet.destination_mac;
    auto entry = std::ranges::find(neighbour.asked, view.sender, &Asked::asker);
    if (entry == neighbour.asked.end()) {
        if (neighbour.asked.size() >= 8) {
            ++left_out_;
            return;
        }
        neighbour.asked.push_back(
            {.asker = view.sender, .first = moment, .last = moment, .requests = 1, .row_first = moment});
        return;
    }
    const Duration since = elapsed(entry->last, moment);
    // A second copy of the same request (mirror, any device) is no repetition.
    if (since < std::chrono::milliseconds(100) && since.count() >= 0)
        return;
    if (!entry->answered_last && since >= repeat_least && since <= repeat_most) {
        entry->repeats = more(entry->repeats);
    } else if (entry->answered_last) {
        entry->repeats = 0;
        entry->row_first = moment;
    }
    entry->answered_last = false;
    entry->requests = more(entry->requests);
    entry->last = moment;
}

void Hosts::answered(const PacketView &packet)
{
    const NeighbourView &view = packet.neighbour;
    const Moment moment(packet.number, packet.time);
    Neighbour &neighbour = neighbours_[view.target];
    alive(view.target, moment, LifeSign::neighbour_answer, packet.direction);
    if (Host *host = get(view.target); host != nullptr)
        host->last_neighbour_answer = moment.time;
    for (Asked &entry : neighbour.asked) {
        entry.answered_last = true;
        entry.repeats = 0;
    }
    neighbour.known_mac = view.answer_mac;
    for (MacAnswer &answer : neighbour.answers) {
        if (answer.mac == view.answer_mac) {
            answer.last = moment;
            ++answer.count;
            continue;
        }
        if (elapsed(answer.last, moment) <= same_question && !neighbour.contradicted && !view.announcement) {
            neighbour.contradicted = true;
            neighbour.contradiction = moment;
        }
    }
    if (std::ranges::find(neighbour.answers, view.answer_mac, &MacAnswer::mac) == neighbour.answers.end()) {
        if (!neighbour.answers.empty())
            neighbour.changes = more(neighbour.changes);
        if (neighbour.answers.size() < 4)
            neighbour.answers.push_back({view.answer_mac, moment, moment, 1});
    }
}

const Host *Hosts::host(const Address &address) const
{
    const auto found = hosts_.find(address);
    return found == hosts_.end() ? nullptr : &found->second;
}

const Neighbour *Hosts::neighbour_of(const Address &address) const
{
    const auto found = neighbours_.find(address);
    return found == neighbours_.end() ? nullptr : &found->second;
}

}  // namespace buswitness::net
