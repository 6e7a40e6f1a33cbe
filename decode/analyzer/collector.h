// Turns what a Modbus conversation shows into Facts: per unit, per client-server pair, in total.
#pragma once

#include "decode/facts.h"
#include "decode/journal.h"

#include <array>
#include <unordered_map>
#include <utility>
#include <vector>

namespace buswitness::analyzer {

class Collector final : public modbus::SessionSink {
public:
    Collector(Facts &facts, std::uint64_t hash_key);
    // Goes on over a copy of the other's facts.
    Collector(Facts &facts, const Collector &other) : facts_(facts), pairs_(other.pairs_) {}

    // From now on each transaction that is over leaves a row; take_rows() before there are row_limit of them.
    void keep_rows() { keeps_rows_ = true; }
    [[nodiscard]] std::vector<TransactionRow> take_rows() { return std::exchange(rows_, {}); }
    [[nodiscard]] std::uint64_t rows_left_out() const { return rows_left_out_; }

    // The pair's index; no_index when there are too many.
    std::uint32_t pair(const Address &client, const Endpoint &server, bool udp);
    // The pair that stands for a serial line; there are few lines.
    std::uint32_t line(std::uint32_t index);

    // Everything that follows belongs to this conversation.
    void enter(ConnectionFacts &connection)
    {
        connection_ = &connection;
        pair_ = connection.pair == no_index ? nullptr : &facts_.pairs[connection.pair];
    }

    // On a serial line: how the request was said whose fate is told next.
    void said_in_ascii(bool ascii) { ascii_ = ascii; }

    void request_seen(const modbus::Request &request, const modbus::Adu &adu, const modbus::Pdu &pdu) override;
    void response_seen(const modbus::Response &response, const modbus::Adu &adu, const modbus::Pdu &pdu) override;
    void garbage_seen(modbus::Role role, std::size_t octets, const Moment &moment) override;
    void answered(const modbus::Request &request, const modbus::Response &response, modbus::Late late) override;
    void mismatched(const modbus::Request &request, const modbus::Response &response, modbus::Field field) override;
    void unmatched(const modbus::Response &response, modbus::Unmatched kind) override;
    void unanswered(const modbus::Request &request, modbus::Unanswered why) override;
    void given_up(const modbus::Request &request) override;

private:
    struct PairKey {
        Address client;
        Endpoint server;
        bool udp = false;
        bool operator==(const PairKey &) const = default;
    };
    struct PairHash {
        std::uint64_t key = 0;
        std::size_t operator()(const PairKey &k) const
        {
            return EndpointHash{mix(k.client.low, mix(k.client.high, key ^ k.udp))}(k.server);
        }
    };
    static constexpr std::size_t pair_limit = 32'768;
    static constexpr std::size_t unit_limit = 32'768;

    [[nodiscard]] PairFacts *current_pair() { return pair_; }
    [[nodiscard]] UnitFacts &unit(std::uint8_t number)
    {
        UnitFacts *const known = busy_[(connection_->pair * 37U + number) % busy_units];
        if (known != nullptr && known->unit == number && known->pair == connection_->pair)
            return *known;
        return look_up(number);
    }
    [[nodiscard]] UnitFacts &look_up(std::uint8_t number);
    static FunctionFacts &function(UnitFacts &unit, std::uint8_t code);
    static DefectFacts *defect(UnitFacts &unit, modbus::Defect defect, modbus::Role role, std::uint8_t function);
    static void note_defect(DefectFacts &entry, const Moment &moment, const modbus::Adu &adu);
    static void note_exception(UnitFacts &unit, const modbus::Request &request, const modbus::Response &response);
    static void note_late(UnitFacts &unit, const modbus::Request &request, const modbus::Response &response,
                          modbus::Late late);
    void add_row(const modbus::Request &request, TransactionOutcome outcome,
                 const modbus::Response *response = nullptr);
    void note_no_response(const modbus::Request &request, bool gave_up);
    void note_fate(const modbus::Request &request, Fate fate)
    {
        facts_.modbus.over_time.add(request.sent.time, static_cast<std::size_t>(fate));
    }

    Facts &facts_;
    std::unordered_map<PairKey, std::uint32_t, PairHash> pairs_;
    ConnectionFacts *connection_ = nullptr;
    PairFacts *pair_ = nullptr;  // of the connection; null when there are too many
    static constexpr std::size_t row_limit = 262'144;
    std::vector<TransactionRow> rows_;
    std::uint64_t rows_left_out_ = 0;
    bool keeps_rows_ = false, ascii_ = false;
    UnitFacts overflow_;  // takes what no table has room for
    // Units asked lately, by pair and number: a hint where to look first.
    static constexpr std::size_t busy_units = 256;
    std::array<UnitFacts *, busy_units> busy_{};
};

}  // namespace buswitness::analyzer
