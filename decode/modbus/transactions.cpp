#include "decode/modbus/transactions.h"

#include "decode/base/keyed_hash.h"

#include <algorithm>

namespace buswitness::modbus {

namespace {

using std::chrono::milliseconds;

// A client that sends again after this long without any event in between waited for a timer, not for an answer.
constexpr Duration timer_pause = milliseconds(100);
// A client that sends again sooner than this, with a request open, keeps several outstanding on purpose.
constexpr Duration burst_pause = milliseconds(20);
// An answer that did not come within this is not expected any more, however long the client keeps waiting.
constexpr Duration long_silence = std::chrono::seconds(5);

bool is_write(std::uint8_t function)
{
    return function == 5 || function == 6 || function == 15 || function == 16 || function == 21 || function == 22;
}

bool same_request(const Request &a, const Request &b)
{
    return a.unit == b.unit && a.function == b.function && a.address == b.address && a.quantity == b.quantity;
}

// Never 0: that is an answer not given yet.
std::uint32_t fingerprint(const Response &response)
{
    const std::uint64_t names =
        std::uint64_t{response.transaction} << 16 | std::uint64_t{response.unit} << 8 | response.function;
    const std::uint64_t hash = mix(names << 32 | response.content, 0);
    return static_cast<std::uint32_t>(hash ^ hash >> 32) | 1U;
}

std::uint32_t to_ms(Duration duration)
{
    return static_cast<std::uint32_t>(std::clamp<std::int64_t>(duration.count() / 1'000'000, 0, 0xFFFF'FFFF));
}

}  // namespace

[[gnu::hot]] void Transactions::request(Request &request, TransactionSink &sink)
{
    request.broadcast = request.unit == 0 && is_write(request.function);
    request.first = !any_request_;
    any_request_ = true;
    if (!open_.empty())
        client_moves(request, sink);
    if (open_.size() >= open_limit) {
        sink.unanswered(open_.front(), open_.front().loss ? Unanswered::capture_loss : Unanswered::moved_on);
        open_.erase(open_.begin());
    }
    open_.push_back(request);
    last_request_ = request.sent;
}

// Something is still open when the next request leaves: pipelining, or the client lost patience?
[[gnu::hot]] void Transactions::client_moves(Request &request, TransactionSink &sink)
{
    const Moment &last = last_response_.packet > last_request_.packet ? last_response_ : last_request_;
    const Duration pause = elapsed(last, request.sent);
    const auto same = std::ranges::find_if(open_, [&](const Request &r) { return same_request(r, request); });
    request.repeats = same != open_.end();
    request.company = pause < burst_pause;
    if (!pipelining_ && pause >= timer_pause) {
        for (Request &open : open_) {
            if (open.moved_on)
                continue;
            open.moved_on = true;
            open.repeated = same_request(open, request);
            open.patience_ms = to_ms(elapsed(open.sent, request.sent));
            gave_up_ = true;
            sink.given_up(open);
        }
        if (stale_answer_last_)
            ++out_of_step_;
    } else if (!gave_up_ && pause < burst_pause) {
        pipelining_ = true;
    } else if (stale_answer_last_ && !open_.back().moved_on) {
        ++out_of_step_;
        open_.back().moved_on = true;
        open_.back().patience_ms = to_ms(elapsed(open_.back().sent, request.sent));
        sink.given_up(open_.back());
    }
    stale_answer_last_ = false;
}

bool Transactions::fits(const Request &request, const Response &response) const
{
    if (response.exception || !response.complete || response.defect != Defect::none)
        return true;
    if (response.has_address && request.has_address)
        return response.address == request.address;
    if (!request.has_quantity)
        return true;
    if (request.function == 1 || request.function == 2)
        return response.value_octets == (request.quantity + 7U) / 8U;
    if (request.function == 3 || request.function == 4 || request.function == 23)
        return response.value_octets == request.quantity * 2U;
    return true;
}

// The open request that this response answers; open_.size() when there is none. Several with the same identifier
// (many clients keep it constant): the content decides, then the usual response time, then the order.
[[gnu::hot]] std::size_t Transactions::match(const Response &response) const
{
    std::size_t best = open_.size();
    bool best_fits = false;
    for (std::size_t i = 0; i < open_.size(); ++i) {
        const Request &r = open_[i];
        if (r.transaction != response.transaction || r.unit != response.unit || r.function != response.function)
            continue;
        if (best == open_.size()) {
            best = i;
            best_fits = fits(r, response);
            continue;
        }
        const bool fit = fits(r, response);
        if (fit && !best_fits) {
            best = i;
            best_fits = true;
        } else if (fit == best_fits && open_[best].moved_on && elapsed(r.sent, response.moment) >= typical_ / 2 &&
                   typical_.count() > 0) {
            best = i;  // the client had given up on the older one, and this answer comes when answers usually come
        }
    }
    return best;
}

[[gnu::hot]] void Transactions::response(const Response &response, bool request_loss_suspected, TransactionSink &sink)
{
    if (first_response_ == 0)
        first_response_ = response.moment.packet;
    const std::size_t at = match(response);
    if (at != open_.size()) {
        take(at, response, sink);
        return;
    }
    last_response_ = response.moment;
    stale_answer_last_ = false;
    if (request_loss_suspected || lost_requests_ != 0) {
        lost_requests_ -= lost_requests_ != 0 ? 1 : 0;
        sink.unmatched(response, Unmatched::loss);
    } else if (is_duplicate(response)) {
        stale_answer_last_ = true;
        sink.unmatched(response, Unmatched::duplicate);
    } else if (at_start_ && !any_request_) {
        sink.unmatched(response, Unmatched::at_start);
    } else if (may_be_older(response)) {
        ++before_start_;
        last_before_start_ = response.transaction;
        open_.front().loss = true;  // or it is this one's answer after all
        sink.unmatched(response, Unmatched::at_start);
    } else if (!mismatch(response, sink)) {
        sink.unmatched(response, at_start_ && newest_answered_ == 0 ? Unmatched::at_start : Unmatched::unsolicited);
    }
}

// The capture began in the middle: with several requests outstanding, the first answers belong to requests before it,
// whose identifiers come shortly before those of the open ones, each once.
bool Transactions::may_be_older(const Response &response) const
{
    constexpr std::uint16_t most_outstanding = 64;
    if (!at_start_ || newest_answered_ != 0 || open_.empty() || before_start_ >= most_outstanding ||
        (before_start_ != 0 && response.transaction == last_before_start_))
        return false;
    const auto behind = static_cast<std::uint16_t>(open_.front().transaction - response.transaction);
    return behind != 0 && behind <= most_outstanding;
}

[[gnu::hot]] void Transactions::take(std::size_t at, const Response &response, TransactionSink &sink)
{
    const Request &request = open_[at];
    // Clocks in files jump; an hour is as good as any longer time here.
    const Duration took =
        std::clamp<Duration>(elapsed(request.sent, response.moment), Duration(0), std::chrono::hours(1));
    const auto rounded = std::chrono::ceil<Microseconds>(took);
    Late late = Late::no;
    if (client_close_ != 0 && response.moment.packet > client_close_)
        late = Late::after_close;
    else if (request.moved_on)
        late = request.repeated ? Late::after_repeat : Late::after_next;
    if (late == Late::no)
        typical_ =
            typical_.count() == 0 ? rounded : Microseconds((std::uint64_t{typical_.count()} * 7 + rounded.count()) / 8);
    longest_ = std::max(longest_, rounded);
    if (request.sent.packet > newest_answered_)
        newest_answered_ = request.sent.packet;
    last_response_ = response.moment;
    stale_answer_last_ = late != Late::no;
    last_answers_[next_answer_] = fingerprint(response);
    next_answer_ = static_cast<std::uint8_t>((next_answer_ + 1U) % last_answers_.size());
    sink.answered(request, response, late);
    open_.erase(open_.begin() + static_cast<std::ptrdiff_t>(at));
}

bool Transactions::is_duplicate(const Response &response) const
{
    return std::ranges::find(last_answers_, fingerprint(response)) != last_answers_.end();
}

// A response that answers an open request in all but one field.
bool Transactions::mismatch(const Response &response, TransactionSink &sink)
{
    std::size_t best = open_.size();
    Field field = Field::transaction;
    for (std::size_t i = 0; i < open_.size(); ++i) {
        const Request &r = open_[i];
        if (r.loss || r.broadcast)
            continue;
        const bool transaction = r.transaction == response.transaction;
        const bool unit = r.unit == response.unit;
        const bool function = r.function == response.function;
        if (transaction + unit + function != 2 || (transaction && unit && response.exception))
            continue;
        if (best != open_.size() && transaction <= (field != Field::transaction))
            continue;  // the same identifier is the better reason; else the oldest
        best = i;
        field = !transaction ? Field::transaction : !unit ? Field::unit : Field::function;
    }
    if (best == open_.size())
        return false;
    const Request request = open_[best];
    open_.erase(open_.begin() + static_cast<std::ptrdiff_t>(best));
    if (request.sent.packet > newest_answered_)
        newest_answered_ = request.sent.packet;
    sink.mismatched(request, response, field);
    return true;
}

void Transactions::responses_lost(Moment moment)
{
    for (Request &request : open_)
        if (request.sent.packet <= moment.packet)
            request.loss = true;
}

void Transactions::client_closed(Moment moment)
{
    if (client_close_ == 0)
        client_close_ = moment.packet;
}

Unanswered Transactions::reason(const Request &request, const StreamEnd &end) const
{
    if (request.broadcast)
        return Unanswered::broadcast;
    if (request.loss)
        return Unanswered::capture_loss;
    if (end.one_sided)
        return Unanswered::one_sided;
    const Duration waited = elapsed(request.sent, end.when);
    const Duration enough = std::max<Duration>(std::chrono::seconds(1), longest_ * 10);
    // Several outstanding together may be answered in any order: the end of the capture may have come in between.
    const bool later_answered = newest_answered_ > request.sent.packet;
    // Before the first answer of a capture that began in the middle, nothing shows which octets are missing.
    if (at_start_ && later_answered && request.sent.packet < first_response_)
        return Unanswered::capture_loss;
    if (later_answered && (request.moved_on || end.why != StreamEnd::Why::capture_end || waited >= enough))
        return Unanswered::moved_on;
    if (!datagrams_ && end.acknowledgement_known &&
        static_cast<std::int32_t>(request.sequence_end - end.acknowledged) > 0)
        return end.why == StreamEnd::Why::capture_end ? Unanswered::at_end : Unanswered::not_delivered;
    const bool later_sent = last_request_.packet > request.sent.packet;
    if (request.moved_on && later_sent)
        return Unanswered::moved_on;
    if (end.why == StreamEnd::Why::server_closed)
        return Unanswered::server_closed;
    if (later_sent && waited >= enough)
        return Unanswered::moved_on;
    if (end.why == StreamEnd::Why::client_closed)
        return Unanswered::client_closed;
    // The client still waits, longer than anybody's time-out for a server that has the request.
    if (waited >= std::max<Duration>(long_silence, longest_ * 10) && (datagrams_ || end.acknowledgement_known))
        return Unanswered::moved_on;
    return Unanswered::at_end;
}

void Transactions::settle(const StreamEnd &end, TransactionSink &sink)
{
    for (Request &request : open_) {
        const Unanswered why = reason(request, end);
        if (why == Unanswered::client_closed)
            request.patience_ms = to_ms(elapsed(request.sent, end.when));
        sink.unanswered(request, why);
    }
    open_.clear();
}

}  // namespace buswitness::modbus
