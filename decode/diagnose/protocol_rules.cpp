// Which language is spoken: RTU or ASCII inside TCP, TLS, something else on the Modbus port, nobody on the UDP port.
#include "decode/base/text.h"
#include "decode/diagnose/context.h"
#include "decode/modbus/identify.h"

#include <algorithm>

namespace buswitness::diagnose {

using modbus::Foreign;
using modbus::Role;

namespace {

PairKey key_of(const PairFacts &pair)
{
    return {pair.client, pair.server};
}

// RTU (1) or ASCII (2) frames without an MBAP header.
void serial_framing(Context &context, const PairFacts &pair, std::size_t framing)
{
    const std::uint32_t asked = pair.framings[framing], answered = pair.server_framings[framing];
    if (asked + answered == 0)
        return;
    const std::string name = framing == 1 ? "RTU" : "ASCII";
    const FindingId id = framing == 1 ? FindingId::modbus_rtu_over_tcp : FindingId::modbus_ascii_over_tcp;
    const bool agree = asked != 0 && answered != 0;
    const bool server_differs = pair.server_framings[0] != 0 || (asked != 0 && answered == 0);
    const By by = asked != 0 ? By::client : By::server;
    Finding finding = make(id, Certainty::certain, by, pair.client, pair.server);
    finding.severity = agree ? Severity::note : Severity::error;
    const Sightings &seen = framing == 1 ? pair.trouble->rtu : pair.trouble->ascii;
    if (agree)
        finding.summary = "Client and server both send " + name +
                          " frames inside TCP, without the MBAP header. That works between the two; a plain Modbus TCP "
                          "program cannot take part.";
    else
        finding.summary = std::string(asked != 0 ? "The client" : "The server") + " sends " + name +
                          " frames inside TCP (" + (framing == 1 ? "with a right CRC" : "with a right LRC") +
                          "), the other side does not: " +
                          (pair.server_framings[0] != 0 ? "it speaks Modbus TCP with an MBAP header."
                                                        : "no such frame ever came back.");
    show(finding, seen, name + " frame inside TCP");
    if (!agree && server_differs)
        context.wrong_framing.insert(key_of(pair));
    context.add(std::move(finding));
}

// A client that never got an RTU answer may talk to a gateway that is silent for other reasons; only a server that
// was heard with another framing, or a Modbus TCP port, makes it an error of framing.
void foreign(Context &context, const PairFacts &pair)
{
    if (!context.concerns_modbus(pair.server))
        return;
    for (const ForeignFacts &facts : pair.trouble->foreign) {
        const bool named = facts.protocol != Foreign::binary && facts.protocol != Foreign::text;
        const By by = facts.role == Role::request ? By::client : By::server;
        const bool modbus_too = facts.role == Role::request ? pair.requests != 0 : pair.responses != 0;
        if (!named && modbus_too)
            continue;
        Finding finding = make(FindingId::modbus_not_modbus, named ? Certainty::certain : Certainty::likely, by,
                               pair.client, pair.server);
        finding.field = modbus::foreign_name(facts.protocol);
        if (by == By::client)
            finding.severity = Severity::warning;
        finding.summary = std::string(by == By::client ? "The client" : "The server") +
                          " does not speak Modbus on port " + std::to_string(pair.server.port) + " but " +
                          finding.field + ".";
        show(finding, facts.seen, "first octets: " + finding.field);
        context.foreign.insert(key_of(pair));
        context.add(std::move(finding));
    }
}

std::string tls_version(std::uint16_t version)
{
    switch (version) {
    case 0x0301: return "TLS 1.0";
    case 0x0302: return "TLS 1.1";
    case 0x0303: return "TLS 1.2";
    case 0x0304: return "TLS 1.3";
    }
    return "TLS";
}

void tls(Context &context, const PairFacts &pair)
{
    const TlsFacts &t = *pair.trouble->tls;
    if (t.hellos == 0 || !context.concerns_modbus(pair.server))
        return;
    const bool secure_port = pair.server.port != 502;
    if (!secure_port) {
        Finding finding = make(FindingId::modbus_not_modbus, Certainty::certain, By::client, pair.client, pair.server);
        finding.field = "TLS";
        finding.summary = "TLS is spoken on port 502, where plain Modbus is expected.";
        show(finding, t.seen, "first TLS record");
        context.foreign.insert(key_of(pair));
        context.add(std::move(finding));
    }
    if (t.established != 0 && secure_port) {
        Finding finding = make(FindingId::modbus_tls, Certainty::certain, By::unknown, pair.client, pair.server);
        finding.summary = plural(t.established, "connection is", "connections are") + " encrypted with " +
                          tls_version(t.version) + "; the handshake is complete, what is said inside cannot be seen.";
        show(finding, t.successes, "TLS handshake begins");
        context.add(std::move(finding));
    }
    if (t.failed == 0)
        return;
    Finding finding = make(FindingId::tls_handshake_failed, t.alert_seen ? Certainty::certain : Certainty::likely,
                           t.alert_seen         ? (t.alert_from_server ? By::server : By::client)
                           : t.closed_by_server ? By::server
                                                : By::client,
                           pair.client, pair.server);
    finding.summary = plural(t.failed, "TLS handshake", "TLS handshakes") + " failed: ";
    if (t.alert_seen)
        finding.summary += std::string(t.alert_from_server ? "the server" : "the client") + " sent the alert " +
                           std::to_string(t.alert) + " (" + std::string(modbus::tls_alert_name(t.alert)) + ").";
    else
        finding.summary +=
            std::string(t.closed_by_server ? "the server" : "the client") + " closed before any application data.";
    show(finding, t.failures, "the handshake that failed begins");
    context.add(std::move(finding));
}

void udp_unreachable(Context &context, const PairFacts &pair)
{
    if (pair.trouble->udp_unreachable.count == 0)
        return;
    Finding finding = make(FindingId::udp_port_unreachable, Certainty::certain,
                           pair.trouble->udp_unreachable_from == pair.server.address ? By::server : By::middlebox,
                           pair.client, pair.server);
    finding.summary = plural(pair.trouble->udp_unreachable.count, "request over UDP was", "requests over UDP were") +
                      " answered by ICMP port unreachable from " + to_string(pair.trouble->udp_unreachable_from) +
                      ": nothing listens on that UDP port.";
    show(finding, pair.trouble->udp_unreachable, "ICMP port unreachable quotes the request");
    finding.recovered = pair.last_answer.packet > pair.trouble->udp_unreachable.last.packet;
    context.add(std::move(finding));
}

}  // namespace

void protocol_rules(Context &context)
{
    for (const PairFacts &pair : context.facts.pairs) {
        if (pair.line != no_index)
            continue;
        serial_framing(context, pair, 1);
        serial_framing(context, pair, 2);
        foreign(context, pair);
        tls(context, pair);
        udp_unreachable(context, pair);
    }
}

}  // namespace buswitness::diagnose
