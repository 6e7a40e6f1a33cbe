// What ARP and neighbour discovery prove: two owners of one address, nobody behind an address.
#include "decode/base/text.h"
#include "decode/diagnose/context.h"

#include <algorithm>

namespace buswitness::diagnose {

namespace {

// Link addresses that redundancy protocols share on purpose (VRRP: RFC 9568, 7.3; HSRP; CARP).
bool redundancy(MacAddress mac)
{
    return mac.value >> 8 == 0x00005E0001 || mac.value >> 8 == 0x00005E0002 || mac.value >> 12 == 0x00000C9FF ||
           mac.value >> 8 == 0x00000C07AC;
}

void show_answers(Finding &finding, const Address &address, const net::Neighbour &neighbour)
{
    for (const net::MacAnswer &answer : neighbour.answers)
        finding.evidence.push_back(
            evidence(answer.first, to_string(answer.mac) + " answers for " + to_string(address)));
}

// Who tried to talk to the address, so that the finding has a subject; the address alone when nobody did.
std::vector<PairKey> talkers(const Context &context, const Address &address)
{
    std::vector<PairKey> keys;
    for (const Group &group : context.groups)
        if (group.key.server.address == address)
            keys.push_back(group.key);
    return keys;
}

}  // namespace

void duplicate_address_rules(Context &context)
{
    for (const auto &[address, neighbour] : context.facts.hosts.neighbours()) {
        if (neighbour.answers.size() < 2 || std::ranges::any_of(neighbour.answers, redundancy, &net::MacAnswer::mac))
            continue;
        // One change is a replaced device or a moved address; two answers to one question, or a change to and fro, are
        // two owners.
        if (!neighbour.contradicted && neighbour.changes < 2)
            continue;
        std::vector<PairKey> keys = talkers(context, address);
        if (keys.empty())
            keys.push_back({{}, Endpoint{address, 0}});
        for (const PairKey &key : keys) {
            context.two_owners.insert(key);
            Finding finding = make(FindingId::duplicate_ip, Certainty::certain, By::server, key.client, key.server);
            if (key.client.is_unspecified())
                finding.client.reset();
            finding.summary = "Two devices answer for the address " + to_string(address) + ": " +
                              to_string(neighbour.answers[0].mac) + " and " + to_string(neighbour.answers[1].mac) +
                              ". Which of them a client reaches is chance.";
            span(finding, neighbour.answers[0].first, neighbour.answers[1].last,
                 std::uint64_t{neighbour.answers[0].count} + neighbour.answers[1].count);
            show_answers(finding, address, neighbour);
            context.add(std::move(finding));
        }
    }
}

namespace {

bool alive_since(const Context &context, const Address &address, Moment since)
{
    return context.life(address, since, nullptr).has_value();
}

bool covered(const Context &context, const Address &address)
{
    return context.asked_in_vain.contains(address) || context.is_gateway(address) ||
           std::ranges::any_of(context.findings(), [&](const Finding &f) {
               return f.server && f.server->address == address &&
                      (f.id == FindingId::tcp_host_down || f.id == FindingId::tcp_unreachable ||
                       f.id == FindingId::tcp_no_return_route);
           });
}

void vain(Context &context, const Address &target, const net::Asked &asked)
{
    const bool repeated = asked.repeats >= 1;
    Finding finding =
        make(repeated ? FindingId::tcp_host_down : FindingId::arp_unanswered,
             repeated ? Certainty::certain : Certainty::possible, By::unknown, asked.asker, Endpoint{target, 0});
    const std::string_view protocol = target.is_v4() ? "ARP" : "neighbour discovery";
    finding.summary = to_string(asked.asker) + " asks for " + to_string(target) + " by " + std::string(protocol) +
                      (repeated ? " again and again; nobody answers, so not one packet to that address can leave."
                                : "; no answer is in this capture.");
    span(finding, asked.row_first.seen() ? asked.row_first : asked.first, asked.last, asked.requests);
    finding.evidence.push_back(evidence(asked.row_first, "who has " + to_string(target) + "? asked by " +
                                                             to_string(asked.asker) + ", no answer"));
    if (asked.last.packet != asked.row_first.packet)
        finding.evidence.push_back(evidence(asked.last, "asked again, no answer"));
    context.add(std::move(finding));
}

}  // namespace

void neighbour_rules(Context &context)
{
    struct Question {
        const Address *target;
        const net::Asked *asked;
    };
    std::vector<Question> questions;
    std::map<Address, std::size_t> by_asker;
    for (const auto &[target, neighbour] : context.facts.hosts.neighbours())
        for (const net::Asked &asked : neighbour.asked) {
            if (asked.answered_last || target == asked.asker || covered(context, target) ||
                covered(context, asked.asker) || alive_since(context, target, asked.row_first))
                continue;
            questions.push_back({&target, &asked});
            ++by_asker[asked.asker];
        }
    std::ranges::sort(questions, {}, [](const Question &q) { return q.asked->first.packet; });
    // Who asks for many addresses looks for neighbours (a scan); that says nothing about any of them.
    constexpr std::size_t scan = 8;
    std::size_t notes = 0;
    for (const Question &question : questions) {
        const bool repeated = question.asked->repeats >= 1;
        if (by_asker[question.asked->asker] > scan ||
            (!repeated &&
             (++notes > 8 || elapsed(question.asked->last.time, context.facts.until()) < std::chrono::seconds(2))))
            continue;
        vain(context, *question.target, *question.asked);
    }
}

}  // namespace buswitness::diagnose
