#include "decode/serial/draft.h"

#include "decode/modbus/rtu.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace buswitness::serial {
namespace {

constexpr std::size_t longest_spike = 3;

// Unit and function that this line has shown, or could.
bool plausible_header(const Learned &learned, Bytes octets)
{
    if (octets.size() < 2 || octets[0] > modbus::last_unit || (octets[1] & 0x7F) == 0)
        return false;
    const bool function = tells_length(octets[1]) || learned.headers(octets[0], octets[1]) >= 2;
    return function && (learned.frames() < 4 || learned.unit(octets[0]) > 0);
}

bool is_ascii_character(std::uint8_t octet)
{
    const auto c = static_cast<std::uint8_t>(octet & 0x7F);
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F') || c == ':' || c == '\r' || c == '\n';
}

// A damaged line of an ASCII bus.
bool looks_ascii(const Learned &learned, Bytes octets)
{
    const auto fitting = static_cast<std::size_t>(std::ranges::count_if(octets, is_ascii_character));
    return learned.ascii() && octets.size() >= 5 && fitting * 4 >= octets.size() * 3;
}

std::uint8_t roles_of_length(Bytes octets)
{
    const Shapes shapes = shapes_of(octets);
    std::uint8_t roles = no_role;
    for (std::size_t i = 0; i < shapes.count; ++i)
        if (shapes.list[i].length == octets.size())
            roles = static_cast<std::uint8_t>(roles | shapes.list[i].roles);
    return roles;
}

NoiseName name_of(std::size_t length, bool frame_before, bool frame_behind)
{
    if (length > longest_spike)
        return NoiseName::garbage;
    return frame_behind ? NoiseName::lead_spike : frame_before ? NoiseName::tail_spike : NoiseName::spike;
}

}  // namespace

void Drafts::build(const Heard &heard, const Learned &learned, Nanos character, std::span<const Piece> pieces)
{
    list.clear();
    decoded_.clear();
    decoded_.reserve(heard.octets.size());  // views into it must stay
    for (std::size_t i = 0; i < pieces.size(); ++i) {
        const Piece &piece = pieces[i];
        const std::size_t first = list.size();
        if (piece.frame)
            add_frame(heard, piece);
        else
            add_rest(heard, learned, piece, i > 0, i + 1 < pieces.size());
        for (std::size_t k = first; k < list.size(); ++k)
            bound(heard, character, list[k]);
    }
    keep_apart(heard, character);
    for (Draft &draft : list)
        place(heard, character, draft);
}

void Drafts::add_frame(const Heard &heard, const Piece &piece)
{
    constexpr double certain_enough = 30;
    Draft draft;
    draft.begin = piece.begin;
    draft.end = piece.end;
    draft.kind = ItemKind::frame;
    draft.ascii = piece.ascii;
    draft.predicted = piece.predicted;
    draft.roles = piece.roles;
    draft.confidence = 1 / (1 + std::exp(-std::min(certain_enough, piece.score)));
    const Bytes octets = heard.octets.subspan(piece.begin, piece.end - piece.begin);
    if (piece.ascii) {
        const std::size_t from = decoded_.size();
        decode_ascii(octets, decoded_);
        draft.adu = Bytes(decoded_).subspan(from);
        std::vector<std::uint8_t> rtu(draft.adu.begin(), draft.adu.end());
        rtu.insert(rtu.end(), 2, 0);  // where the CRC would be: shapes know RTU lengths
        draft.roles = roles_of_length(rtu);
        if (draft.roles == no_role)
            draft.roles = either_role;
    } else {
        draft.adu = octets.first(octets.size() - 2);
    }
    draft.exception = draft.adu.size() >= 2 && (draft.adu[1] & 0x80) != 0;
    if (draft.exception)
        draft.roles = as_response;
    list.push_back(draft);
}

// Cuts the run at silences that are certain, and where damaged frames of a plausible length meet.
void Drafts::add_rest(const Heard &heard, const Learned &learned, const Piece &piece, bool frame_before,
                      bool frame_behind)
{
    for (std::size_t begin = piece.begin; begin < piece.end;) {
        const std::size_t end = next_cut(heard, learned, begin, piece.end);
        const bool close_before = begin == piece.begin && frame_before && !heard.proven(begin);
        const bool close_behind = end == piece.end && frame_behind && !heard.proven(end);
        Draft draft;
        draft.begin = begin;
        draft.end = end;
        add_run(heard, learned, draft, close_before, close_behind);
        begin = end;
    }
}

std::size_t Drafts::next_cut(const Heard &heard, const Learned &learned, std::size_t begin, std::size_t end) const
{
    const Bytes rest = heard.octets.subspan(begin, end - begin);
    std::size_t cut = end;
    for (std::size_t i = begin + 1; i < end; ++i)
        if (heard.proven(i) || (learned.ascii() && (heard.octets[i] & 0x7F) == ':')) {
            cut = i;
            break;
        }
    if (!plausible_header(learned, rest))
        return cut;
    const Shapes shapes = shapes_of(rest);
    for (std::size_t i = 0; i < shapes.count; ++i) {
        const std::size_t at = begin + shapes.list[i].length;
        if (at + shortest_rtu <= cut && heard.possible(at) && heard.octets[at] == rest[0] &&
            (heard.octets[at + 1] & 0x7F) == (rest[1] & 0x7F))
            return at;
    }
    return cut;
}

void Drafts::add_run(const Heard &heard, const Learned &learned, Draft draft, bool frame_before, bool frame_behind)
{
    constexpr std::size_t surely_no_spike = 6;
    const Bytes octets = heard.octets.subspan(draft.begin, draft.end - draft.begin);
    draft.noise = name_of(octets.size(), frame_before, frame_behind);
    if (looks_ascii(learned, octets)) {
        draft.kind = ItemKind::bad;
        draft.noise = NoiseName::none;
        draft.ascii = true;
        draft.roles = either_role;
        draft.confidence = 0.7;
        list.push_back(draft);
        return;
    }
    const bool header = plausible_header(learned, octets);
    const std::uint8_t roles = roles_of_length(octets);
    const bool cut = header && roles == no_role && shapes_of(octets).cut;
    if (cut)
        draft.noise = NoiseName::truncated;
    if (octets.size() >= shortest_rtu && (header || roles != no_role || octets.size() >= surely_no_spike)) {
        draft.kind = ItemKind::bad;
        draft.confidence = header && roles != no_role ? 0.9 : header ? 0.7 : 0.4;
        draft.roles = roles == no_role ? std::uint8_t{either_role} : roles;
        draft.adu = octets.first(octets.size() - 2);
        draft.noise = cut ? NoiseName::truncated : NoiseName::none;
    }
    list.push_back(draft);
}

// When it began, if its octets followed each other without a pause: what the bounds of all its octets leave. Else what
// those of its first octet leave.
void Drafts::bound(const Heard &heard, Nanos character, Draft &draft) const
{
    constexpr Nanos read_delay = 1'000'000;
    const Timeline &timeline = heard.timeline;
    Nanos low = std::numeric_limits<Nanos>::min(), high = std::numeric_limits<Nanos>::max();
    for (std::size_t i = draft.begin; i < draft.end; ++i) {
        const Nanos before = static_cast<Nanos>(i - draft.begin + 1) * character;
        low = std::max(low, timeline.low(i) - before);
        high = std::min(high, timeline.high(i) - before);
        if (i > draft.begin)
            draft.pause_min = std::max(draft.pause_min, timeline.gap_min(i));
    }
    draft.start_low = timeline.low(draft.begin) - character;
    draft.start_high = std::clamp(high, draft.start_low, timeline.high(draft.begin) - character);
    if (low > high) {
        low = draft.start_low;
        high = timeline.high(draft.begin) - character;
    }
    draft.likely_low = std::min(high, low + read_delay - Timeline::usual_delay);
    draft.likely_high = std::max(draft.likely_low, high - Timeline::usual_delay);
}

// Where there may have been a silence between two items there was one: what came behind pushes an item to earlier
// times, what came before to later ones. Likely, not certain: not everybody keeps t3.5.
void Drafts::keep_apart(const Heard &heard, Nanos character)
{
    const auto apart = [&](const Draft &before, const Draft &behind) {
        const bool silence =
            before.kind != ItemKind::noise && behind.kind != ItemKind::noise && heard.possible(behind.begin);
        return static_cast<Nanos>(before.end - before.begin) * character + (silence ? heard.limit() : 0);
    };
    for (std::size_t i = list.size(); i-- > 1;) {
        const Nanos latest = list[i].likely_high - apart(list[i - 1], list[i]);
        if (latest >= list[i - 1].likely_low)
            list[i - 1].likely_high = std::min(list[i - 1].likely_high, latest);
    }
    for (std::size_t i = 1; i < list.size(); ++i) {
        const Nanos earliest = list[i - 1].likely_low + apart(list[i - 1], list[i]);
        if (earliest <= list[i].likely_high)
            list[i].likely_low = std::max(list[i].likely_low, earliest);
    }
}

void Drafts::place(const Heard &heard, Nanos character, Draft &draft) const
{
    constexpr Nanos widest = 20'000'000;  // of an adapter whose latency is not known
    const Nanos earliest = std::max(draft.likely_low, draft.likely_high - widest);
    draft.start = std::clamp(earliest + (draft.likely_high - earliest) / 2, draft.start_low, draft.start_high);
    const Nanos length = static_cast<Nanos>(draft.end - draft.begin) * character;
    const Timeline &timeline = heard.timeline;
    draft.finish = std::clamp(draft.start + length, timeline.low(draft.end - 1), timeline.high(draft.end - 1));
    draft.finish = std::max(draft.finish, draft.start);
}

}  // namespace buswitness::serial
