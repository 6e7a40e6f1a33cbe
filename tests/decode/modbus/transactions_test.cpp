#include "decode/modbus/transactions.h"

#include <gtest/gtest.h>

#include <sstream>

namespace buswitness::modbus {
namespace {

using namespace std::chrono_literals;

// One conversation as text; each line is one packet and has its number, from 1 on:
//   0.000 > t1 u1 f3 a0 q10      a request: transaction, unit, function, address, quantity
//   0.010 < t1 u1 f3 n20         a response with so many octets of values; a0: echoes an address; c7: content;
//                                e2: exception 2; cut; suspect: a request may have been lost
//   0.020 lost-requests 12       octets that the capture lost; lost-responses
//   0.030 close                  the client sends FIN
//   9.000 end capture            capture, client, server, lost; acked 3: the server's TCP has three packets' requests
// Told: "1-2" request 1 has answer 2, "1-2 late ..", "1?2 unit" a mismatch, "2 duplicate", "1 at-end".
class Conversation : private TransactionSink {
public:
    explicit Conversation(const std::string &text, bool midstream = false, bool datagrams = false)
    {
        if (midstream)
            transactions.set_midstream();
        if (datagrams)
            transactions.set_datagrams();
        std::istringstream lines(text);
        for (std::string line; std::getline(lines, line);)
            run(line);
    }

    Transactions transactions;
    std::string told;
    std::vector<Request> answered_requests, unanswered_requests;

private:
    void run(const std::string &line)
    {
        std::istringstream words(line);
        double time = 0;
        std::string what;
        if (!(words >> time >> what))
            return;
        now_ = Moment(++packet_,
                      Timestamp(1000s + std::chrono::duration_cast<Duration>(std::chrono::duration<double>(time))));
        std::uint32_t octets = 0;
        if (what == ">")
            request(words);
        else if (what == "<")
            response(words);
        else if (what == "lost-requests" && words >> octets)
            transactions.requests_lost(octets);
        else if (what == "lost-responses")
            transactions.responses_lost(now_);
        else if (what == "close")
            transactions.client_closed(now_);
        else if (what == "end")
            end(words);
        else
            ADD_FAILURE() << "not understood: " << line;
    }

    void request(std::istringstream &words)
    {
        Request r;
        r.sent = now_;
        r.sequence_end = packet_ * 12;
        r.unit = 1;
        r.function = 3;
        for (std::string word; words >> word;) {
            const int value = std::stoi(word.substr(1));
            const auto u16 = static_cast<std::uint16_t>(value);
            const auto u8 = static_cast<std::uint8_t>(value);
            switch (word[0]) {
            case 't': r.transaction = u16; break;
            case 'u': r.unit = u8; break;
            case 'f': r.function = u8; break;
            case 'a':
                r.address = u16;
                r.has_address = true;
                break;
            case 'q':
                r.quantity = u16;
                r.has_quantity = true;
                break;
            default: ADD_FAILURE() << word;
            }
        }
        transactions.request(r, *this);
    }

    void response(std::istringstream &words)
    {
        Response r;
        r.moment = now_;
        r.unit = 1;
        r.function = 3;
        r.content = packet_;
        bool suspect = false;
        for (std::string word; words >> word;) {
            if (word == "suspect" || word == "cut") {
                (word == "cut" ? r.complete : suspect) = word != "cut";
                continue;
            }
            const int value = std::stoi(word.substr(1));
            const auto u16 = static_cast<std::uint16_t>(value);
            const auto u8 = static_cast<std::uint8_t>(value);
            switch (word[0]) {
            case 't': r.transaction = u16; break;
            case 'u': r.unit = u8; break;
            case 'f': r.function = u8; break;
            case 'a':
                r.address = u16;
                r.has_address = true;
                break;
            case 'n': r.value_octets = u16; break;
            case 'c': r.content = 0x1'0000U + u16; break;
            case 'e':
                r.exception = true;
                r.exception_code = u8;
                break;
            default: ADD_FAILURE() << word;
            }
        }
        transactions.response(r, suspect, *this);
    }

    void end(std::istringstream &words)
    {
        StreamEnd end;
        end.when = now_;
        for (std::string word; words >> word;) {
            using enum StreamEnd::Why;
            if (word == "acked" && words >> end.acknowledged) {
                end.acknowledgement_known = true;
                end.acknowledged *= 12;
            } else if (word == "one-sided") {
                end.one_sided = true;
            } else {
                end.why = word == "client"   ? client_closed
                          : word == "server" ? server_closed
                          : word == "lost"   ? lost
                                             : capture_end;
            }
        }
        transactions.settle(end, *this);
        EXPECT_EQ(transactions.open(), 0U);
    }

    void answered(const Request &request, const Response &response, Late late) override
    {
        constexpr const char *words[] = {"", " late after repeat", " late after next", " late after close"};
        tell(request.sent, "-" + std::to_string(response.moment.packet) + words[static_cast<int>(late)]);
        answered_requests.push_back(request);
    }
    void mismatched(const Request &request, const Response &response, Field field) override
    {
        constexpr const char *words[] = {" transaction", " unit", " function"};
        tell(request.sent, "?" + std::to_string(response.moment.packet) + words[static_cast<int>(field)]);
    }
    void unmatched(const Response &response, Unmatched kind) override
    {
        constexpr const char *words[] = {" at-start", " loss", " duplicate", " unsolicited"};
        tell(response.moment, words[static_cast<int>(kind)]);
    }
    void unanswered(const Request &request, Unanswered why) override
    {
        constexpr const char *words[] = {" moved-on", " client-closed", " server-closed", " not-delivered",
                                         " at-end",   " capture-loss",  " one-sided",     " broadcast"};
        tell(request.sent, words[static_cast<int>(why)]);
        unanswered_requests.push_back(request);
    }
    void tell(const Moment &moment, const std::string &text)
    {
        told += (told.empty() ? "" : ", ") + std::to_string(moment.packet) + text;
    }

    std::uint32_t packet_ = 0;
    Moment now_;
};

struct Row {
    const char *why;
    const char *text;
    const char *told;
};

void expect(const std::vector<Row> &rows)
{
    for (const Row &row : rows)
        EXPECT_EQ(Conversation(row.text).told, row.told) << row.why;
}

TEST(Transactions, PairByIdentifierUnitAndFunction)
{
    expect({
        {"one after the other", "0 > t1\n 0.01 < t1\n 0.1 > t2\n 0.11 < t2", "1-2, 3-4"},
        {"pipelined, in order", "0 > t1\n 0 > t2\n 0 > t3\n 0.01 < t1\n 0.02 < t2\n 0.03 < t3", "1-4, 2-5, 3-6"},
        {"pipelined, out of order", "0 > t1\n 0 > t2\n 0 > t3\n 0.01 < t3\n 0.02 < t1\n 0.03 < t2", "3-4, 1-5, 2-6"},
        {"units of a gateway", "0 > t1 u1\n 0 > t1 u2\n 0.01 < t1 u2\n 0.02 < t1 u1", "2-3, 1-4"},
        {"exception", "0 > t1 f3\n 0.01 < t1 f3 e2", "1-2"},
        {"exception and answer", "0 > t1\n 0 > t2\n 0.01 < t1 e2\n 0.02 < t2", "1-3, 2-4"},
        {"constant identifier", "0 > t0\n 0.01 < t0\n 1 > t0\n 1.01 < t0", "1-2, 3-4"},
        {"constant identifier, pipelined", "0 > t0 q1\n 0 > t0 q1\n 0.01 < t0 n2\n 0.02 < t0 n2", "1-3, 2-4"},
        {"constant identifier, the quantity tells", "0 > t0 q1\n 0 > t0 q5\n 0.01 < t0 n10\n 0.02 < t0 n2", "2-3, 1-4"},
        {"constant identifier, the address tells", "0 > t0 f6 a1\n 0 > t0 f6 a2\n 0.01 < t0 f6 a2\n 0.02 < t0 f6 a1",
         "2-3, 1-4"},
        {"coils are packed in octets", "0 > t0 f1 q9\n 0 > t0 f1 q8\n 0.01 < t0 f1 n1\n 0.02 < t0 f1 n2", "2-3, 1-4"},
        {"an exception fits everything", "0 > t0 q1\n 0 > t0 q5\n 0.01 < t0 e2\n 0.02 < t0 n10", "1-3, 2-4"},
        {"a cut answer too", "0 > t0 q1\n 0 > t0 q5\n 0.01 < t0 n10 cut", "1-3"},
    });
}

TEST(Transactions, AreLateWhenTheClientHadGivenUp)
{
    expect({
        {"after the same request", "0 > t1\n 1 > t2\n 1.2 < t1\n 1.3 < t2", "1-3 late after repeat, 2-4"},
        {"after another request", "0 > t1 a0\n 1 > t2 a9\n 1.2 < t1\n 1.3 < t2", "1-3 late after next, 2-4"},
        {"after the close", "0 > t1\n 1 close\n 1.2 < t1", "1-3 late after close"},
        {"after repeat and close", "0 > t1\n 1 > t2\n 2 close\n 2.2 < t1", "1-4 late after close"},
        {"not late: the client pipelines", "0 > t1\n 0.01 > t2\n 1 < t1\n 1 < t2", "1-3, 2-4"},
        {"not late: it pipelines, with a pause", "0 > t1\n 0.001 > t2\n 1 > t3\n 1.1 < t1\n 1.2 < t2\n 1.3 < t3",
         "1-4, 2-5, 3-6"},
        {"slow, but waited for", "0 > t1\n 5 < t1\n 6 > t2\n 6.1 < t2", "1-2, 3-4"},
        {"one lost, the next answered", "0 > t1\n 1 > t2\n 1.01 < t2\n 9 end capture", "2-3, 1 moved-on"},
        {"constant identifier: no answer, then the usual one",
         "0 > t0\n 0.01 < t0\n 1 > t0\n 2 > t0\n 2.01 < t0\n 9 end capture", "1-2, 4-5, 3 moved-on"},
        {"constant identifier: the answer of the first comes late",
         "0 > t0\n 0.4 < t0\n 1 > t0\n 2 > t0\n 2.01 < t0\n 2.4 < t0", "1-2, 3-5 late after repeat, 4-6"},
    });
}

TEST(Transactions, KeepThePatienceOfTheClient)
{
    const Conversation moved("0 > t1\n 1.5 > t2\n 1.6 < t2\n 9 end capture");
    ASSERT_EQ(moved.unanswered_requests.size(), 1U);
    EXPECT_EQ(moved.unanswered_requests[0].patience_ms, 1500U);
    EXPECT_TRUE(moved.unanswered_requests[0].moved_on);
    EXPECT_TRUE(moved.unanswered_requests[0].repeated);
    EXPECT_TRUE(moved.answered_requests[0].repeats);
    EXPECT_FALSE(moved.answered_requests[0].first);
    const Conversation closed("0 > t1\n 2 close\n 2 end client");
    EXPECT_EQ(closed.told, "1 client-closed");
    EXPECT_EQ(closed.unanswered_requests[0].patience_ms, 2000U);
    EXPECT_TRUE(closed.unanswered_requests[0].first);
}

TEST(Transactions, NameTheOneFieldThatDoesNotFit)
{
    expect({
        {"identifier", "0 > t1\n 0.01 < t9", "1?2 transaction"},
        {"unit", "0 > t1 u1\n 0.01 < t1 u255", "1?2 unit"},
        {"function", "0 > t1 f3\n 0.01 < t1 f4", "1?2 function"},
        {"two fields", "0 > t1 u1\n 0.01 < t9 u2", "2 unsolicited"},
        {"an exception of another function", "0 > t1 f3\n 0.01 < t1 f4 e1", "2 unsolicited"},
        {"the same identifier is the better reason", "0 > t1 u1\n 0 > t2 u2\n 0.01 < t2 u1", "2?3 unit"},
        {"else the oldest", "0 > t1\n 0 > t2\n 0.01 < t9", "1?3 transaction"},
        {"a mismatch ends the request", "0 > t1\n 0.01 < t9\n 1 end capture", "1?2 transaction"},
        {"no broadcast is meant", "0 > t1 u0 f6\n 0.01 < t1 u1 f6\n 1 end capture", "2 unsolicited, 1 broadcast"},
    });
}

TEST(Transactions, KnowAnswersWithoutARequest)
{
    expect({
        {"nobody asked", "0 < t1", "1 unsolicited"},
        {"twice", "0 > t1\n 0.01 < t1 c7\n 0.02 < t1 c7", "1-2, 3 duplicate"},
        {"another content", "0 > t1\n 0.01 < t1 c7\n 0.02 < t1 c8", "1-2, 3 unsolicited"},
        {"twice, next request open", "0 > t1\n 0.01 < t1 c7\n 1 > t2\n 1.01 < t1 c7\n 1.02 < t2",
         "1-2, 4 duplicate, 3-5"},
        {"its request may be lost", "0 > t1\n 0.01 < t1\n 1 lost-requests 12\n 1.01 < t5\n 1.02 < t6\n 1.03 < t7",
         "1-2, 4 loss, 5 loss, 6 unsolicited"},
        {"suspected by its acknowledgement", "0 > t1\n 0.01 < t5 suspect\n 0.02 < t1", "2 loss, 1-3"},
    });
}

TEST(Transactions, DoNotBlameTheBeginningOfTheCapture)
{
    EXPECT_EQ(Conversation("0 < t1\n 0.1 < t2\n 1 > t3\n 1.01 < t3", true).told, "1 at-start, 2 at-start, 3-4");
    EXPECT_EQ(Conversation("0 > t3 u1\n 0.01 < t2 u9\n 0.02 < t3\n 0.03 < t7 u9", true).told,
              "2 at-start, 1-3, 4 unsolicited");
    EXPECT_EQ(Conversation("0 < t1").told, "1 unsolicited");
}

TEST(Transactions, TellWhyARequestStayedOpen)
{
    expect({
        {"the capture ends", "0 > t1\n 0.1 end capture", "1 at-end"},
        {"the capture ends, long after", "0 > t1\n 100 end capture", "1 at-end"},
        {"the client closes", "0 > t1\n 1 end client", "1 client-closed"},
        {"the server closes", "0 > t1\n 1 end server", "1 server-closed"},
        {"not delivered", "0 > t1\n 1 end client acked 0", "1 not-delivered"},
        {"not delivered, the capture ends", "0 > t1\n 1 end capture acked 0", "1 at-end"},
        {"delivered", "0 > t1\n 1 end client acked 1", "1 client-closed"},
        {"the server's side is not there", "0 > t1\n 1 > t2\n 2 end client one-sided", "1 one-sided, 2 one-sided"},
        {"the answer may be lost", "0 > t1\n 0.5 lost-responses\n 1 end client", "1 capture-loss"},
        {"loss before the request", "0 lost-responses\n 0.5 > t1\n 1 end client", "2 client-closed"},
        {"broadcast", "0 > t1 u0 f6\n 1 end server", "1 broadcast"},
        {"reading unit 0 is none", "0 > t1 u0 f3\n 1 end server", "1 server-closed"},
        {"a later one was answered", "0 > t1\n 0.001 > t2\n 0.01 < t2\n 0.1 end server", "2-3, 1 moved-on"},
        {"the client asked again", "0 > t1\n 1 > t2\n 1.1 end server", "1 moved-on, 2 server-closed"},
        {"pipelined, all ignored", "0 > t1\n 0.001 > t2\n 5 end client", "1 moved-on, 2 client-closed"},
        {"pipelined, closed soon", "0 > t1\n 0.001 > t2\n 0.5 end client", "1 client-closed, 2 client-closed"},
        {"only lost from sight", "0 > t1\n 1 end lost", "1 at-end"},
    });
}

TEST(Transactions, TakeNoAcknowledgementForDatagrams)
{
    EXPECT_EQ(Conversation("0 > t1\n 1 end client acked 0", false, true).told, "1 client-closed");
}

TEST(Transactions, EndEveryRequestOnceEvenWhenTooManyAreOpen)
{
    std::string text;
    for (int i = 0; i < 1100; ++i)
        text += "0 > t" + std::to_string(i) + "\n";
    const Conversation conversation(text + "0.5 end capture");
    EXPECT_EQ(conversation.unanswered_requests.size(), 1100U);
    EXPECT_TRUE(conversation.told.starts_with("1 moved-on, 2 moved-on, "));
    EXPECT_TRUE(conversation.told.ends_with("1099 at-end, 1100 at-end"));
}

TEST(Transactions, KnowAClientThatKeepsSeveralOpen)
{
    EXPECT_TRUE(Conversation("0 > t1\n 0.001 > t2\n 0.01 < t1\n 0.02 < t2").transactions.pipelining());
    EXPECT_FALSE(Conversation("0 > t1\n 0.01 < t1\n 0.011 > t2").transactions.pipelining());
    EXPECT_FALSE(Conversation("0 > t1\n 1 > t2").transactions.pipelining());
    // After a time-out the next request may follow the late answer at once: no pipelining.
    EXPECT_FALSE(Conversation("0 > t1\n 1 > t2\n 1.1 < t1\n 1.101 > t3").transactions.pipelining());
}

TEST(Transactions, CountRequestsThatAreOutOfStep)
{
    struct Step {
        const char *why;
        const char *text;
        std::uint32_t out_of_step;
        const char *told;
    };
    const Step rows[] = {
        {"in step", "0 > t1\n 0.01 < t1\n 1 > t2\n 1.01 < t2\n 2 > t3", 0, "1-2, 3-4"},
        {"one late answer, the client waits", "0 > t1\n 1 > t2\n 1.2 < t1\n 1.3 < t2\n 2 > t3\n 2.1 < t3", 0,
         "1-3 late after repeat, 2-4, 5-6"},
        {"each call reads the answer before it",
         "0 > t1\n 1 > t2\n 1.2 < t1\n 1.201 > t3\n 1.4 < t2\n 1.401 > t4\n 1.6 < t3\n 1.601 > t5", 3,
         "1-3 late after repeat, 2-5 late after next, 4-7 late after next"},
        {"after a duplicate", "0 > t1\n 0.01 < t1 c7\n 1 > t2\n 1.001 < t1 c7\n 1.2 > t3\n 1.201 < t2", 1,
         "1-2, 4 duplicate, 3-6 late after repeat"},
    };
    for (const Step &row : rows) {
        const Conversation conversation(row.text);
        EXPECT_EQ(conversation.told, row.told) << row.why;
        EXPECT_EQ(conversation.transactions.out_of_step(), row.out_of_step) << row.why;
    }
}

}  // namespace
}  // namespace buswitness::modbus
