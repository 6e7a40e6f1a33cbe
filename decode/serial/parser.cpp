#include "decode/serial/parser.h"

#include "decode/modbus/names.h"
#include "decode/modbus/rtu.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace buswitness::serial {
namespace {

constexpr double crc_nats = 11.09;     // ln 65536
constexpr double any_length = -5.5;    // one of 253 lengths fits
constexpr double accepted = 2.0;       // nats that a frame must reach
constexpr double noise_begins = -1.0;  // a run of octets that belong to no frame
constexpr double noise_octet = -0.01;
constexpr double often = 0.03;  // share of frames with a spike behind them, where the line does that
constexpr std::size_t nowhere = std::numeric_limits<std::size_t>::max();

double boundary(const Heard &heard, std::size_t at)
{
    return heard.proven(at) ? -0.3 : heard.possible(at) ? -1.2 : -4.5;
}

double unit_evidence(const Learned &learned, std::uint8_t unit)
{
    const std::uint32_t seen = learned.unit(unit);
    if (seen >= 2)
        return seen >= 8 ? 3 : 2.5;
    if (unit > modbus::last_unit)
        return -4;
    if (unit == 0)
        return 0;
    return learned.frames() >= 30 ? -2.5 : -0.5;
}

}  // namespace

void Parser::add(Candidate candidate)
{
    candidate.next = first_at_[candidate.begin];
    first_at_[candidate.begin] = static_cast<std::int32_t>(candidates_.size());
    candidates_.push_back(candidate);
}

void Parser::scan(const Heard &heard)
{
    candidates_.clear();
    first_at_.assign(heard.octets.size() + 1, -1);
    frame_edge_.assign(heard.octets.size() + 1, 0);
    for (std::size_t begin = 0; begin + shortest_rtu <= heard.octets.size(); ++begin)
        scan_at(heard, begin);
    scanned_ = candidates_.size();
}

void Parser::scan_at(const Heard &heard, std::size_t begin)
{
    const Bytes rest = heard.octets.subspan(begin);
    if ((rest[0] & 0x7F) == ':')
        if (const AsciiFrame ascii = ascii_at(rest); ascii.lrc_right)
            add({.begin = begin,
                 .length = static_cast<std::uint16_t>(ascii.length),
                 .roles = either_role,
                 .predicted = true,
                 .ascii = true});
    if (!tells_length(rest[1]))
        return;
    const Shapes shapes = shapes_of(rest);
    for (std::size_t i = 0; i < shapes.count; ++i) {
        const Shape &shape = shapes.list[i];
        if (!crc_right(rest.first(shape.length)))
            continue;
        add({.begin = begin, .length = shape.length, .roles = shape.roles, .predicted = true});
        frame_edge_[begin + shape.length] = 1;
    }
}

// A silence that is certain speaks against a frame across it, but a read that came late fakes one now and then, and
// there are senders that pause.
void Parser::add_up_pauses(const Heard &heard, const Learned &learned)
{
    const double usual = std::min(-0.7, std::log(10 * learned.pause_rate()));
    pauses_.assign(heard.octets.size() + 2, 0);
    for (std::size_t i = 1; i < heard.octets.size(); ++i) {
        const auto gap = static_cast<double>(heard.timeline.gap_min(i));
        const auto limit = static_cast<double>(std::max<Nanos>(heard.t3_5, 1));
        double cost = 0;
        if (heard.timeline.gap_min(i) > heard.t1_5)
            cost = gap < limit ? -0.7 : std::max(usual, -3.0) - 1.2 * std::log(gap / limit) * std::min(1.0, usual / -3);
        pauses_[i + 1] = pauses_[i] + static_cast<float>(cost);
    }
    pauses_[heard.octets.size() + 1] = pauses_[heard.octets.size()];
}

double Parser::pauses_inside(std::size_t begin, std::size_t end) const
{
    return static_cast<double>(pauses_[end]) - static_cast<double>(pauses_[begin + 1]);
}

// The first octet, or with up to three disturbances before it, behind a silence.
bool Parser::near_proven(const Heard &heard, std::size_t begin) const
{
    for (std::size_t back = 0; back <= 3 && back <= begin; ++back) {
        if (heard.proven(begin - back))
            return true;
        if (begin == back || !is_spike(heard.octets[begin - back - 1]))
            return false;
    }
    return false;
}

// Whether a frame of any length is worth a look here: each look finds one of 65536 by chance.
bool Parser::supported(const Heard &heard, const Learned &learned, std::size_t begin) const
{
    const std::uint8_t unit = heard.octets[begin], function = heard.octets[begin + 1];
    if (unit > modbus::last_unit || (function & 0x7F) == 0)
        return false;
    if (tells_length(function))
        return heard.proven(begin);
    if (near_proven(heard, begin) || learned.headers(unit, function) >= 2)
        return true;
    const bool likely = learned.unit(unit) >= 2 && is_user_defined(function);
    return heard.possible(begin) ? likely || frame_edge_[begin] != 0 : likely && frame_edge_[begin] != 0;
}

void Parser::scan_unpredicted(const Heard &heard, const Learned &learned)
{
    candidates_.resize(scanned_);
    std::ranges::fill(first_at_, -1);
    for (std::size_t i = 0; i < scanned_; ++i) {
        candidates_[i].next = first_at_[candidates_[i].begin];
        first_at_[candidates_[i].begin] = static_cast<std::int32_t>(i);
    }
    for (std::size_t begin = 0; begin + shortest_rtu <= heard.octets.size(); ++begin)
        if (supported(heard, learned, begin))
            scan_lengths(heard, learned, begin);
}

// Where a silence may be behind the end of a frame, with up to three octets of a disturbance between.
std::size_t Parser::silence_behind(const Heard &heard, std::size_t end) const
{
    if (first_at_[end] >= 0 && static_cast<std::size_t>(first_at_[end]) < scanned_)
        return end;  // a frame begins there: senders that collide keep no silence
    for (std::size_t at = end; at <= std::min(end + 3, heard.octets.size()); ++at)
        if (heard.possible(at))
            return at;
    return nowhere;
}

void Parser::scan_lengths(const Heard &heard, const Learned &learned, std::size_t begin)
{
    const std::uint8_t function = heard.octets[begin + 1];
    const bool only_proven = tells_length(function);
    const bool known_header = learned.headers(heard.octets[begin], function) >= 2;
    constexpr double too_many_pauses = -8;
    const std::size_t most = std::min(longest_rtu, heard.octets.size() - begin);
    std::uint16_t crc = 0xFFFF;
    for (std::size_t length = 1; length <= most; ++length) {
        crc = modbus::crc16_step(crc, heard.octets[begin + length - 1]);
        const std::size_t end = begin + length;
        if (pauses_inside(begin, end) < too_many_pauses)
            return;
        if (crc != 0 || length < shortest_rtu || (only_proven && !heard.proven(end)))
            continue;
        if (!known_header && silence_behind(heard, end) == nowhere)
            continue;
        bool known = false;
        for (std::int32_t i = first_at_[begin]; i >= 0; i = candidates_[static_cast<std::size_t>(i)].next)
            known = known || candidates_[static_cast<std::size_t>(i)].length == length;
        if (!known)
            add({.begin = begin,
                 .length = static_cast<std::uint16_t>(length),
                 .roles = (heard.octets[begin + 1] & 0x80) != 0 ? as_response : either_role});
    }
}

double Parser::unpredicted_evidence(const Heard &heard, const Learned &learned, const Candidate &candidate) const
{
    const std::uint8_t unit = heard.octets[candidate.begin], function = heard.octets[candidate.begin + 1];
    const bool begins = heard.proven(candidate.begin), ends = heard.proven(candidate.end());
    double nats = begins && ends ? -1.0 : any_length;
    const std::size_t silence = silence_behind(heard, candidate.end());
    if (silence != candidate.end() && silence != nowhere)  // boundary() has taken the end for impossible
        nats += learned.tail_spikes() > often ? 3 : 1.5;
    if (learned.headers(unit, function) >= 2)
        nats += 4;
    else if (is_user_defined(function))
        nats += -1;
    else
        nats += begins && ends ? -2.5 : -6;
    if (!begins && frame_edge_[candidate.begin] == 0)
        nats += -1;
    return nats;
}

double Parser::score(const Heard &heard, const Learned &learned, const Candidate &candidate) const
{
    const Bytes frame = heard.octets.subspan(candidate.begin, candidate.length);
    const double around = boundary(heard, candidate.begin) + boundary(heard, candidate.end()) +
                          pauses_inside(candidate.begin, candidate.end());
    if (candidate.ascii)
        return std::min(40.0, static_cast<double>(frame.size())) + around;
    double nats = crc_nats + around + unit_evidence(learned, frame[0]) + learned.quality();
    if (candidate.predicted)
        nats += evidence(frame, candidate.roles, learned.function(frame[1]) >= 2);
    else
        nats += unpredicted_evidence(heard, learned, candidate);
    return nats;
}

void Parser::score_all(const Heard &heard, const Learned &learned)
{
    for (Candidate &candidate : candidates_)
        candidate.score = score(heard, learned, candidate);
    prefer_shorter(heard, learned);
}

// The CRC does not see zeros behind a frame: with them it is right again. Where the line puts spikes behind frames the
// shorter reading is meant.
void Parser::prefer_shorter(const Heard &heard, const Learned &learned)
{
    if (learned.tail_spikes() < often)
        return;
    for (Candidate &longer : candidates_) {
        if (longer.ascii || heard.octets[longer.end() - 1] != 0)
            continue;
        for (std::int32_t i = first_at_[longer.begin]; i >= 0;) {
            const Candidate &shorter = candidates_[static_cast<std::size_t>(i)];
            i = shorter.next;
            if (shorter.length >= longer.length || shorter.ascii)
                continue;
            const Bytes behind = heard.octets.subspan(shorter.end(), longer.end() - shorter.end());
            if (std::ranges::all_of(behind, [](std::uint8_t octet) { return octet == 0; })) {
                longer.score -= 8;
                break;
            }
        }
    }
}

// Whether the frame answers the request before it.
double Parser::fit(const Heard &heard, std::int32_t last_frame, const Candidate &candidate) const
{
    if (last_frame < 0 || candidate.ascii || (candidate.roles & as_response) == 0)
        return 0;
    const Candidate &last = candidates_[static_cast<std::size_t>(last_frame)];
    const Bytes request = heard.octets.subspan(last.begin, last.length);
    const Bytes response = heard.octets.subspan(candidate.begin, candidate.length);
    if (last.ascii || (last.roles & as_request) == 0 || request[0] != response[0] || request[1] != (response[1] & 0x7F))
        return 0;
    const std::size_t length = response_length(request);
    if (!candidate.predicted)
        return 3;  // unit and function are those that were asked
    if ((response[1] & 0x80) != 0 || length == response.size())
        return 4;
    return length != 0 && (candidate.roles & as_request) == 0 ? -2 : 0;
}

void Parser::reach(Cell &cell, const Cell &better) const
{
    if (!cell.reached || better.score > cell.score)
        cell = better;
}

void Parser::walk(const Heard &heard)
{
    const std::size_t size = heard.octets.size();
    after_frame_.assign(size + 1, {});
    in_noise_.assign(size + 1, {});
    after_frame_[0].reached = true;
    for (std::size_t at = 0; at < size; ++at)
        for (const bool noise : {false, true}) {
            const Cell here = noise ? in_noise_[at] : after_frame_[at];
            if (!here.reached)
                continue;
            reach(in_noise_[at + 1], {.score = here.score + noise_octet + (noise ? 0 : noise_begins),
                                      .candidate = -1,
                                      .last_frame = here.last_frame,
                                      .reached = true,
                                      .from_noise = noise});
            for (std::int32_t i = first_at_[at]; i >= 0;) {
                const Candidate &candidate = candidates_[static_cast<std::size_t>(i)];
                const std::int32_t index = i;
                i = candidate.next;
                const double nats = candidate.score + fit(heard, here.last_frame, candidate);
                if (nats >= accepted)
                    reach(after_frame_[candidate.end()], {.score = here.score + nats,
                                                          .candidate = index,
                                                          .last_frame = index,
                                                          .reached = true,
                                                          .from_noise = noise});
            }
        }
}

void Parser::trace_back(const Heard &heard)
{
    pieces_.clear();
    std::size_t at = heard.octets.size();
    bool noise = !after_frame_[at].reached || in_noise_[at].score > after_frame_[at].score;
    if (!in_noise_[at].reached)
        noise = false;
    while (at > 0) {
        const Cell &cell = noise ? in_noise_[at] : after_frame_[at];
        const std::size_t end = at;
        if (cell.candidate < 0) {
            --at;
            noise = cell.from_noise;
            if (!pieces_.empty() && !pieces_.back().frame && pieces_.back().begin == end)
                pieces_.back().begin = at;
            else
                pieces_.push_back({.begin = at, .end = end});
            continue;
        }
        const Candidate &candidate = candidates_[static_cast<std::size_t>(cell.candidate)];
        const double before = cell.from_noise ? in_noise_[candidate.begin].score : after_frame_[candidate.begin].score;
        pieces_.push_back({.begin = candidate.begin,
                           .end = end,
                           .frame = true,
                           .ascii = candidate.ascii,
                           .predicted = candidate.predicted,
                           .roles = candidate.roles,
                           .score = cell.score - before});
        at = candidate.begin;
        noise = cell.from_noise;
    }
    std::ranges::reverse(pieces_);
}

std::span<const Piece> Parser::parse(const Heard &heard, const Learned &learned)
{
    add_up_pauses(heard, learned);
    scan_unpredicted(heard, learned);
    score_all(heard, learned);
    walk(heard);
    trace_back(heard);
    return pieces_;
}

}  // namespace buswitness::serial
