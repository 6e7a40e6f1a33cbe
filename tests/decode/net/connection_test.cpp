#include "decode/net/connection.h"

#include "tests/support/scenario.h"

#include "decode/net/dissect.h"

#include <gtest/gtest.h>

#include <optional>

namespace buswitness::net {
namespace {

using namespace std::chrono_literals;

struct Heard : StreamSink {
    void chunk(const StreamChunk &chunk) override
    {
        octets += chunk.octets.size();
        missing += chunk.missing;
    }
    std::size_t octets = 0, missing = 0;
};

// The one connection of a scenario; opened and stripped of copies as the analyzer does it.
struct Followed {
    Connection c;
    LiveConnection live;
    Heard from_client, from_server;
    int copies = 0;
};

void open(Connection &c, const PacketView &view)
{
    const bool by_server = view.tcp.has(tcp_flag::rst) ||
                           (view.tcp.has(tcp_flag::syn) && view.tcp.has(tcp_flag::ack)) ||
                           view.source.port < view.destination.port;
    c.client = by_server ? view.destination : view.source;
    c.server = by_server ? view.source : view.destination;
    if (!view.tcp.has(tcp_flag::syn) && !view.tcp.has(tcp_flag::rst))
        return;
    c.outcome = Outcome::pending;
    if (by_server)
        c.client_isn = view.tcp.acknowledgement - 1;
}

Followed followed(std::string_view text)
{
    Followed result;
    Dissector dissector;
    PacketView view;
    PacketNumber number = 0;
    bool opened = false;
    Moment last;
    for (const test::ScenarioPacket &packet : test::scenario(text).packets) {
        RawPacket raw;
        raw.number = ++number;
        raw.time = packet.time;
        raw.data = packet.octets;
        raw.original_length = packet.original_length;
        raw.link_type = 1;
        dissector.dissect(raw, view);
        last = Moment(number, packet.time);
        if (view.kind == PacketKind::icmp && result.c.outcome == Outcome::pending)
            result.c.outcome = Outcome::unreachable;
        if (view.kind != PacketKind::tcp)
            continue;
        if (!opened)
            open(result.c, view);
        opened = true;
        if (result.live.is_duplicate(view, view.source == result.c.client))
            ++result.copies;
        else
            follow(result.c, result.live, view, view.source == result.c.client, Moment(view.number, view.time),
                   result.from_client, result.from_server);
    }
    finish(result.c, result.live, last, result.from_client, result.from_server);
    return result;
}

std::string told(const Connection &c)
{
    constexpr std::string_view names[] = {"midstream",   "pending",    "refused",
                                          "unreachable", "incomplete", "established"};
    std::string text(names[static_cast<std::size_t>(c.outcome)]);
    const auto add = [&](bool is, const std::string &word) { text += is ? ", " + word : ""; };
    add(c.syns != 1, std::to_string(c.syns) + " SYN");
    add(c.syn_acks > 1, std::to_string(c.syn_acks) + " SYN ACK");
    add(c.first_syn_answered_late, "late");
    add(c.rst_and_syn_ack, "RST and SYN ACK");
    add(c.trouble->reset_answer.seen(), "RST to the SYN");
    add(c.from_client.rst.seen(), "client RST");
    add(c.from_server.rst.seen(), "server RST");
    add(c.from_client.fin.seen(), "client FIN");
    add(c.from_server.fin.seen(), "server FIN");
    add(c.one_sided(), "one side");
    add(c.loss().seen(), "loss at " + std::to_string(c.loss().packet));
    return text;
}

TEST(Connection, BecomesWhatItsPacketsSay)
{
    struct Row {
        const char *text;
        const char *told;
    };
    const Row rows[] = {
        {"0 C>S SYN", "pending"},
        {"0 C>S SYN \n 1 C>S SYN again \n 3 C>S SYN again", "pending, 3 SYN"},
        {"0 C>S SYN \n 0.01 S>C RST ACK", "refused, RST to the SYN"},
        {"0 C>S SYN \n 0.01 S>C RST ACK \n 0.5 C>S SYN again \n 0.51 S>C RST ACK", "refused, 2 SYN, RST to the SYN"},
        {"0 C>S SYN \n BEGIN \n 0.01 S>C RST ACK", "refused, 0 SYN, RST to the SYN"},
        {"0 C>S SYN \n 0.01 S>C SYN ACK", "incomplete"},
        {"0 C>S SYN \n 0.01 S>C SYN ACK \n 1 S>C SYN ACK again", "incomplete, 2 SYN ACK"},
        {"0 C>S SYN \n BEGIN \n 0.01 S>C SYN ACK", "incomplete, 0 SYN"},
        {"0 C>S SYN \n 0.01 S>C SYN ACK \n 0.02 C>S RST", "incomplete, client RST"},
        {"0 C>S SYN \n 0.01 S>C SYN ACK \n 0.02 S>C RST ACK", "incomplete, RST to the SYN, server RST"},
        {"0 C>S SYN \n 0.01 S>C RST ACK \n 0.011 S>C SYN ACK", "incomplete, RST and SYN ACK, RST to the SYN"},
        {"0 C>S SYN \n 0.01 S>C RST ACK \n 1 C>S SYN again \n 1.01 S>C SYN ACK",
         "incomplete, 2 SYN, late, RST to the SYN"},
        {"0 C>S CONNECT", "established"},
        {"0 C>S SYN \n 1 C>S SYN again \n 1.01 S>C SYN ACK \n 1.02 C>S ACK", "established, 2 SYN, late"},
        {"0 C>S SYN \n 0.01 S>C SYN ACK lost \n 0.02 C>S ACK", "established"},
        {"0 C>S SYN \n 0.01 S>C SYN ACK \n 0.02 C>S ACK lost \n 0.03 S>C DATA 0102", "established"},
        {"0 C>S CONNECT \n BEGIN \n 1 C>S DATA 01 \n 1.1 S>C ACK", "midstream, 0 SYN"},
        {"0 C>S CONNECT \n 1 C>S CLOSE", "established, client FIN, server FIN"},
        {"0 C>S CONNECT \n 1 S>C RST ACK", "established, server RST"},
        {"0 C>S CONNECT \n 1 S>C FIN ACK \n 1.1 C>S RST", "established, client RST, server FIN"},
        {"0 C>S SYN \n 0.1 ICMP 3/1 from R quotes LAST", "unreachable"},
        {"0 C>S SYN \n 0.1 ICMP 3/1 from R quotes LAST \n 1 C>S SYN again \n 1.01 S>C RST ACK",
         "refused, 2 SYN, RST to the SYN"},
        {"0 C>S SYN \n 0.1 ICMP 3/1 from R quotes LAST \n 1 C>S SYN again \n 1.01 S>C SYN ACK",
         "incomplete, 2 SYN, late"},
    };
    for (const Row &row : rows)
        EXPECT_EQ(told(followed(row.text).c), row.told) << row.text;
}

TEST(Connection, KnowsThatASideIsNotInTheFile)
{
    constexpr const char *conversation = R"(
        0     C>S CONNECT
        0.1   C>S POLL 3 every 1.0
    )";
    EXPECT_EQ(told(followed(conversation).c), "established");
    EXPECT_EQ(told(followed(std::string("ONLY C\n") + conversation).c), "established, one side");
    EXPECT_EQ(told(followed(std::string("ONLY S\n") + conversation).c), "established, 0 SYN, one side, loss at 3");
    EXPECT_EQ(told(followed("ONLY C\n 0 C>S CONNECT\n 1 C>S read").c), "established");  // the server said nothing
}

TEST(Connection, KeepsTheMomentsOfTheHandshake)
{
    const Connection c = followed(R"(
        0     C>S SYN
        1     C>S SYN again
        1.5   S>C SYN ACK ttl 60
        1.75  C>S ACK
        2     S>C FIN ACK
        3     C>S RST
    )")
                             .c;
    EXPECT_EQ(c.syn.packet, 1U);
    EXPECT_EQ(c.syn_last().packet, 2U);
    EXPECT_EQ(c.syn_ack.packet, 3U);
    EXPECT_EQ(c.completed.packet, 4U);
    EXPECT_EQ(c.ended().packet, 5U);
    EXPECT_EQ(c.last().packet, 6U);
    EXPECT_EQ(elapsed(c.syn, c.syn_ack), 1500ms);
    EXPECT_EQ(c.from_server.ttl, 60);
}

std::string told(const Side &side)
{
    std::string text = std::to_string(side.data_segments) + " data";
    const auto add = [&](unsigned count, const char *word) {
        text += count == 0 ? "" : ", " + std::to_string(count) + word;
    };
    add(side.trouble->retransmissions, " again");
    add(side.trouble->reordered, " out of order");
    add(side.trouble->probes, " probes");
    add(side.trouble->tries, " tries");
    return text;
}

TEST(Connection, CountsTriesUntilTheOtherSideSpeaks)
{
    struct Row {
        const char *why;
        std::string text;  // after the handshake
        const char *told;  // of the client
    };
    const Row rows[] = {
        {"answered", "1 C>S read\n 1.1 S>C answer", "1 data"},
        {"sent twice more", "1 C>S read\n 1.2 C>S again\n 1.6 C>S again", "3 data, 2 again, 2 tries"},
        {"then answered", "1 C>S read\n 1.2 C>S again\n 1.6 C>S again\n 2 S>C ACK", "3 data, 2 again"},
        {"once more after that", "1 C>S read\n 1.2 C>S again\n 1.3 S>C answer\n 2 C>S read\n 2.2 C>S again",
         "4 data, 2 again, 1 tries"},
        {"keep-alive", "60 C>S KEEPALIVE\n 61 C>S KEEPALIVE\n 62 C>S KEEPALIVE", "0 data, 3 probes, 3 tries"},
        {"keep-alive answered", "60 C>S KEEPALIVE\n 60.1 S>C ACK\n 120 C>S KEEPALIVE\n 120.1 S>C ACK",
         "0 data, 2 probes"},
        {"keep-alive with an octet", "1 C>S DATA 0102\n 1.1 S>C ACK\n 60 C>S DATA 02 seq-1",
         "1 data, 1 probes, 1 tries"},
        {"FIN again", "1 C>S FIN ACK\n 1.2 C>S again\n 1.6 C>S again", "0 data, 2 tries"},
        {"exchanged", "1 C>S DATA 01 lost\n 1.001 C>S DATA 02\n 1.002 C>S DATA 01 seq-2",
         "2 data, 2 out of order, 1 tries"},
        {"acknowledged before it was sent again", "1 C>S read\n 1.1 S>C ACK\n 1.2 C>S again", "2 data, 1 again"},
    };
    for (const Row &row : rows)
        EXPECT_EQ(told(followed("0 C>S CONNECT\n" + row.text).c.from_client), row.told) << row.why;
}

TEST(Connection, KnowsSinceWhenASideTriesInVain)
{
    const Connection c = followed(R"(
        0     C>S CONNECT
        1     C>S read
        1.2   C>S again
        1.3   S>C answer
        2     C>S read
        2.2   C>S again
        2.6   C>S again
    )")
                             .c;
    EXPECT_EQ(c.from_client.trouble->silent_since.packet, 8U);
    EXPECT_EQ(c.from_client.trouble->retransmission.packet, 5U);
}

TEST(Connection, TimesAClosedWindow)
{
    struct Row {
        const char *text;  // after the handshake, which ends at 0.002
        unsigned packets;
        std::uint32_t longest_ms;
    };
    const Row rows[] = {
        {"1 S>C ACK", 0, 0},
        {"1 S>C ACK win 0\n 1.5 S>C ACK", 1, 500},
        {"1 S>C ACK win 0\n 2 C>S KEEPALIVE\n 2.1 S>C ACK win 0\n 4 S>C ACK", 2, 3000},
        {"1 S>C ACK win 0\n 2 S>C ACK\n 3 S>C ACK win 0\n 3.25 S>C ACK", 2, 1000},
        {"1 S>C ACK win 0\n 9 C>S KEEPALIVE\n 9.5 S>C ACK win 0", 2, 8500},
        {"1 S>C RST ACK", 0, 0},
    };
    for (const Row &row : rows) {
        const Connection c = followed(std::string("0 C>S CONNECT\n") + row.text).c;
        EXPECT_EQ(c.from_server.trouble->window_zero, row.packets) << row.text;
        EXPECT_EQ(c.from_server.trouble->window_zero_longest_ms, row.longest_ms) << row.text;
    }
}

TEST(Connection, RemembersTheLongestSegmentThatDoesNotPass)
{
    const std::string large = "C>S DATA " + std::string(1200 * 2, '0');
    const Connection stuck =
        followed("0 C>S CONNECT\n 1 C>S read\n 1.1 S>C answer\n 2 " + large + "\n 2.2 C>S again\n 2.6 C>S again").c;
    EXPECT_EQ(stuck.from_client.longest, 1200);
    EXPECT_EQ(stuck.from_client.trouble->longest_repeats, 2);
    EXPECT_EQ(stuck.from_client.longest_acked, 12);
    const Connection passed = followed("0 C>S CONNECT\n 1 " + large + "\n 2 S>C ACK\n 3 C>S read").c;
    EXPECT_EQ(passed.from_client.longest, 12);
    EXPECT_EQ(passed.from_client.longest_acked, 1200);
}

TEST(Connection, TellsWhatTheCaptureLost)
{
    const Followed lost = followed(R"(
        0     C>S CONNECT
        1     C>S read
        1.1   S>C answer lost
        2     C>S read
        2.1   S>C answer
        3     C>S read
    )");
    EXPECT_EQ(lost.c.trouble->lost_from_server, 29U);
    EXPECT_EQ(lost.c.trouble->lost_from_client, 0U);
    EXPECT_EQ(lost.from_server.octets, 29U);
    EXPECT_EQ(lost.from_server.missing, 29U);
    EXPECT_EQ(lost.c.loss().packet, 6U);
    const Followed snapped = followed("SNAPLEN 60\n 0 C>S CONNECT\n 1 C>S read\n 1.1 S>C answer");
    EXPECT_TRUE(snapped.c.snapped);
    EXPECT_EQ(snapped.from_client.octets, 6U);
    EXPECT_EQ(snapped.from_client.missing, 6U);
    EXPECT_EQ(snapped.c.trouble->lost_from_client, 0U);
}

TEST(Connection, PassesOverCopiesOfPackets)
{
    struct Row {
        const char *why;
        const char *text;  // after a request at 1.000
        int copies, retransmissions;
    };
    const Row rows[] = {
        {"mirror of two ports", "+0.000020 C>S copy", 1, 0},
        {"merged, clocks apart", "+0.09 C>S copy", 1, 0},
        {"merged, the later time first", "0.998 C>S copy", 1, 0},
        {"of an ACK", "+0.01 S>C ACK\n +0.001 S>C copy", 1, 0},
        {"too late to be a copy", "+0.2 C>S copy", 0, 1},
        {"retransmission: a new identification", "+0.02 C>S again", 0, 1},
    };
    for (const Row &row : rows) {
        const Followed f = followed(std::string("0 C>S CONNECT\n 1 C>S read\n") + row.text);
        EXPECT_EQ(f.copies, row.copies) << row.why;
        EXPECT_EQ(f.c.from_client.trouble->retransmissions, row.retransmissions) << row.why;
    }
}

// Packets of one client, as far as copies are told by them.
struct Seen {
    Duration at{0};
    bool v6 = false;
    std::uint16_t id = 0;
    std::uint32_t sequence = 1;
    std::uint16_t checksum = 1;
    std::optional<std::uint32_t> timestamp{};
};

PacketView view_of(const Seen &seen)
{
    PacketView view;
    view.kind = PacketKind::tcp;
    view.time = Timestamp(1000s + seen.at);
    view.ipv6 = seen.v6;
    view.has_ip_id = !seen.v6;
    view.ip_id = seen.id;
    view.tcp.sequence = seen.sequence;
    view.tcp.checksum = seen.checksum;
    view.tcp.flags = tcp_flag::ack;
    view.tcp.has_timestamps = seen.timestamp.has_value();
    view.tcp.timestamp_value = seen.timestamp.value_or(0);
    view.payload_length = 12;
    return view;
}

TEST(Copies, AreToldByIdentificationTimestampOrHaste)
{
    struct Row {
        const char *why;
        Seen first, second;
        bool copy;
    };
    const Row rows[] = {
        {"equal identification", {.id = 7}, {.at = 90ms, .id = 7}, true},
        {"equal, but much later", {.id = 7}, {.at = 110ms, .id = 7}, false},
        {"another identification", {.id = 7}, {.at = 1us, .id = 8}, false},
        {"checksum rewritten by offload", {.id = 7}, {.at = 1us, .id = 7, .checksum = 9}, true},
        {"another sequence number", {.id = 7}, {.at = 1us, .id = 7, .sequence = 2}, false},
        {"no identification, at once", {}, {.at = 1ms}, true},
        {"no identification, a retransmission", {}, {.at = 20ms}, false},
        {"IPv6, at once", {.v6 = true}, {.at = 1ms, .v6 = true}, true},
        {"IPv6, a retransmission", {.v6 = true}, {.at = 20ms, .v6 = true}, false},
        {"IPv6, equal timestamps", {.v6 = true, .timestamp = 5}, {.at = 90ms, .v6 = true, .timestamp = 5}, true},
        {"IPv6, other timestamps", {.v6 = true, .timestamp = 5}, {.at = 1ms, .v6 = true, .timestamp = 6}, false},
        {"IPv6, another checksum", {.v6 = true}, {.at = 1ms, .v6 = true, .checksum = 2}, false},
        {"a little earlier", {.at = 50ms, .id = 7}, {.at = 49ms, .id = 7}, true},
    };
    for (const Row &row : rows) {
        LiveConnection live;
        EXPECT_FALSE(live.is_duplicate(view_of(row.first), true));
        EXPECT_EQ(live.is_duplicate(view_of(row.second), true), row.copy) << row.why;
    }
}

TEST(Copies, AreLookedForAmongTheLastSixOfOneSide)
{
    LiveConnection live;
    for (std::uint16_t id = 1; id <= 7; ++id)
        EXPECT_FALSE(live.is_duplicate(view_of({.id = id}), true));
    EXPECT_FALSE(live.is_duplicate(view_of({.id = 7}), false));
    EXPECT_TRUE(live.is_duplicate(view_of({.id = 2}), true));
    EXPECT_FALSE(live.is_duplicate(view_of({.id = 1}), true));
}

}  // namespace
}  // namespace buswitness::net
