// What the capture can and cannot show: where it was made, how long it is, and what is missing in it.
#include "decode/base/text.h"
#include "decode/report/build_parts.h"
#include "decode/report/words.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

namespace buswitness::report {

namespace {

using diagnose::Finding;
using diagnose::FindingId;

// Routers between a sender and the place of the capture, if its first TTL was one of the usual ones.
std::optional<int> hops(std::uint8_t ttl)
{
    if (ttl == 0)
        return std::nullopt;
    for (const int initial : {64, 128, 255}) {
        if (ttl <= initial && initial - ttl <= 32)
            return initial - ttl;
    }
    return std::nullopt;
}

std::string distance_words(const std::string &who, int routers)
{
    if (routers == 0)
        return fmt::format("in the same subnet as {}, or on it", who);
    return fmt::format("behind {} of {}", plural(static_cast<std::uint64_t>(routers), "router"), who);
}

// The busiest connection stands for the others.
const net::Connection *busiest(const Facts &facts)
{
    const net::Connection *best = nullptr;
    for (const ConnectionFacts &c : facts.connections) {
        if (c.udp || c.pair == no_index || c.tcp.server.address.is_loopback())
            continue;
        if (best == nullptr || c.tcp.from_client.packets + c.tcp.from_server.packets >
                                   best->from_client.packets + best->from_server.packets)
            best = &c.tcp;
    }
    return best;
}

// Where the capture was made; empty when nothing tells.
std::string vantage(const Facts &facts)
{
    const net::Connection *c = busiest(facts);
    if (c == nullptr)
        return {};
    const std::string client = to_string(c->client.address), server = to_string(c->server.address);
    const net::Host *at_client = facts.hosts.host(c->client.address);
    const net::Host *at_server = facts.hosts.host(c->server.address);
    if (at_server != nullptr && at_server->is_local())
        return fmt::format("The capture was made on the server {} itself.", server);
    if (at_client != nullptr && at_client->is_local())
        return fmt::format("The capture was made on the client {} itself.", client);
    const std::optional<int> from_client = hops(c->from_client.ttl), from_server = hops(c->from_server.ttl);
    if (from_client == 0 && from_server == 0)
        return fmt::format(
            "Most likely made on client {} or server {}, or in their subnet (no router has lowered the TTL "
            "of their packets).",
            client, server);
    if (from_client && from_server)
        return fmt::format("Most likely made {} and {} (from the TTL of their packets).",
                           distance_words("client " + client, *from_client),
                           distance_words("server " + server, *from_server));
    if (from_client)
        return fmt::format("Most likely made {} (from the TTL of its packets).",
                           distance_words("client " + client, *from_client));
    return {};
}

bool has(std::span<const Finding> findings, FindingId id)
{
    return std::ranges::find(findings, id, &Finding::id) != findings.end();
}

void add_duration(CaptureView &view, const Report &report)
{
    if (!report.first || !report.last)
        return;
    const Duration duration = elapsed(*report.first, *report.last);
    view.shows.push_back(fmt::format("{} in {}.", plural(report.packets, "packet"), human(duration)));
    if (duration < std::chrono::seconds(10))
        view.hides.push_back("It is short: faults that come every few minutes are not in it.");
}

void add_quality(CaptureView &view, const Report &report, std::span<const Finding> findings)
{
    const bool one_sided = has(findings, FindingId::capture_one_sided);
    const auto &requests = report.totals.requests;
    if (!one_sided && requests.answered + requests.exception != 0)
        view.shows.push_back("Both directions: requests and their answers.");
    for (const Finding &finding : findings) {
        if (!about_the_capture(finding.id) || finding.id == FindingId::capture_duplicates)
            continue;
        const std::string words = title(finding) + ".";
        if (std::ranges::find(view.hides, words) == view.hides.end())
            view.hides.push_back(words);
    }
    if (report.dropped != 0)
        view.hides.push_back(fmt::format("{} dropped by the capture itself.", plural(report.dropped, "packet")));
    else if (!has(findings, FindingId::capture_loss) && !one_sided && report.totals.responses.normal != 0)
        view.shows.push_back("No sign of packets that the capture lost.");
    if (requests.undecided != 0)
        view.hides.push_back(
            fmt::format("What became of {}, still open at the end or touched by a hole in the capture.",
                        plural(requests.undecided, "request")));
}

}  // namespace

CaptureView view_of(const Report &report, const Facts &facts, std::span<const Finding> findings)
{
    CaptureView view;
    if (const std::string place = vantage(facts); !place.empty())
        view.shows.push_back(place);
    add_duration(view, report);
    add_quality(view, report, findings);
    view.hides.push_back("What happens inside the devices, and whether a value that was well transported is right.");
    return view;
}

}  // namespace buswitness::report
