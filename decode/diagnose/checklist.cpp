#include "decode/diagnose/checklist.h"

#include "decode/diagnose/catalogue.h"
#include "decode/diagnose/line_context.h"
#include "decode/diagnose/targets.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

namespace buswitness::diagnose {

namespace {

using Targets = std::vector<Target>;

constexpr std::size_t most_named = 3;

std::string joined(const std::vector<std::string> &parts, std::string_view between)
{
    std::string text;
    const std::size_t shown = std::min(parts.size(), most_named);
    for (std::size_t i = 0; i < shown; ++i)
        text += (i == 0 ? std::string() : std::string(between)) + parts[i];
    if (parts.size() > shown)
        text += fmt::format(" (and {} more)", parts.size() - shown);
    return text;
}

std::string counted(std::uint64_t count, std::string_view noun)
{
    return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

// What a check asks of a target, and the packet that shows it.
struct Proof {
    bool given = false;
    Moment moment;
};

Proof proof(Check check, const Target &target)
{
    switch (check) {
    case Check::address:
    case Check::reachable: {
        if (target.accepted != 0)
            return {true, target.answer.seen() ? target.answer : target.accepted_first};
        if (target.pongs != 0)
            return {true, target.pong};
        return {target.alive.seen(), target.alive};
    }
    case Check::port:
    case Check::application:
        if (target.answered == 0 && target.local_answer.seen())
            return {true, target.local_answer};
        return {target.answered != 0, target.answer};
    case Check::listening:
        if (target.accepted == 0 && target.local_accepted.seen())
            return {true, target.local_accepted};
        return {target.accepted != 0, target.probe.seen() ? target.probe : target.accepted_first};
    case Check::host_firewall:
    case Check::network_firewall:
    case Check::binding: return {target.accepted != 0 && target.from_elsewhere, target.accepted_first};
    case Check::connection_limit: return {target.accepted != 0, target.accepted_first};
    case Check::serial_port_exists:
    case Check::serial_port_number:
    case Check::serial_port_free:
    case Check::baud:
    case Check::parity:
    case Check::unit:
    case Check::polarity:
    case Check::termination:
    case Check::ground:
    case Check::cable: return {};
    }
    return {};
}

std::string packet_words(Moment moment)
{
    return moment.seen() ? fmt::format(" (packet {})", moment.packet) : "";
}

// What the user's own tests in the capture show: pings, and connections that carry nothing.
std::string tests_of(Check check, const Target &target)
{
    const bool service = check == Check::listening || check == Check::application || check == Check::port;
    if (service && target.accepted == 0 && target.local_accepted.seen())
        return fmt::format(" On its own machine only, over loopback; from the network {} does not answer.",
                           to_string(target.server));
    if ((check == Check::address || check == Check::reachable) && target.pings != 0)
        return fmt::format(" Ping of {}: {} of {} answered{}.", to_string(target.server.address), target.pongs,
                           target.pings, packet_words(target.pongs != 0 ? target.pong : target.ping));
    if (check == Check::listening && target.probes != 0)
        return fmt::format(" {} to {} without data (as by telnet, nc or Test-NetConnection) accepted{}.",
                           counted(target.probes, "test connection"), to_string(target.server),
                           packet_words(target.probe));
    return {};
}

std::string limit_words(const Targets &targets)
{
    std::vector<std::string> parts;
    for (const Target &target : targets)
        parts.push_back(fmt::format("{}: {} open at once at most, none turned away", to_string(target.server),
                                    counted(target.most_open, "connection")));
    return joined(parts, "; ") + ". How many the device allows, its manual tells.";
}

std::string proven_words(const CheckRow &check, const Targets &targets)
{
    if (check.check == Check::connection_limit)
        return limit_words(targets);
    std::vector<std::string> parts;
    std::string tests;
    for (const Target &target : targets) {
        const bool whole_host = check.check == Check::address || check.check == Check::reachable;
        parts.push_back((whole_host ? to_string(target.server.address) : to_string(target.server)) +
                        packet_words(proof(check.check, target).moment));
        if (parts.size() <= most_named)
            tests += tests_of(check.check, target);
    }
    return fmt::format("{}: {}{}", joined(parts, ", "), check.ok, tests);
}

std::string how_words(const CheckRow &check, const Target *target, const Finding *finding)
{
    Finding subject;
    if (finding != nullptr)
        subject = *finding;
    else if (target != nullptr)
        subject.server = target->server;
    return fill(check.how, subject);
}

// A reset or an ICMP rejection by the target itself is the target's own firewall.
bool concerns(const Finding &finding, Check check, std::span<const Check> listed)
{
    if (finding.id == FindingId::tcp_firewall_reject)
        return check == (finding.by == By::server ? Check::host_firewall : Check::network_firewall) && !listed.empty();
    return std::ranges::find(listed, check) != listed.end();
}

struct Verdict {
    std::vector<const Finding *> problems, suspects;
};

Verdict judged(Check check, std::span<const Finding> findings)
{
    Verdict verdict;
    for (const Finding &finding : findings) {
        if (finding.severity == Severity::note)
            continue;
        const CatalogueRow &words = row(finding.id);
        if (concerns(finding, check, words.problems))
            (finding.certainty == Certainty::possible ? verdict.suspects : verdict.problems).push_back(&finding);
        else if (concerns(finding, check, words.suspects) && finding.id != FindingId::tcp_firewall_reject)
            verdict.suspects.push_back(&finding);
    }
    return verdict;
}

std::string finding_words(const Finding &finding)
{
    std::string text = fill(row(finding.id).title, finding);
    if (!finding.evidence.empty() && finding.evidence.front().packet != 0)
        text += fmt::format(" ({} {})", finding.line.empty() ? "packet" : "frame", finding.evidence.front().packet);
    if (finding.recovered)
        text += "; it worked again later";
    return text + ".";
}

void accuse(ChecklistItem &item, const std::vector<const Finding *> &accused)
{
    std::vector<std::string> parts;
    std::unordered_set<std::string> told;  // a scan has tens of thousands
    for (const Finding *finding : accused) {
        if (std::ranges::find(item.findings, finding->id) == item.findings.end())
            item.findings.push_back(finding->id);
        if (std::string words = finding_words(*finding); told.insert(words).second)
            parts.push_back(std::move(words));
    }
    item.text = joined(parts, " ");
}

ChecklistItem from_findings(const CheckRow &check, const Verdict &verdict)
{
    ChecklistItem item{check.question, CheckStatus::problem, {}, {}};
    if (!verdict.problems.empty()) {
        accuse(item, verdict.problems);
        return item;
    }
    item.status = CheckStatus::suspect;
    accuse(item, verdict.suspects);
    item.text += " To know: " + how_words(check, nullptr, verdict.suspects.front());
    return item;
}

ChecklistItem tcp_item(const CheckRow &check, const Targets &targets, std::span<const Finding> findings)
{
    Targets proven, open;
    for (const Target &target : targets)
        (proof(check.check, target).given ? proven : open).push_back(target);
    const Verdict verdict = judged(check.check, findings);
    // What only makes suspect yields to proof of the contrary for every server.
    const bool cleared = !proven.empty() && open.empty() && check.check != Check::connection_limit;
    if (!verdict.problems.empty() || (!verdict.suspects.empty() && !cleared))
        return from_findings(check, verdict);
    if (targets.empty())
        return {check.question,
                CheckStatus::not_visible,
                "The capture shows no connection to a Modbus server. " + how_words(check, nullptr, nullptr),
                {}};
    if (open.empty())
        return {check.question, CheckStatus::ok, proven_words(check, proven), {}};
    std::vector<std::string> names;
    for (const Target &target : open)
        names.push_back(to_string(target.server));
    std::string text = fmt::format("The capture does not show it for {}.{} {}", joined(names, ", "),
                                   tests_of(check.check, open.front()), how_words(check, &open.front(), nullptr));
    return {check.question, CheckStatus::not_visible, std::move(text), {}};
}

// What the frames of the lines prove; empty: nothing. Only of those who send, and never of what no tap can see: stop
// bits, ground, cable, the waveform, the settings of a device that is silent.
std::string heard_proof(Check check, const Facts &facts)
{
    constexpr double mostly = 0.5;
    std::vector<std::string> lines;
    std::uint64_t asked = 0, answering = 0;
    for (const LineFacts &line : facts.lines) {
        if (line.frames < 2 || line.good_share() < mostly)
            return {};
        lines.push_back(fmt::format("{} ({} frames with right check sums)", name_of(line), line.frames));
        for (const LineUnitFacts &unit : line.units) {
            asked += unit.unit != 0 && unit.requests != 0 ? 1 : 0;
            answering += unit.unit != 0 && unit.clean != 0 ? 1 : 0;
        }
    }
    const std::string heard = joined(lines, ", ");
    if (check == Check::serial_port_exists || check == Check::serial_port_number)
        return fmt::format("The tap heard Modbus on {}. The master's own port is not in this recording.", heard);
    if (check == Check::unit)
        return asked == 0 || answering != asked ? std::string()
                                                : fmt::format("All {} units that were asked answered.", asked);
    if (answering == 0 || answering != asked)
        return {};  // a silent device may have other settings
    if (check == Check::baud)
        return fmt::format("All who send have the same rate: {}.", heard);
    if (check == Check::polarity)
        return fmt::format("All who send read well with the wires as they are: {}.", heard);
    return {};
}

ChecklistItem heard_item(const CheckRow &check, const Facts &facts, std::span<const Finding> findings)
{
    const Verdict verdict = judged(check.check, findings);
    if (!verdict.problems.empty() || !verdict.suspects.empty())
        return from_findings(check, verdict);
    if (std::string proof = heard_proof(check.check, facts); !proof.empty())
        return {check.question, CheckStatus::ok, std::move(proof), {}};
    return {check.question,
            CheckStatus::not_visible,
            "A tap on the line cannot tell. " + how_words(check, nullptr, nullptr),
            {}};
}

}  // namespace

std::string_view to_string(CheckStatus status)
{
    switch (status) {
    case CheckStatus::ok: return "ok";
    case CheckStatus::problem: return "problem";
    case CheckStatus::suspect: return "suspect";
    case CheckStatus::not_visible: return "not-visible";
    case CheckStatus::not_applicable: return "not-applicable";
    }
    return {};
}

Checklist tcp_checklist(const Facts &facts, std::span<const Finding> findings)
{
    Checklist list{"tcp-connection", "Connection over TCP", {}};
    const Targets targets = targets_of(facts);
    const bool only_lines = !facts.lines.empty() && facts.connections.empty() && facts.packets.arp == 0;
    for (const CheckRow &check : tcp_checks()) {
        if (only_lines)
            list.items.push_back({check.question,
                                  CheckStatus::not_applicable,
                                  "The recording is of a serial line, not of a network.",
                                  {}});
        else
            list.items.push_back(tcp_item(check, targets, findings));
    }
    return list;
}

// A capture from the network sees a serial line only through what its gateway says.
Checklist line_checklist(const Facts &facts, std::span<const Finding> findings)
{
    Checklist list{"rtu-line", "Serial line (RTU)", {}};
    if (!facts.lines.empty()) {
        for (const CheckRow &check : line_checks())
            list.items.push_back(heard_item(check, facts, findings));
        return list;
    }
    const bool behind_gateway = std::ranges::any_of(findings, [](const Finding &finding) {
        return finding.id == FindingId::modbus_unit_silent || finding.id == FindingId::modbus_gateway_no_response ||
               finding.id == FindingId::modbus_gateway_path;
    });
    for (const CheckRow &check : line_checks()) {
        const Verdict verdict = judged(check.check, findings);
        if (!behind_gateway) {
            list.items.push_back({check.question,
                                  CheckStatus::not_applicable,
                                  "The capture is from the network, and no finding points to a serial line.",
                                  {}});
        } else if (check.check < Check::baud) {
            list.items.push_back({check.question,
                                  CheckStatus::not_applicable,
                                  "The serial port is the gateway's own: see its status page.",
                                  {}});
        } else if (check.check == Check::unit && !(verdict.problems.empty() && verdict.suspects.empty())) {
            list.items.push_back(from_findings(check, verdict));
        } else {
            std::string text =
                "Behind the gateway, out of sight of this capture. " + how_words(check, nullptr, nullptr);
            list.items.push_back({check.question, CheckStatus::not_visible, std::move(text), {}});
        }
    }
    return list;
}

std::vector<Checklist> checklists(const Facts &facts, std::span<const Finding> findings)
{
    return {tcp_checklist(facts, findings), line_checklist(facts, findings)};
}

}  // namespace buswitness::diagnose
