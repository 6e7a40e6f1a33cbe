#include "decode/analyzer/collector.h"

#include <algorithm>

namespace buswitness::analyzer {

using modbus::Defect;
using modbus::Role;
using modbus::Unanswered;

namespace {

bool is_write(std::uint8_t function)
{
    return function == 5 || function == 6 || function == 15 || function == 16 || function == 21 || function == 22 ||
           function == 23;
}

template <std::size_t N, typename Value>
void keep(std::array<Value, N> &values, std::uint32_t count, Value value)
{
    if (count < N)
        values[count] = value;
}

}  // namespace

Collector::Collector(Facts &facts, std::uint64_t hash_key) : facts_(facts), pairs_(8, PairHash{hash_key}) {}

std::uint32_t Collector::pair(const Address &client, const Endpoint &server, bool udp)
{
    const PairKey key{client, server, udp};
    if (const auto found = pairs_.find(key); found != pairs_.end())
        return found->second;
    if (facts_.pairs.size() >= pair_limit) {
        ++facts_.left_out;
        return no_index;
    }
    const auto index = static_cast<std::uint32_t>(facts_.pairs.size());
    PairFacts &added = facts_.pairs.emplace_back();
    added.client = client;
    added.server = server;
    added.udp = udp;
    pairs_.emplace(key, index);
    return index;
}

std::uint32_t Collector::line(std::uint32_t index)
{
    const auto pair = static_cast<std::uint32_t>(facts_.pairs.size());
    facts_.pairs.emplace_back().line = index;
    return pair;
}

UnitFacts &Collector::look_up(std::uint8_t number)
{
    UnitFacts *&busy = busy_[(connection_->pair * 37U + number) % busy_units];
    PairFacts *pair = current_pair();
    if (pair == nullptr)
        return overflow_;
    for (const PairFacts::UnitRef &known : pair->units) {
        if (known.unit == number) {
            busy = &facts_.units[known.index];
            return *busy;
        }
    }
    if (facts_.units.size() >= unit_limit) {
        ++facts_.left_out;
        return overflow_;
    }
    pair->units.push_back({static_cast<std::uint32_t>(facts_.units.size()), number});
    UnitFacts &added = facts_.units.emplace_back();
    added.pair = connection_->pair;
    added.unit = number;
    busy = &added;
    return added;
}

[[gnu::hot]] FunctionFacts &Collector::function(UnitFacts &unit, std::uint8_t code)
{
    std::uint8_t &place = unit.places[code % unit.places.size()];
    if (place < unit.functions.size() && unit.functions[place].function == code)
        return unit.functions[place];
    auto entry = std::ranges::find(unit.functions, code, &FunctionFacts::function);
    if (entry == unit.functions.end()) {
        unit.functions.emplace_back().function = code;
        entry = unit.functions.end() - 1;
    }
    place = static_cast<std::uint8_t>(entry - unit.functions.begin());
    return *entry;
}

DefectFacts *Collector::defect(UnitFacts &unit, Defect defect, Role role, std::uint8_t function)
{
    std::vector<DefectFacts> &defects = unit.trouble.make().defects;
    for (DefectFacts &entry : defects)
        if (entry.defect == defect && entry.role == role && entry.function == function)
            return &entry;
    if (defects.size() >= 16)
        return nullptr;
    defects.push_back({.defect = defect, .role = role, .function = function});
    return &defects.back();
}

void Collector::note_defect(DefectFacts &entry, const Moment &moment, const modbus::Adu &adu)
{
    if (entry.seen.count == 0)
        entry.pdu = FirstOctets<16>(adu.pdu);
    entry.seen.add(moment);
}

[[gnu::hot]] void Collector::request_seen(const modbus::Request &request, const modbus::Adu &adu,
                                          const modbus::Pdu &pdu)
{
    ++facts_.modbus.requests;
    ++facts_.modbus.functions[request.function][0];
    ++connection_->requests;
    if (!connection_->first_request.seen())
        connection_->first_request = request.sent;
    if (PairFacts *pair = current_pair(); pair != nullptr) {
        pair->modbus = true;
        ++pair->requests;
        ++pair->framings[static_cast<std::size_t>(adu.framing)];
        if (pair->line == no_index && adu.framing == modbus::Framing::rtu)
            pair->trouble.make().rtu.add(request.sent);
        else if (pair->line == no_index && adu.framing == modbus::Framing::ascii)
            pair->trouble.make().ascii.add(request.sent);
        if (!pair->first_request.seen())
            pair->first_request = request.sent;
        pair->last_request = request.sent;
    }
    UnitFacts &asked = unit(request.unit);
    ++asked.requests;
    asked.last_request = request.sent;
    asked.writes += is_write(request.function) ? 1 : 0;
    ++function(asked, request.function).requests;
    if (request.defect != Defect::none && adu.complete)
        if (DefectFacts *entry = defect(asked, request.defect, Role::request, request.function))
            note_defect(*entry, request.sent, adu);
    (void)pdu;
}

[[gnu::hot]] void Collector::response_seen(const modbus::Response &response, const modbus::Adu &adu,
                                           const modbus::Pdu &pdu)
{
    if (response.exception) {
        ++facts_.modbus.exception_responses;
        ++facts_.modbus.functions[response.function][2];
        ++facts_.modbus.exceptions[response.exception_code < 12 ? response.exception_code : 0][response.function];
    } else {
        ++facts_.modbus.normal_responses;
        ++facts_.modbus.functions[response.function][1];
    }
    if (PairFacts *pair = current_pair(); pair != nullptr) {
        pair->modbus = true;
        ++pair->responses;
        ++pair->server_framings[static_cast<std::size_t>(adu.framing)];
        if (pair->line == no_index && adu.framing == modbus::Framing::rtu)
            pair->trouble.make().rtu.add(response.moment);
        else if (pair->line == no_index && adu.framing == modbus::Framing::ascii)
            pair->trouble.make().ascii.add(response.moment);
    }
    if (response.defect != Defect::none && adu.complete)
        if (DefectFacts *entry = defect(unit(response.unit), response.defect, Role::response, response.function))
            note_defect(*entry, response.moment, adu);
    (void)pdu;
}

void Collector::add_row(const modbus::Request &request, TransactionOutcome outcome, const modbus::Response *response)
{
    if (rows_.size() >= row_limit) {
        ++rows_left_out_;
        return;
    }
    TransactionRow row;
    row.request = request.sent;
    row.unit = request.unit;
    row.function = request.function;
    row.outcome = outcome;
    if (pair_ != nullptr && pair_->line != no_index) {
        row.transport = ascii_ ? Transport::ascii : Transport::rtu;
        row.line = facts_.lines[pair_->line].name;
    } else {
        row.transport = connection_->udp ? Transport::udp : Transport::tcp;
        row.client = connection_->reversed ? connection_->tcp.server.address : connection_->tcp.client.address;
        row.server = connection_->reversed ? connection_->tcp.client : connection_->tcp.server;
    }
    if (request.has_address)
        row.address = request.address;
    if (request.has_quantity)
        row.quantity = request.quantity;
    if (response != nullptr) {
        row.response = response->moment;
        if (response->exception)
            row.exception_code = response->exception_code;
    }
    rows_.push_back(std::move(row));
}

void Collector::garbage_seen(Role role, std::size_t octets, const Moment &moment)
{
    (void)octets;
    if (PairFacts *pair = current_pair(); pair != nullptr)
        (role == Role::request ? pair->trouble.make().garbage_client : pair->trouble.make().garbage_server).add(moment);
}

[[gnu::hot]] void Collector::answered(const modbus::Request &request, const modbus::Response &response,
                                      modbus::Late late)
{
    ++connection_->answered;
    connection_->last_answer = response.moment;
    note_fate(request, response.exception ? Fate::exception : Fate::answered);
    if (keeps_rows_)
        add_row(request,
                late == modbus::Late::after_next ? TransactionOutcome::stale
                : late != modbus::Late::no       ? TransactionOutcome::late
                : response.exception             ? TransactionOutcome::exception
                                                 : TransactionOutcome::answered,
                &response);
    UnitFacts &asked = unit(request.unit);
    FunctionFacts &entry = function(asked, request.function);
    if (response.exception) {
        ++facts_.modbus.exception;
        ++asked.exceptions;
        ++entry.exceptions;
        note_exception(asked, request, response);
    } else {
        ++facts_.modbus.answered;
        ++asked.answered;
        ++entry.answered;
        if (request.has_address)
            entry.highest_answered = std::max(entry.highest_answered, request.address);
    }
    asked.times.add(elapsed(request.sent, response.moment));
    asked.company += request.company ? 1 : 0;
    asked.company_answered += request.company ? 1 : 0;
    asked.last_answer = response.moment;
    if (PairFacts *pair = current_pair(); pair != nullptr) {
        ++pair->answered;
        pair->last_answer = response.moment;
    }
    if (late != modbus::Late::no) {
        ++facts_.modbus.late;
        note_late(asked, request, response, late);
    }
    if (request.defect != Defect::none && !response.exception)
        if (DefectFacts *known = defect(asked, request.defect, Role::request, request.function))
            ++known->answered;
    if (response.defect != Defect::none)
        if (DefectFacts *known = defect(asked, response.defect, Role::response, response.function))
            ++known->answered;
}

void Collector::note_exception(UnitFacts &unit, const modbus::Request &request, const modbus::Response &response)
{
    auto entry = std::ranges::find_if(unit.exception_kinds, [&](const ExceptionFacts &e) {
        return e.function == response.function && e.code == response.exception_code;
    });
    if (entry == unit.exception_kinds.end()) {
        if (unit.exception_kinds.size() >= 64)
            return;
        unit.exception_kinds.push_back({.function = response.function, .code = response.exception_code});
        entry = unit.exception_kinds.end() - 1;
    }
    const std::uint32_t count = entry->responses.count;
    keep(entry->requests, count, request.sent);
    keep(entry->addresses, count, request.address);
    keep(entry->quantities, count, request.quantity);
    keep(entry->starts, count, request.start);
    if (request.has_address) {
        entry->has_address = true;
        entry->lowest = std::min(entry->lowest, request.address);
        entry->highest = std::max(entry->highest, request.address);
    }
    entry->responses.add(response.moment);
}

void Collector::note_late(UnitFacts &unit, const modbus::Request &request, const modbus::Response &response,
                          modbus::Late late)
{
    LateFacts &facts = unit.trouble.make().late.make();
    keep(facts.requests, facts.answers.count, request.sent);
    facts.answers.add(response.moment);
    facts.after_close += late == modbus::Late::after_close ? 1 : 0;
    facts.after_repeat += late == modbus::Late::after_repeat ? 1 : 0;
    facts.after_next += late == modbus::Late::after_next ? 1 : 0;
    facts.longest = std::max(facts.longest, elapsed(request.sent, response.moment));
    if (request.patience_ms != 0) {
        facts.patience_least_ms = std::min(facts.patience_least_ms, request.patience_ms);
        facts.patience_most_ms = std::max(facts.patience_most_ms, request.patience_ms);
    }
}

void Collector::mismatched(const modbus::Request &request, const modbus::Response &response, modbus::Field field)
{
    ++facts_.modbus.no_response;
    note_fate(request, Fate::no_response);
    if (keeps_rows_)
        add_row(request, TransactionOutcome::no_response);
    ++facts_.modbus.unmatched;
    UnitFacts &asked = unit(request.unit);
    UnitTroubles &trouble = asked.trouble.make();
    ++trouble.mismatched;
    asked.last_answer = response.moment;
    connection_->last_answer = response.moment;
    auto entry = std::ranges::find(trouble.mismatches, field, &MismatchFacts::field);
    if (entry == trouble.mismatches.end()) {
        trouble.mismatches.push_back({.field = field});
        entry = trouble.mismatches.end() - 1;
    }
    const auto values = [&]() -> std::pair<std::uint16_t, std::uint16_t> {
        switch (field) {
        case modbus::Field::transaction: return {request.transaction, response.transaction};
        case modbus::Field::unit: return {request.unit, response.unit};
        case modbus::Field::function: return {request.function, response.function};
        }
        return {};
    }();
    if (entry->responses.count == 0) {
        entry->asked = values.first;
        entry->answered = values.second;
    } else if (values.second != entry->answered) {
        entry->constant_answer = false;
    }
    keep(entry->requests, entry->responses.count, request.sent);
    entry->responses.add(response.moment);
}

void Collector::unmatched(const modbus::Response &response, modbus::Unmatched kind)
{
    ++facts_.modbus.unmatched;
    UnitFacts &named = unit(response.unit);
    switch (kind) {
    case modbus::Unmatched::at_start:
    case modbus::Unmatched::loss: break;
    case modbus::Unmatched::duplicate:
        ++named.trouble.make().duplicates;
        named.trouble.make().duplicates_seen.add(response.moment);
        break;
    case modbus::Unmatched::unsolicited:
        ++named.trouble.make().unmatched;
        named.trouble.make().unmatched_seen.add(response.moment);
        break;
    }
}

void Collector::unanswered(const modbus::Request &request, Unanswered why)
{
    UnitTroubles &asked = unit(request.unit).trouble.make();
    const bool no_response =
        why == Unanswered::moved_on || why == Unanswered::client_closed || why == Unanswered::server_closed;
    ++(no_response ? facts_.modbus.no_response : facts_.modbus.undecided);
    note_fate(request, no_response ? Fate::no_response : Fate::undecided);
    if (keeps_rows_ && !request.moved_on)
        add_row(request, no_response ? TransactionOutcome::no_response : TransactionOutcome::undecided);
    switch (why) {
    case Unanswered::moved_on: note_no_response(request, false); break;
    case Unanswered::client_closed: note_no_response(request, true); break;
    case Unanswered::server_closed:
        ++asked.ended;
        connection_->closed_by_server_unanswered = true;
        break;
    case Unanswered::not_delivered: ++asked.not_delivered; break;
    case Unanswered::at_end: ++asked.open_at_end; break;
    case Unanswered::capture_loss:
        ++asked.capture_loss;
        ++facts_.modbus.capture_loss;
        break;
    case Unanswered::one_sided: ++asked.one_sided; break;
    case Unanswered::broadcast:
        ++asked.broadcast;
        asked.broadcasts.add(request.sent);
        break;
    case Unanswered::damaged: ++asked.damaged; break;
    }
    ++connection_->open_at_end;
}

// Told at once: the connection may stay open for weeks.
void Collector::given_up(const modbus::Request &request)
{
    const bool one_sided = connection_->tcp.from_server.packets == 0 && !connection_->udp;
    if (keeps_rows_)
        add_row(request, request.loss || one_sided ? TransactionOutcome::undecided : TransactionOutcome::no_response);
}

void Collector::note_no_response(const modbus::Request &request, bool gave_up)
{
    UnitFacts &asked = unit(request.unit);
    asked.company += request.company ? 1 : 0;
    UnitTroubles &trouble = asked.trouble.make();
    ++trouble.no_response;
    trouble.gave_up += gave_up ? 1 : 0;
    trouble.unanswered.add(request.sent);
    if (request.patience_ms != 0)
        trouble.patience_least_ms = std::min(trouble.patience_least_ms, request.patience_ms);
    FunctionFacts &entry = function(asked, request.function);
    FunctionSilence &silence = entry.silence.make();
    if (entry.no_response == 0) {
        silence.address = request.address;
        silence.quantity = request.quantity;
        silence.has_address = request.has_address;
        silence.start = request.start;
    } else if (silence.address != request.address) {
        silence.one_address = false;
    }
    ++entry.no_response;
    silence.unanswered.add(request.sent);
    PairFacts *pair = current_pair();
    if (pair != nullptr && request.first && request.repeated && connection_->answered != 0) {
        ++pair->trouble.make().first_requests_ignored;
        pair->trouble.make().first_ignored.add(request.sent);
    }
}

}  // namespace buswitness::analyzer
