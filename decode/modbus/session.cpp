#include "decode/modbus/session.h"

#include "decode/base/keyed_hash.h"
#include "decode/modbus/evidence.h"
#include "decode/modbus/names.h"
#include "decode/modbus/rtu.h"

#include <algorithm>
#include <cstring>

namespace buswitness::modbus {

Session::Session(bool expected, bool midstream, bool datagrams) : confirmed_(expected), midstream_(midstream)
{
    if (midstream)
        transactions_.set_midstream();
    if (datagrams)
        transactions_.set_datagrams();
    if (!expected)
        holding_ = std::make_unique<Holding>();
}

[[gnu::hot]] void Session::data(Role role, Bytes octets, const Moment &moment, std::uint32_t sequence_end,
                                bool loss_suspected, SessionSink &sink)
{
    if (rejected_ || octets.empty())
        return;
    sink_ = &sink;
    loss_suspected_ = loss_suspected;
    if (!talk(role).first.seen())
        talk(role).first = moment;
    if (confirmed_ && talk(role).speech == Speech::mbap) {
        garbage_role_ = role;
        talk(role).splitter.feed(octets, moment, sequence_end, *this);
    } else if (confirmed_) {
        speak(role, octets, moment, sequence_end, sink);
    } else {
        ++held_packets_;
        hold({.role = role, .octets = {octets.begin(), octets.end()}, .moment = moment, .sequence_end = sequence_end});
        if (!swapped_)
            judge(role);
        if (score_ >= proof)
            confirm(sink);
    }
    sink_ = nullptr;
}

void Session::missing(Role role, std::uint32_t octets, bool snapped, const Moment &moment, SessionSink &sink)
{
    if (rejected_)
        return;
    sink_ = &sink;
    if (confirmed_)
        pass_over(role, octets, snapped, moment);
    else if (snapped && holding_->chunks.empty())
        rejected_ = true;
    else
        hold({.role = role, .moment = moment, .missing = octets, .snapped = snapped});
    sink_ = nullptr;
}

void Session::pass_over(Role role, std::uint32_t octets, bool snapped, const Moment &moment)
{
    Talk &mine = talk(role);
    garbage_role_ = role;
    if (tls_)
        tls_->gap(role == Role::response);
    if (mine.speech == Speech::undecided) {
        if (mine.prefix.present())
            mine.prefix.make().clear();
        midstream_ = true;  // what comes next need not be the beginning of an ADU
    }
    mine.splitter.skip(octets, snapped, moment, *this);
    if (!snapped && role == Role::request)
        transactions_.requests_lost(octets);
    if (!snapped && role == Role::response)
        transactions_.responses_lost(moment);
}

bool Session::has_open_questions() const
{
    const auto odd = [](const Talk &t) { return t.speech == Speech::foreign; };
    return !confirmed_ || tls_ || odd(talks_[0]) || odd(talks_[1]) || transactions_.open() != 0 ||
           transactions_.pipelining() || transactions_.out_of_step() != 0;
}

void Session::side_closed(Role role, const Moment &moment, bool truncates, SessionSink &sink)
{
    if (rejected_ || !confirmed_)
        return;
    sink_ = &sink;
    garbage_role_ = role;
    if (truncates && (talk(role).speech == Speech::mbap || talk(role).speech == Speech::rtu))
        talk(role).splitter.closed(*this);
    if (role == Role::request && moment.seen())
        transactions_.client_closed(moment);
    sink_ = nullptr;
}

void Session::settle(const StreamEnd &end, SessionSink &sink)
{
    if (!rejected_ && confirmed_)
        transactions_.settle(end, sink);
}

void Session::confirm(SessionSink &sink)
{
    if (confirmed_ || rejected_ || swapped_)
        return;
    confirmed_ = true;
    release(sink);
}

void Session::hold(Held chunk)
{
    if (holding_->octets + chunk.octets.size() > hold_octets || holding_->chunks.size() >= hold_chunks) {
        rejected_ = true;
        holding_.reset();
        return;
    }
    holding_->octets += chunk.octets.size();
    holding_->chunks.push_back(std::move(chunk));
}

namespace {

// The ADUs that are whole.
std::size_t whole_adus(Bytes octets)
{
    std::size_t at = 0;
    while (octets.size() - at > 7 && at + 6U + be16_at(octets, at + 4) <= octets.size())
        at += 6U + be16_at(octets, at + 4);
    return at;
}

}  // namespace

// What a side said; an ADU that is not whole in the file says nothing.
std::vector<std::uint8_t> Session::held(Role role) const
{
    std::vector<std::uint8_t> octets;
    for (const Held &chunk : holding_->chunks) {
        if (chunk.role != role)
            continue;
        if (chunk.missing != 0)
            octets.resize(whole_adus(octets));
        octets.insert(octets.end(), chunk.octets.begin(), chunk.octets.end());
    }
    return octets;
}

void Session::judge(Role newest)
{
    if (rejected_)
        return;
    const std::vector<std::uint8_t> requests = held(Role::request);
    const std::vector<std::uint8_t> responses = held(Role::response);
    const EvidencePoints asked = evidence(Role::request, requests);
    const EvidencePoints answered = evidence(Role::response, responses);
    const bool misfit = newest == Role::request ? asked.contradicts : answered.contradicts;
    if (misfit && newest == Role::response && asked.points > 0 && pairs_up(requests, holding_->chunks.back().octets)) {
        score_ = asked.points + 2;  // an answer to a request that was asked, whatever is wrong with its header
        return;
    }
    if (misfit) {
        // Who asks may have been guessed wrong: the beginning is missing, or the device dialled out to its master.
        const EvidencePoints other =
            newest == Role::request ? evidence(Role::response, requests) : evidence(Role::request, responses);
        if (!other.contradicts && other.points >= 1 && !swapped_before_)
            swapped_ = swapped_before_ = true;
        else
            rejected_ = true;
        if (rejected_)
            holding_.reset();
        return;
    }
    score_ = asked.points + answered.points;
    if (asked.speech == Speech::mbap && answered.speech == Speech::mbap && pairs_up(requests, responses))
        score_ += 2;
    // Responses alone prove nothing; requests alone need company (HOUSE rule: both directions and several ADUs).
    if (asked.points == 0)
        score_ = std::min(score_, proof - 1);
}

void Session::release(SessionSink &sink)
{
    const Box<Holding> held = std::move(holding_);
    SessionSink *const outer = sink_;
    sink_ = &sink;
    for (const Held &chunk : held->chunks)
        if (chunk.missing != 0)
            pass_over(chunk.role, chunk.missing, chunk.snapped, chunk.moment);
        else
            speak(chunk.role, chunk.octets, chunk.moment, chunk.sequence_end, sink);
    sink_ = outer;
}

void Session::speak(Role role, Bytes octets, const Moment &moment, std::uint32_t sequence_end, SessionSink &sink)
{
    Talk &mine = talk(role);
    sink_ = &sink;
    garbage_role_ = role;
    std::vector<std::uint8_t> joined;
    const std::uint8_t misfits = mine.misfits;
    if (mine.speech == Speech::undecided) {
        if (!mine.prefix->empty()) {
            joined.swap(mine.prefix.make());
            joined.insert(joined.end(), octets.begin(), octets.end());
            octets = joined;
        }
        decide(role, octets);
    }
    switch (mine.speech) {
    case Speech::undecided:
        if (mine.misfits == misfits)
            mine.prefix.make().assign(octets.begin(), octets.end());
        break;
    case Speech::tls:
        if (!tls_)
            tls_ = std::make_unique<TlsGlance>();
        tls_->feed(octets, role == Role::response);
        break;
    case Speech::foreign: break;
    case Speech::mbap:
    case Speech::rtu:
    case Speech::ascii: mine.splitter.feed(octets, moment, sequence_end, *this); break;
    }
}

void Session::settle_on(Role role, Speech speech, Framing framing)
{
    talk(role).speech = speech;
    talk(role).splitter = Splitter(role, framing);
}

bool Session::decide_framing(Role role, Bytes first_octets)
{
    // RTU octets can pass for MBAP fields: a right CRC behind the length that a public function code predicts weighs
    // more than a header that fits. With any other function code one CRC in 65,536 is right by chance.
    const auto frame = rtu_frame(role, first_octets);
    const bool ends =
        frame && (frame->length == first_octets.size() || rtu_frame(role, first_octets.subspan(frame->length)));
    const bool known = ends && is_public_function(frame->pdu[0] & 0x7F);
    if (!known && plausible_mbap(role, first_octets)) {
        settle_on(role, Speech::mbap, Framing::mbap);
        return true;
    }
    if (ends) {
        settle_on(role, Speech::rtu, Framing::rtu);
        return true;
    }
    std::array<std::uint8_t, 256> storage{};
    if (!first_octets.empty() && first_octets[0] == ':' && ascii_frame(first_octets, storage)) {
        settle_on(role, Speech::ascii, Framing::ascii);
        return true;
    }
    // A header that contradicts its PDU is still a header: the protocol identifier and the length are in order.
    if (first_octets.size() >= 8 && be16_at(first_octets, 2) == 0 && be16_at(first_octets, 4) >= 2 &&
        be16_at(first_octets, 4) <= max_mbap_length) {
        settle_on(role, Speech::mbap, Framing::mbap);
        return true;
    }
    return false;
}

// What does this side speak, by its first octets? Fewer than eight may be the beginning of a header cut in pieces.
void Session::decide(Role role, Bytes first_octets)
{
    if (decide_framing(role, first_octets))
        return;
    Talk &mine = talk(role);
    const Foreign named = identify(first_octets, role == Role::response);
    if (named != Foreign::unknown && named != Foreign::binary && named != Foreign::text) {
        mine.foreign = named;
        mine.speech = named == Foreign::tls ? Speech::tls : Speech::foreign;
        return;
    }
    if (first_octets.size() < 8 && named != Foreign::text)
        return;
    // The other side speaks Modbus and the length fits: only the protocol identifier is wrong.
    const Role other = role == Role::request ? Role::response : Role::request;
    if (first_octets.size() >= 8 && talk(other).speech == Speech::mbap &&
        be16_at(first_octets, 4) + 6U == first_octets.size()) {
        settle_on(role, Speech::mbap, Framing::mbap);
        return;
    }
    if (midstream_ && mine.misfits < 3) {
        ++mine.misfits;
        return;
    }
    mine.foreign = named;
    mine.speech = Speech::foreign;
}

void Session::swap_roles(SessionSink &sink)
{
    swapped_ = false;
    if (!holding_)
        return;
    std::swap(talks_[0].first, talks_[1].first);
    for (Held &chunk : holding_->chunks)
        chunk.role = chunk.role == Role::request ? Role::response : Role::request;
    if (!holding_->chunks.empty())
        judge(holding_->chunks.back().role);
    if (!rejected_ && score_ >= proof)
        confirm(sink);
}

[[gnu::hot]] void Session::adu(const Adu &adu)
{
    if (adu.role == Role::request)
        seen_request(adu);
    else
        seen_response(adu);
}

void Session::garbage(std::size_t octets, const Moment &moment)
{
    sink_->garbage_seen(garbage_role_, octets, moment);
}

[[gnu::hot]] void Session::seen_request(const Adu &adu)
{
    const Pdu pdu = parse_pdu(Role::request, adu.pdu, adu.complete);
    Request request;
    request.sent = adu.moment;
    request.sequence_end = adu.sequence_end;
    request.transaction = adu.transaction;
    request.unit = adu.unit;
    request.function = pdu.function;
    request.address = pdu.address;
    request.quantity = pdu.quantity;
    request.has_address = pdu.has_address;
    request.has_quantity = pdu.has_quantity;
    request.defect = adu.defect != Defect::none ? adu.defect : pdu.defect;
    request.start = RequestStart(adu.pdu);
    sink_->request_seen(request, adu, pdu);
    transactions_.request(request, *sink_);
}

namespace {

// Tells one answer from another; the first octets and the length are enough for that.
std::uint32_t fingerprint(Bytes pdu)
{
    std::uint64_t first = 0, second = 0;
    if (pdu.size() >= 16) {
        std::memcpy(&first, pdu.data(), sizeof first);
        std::memcpy(&second, pdu.data() + sizeof first, sizeof second);
    } else if (pdu.size() >= 8) {
        std::memcpy(&first, pdu.data(), sizeof first);
        std::memcpy(&second, pdu.data() + pdu.size() - sizeof second, sizeof second);
    } else {
        for (const std::uint8_t octet : pdu)
            first = first << 8 | octet;
    }
    return static_cast<std::uint32_t>(mix(first, mix(second, pdu.size())) >> 16);
}

}  // namespace

[[gnu::hot]] void Session::seen_response(const Adu &adu)
{
    const Pdu pdu = parse_pdu(Role::response, adu.pdu, adu.complete);
    Response response;
    response.moment = adu.moment;
    response.transaction = adu.transaction;
    response.unit = adu.unit;
    response.function = pdu.function;
    response.exception = pdu.exception;
    response.exception_code = pdu.exception_code;
    response.address = pdu.address;
    response.has_address = pdu.has_address;
    response.value_octets = static_cast<std::uint16_t>(pdu.values.size());
    response.complete = adu.complete;
    response.defect = adu.defect != Defect::none ? adu.defect : pdu.defect;
    response.content = fingerprint(adu.pdu);
    sink_->response_seen(response, adu, pdu);
    transactions_.response(response, loss_suspected_, *sink_);
}

}  // namespace buswitness::modbus
