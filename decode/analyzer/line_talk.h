// The talk on a serial line: what became of each request, told as transactions, and who spoke out of turn. RTU has no
// transaction identifier: order, content and silences decide.
#pragma once

#include "decode/analyzer/collector.h"
#include "decode/serial/frame.h"
#include "decode/serial/timing.h"

#include <array>
#include <bitset>
#include <deque>
#include <vector>

namespace buswitness::analyzer {

// A damaged answer with the request that it belongs to, to be read again.
struct GarbledAnswer {
    std::vector<std::uint8_t> request, octets, marks;
    Moment moment;
};

class LineTalk {
public:
    void item(const serial::SerialFrame &item, LineFacts &facts, Collector &collector);
    void finish(LineFacts &facts, Collector &collector);
    [[nodiscard]] const std::deque<GarbledAnswer> &garbled() const { return garbled_; }

private:
    struct Asked {
        std::uint64_t number = 0, echo = 0;  // answers may name either; 0: there was no echo
        modbus::Request request;
        Timestamp start, end;
        std::uint32_t content = 0;
        bool answered = false, damaged = false, lost = false, ascii = false;
    };
    // Since the latest request.
    struct Exchange {
        bool open = false;
        bool sure = false;  // a request and nothing else, by its octets
        Moment moment;
        Timestamp end, first_answer_end;
        std::uint8_t unit = 0;
        std::size_t expected = 0;  // octets of the answer, 0: not known
        std::uint32_t good = 0, bad = 0;
        std::size_t heard = 0;  // octets that are in no right frame
        bool dirty = false, doubled = false, garbled = false, overlong = false;
        bool lost = false;          // the tap lost octets since: the answer may be among them
        Duration gap_from_other{};  // since another unit's frame
        bool after_other = false;
        bool after_silence = false;  // the request before it, to another unit, got no answer
        std::vector<std::uint8_t> octets;
    };

    void request(const serial::SerialFrame &item, LineFacts &facts, Collector &collector);
    void response(const serial::SerialFrame &item, LineFacts &facts, Collector &collector);
    void pair(const serial::SerialFrame &item, LineFacts &facts, Collector &collector);
    void octets_lost();
    void not_newest(const serial::SerialFrame &item, const Asked &asked, LineFacts &facts);
    void rest(const serial::SerialFrame &item, LineFacts &facts);
    void keep_garbled(const serial::SerialFrame &item);
    void measure_burst(const serial::SerialFrame &item, LineFacts &facts);
    [[nodiscard]] bool overlong(Bytes octets, std::size_t expected, const LineFacts &facts) const;
    void settle(const serial::SerialFrame *next, LineFacts &facts);
    void leave(const Asked &asked, bool at_end, Collector &collector);
    [[nodiscard]] bool is_echo(const serial::SerialFrame &item, const LineFacts &facts) const;
    static LineUnitFacts &unit_of(LineFacts &facts, std::uint8_t unit);

    std::deque<Asked> asked_;
    Exchange now_;
    bool any_before_ = false, answered_before_ = true;  // of the request before
    std::uint8_t unit_before_ = 0;
    // The latest good frame.
    bool good_before_ = false, dirty_since_ = false, response_before_ = false;
    std::uint8_t speaker_ = 0;
    Timestamp good_end_;
    std::vector<std::uint8_t> good_octets_;
    std::bitset<257> request_lengths_;
    std::size_t longest_request_ = 0;
    std::array<std::uint32_t, 256> overlong_{};  // by the unit that was to answer; 0: no answer was due
    std::deque<GarbledAnswer> garbled_;
};

}  // namespace buswitness::analyzer
