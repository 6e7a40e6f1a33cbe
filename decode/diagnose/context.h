// What the rules share: attempts grouped by client and server, who is alive, who is local, what is already explained.
#pragma once

#include "decode/base/text.h"
#include "decode/diagnose/catalogue.h"
#include "decode/facts.h"

#include <array>
#include <map>
#include <optional>
#include <set>
#include <span>

namespace buswitness::diagnose {

struct PairKey {
    Address client;
    Endpoint server;
    auto operator<=>(const PairKey &) const = default;
};

// All TCP connections of one client to one server endpoint, in the order in which they began.
struct Group {
    PairKey key;
    std::vector<const ConnectionFacts *> connections;

    [[nodiscard]] std::uint32_t count(net::Outcome outcome) const;
    [[nodiscard]] bool established() const;  // or open before the capture began
    [[nodiscard]] bool established_after(Moment moment) const;
};

class Context {
public:
    Context(const Facts &known, std::vector<Finding> &findings);

    const Facts &facts;
    std::vector<Group> groups;  // by TCP client and server, sorted by first packet

    void add(Finding finding) { findings_.push_back(std::move(finding)); }
    [[nodiscard]] std::span<const Finding> findings() const { return findings_; }
    [[nodiscard]] bool found(FindingId id, std::string_view line) const;

    // Pairs whose failures have their explanation: weaker findings leave them alone.
    std::set<PairKey> limited;               // connection limit
    std::set<PairKey> not_served;            // accepted, then closed
    std::set<PairKey> foreign;               // the server speaks something else
    std::set<PairKey> wrong_framing;         // RTU or ASCII against MBAP
    std::set<PairKey> two_owners;            // two devices answer for the address
    std::set<Address> asked_in_vain;         // explained vain ARP targets
    std::set<const LineFacts *> unreadable;  // lines heard with wrong settings

    [[nodiscard]] bool is_modbus_port(std::uint16_t port) const;
    [[nodiscard]] bool speaks_modbus(const Endpoint &server) const;
    [[nodiscard]] std::optional<Endpoint> modbus_elsewhere(const Endpoint &server) const;
    // A port that belongs to a well-known other service and where no Modbus was seen.
    [[nodiscard]] bool other_service(const Endpoint &server) const;
    [[nodiscard]] bool concerns_modbus(const Endpoint &server) const;
    [[nodiscard]] bool accepts(const Endpoint &server) const { return accepting_.contains(server); }  // anybody, ever
    [[nodiscard]] bool is_client(const Address &address) const { return clients_.contains(address); }
    // The client tries one port of the host after the other.
    [[nodiscard]] bool scans(const PairKey &key) const;

    struct Life {
        Moment moment;
        std::string what;  // "it answered ARP", "TCP port 80 answered", ...
    };
    // A sign of life of the host itself, shortly before `from` or later.
    [[nodiscard]] std::optional<Life> life(const Address &host, Moment from, const Endpoint *except) const;
    [[nodiscard]] const net::Asked *vain_question(const Address &target, Moment from) const;
    [[nodiscard]] bool is_gateway(const Address &address) const;
    // The capture was made on the machine that owns this address.
    [[nodiscard]] bool is_local(const Address &address) const;
    [[nodiscard]] const ConnectionFacts *loopback_success(std::uint16_t port, const Address &host) const;
    // The capture lost packets somewhere: single missing answers prove nothing.
    [[nodiscard]] bool lossy() const { return lossy_; }
    [[nodiscard]] bool one_sided_with(const Address &server) const { return one_sided_.contains(server); }
    // The TCP connections between these two; null: none was seen.
    [[nodiscard]] const Group *between(const PairKey &key) const;
    // Somebody got an answer from this unit, or from any unit there.
    [[nodiscard]] bool answers(const Endpoint &server, std::uint8_t unit) const;
    [[nodiscard]] bool answers(const Endpoint &server) const { return answering_.contains(server); }
    // The connection's peer was silent to repeated segments or probes until the end; which side kept asking.
    [[nodiscard]] static const net::Side *lost(const net::Connection &connection);

private:
    // The latest answers of two ports of a host: whichever port is asked about, there is another one.
    struct PortSign {
        Moment moment;
        std::uint16_t port = 0;
    };
    using PortSigns = std::array<PortSign, 2>;

    void group();
    void index_groups();
    void index_units();
    static void note_sign(PortSigns &signs, Moment moment, std::uint16_t port);
    std::vector<Finding> &findings_;
    std::set<Endpoint> modbus_servers_;
    std::set<Endpoint> accepting_;
    std::set<Address> clients_;
    std::map<std::pair<Address, Address>, std::uint32_t> ports_tried_;  // by client and host
    std::set<Address> gateways_;
    // So that no rule looks through all groups or units for one of them.
    std::map<PairKey, std::size_t> places_;                           // in groups
    std::map<Address, PortSigns> signs_;                              // by host
    std::set<Address> one_sided_;                                     // servers
    std::map<std::uint16_t, const ConnectionFacts *> over_loopback_;  // by port
    std::map<Endpoint, const ConnectionFacts *> with_itself_;
    std::set<Endpoint> answering_;
    std::set<std::pair<Endpoint, std::uint8_t>> answering_units_;
    bool lossy_ = false;
};

Finding make(FindingId id, Certainty certainty, By by, const Address &client, const Endpoint &server);
Evidence evidence(Moment moment, std::string text);
// "03 00 64 00 0A", with dots when there were more.
template <std::uint8_t Limit>
std::string octet_words(const FirstOctets<Limit> &first)
{
    return hex(first.octets(), Limit) + (first.cut() ? " ..." : "");
}
// Count, first, last from sightings; evidence lines for the moments kept, each with the same words.
void show(Finding &finding, const Sightings &sightings, std::string_view text);
void span(Finding &finding, Moment first, Moment last, std::uint64_t count);
std::string plural(std::uint64_t count, std::string_view singular, std::string_view plural);

// The rules, a file each. Earlier ones may explain what later ones would report.
void duplicate_address_rules(Context &context);
void limit_rules(Context &context);
void protocol_rules(Context &context);
void connect_rules(Context &context);
void neighbour_rules(Context &context);
void session_rules(Context &context);
void stream_rules(Context &context);
void silence_rules(Context &context);
void answer_rules(Context &context);
void timing_rules(Context &context);
void habit_rules(Context &context);
void line_settings_rules(Context &context);  // first of the lines': what they explain, the others leave alone
void line_unit_rules(Context &context);
void line_turn_rules(Context &context);
void line_signal_rules(Context &context);
void line_quality_rules(Context &context);
void capture_rules(Context &context);

}  // namespace buswitness::diagnose
