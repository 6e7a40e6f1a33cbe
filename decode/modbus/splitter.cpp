#include "decode/modbus/splitter.h"

#include "decode/modbus/rtu.h"

#include <algorithm>

namespace buswitness::modbus {

namespace {

constexpr std::size_t mbap_octets = 7;  // header with the unit identifier
constexpr std::uint8_t umas = 90;
constexpr std::size_t keep_limit = 4096;  // a partial ADU never grows beyond this

std::uint8_t function_of(std::uint8_t octet)
{
    return octet & 0x7F;
}

bool length_in_range(std::size_t length, std::uint8_t function)
{
    return length >= 2 && (length <= max_mbap_length || (function_of(function) == umas && length <= max_umas_length));
}

// What the PDU says of its own length, given the octets from its function code on.
bool pdu_agrees(Role role, Bytes pdu, std::size_t octets)
{
    const PredictedLength predicted = predict_length(role, pdu.first(std::min(pdu.size(), octets)));
    return !predicted.known || predicted.octets == octets;
}

}  // namespace

bool plausible_mbap(Role role, Bytes octets)
{
    if (octets.size() < mbap_octets + 1 || be16_at(octets, 2) != 0)
        return false;
    const std::size_t length = be16_at(octets, 4);
    return function_of(octets[7]) != 0 && length_in_range(length, octets[7]) &&
           pdu_agrees(role, octets.subspan(mbap_octets), length - 1);
}

[[gnu::hot]] void Splitter::feed(Bytes octets, const Moment &moment, std::uint32_t sequence_end, AduSink &sink)
{
    moment_ = moment;
    sequence_end_ = sequence_end;
    if (skip_ != 0 || has_partial_)
        feed_rest(octets, sink);
    else
        cut_all(octets, sink);
}

// Behind an ADU that has begun.
void Splitter::feed_rest(Bytes octets, AduSink &sink)
{
    const std::size_t passed = std::min<std::size_t>(skip_, octets.size());
    skip_ -= static_cast<std::uint32_t>(passed);
    octets = octets.subspan(passed);
    std::vector<std::uint8_t> joined;
    if (!partial().empty()) {
        joined.swap(partial_.make());
        has_partial_ = false;
        joined.insert(joined.end(), octets.begin(), octets.end());
        octets = joined;
    }
    cut_all(octets, sink);
}

[[gnu::hot]] void Splitter::cut_all(Bytes octets, AduSink &sink)
{
    while (!octets.empty()) {
        const std::size_t used = cut(octets, sink);
        if (used == 0)
            break;
        octets = octets.subspan(std::min(used, octets.size()));
    }
    if (octets.empty())
        return;
    if (octets.size() > keep_limit) {
        sink.garbage(octets.size(), moment_);
        resync_ = true;
    } else {
        keep(octets);
    }
}

void Splitter::keep(Bytes octets)
{
    if (!octets.empty() || partial_.present())
        partial_.make().assign(octets.begin(), octets.end());
    has_partial_ = !octets.empty();
}

void Splitter::skip(std::uint32_t missing, bool snapped, const Moment &moment, AduSink &sink)
{
    moment_ = moment;
    const std::size_t have = partial().size();
    if (skip_ != 0) {
        const std::uint32_t passed = std::min(skip_, missing);
        skip_ -= passed;
        missing -= passed;
        if (missing == 0)
            return;
    }
    if (framing_ == Framing::mbap && have > mbap_octets) {
        const Bytes octets = partial();
        const std::size_t end = 6U + be16_at(octets, 4);
        emit_mbap(octets, std::min(end, have), end <= have, Defect::none, sink);
        const std::size_t lacking = end > have ? end - have : 0;
        keep({});
        if (snapped && lacking >= missing) {
            skip_ = static_cast<std::uint32_t>(lacking - missing);
            return;
        }
    }
    keep({});
    resync_ = true;
}

void Splitter::closed(AduSink &sink)
{
    if (framing_ == Framing::mbap && partial().size() > mbap_octets && !resync_)
        emit_mbap(partial(), partial().size(), true, Defect::truncated, sink);
    else if (!partial().empty() && !resync_)
        sink.garbage(partial().size(), moment_);
    keep({});
    skip_ = 0;
}

[[gnu::hot]] std::size_t Splitter::cut(Bytes octets, AduSink &sink)
{
    if (resync_) {
        const std::size_t at = find_step(octets);
        if (at != 0)
            return at;
        if (may_begin(octets))
            return 0;
        resync_ = false;
    }
    switch (framing_) {
    case Framing::mbap: return cut_mbap(octets, sink);
    case Framing::rtu: return cut_rtu(octets, sink);
    case Framing::ascii: return cut_ascii(octets, sink);
    }
    return octets.size();
}

[[gnu::hot]] std::size_t Splitter::cut_mbap(Bytes octets, AduSink &sink)
{
    if (octets.size() <= mbap_octets)
        return 0;
    const std::size_t length = be16_at(octets, 4);
    if (be16_at(octets, 2) != 0 || !length_in_range(length, octets[7]) || function_of(octets[7]) == 0)
        return cut_odd_mbap(octets, sink);
    const std::size_t end = 6 + length;
    const Bytes pdu = octets.subspan(mbap_octets, std::min(octets.size(), end) - mbap_octets);
    const PredictedLength predicted = predict_length(role_, pdu);
    if (!predicted.known || predicted.octets == length - 1) {
        if (octets.size() < end)
            return 0;
        emit_mbap(octets, end, true, Defect::none, sink);
        return end;
    }
    return cut_mbap_by_pdu(octets, length, mbap_octets + predicted.octets, sink);
}

// Header and PDU disagree about the length: the one that ends where the segment ends, or where a header follows, is
// right.
std::size_t Splitter::cut_mbap_by_pdu(Bytes octets, std::size_t length, std::size_t pdu_end, AduSink &sink)
{
    const std::size_t end = 6 + length;
    const auto ends = [&](std::size_t at) { return at == octets.size(); };
    const auto header_at = [&](std::size_t at) { return at < octets.size() && header_may_follow(octets, at); };
    const bool by_header = ends(end) || (!ends(pdu_end) && header_at(end));
    if (!by_header && (ends(pdu_end) || header_at(pdu_end))) {
        emit_mbap(octets, pdu_end, true, pdu_end < end ? Defect::length_too_long : Defect::length_too_short, sink);
        return pdu_end;
    }
    if (end > octets.size())
        return 0;
    emit_mbap(octets, end, true, Defect::none, sink);
    return end;
}

// A header that breaks the specification is still an ADU where everything else fits; else it is not Modbus.
std::size_t Splitter::cut_odd_mbap(Bytes octets, AduSink &sink)
{
    const std::size_t length = be16_at(octets, 4);
    const std::size_t end = 6 + length;
    const PredictedLength predicted = predict_length(role_, octets.subspan(mbap_octets));
    const std::size_t pdu_end = mbap_octets + predicted.octets;
    if (be16_at(octets, 2) != 0) {
        if (length >= 2 && length <= max_mbap_length && end == octets.size() && function_of(octets[7]) != 0 &&
            (!predicted.known || pdu_end == end)) {
            emit_mbap(octets, end, true, Defect::protocol_identifier, sink);
            return end;
        }
        return drop(octets.size(), sink);
    }
    if (function_of(octets[7]) == 0 && length >= 2 && end == octets.size()) {
        emit_mbap(octets, end, true, Defect::none, sink);
        return end;
    }
    if (predicted.known &&
        (pdu_end == octets.size() || (pdu_end < octets.size() && header_may_follow(octets, pdu_end)))) {
        emit_mbap(octets, pdu_end, true, Defect::length_out_of_range, sink);
        return pdu_end;
    }
    return drop(octets.size(), sink);
}

std::size_t Splitter::cut_rtu(Bytes octets, AduSink &sink)
{
    if (const auto frame = rtu_frame(role_, octets)) {
        sink.adu({.framing = Framing::rtu,
                  .role = role_,
                  .unit = frame->unit,
                  .pdu = frame->pdu,
                  .moment = moment_,
                  .sequence_end = sequence_end_});
        return frame->length;
    }
    if (octets.size() < 2)
        return 0;
    const PredictedLength predicted = predict_length(role_, octets.subspan(1));
    if ((predicted.known && predicted.octets + 3 > octets.size() && predicted.octets <= 253) || predicted.need != 0)
        return 0;
    return drop(octets.size(), sink);
}

std::size_t Splitter::cut_ascii(Bytes octets, AduSink &sink)
{
    std::array<std::uint8_t, 256> storage{};
    if (const auto frame = ascii_frame(octets, storage)) {
        sink.adu({.framing = Framing::ascii,
                  .role = role_,
                  .unit = frame->unit,
                  .pdu = frame->pdu,
                  .moment = moment_,
                  .sequence_end = sequence_end_});
        return frame->length;
    }
    if (octets[0] == ':' && octets.size() < 513 && std::ranges::find(octets, std::uint8_t{'\n'}) == octets.end())
        return 0;
    const auto colon = std::find(octets.begin() + 1, octets.end(), std::uint8_t{':'});
    return drop(static_cast<std::size_t>(colon - octets.begin()), sink);
}

std::size_t Splitter::drop(std::size_t octets, AduSink &sink)
{
    sink.garbage(octets, moment_);
    resync_ = true;
    return octets;
}

// Too few octets to be sure, but nothing against a header (some senders write header and PDU apart).
bool Splitter::may_begin(Bytes octets) const
{
    if (framing_ != Framing::mbap || octets.size() > mbap_octets)
        return false;
    return (octets.size() < 4 || be16_at(octets, 2) == 0) &&
           (octets.size() < 6 || length_in_range(be16_at(octets, 4), umas));
}

// The first place where an ADU begins or may begin; octets.size() when there is none.
std::size_t Splitter::find_step(Bytes octets) const
{
    for (std::size_t at = 0; at < octets.size(); ++at) {
        const Bytes rest = octets.subspan(at);
        if (framing_ == Framing::mbap) {
            const std::size_t end = rest.size() <= mbap_octets ? 0 : 6U + be16_at(rest, 4);
            const bool begins = rest.size() <= mbap_octets ? may_begin(rest)
                                                           : plausible_mbap(role_, rest) &&
                                                                 (end >= rest.size() || header_may_follow(rest, end));
            if (begins)
                return at;
        } else if (framing_ == Framing::rtu ? rtu_frame(role_, rest).has_value() : rest[0] == ':') {
            return at;
        }
    }
    return octets.size();
}

bool Splitter::header_may_follow(Bytes octets, std::size_t at) const
{
    const Bytes rest = octets.subspan(at);
    if (rest.size() > mbap_octets)
        return plausible_mbap(role_, rest);
    return rest.size() < 4 || be16_at(rest, 2) == 0;
}

[[gnu::hot]] void Splitter::emit_mbap(Bytes octets, std::size_t end, bool complete, Defect defect, AduSink &sink) const
{
    sink.adu({.framing = Framing::mbap,
              .role = role_,
              .transaction = be16_at(octets, 0),
              .unit = octets[6],
              .pdu = octets.subspan(mbap_octets, std::min(end, octets.size()) - mbap_octets),
              .complete = complete,
              .defect = defect,
              .moment = moment_,
              .sequence_end = sequence_end_});
}

}  // namespace buswitness::modbus
