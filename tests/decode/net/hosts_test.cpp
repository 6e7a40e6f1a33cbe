#include "decode/net/hosts.h"

#include <gtest/gtest.h>

#include <sstream>

namespace buswitness::net {
namespace {

using namespace std::chrono_literals;

constexpr Address client = Address::v4(0x0A01'010A), server = Address::v4(0x0A01'0132);

// Lines with a clock of their own. Addresses are S and C, link addresses m1, m2 ..:
//   0.0 who-has S tell C [unicast m1]     0.0 S is-at m1 [gratuitous]
//   0.0 gratuitous S                      an announcement in the form of a request
//   0.0 echo 7                            C asks S, sequence number 7      0.0 reply 7 ttl 63
class Script {
public:
    explicit Script(const std::string &text)
    {
        std::istringstream lines(text);
        for (std::string line; std::getline(lines, line);)
            run(line);
    }
    [[nodiscard]] const Neighbour &server_neighbour() const
    {
        static const Neighbour none;
        const Neighbour *const found = hosts.neighbour_of(server);
        return found == nullptr ? none : *found;
    }
    [[nodiscard]] Asked asked() const
    {
        return server_neighbour().asked.empty() ? Asked{} : server_neighbour().asked[0];
    }

    Hosts hosts{1};

private:
    static Address address(const std::string &name) { return name == "S" ? server : client; }
    static MacAddress mac(const std::string &name) { return {0x0200'0000'0000 + std::stoull(name.substr(1))}; }

    void run(const std::string &line)
    {
        std::istringstream words(line);
        double time = 0;
        std::string first, second;
        if (!(words >> time >> first >> second))
            return;
        PacketView view;
        view.number = ++number_;
        view.time = Timestamp(1000s + std::chrono::duration_cast<Duration>(std::chrono::duration<double>(time)));
        if (first == "echo" || first == "reply") {
            echo(view, first == "reply", second, words);
            return;
        }
        view.kind = PacketKind::neighbour;
        view.neighbour.request = first == "who-has" || first == "gratuitous";
        view.neighbour.announcement = first == "gratuitous";
        view.destination_mac = {0xFFFF'FFFF'FFFF};
        view.neighbour.target = address(view.neighbour.request ? second : first);
        view.neighbour.sender = view.neighbour.target;
        for (std::string word; words >> word;) {
            if (word == "tell") {
                words >> word;
                view.neighbour.sender = address(word);
            } else if (word == "unicast") {
                words >> word;
                view.destination_mac = mac(word);
            } else if (word == "gratuitous") {
                view.neighbour.announcement = true;
            } else {
                view.neighbour.answer_mac = mac(word);
            }
        }
        hosts.neighbour(view);
    }

    void echo(PacketView &view, bool reply, const std::string &sequence, std::istringstream &words)
    {
        view.kind = PacketKind::icmp;
        view.icmp.echo_request = !reply;
        view.icmp.echo_reply = reply;
        view.icmp.echo_sequence = static_cast<std::uint16_t>(std::stoi(sequence));
        view.source.address = reply ? server : client;
        view.destination.address = reply ? client : server;
        int ttl = 64;
        if (std::string word; words >> word)
            words >> ttl;
        view.ttl = static_cast<std::uint8_t>(ttl);
        hosts.echo(view);
    }

    PacketNumber number_ = 0;
};

TEST(Neighbours, CountRepeatedQuestionsWithoutAnAnswer)
{
    struct Row {
        const char *why;
        const char *text;
        unsigned requests, repeats;
        std::uint32_t row_first;  // packet
    };
    const Row rows[] = {
        {"asked once", "0 who-has S tell C", 1, 0, 1},
        {"a triplet", "0 who-has S tell C\n 1 who-has S tell C\n 2 who-has S tell C", 3, 2, 1},
        {"copies of one question", "0 who-has S tell C\n 0.00001 who-has S tell C\n 0.04 who-has S tell C", 1, 0, 1},
        {"too soon to be a repetition", "0 who-has S tell C\n 0.2 who-has S tell C", 2, 0, 1},
        {"minutes apart", "0 who-has S tell C\n 60 who-has S tell C", 2, 0, 1},
        {"answered in between", "0 who-has S tell C\n 0.1 S is-at m1\n 1 who-has S tell C", 2, 0, 3},
        {"answered after two", "0 who-has S tell C\n 1 who-has S tell C\n 1.1 S is-at m1", 2, 0, 1},
        {"vanished",
         "0 who-has S tell C\n 0.1 S is-at m1\n 5 who-has S tell C\n 6 who-has S tell C\n 7 who-has S tell C", 4, 2, 3},
        {"unicast probes count too", "0 who-has S tell C unicast m1\n 1 who-has S tell C unicast m1", 2, 1, 1},
        {"two triplets", "0 who-has S tell C\n 1 who-has S tell C\n 10 who-has S tell C\n 11 who-has S tell C", 4, 2,
         1},
    };
    for (const Row &row : rows) {
        const Asked asked = Script(row.text).asked();
        EXPECT_EQ(asked.asker, client) << row.why;
        EXPECT_EQ(asked.requests, row.requests) << row.why;
        EXPECT_EQ(asked.repeats, row.repeats) << row.why;
        EXPECT_EQ(asked.row_first.packet, row.row_first) << row.why;
    }
}

TEST(Neighbours, ContradictWhenTwoAnswerOneQuestion)
{
    struct Row {
        const char *why;
        const char *text;
        bool contradicted;
        unsigned changes;
        std::size_t answers;
    };
    const Row rows[] = {
        {"one answer", "0 S is-at m1", false, 0, 1},
        {"the same answer twice", "0 S is-at m1\n 0.00001 S is-at m1", false, 0, 1},
        {"two at once", "0 S is-at m1\n 0.001 S is-at m2", true, 1, 2},
        {"the device was replaced", "0 S is-at m1\n 600 S is-at m2", false, 1, 2},
        {"two in turn", "0 S is-at m1\n 60 S is-at m2\n 60.001 S is-at m1", true, 1, 2},
        {"taken over by announcement", "0 S is-at m1\n 0.1 S is-at m2 gratuitous", false, 1, 2},
        {"five", "0 S is-at m1\n 10 S is-at m2\n 20 S is-at m3\n 30 S is-at m4\n 40 S is-at m5", false, 4, 4},
    };
    for (const Row &row : rows) {
        const Neighbour neighbour = Script(row.text).server_neighbour();
        EXPECT_EQ(neighbour.contradicted, row.contradicted) << row.why;
        EXPECT_EQ(neighbour.changes, row.changes) << row.why;
        EXPECT_EQ(neighbour.answers.size(), row.answers) << row.why;
    }
}

TEST(Neighbours, KnowTheLinkAddressByAnswersAndByUnicastProbes)
{
    EXPECT_EQ(Script("0 who-has S tell C").server_neighbour().known_mac, MacAddress{});
    EXPECT_EQ(Script("0 who-has S tell C unicast m5").server_neighbour().known_mac, MacAddress{0x0200'0000'0005});
    EXPECT_EQ(Script("0 S is-at m6").server_neighbour().known_mac, MacAddress{0x0200'0000'0006});
}

TEST(Neighbours, AnnouncementsAreNoQuestions)
{
    const Script script("0 gratuitous S\n 1 gratuitous S\n 2 gratuitous S");
    EXPECT_EQ(script.hosts.neighbour_of(server), nullptr);
    EXPECT_EQ(script.hosts.host(server), nullptr);
}

TEST(Neighbours, AnsweringIsASignOfLife)
{
    const Script script("0 who-has S tell C\n 1 S is-at m1");
    ASSERT_NE(script.hosts.host(server), nullptr);
    EXPECT_EQ(script.hosts.host(server)->last_sign, LifeSign::neighbour_answer);
    EXPECT_EQ(script.hosts.host(server)->first_alive.packet, 2U);
    EXPECT_EQ(script.hosts.host(client), nullptr);
}

TEST(Neighbours, KeepEightAskersAndTellThatThereAreMore)
{
    Hosts hosts(1);
    PacketView view;
    view.neighbour.request = true;
    view.neighbour.target = server;
    for (std::uint32_t i = 0; i < 10; ++i) {
        view.number = i + 1;
        view.neighbour.sender = Address::v4(i + 1);
        hosts.neighbour(view);
    }
    EXPECT_EQ(hosts.neighbour_of(server)->asked.size(), 8U);
    EXPECT_EQ(hosts.left_out(), 2U);
}

TEST(Hosts, CountEchoesAndKeepTheFirstTtl)
{
    const Script script(
        "0 echo 1\n 0.1 reply 1 ttl 64\n 0.1001 reply 1 ttl 63\n 1 echo 2\n 1.1 reply 2 ttl 62\n 2 echo 3");
    const Host *const host = script.hosts.host(server);
    ASSERT_NE(host, nullptr);
    EXPECT_EQ(host->echo_requests, 3);
    EXPECT_EQ(host->echo_replies, 2);
    EXPECT_EQ(host->echo_ttl, 62);
    EXPECT_EQ(host->echo_request.packet, 6U);
    EXPECT_EQ(host->echo_reply.packet, 5U);
    EXPECT_EQ(Script("0 reply 1 ttl 64\n 0.1 reply 1 ttl 63").hosts.host(server)->echo_ttl, 64);
    EXPECT_EQ(Script("0 reply 0 ttl 64\n 0.1 reply 0 ttl 63").hosts.host(server)->echo_replies, 1);
}

TEST(Hosts, AreLocalWhenTheirPacketsOnlyLeft)
{
    struct Row {
        std::vector<Direction> seen;
        bool local;
    };
    using enum Direction;
    for (const Row &row : std::vector<Row>{{{unknown}, false},
                                           {{outbound}, true},
                                           {{inbound}, false},
                                           {{outbound, inbound}, false},
                                           {{outbound, unknown}, true}}) {
        Hosts hosts(1);
        std::uint32_t number = 0;
        for (const Direction direction : row.seen)
            hosts.alive(server, Moment(++number, {}), LifeSign::tcp_answer, direction);
        EXPECT_EQ(hosts.host(server)->is_local(), row.local);
        EXPECT_EQ(hosts.host(server)->first_alive.packet, 1U);
        EXPECT_EQ(hosts.host(server)->last_alive.packet, number);
    }
}

TEST(Hosts, AreLimitedAndTellWhatIsLeftOut)
{
    Hosts hosts(1);
    for (std::uint32_t i = 0; i < 16'484; ++i)
        hosts.tcp_ttl(Address::v4(i), 64, Moment(i + 1, {}));
    EXPECT_EQ(hosts.left_out(), 100U);
    EXPECT_NE(hosts.host(Address::v4(16'383)), nullptr);
    EXPECT_EQ(hosts.host(Address::v4(16'384)), nullptr);
    hosts.tcp_ttl(Address::v4(5), 63, Moment(1, {}));
    EXPECT_EQ(hosts.left_out(), 100U);
    EXPECT_EQ(hosts.host(Address::v4(5))->tcp_ttl, 63);
}

}  // namespace
}  // namespace buswitness::net
