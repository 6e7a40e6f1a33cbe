#include "decode/analyzer/line_talk.h"

#include "decode/serial/parser.h"
#include "decode/serial/shapes.h"

#include <algorithm>

namespace buswitness::analyzer {
namespace {

using modbus::Late;
using modbus::Role;
using modbus::Unanswered;
using serial::FrameDirection;
using serial::ItemKind;
using serial::SerialFrame;

constexpr std::size_t most_asked = 8;
constexpr std::size_t most_garbled = 96;
constexpr Duration longest_exchange = std::chrono::milliseconds(1500);
constexpr std::uint8_t first_reserved = 248;

Moment moment_of(const SerialFrame &item)
{
    return {item.number, item.start};
}

std::uint32_t content_of(Bytes octets)
{
    std::uint32_t hash = 2'166'136'261U;
    for (const std::uint8_t octet : octets)
        hash = (hash ^ octet) * 16'777'619U;
    return hash;
}

// Functions whose answer may repeat the request octet by octet, and those of unknown length: by its octets alone such
// a frame may be either.
bool either_way(const SerialFrame &item)
{
    switch (item.function) {
    case 5:
    case 6:
    case 8:
    case 22: return true;
    default: return !item.length_predicted && !item.ascii;
    }
}

modbus::Adu adu_of(const SerialFrame &item, Role role)
{
    modbus::Adu adu;
    adu.framing = item.ascii ? modbus::Framing::ascii : modbus::Framing::rtu;
    adu.role = role;
    adu.unit = item.unit;
    adu.pdu = item.adu.subspan(1);
    adu.moment = moment_of(item);
    return adu;
}

}  // namespace

LineUnitFacts &LineTalk::unit_of(LineFacts &facts, std::uint8_t unit)
{
    const auto known = std::ranges::find(facts.units, unit, &LineUnitFacts::unit);
    if (known != facts.units.end())
        return *known;
    facts.units.emplace_back().unit = unit;
    return facts.units.back();
}

void LineTalk::item(const SerialFrame &item, LineFacts &facts, Collector &collector)
{
    if ((item.errors & serial::octets_lost) != 0)
        octets_lost();
    if (item.kind != ItemKind::frame || item.direction == FrameDirection::unknown || item.adu.size() < 2) {
        rest(item, facts);
        return;
    }
    if (item.unit >= first_reserved) {
        ++facts.reserved;
        facts.reserved_seen.add(moment_of(item));
    }
    if (item.direction == FrameDirection::request)
        request(item, facts, collector);
    else
        response(item, facts, collector);
    good_before_ = true;
    dirty_since_ = false;
    response_before_ = item.direction == FrameDirection::response;
    speaker_ = response_before_ ? item.unit : std::uint8_t{0};
    good_end_ = item.end;
    good_octets_.assign(item.octets.begin(), item.octets.end());
}

// An overrun, or the tap was away: whoever seems silent may have answered.
void LineTalk::octets_lost()
{
    now_.lost = true;
    if (!asked_.empty())
        asked_.back().lost = true;
}

// The same octets again at once: the adapter or the wiring repeats what the master says. A master that asks again has
// waited first.
bool LineTalk::is_echo(const SerialFrame &item, const LineFacts &facts) const
{
    constexpr Duration soon = std::chrono::milliseconds(5);
    if (!good_before_ || dirty_since_ || either_way(item) || item.octets.size() != good_octets_.size() ||
        !std::ranges::equal(item.octets, good_octets_))
        return false;
    return elapsed(good_end_, item.start) < soon + serial::t3_5(facts.settings);
}

void LineTalk::request(const SerialFrame &item, LineFacts &facts, Collector &collector)
{
    if (is_echo(item, facts)) {
        ++facts.turns.echoes;
        facts.turns.echoes_seen.add(moment_of(item));
        if (!asked_.empty())
            asked_.back().echo = item.number;
        return;
    }
    settle(&item, facts);
    ++unit_of(facts, item.unit).requests;
    request_lengths_.set(std::min<std::size_t>(item.octets.size(), 256));
    longest_request_ = std::max(longest_request_, item.octets.size());

    const modbus::Adu adu = adu_of(item, Role::request);
    const modbus::Pdu pdu = modbus::parse_pdu(Role::request, adu.pdu, true);
    modbus::Request asked;
    // Response times count from the end of the request: on a line its length would add to them.
    asked.sent = {item.number, item.end};
    asked.unit = item.unit;
    asked.function = pdu.function;
    asked.address = pdu.address;
    asked.quantity = pdu.quantity;
    asked.has_address = pdu.has_address;
    asked.has_quantity = pdu.has_quantity;
    asked.broadcast = item.unit == 0;
    asked.defect = pdu.defect;
    collector.request_seen(asked, adu, pdu);
    if (asked_.size() == most_asked) {
        leave(asked_.front(), false, collector);
        asked_.pop_front();
    }
    asked_.push_back(
        {item.number, 0, asked, item.start, item.end, content_of(item.octets), false, false, false, item.ascii});

    now_ = {};
    now_.open = item.unit != 0;
    now_.sure = !either_way(item);
    now_.moment = moment_of(item);
    now_.end = item.end;
    now_.unit = item.unit;
    now_.expected = item.ascii ? 0 : serial::response_length(item.octets);
    now_.octets.assign(item.octets.begin(), item.octets.end());
    now_.after_silence = any_before_ && !answered_before_ && unit_before_ != item.unit;
    if (good_before_ && !dirty_since_ && response_before_ && speaker_ != item.unit && item.has_gap) {
        now_.after_other = true;
        now_.gap_from_other = item.gap;
    }
}

void LineTalk::response(const SerialFrame &item, LineFacts &facts, Collector &collector)
{
    ++unit_of(facts, item.unit).responses;
    pair(item, facts, collector);
    if (!now_.open || elapsed(now_.end, item.start) > longest_exchange)
        return;
    if (item.unit != now_.unit)
        return;
    if (++now_.good == 1) {
        now_.first_answer_end = item.end;
        return;
    }
    const Duration room = (8 * serial::character_time(facts.settings) + serial::t3_5(facts.settings)) * 4 / 5;
    if (!now_.dirty && !either_way(item) && elapsed(now_.first_answer_end, item.start) < room)
        now_.doubled = true;
}

void LineTalk::pair(const SerialFrame &item, LineFacts &facts, Collector &collector)
{
    const modbus::Adu adu = adu_of(item, Role::response);
    const modbus::Pdu pdu = modbus::parse_pdu(Role::response, adu.pdu, true);
    modbus::Response response;
    response.moment = moment_of(item);
    response.unit = item.unit;
    response.function = pdu.function;
    response.exception = pdu.exception;
    response.exception_code = pdu.exception_code;
    response.address = pdu.address;
    response.has_address = pdu.has_address;
    response.value_octets = static_cast<std::uint16_t>(pdu.values.size());
    response.defect = pdu.defect;
    collector.response_seen(response, adu, pdu);
    const auto asked = std::ranges::find_if(
        asked_, [&](const Asked &a) { return a.number == item.answers || a.echo == item.answers; });
    if (item.answers == 0 || asked == asked_.end() || asked->answered) {
        const bool foreign = now_.open && now_.sure && !now_.dirty && now_.good == 0 && item.unit != now_.unit;
        if (foreign && asked_.size() >= 2)
            facts.turns.out_of_order.add(elapsed(asked_[asked_.size() - 2].end, asked_.back().start));
        collector.unmatched(response, asked_.empty() ? modbus::Unmatched::at_start : modbus::Unmatched::unsolicited);
        return;
    }
    asked->answered = true;
    collector.said_in_ascii(asked->ascii);
    const Asked &newest = asked_.back();
    if (asked->number == newest.number) {
        facts.turns.turnarounds.add(elapsed(asked->end, item.start));
        collector.answered(asked->request, response, Late::no);
        return;
    }
    not_newest(item, *asked, facts);
    collector.answered(asked->request, response,
                       asked->content == newest.content ? Late::after_repeat : Late::after_next);
}

void LineTalk::not_newest(const SerialFrame &item, const Asked &asked, LineFacts &facts)
{
    const Asked &newest = asked_.back();
    if (now_.sure && !now_.dirty) {
        facts.turns.out_of_order.add(elapsed(asked.end, newest.start));
        facts.turns.out_of_order_seen.add(moment_of(item));
    }
    // Given up: the master waited longer than nearly all answers take.
    constexpr std::uint64_t enough = 5;
    const Histogram &usual = facts.turns.turnarounds;
    if (now_.dirty || usual.count() < enough || elapsed(asked.end, newest.start) <= usual.percentile(0.9))
        return;
    LineUnitFacts &unit = unit_of(facts, item.unit);
    const bool taken_for_newest = !newest.answered && asked.content != newest.content &&
                                  newest.request.unit == asked.request.unit &&
                                  newest.request.function == asked.request.function;
    ++(taken_for_newest ? unit.stale : unit.late);
    (taken_for_newest ? unit.stale_seen : unit.late_seen).add(moment_of(item));
}

void LineTalk::rest(const SerialFrame &item, LineFacts &facts)
{
    const bool frame_like = item.kind == ItemKind::bad;
    if (item.kind == ItemKind::frame) {
        good_before_ = false;
        now_.dirty = true;
        now_.bad += now_.open && now_.good == 0 ? 1 : 0;  // said by whom is not known
        return;
    }
    if (frame_like) {
        facts.bad_seen.add(moment_of(item));
        if (const auto named = std::ranges::find(facts.units, item.unit, &LineUnitFacts::unit);
            !item.adu.empty() && named != facts.units.end())
            ++named->bad;  // a damaged number names nobody
        if (good_before_ && !dirty_since_)
            measure_burst(item, facts);
    }
    const bool due = now_.open && now_.good == 0 && elapsed(now_.end, item.start) < longest_exchange;
    if (frame_like)
        ++(due ? facts.bad_answers : facts.bad_others);
    if (due) {
        constexpr std::size_t more_than_noise = 4;  // also in pieces
        now_.heard += item.octets.size();
        if (frame_like || now_.heard >= more_than_noise) {
            ++now_.bad;
            now_.overlong = now_.overlong || (now_.expected != 0 && item.octets.size() > now_.expected);
            if (!asked_.empty())
                asked_.back().damaged = true;
        }
        keep_garbled(item);
    }
    now_.dirty = true;
    dirty_since_ = true;
}

// What stands in the place of one answer is kept as a whole.
void LineTalk::keep_garbled(const SerialFrame &item)
{
    constexpr std::size_t longest = 300;
    if (!now_.garbled) {
        now_.garbled = true;
        if (garbled_.size() == most_garbled)
            garbled_.pop_front();
        garbled_.push_back({now_.octets, {}, {}, moment_of(item)});
    }
    GarbledAnswer &answer = garbled_.back();
    if (answer.octets.size() + item.octets.size() > longest)
        return;
    answer.octets.insert(answer.octets.end(), item.octets.begin(), item.octets.end());
    answer.marks.insert(answer.marks.end(), item.marks.begin(), item.marks.end());
}

// More octets than may stand there. An idle line that is disturbed adds short pulses, and an adapter that shows no
// silences joins the next request to a damaged answer.
bool LineTalk::overlong(Bytes octets, std::size_t expected, const LineFacts &facts) const
{
    while (!octets.empty() && serial::is_spike(octets.front()))
        octets = octets.subspan(1);
    while (!octets.empty() && serial::is_spike(octets.back()))
        octets = octets.first(octets.size() - 1);
    const bool joined = facts.habit.measured && facts.habit.latency > serial::t3_5(facts.settings);
    return octets.size() > expected + (joined ? longest_request_ : 0);
}

void LineTalk::measure_burst(const SerialFrame &item, LineFacts &facts)
{
    constexpr std::size_t exception_length = 5;
    const bool answer_due = !response_before_ && now_.open;
    const std::size_t heard = item.octets.size();
    if (item.ascii || (answer_due && now_.expected == 0))
        return;
    const bool exact = answer_due ? heard == now_.expected || heard == exception_length
                                  : heard < request_lengths_.size() && request_lengths_[heard];
    LineTurns &turns = facts.turns;
    ++(exact ? turns.exact : turns.inexact);
    const std::size_t most = answer_due ? now_.expected : longest_request_;
    const std::size_t tolerated = 3 + most / 12;  // an octet may be read as two
    if (!overlong(item.octets, most + tolerated, facts))
        return;
    ++turns.overlong;
    turns.overlong_seen.add(moment_of(item));
    turns.overlong_together = std::max(turns.overlong_together, ++overlong_[answer_due ? now_.unit : 0]);
}

void LineTalk::settle(const SerialFrame *next, LineFacts &facts)
{
    if (!now_.open)
        return;
    now_.open = false;
    LineUnitFacts &unit = unit_of(facts, now_.unit);
    const bool heard = now_.good + now_.bad != 0;
    if (!heard && (next == nullptr || now_.lost)) {
        any_before_ = false;
        return;  // the answer may still come, or was lost
    }
    if (now_.doubled) {
        ++unit.doubled;
        unit.doubled_seen.add(now_.moment);
    } else if (now_.good != 0) {
        ++unit.clean;
    } else if (now_.bad != 0) {
        ++unit.damaged;
        unit.damaged_seen.add(now_.moment);
        unit.overlong += now_.overlong;
    } else {
        ++unit.unanswered;
        unit.unanswered_seen.add(now_.moment);
    }
    ++(now_.after_silence ? unit.after_silence : unit.otherwise);
    if (!heard) {
        ++(now_.after_silence ? unit.after_silence_lost : unit.otherwise_lost);
        if (now_.after_silence)
            unit.deaf_seen.add(now_.moment);
    }
    if (now_.after_other && !now_.after_silence)
        (heard ? unit.gap_answered : unit.gap_lost).add(now_.gap_from_other);
    if (next != nullptr && now_.sure && !heard && !now_.dirty && !either_way(*next)) {
        facts.turns.hasty.add(elapsed(now_.end, next->start_bounds.latest));
        facts.turns.hasty_seen.add(moment_of(*next));
    }
    any_before_ = true;
    answered_before_ = heard;
    unit_before_ = now_.unit;
}

void LineTalk::leave(const Asked &asked, bool at_end, Collector &collector)
{
    if (asked.answered)
        return;
    collector.said_in_ascii(asked.ascii);
    collector.unanswered(asked.request, asked.request.broadcast ? Unanswered::broadcast
                                        : asked.damaged         ? Unanswered::damaged
                                        : asked.lost            ? Unanswered::capture_loss
                                        : at_end                ? Unanswered::at_end
                                                                : Unanswered::moved_on);
}

void LineTalk::finish(LineFacts &facts, Collector &collector)
{
    settle(nullptr, facts);
    while (!asked_.empty()) {
        leave(asked_.front(), asked_.size() == 1, collector);
        asked_.pop_front();
    }
}

}  // namespace buswitness::analyzer
