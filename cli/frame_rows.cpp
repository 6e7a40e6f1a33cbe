#include "cli/frame_rows.h"

#include "decode/base/text.h"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace buswitness::cli {

namespace {

using serial::ItemKind;
using serial::SerialFrame;

constexpr std::array<std::pair<serial::LineMark, std::string_view>, 5> mark_names = {{
    {serial::parity_error, "parity"},
    {serial::framing_error, "framing"},
    {serial::break_condition, "break"},
    {serial::octets_lost, "lost"},
    {serial::line_error, "parity-or-framing"},
}};

std::string errors_of(const SerialFrame &frame, std::string_view quote)
{
    std::string names;
    for (const auto &[mark, name] : mark_names)
        if ((frame.errors & mark) != 0)
            names += fmt::format("{}{}{}{}", names.empty() ? "" : ",", quote, name, quote);
    return names;
}

std::string plain_hex(Bytes octets)
{
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    text.reserve(octets.size() * 2);
    for (const std::uint8_t octet : octets) {
        text += digits[octet >> 4];
        text += digits[octet & 15];
    }
    return text;
}

std::string json_string(std::string_view text)
{
    std::string quoted = "\"";
    for (const char c : escaped(text)) {
        if (c == '"' || c == '\\')
            quoted += '\\';
        quoted += c;
    }
    return quoted + '"';
}

bool gap_certain(const FrameRow &row)
{
    return gap_against(row.frame, row.t3_5) != serial::SilenceVerdict::not_visible;
}

std::string gap_json(const FrameRow &row)
{
    const SerialFrame &frame = row.frame;
    if (!frame.has_gap)
        return R"("gap_before_ms":null,"gap_certain":false)";
    return fmt::format(R"("gap_before_ms":{:.3f},"gap_certain":{},"gap_min_ms":{:.3f},"gap_max_ms":{:.3f})",
                       milliseconds(frame.gap), gap_certain(row), milliseconds(frame.gap_min),
                       milliseconds(frame.gap_max));
}

std::string header_json(const SerialFrame &frame)
{
    if (frame.adu.size() < 2)
        return R"("unit":null,"function_code":null,"exception":false)";
    return fmt::format(R"("unit":{},"function_code":{},"exception":{})", frame.unit, frame.function, frame.exception);
}

// The octets of ASCII as characters, without what a terminal would act on.
std::string characters(Bytes octets)
{
    std::string text;
    for (const std::uint8_t octet : octets)
        text += static_cast<char>(octet & 0x7F);
    return escaped(text, 33);
}

std::string_view what_of(const SerialFrame &frame)
{
    if (frame.kind == ItemKind::noise)
        return to_string(frame.noise);
    return to_string(frame.direction);
}

std::string gap_text(const FrameRow &row)
{
    if (!row.frame.has_gap)
        return "";
    const double gap = milliseconds(row.frame.gap);
    const std::string text = gap < 10'000 ? fmt::format("{:.2f}", gap) : fmt::format("{:.0f}", gap);
    return text + (gap_certain(row) ? " " : "?");
}

}  // namespace

std::string frame_heading()
{
    return fmt::format("{:>7} {:<15} {:<10} {:>4} {:>4} {:<5} {:>10}  {}", "frame", "time", "what", "unit", "func",
                       "check", "gap ms", "octets");
}

std::string frame_text(const FrameRow &row)
{
    const SerialFrame &frame = row.frame;
    const bool header = frame.adu.size() >= 2;
    const std::string errors = errors_of(frame, "");
    std::string octets = frame.ascii ? characters(frame.octets) : hex(frame.octets, errors.empty() ? 11 : 7);
    if (!errors.empty())
        octets += fmt::format(" [{:.8}]", errors);
    return fmt::format("{:>7} {} {:<10} {:>4} {:>4} {:<5} {:>10}  {}", frame.number, clock_time(frame.start),
                       what_of(frame), header ? std::to_string(frame.unit) : "",
                       header ? std::to_string(frame.function) + (frame.exception ? "!" : "") : "",
                       frame.kind == ItemKind::frame ? "good"
                       : frame.kind == ItemKind::bad ? "bad"
                                                     : "",
                       gap_text(row), octets);
}

std::string frame_json(const FrameRow &row)
{
    const SerialFrame &frame = row.frame;
    return fmt::format(
        R"({{"frame":{},"line":{},"time":"{}","end":"{}","kind":"{}","noise":{},"direction":"{}","crc":"{}",{},)"
        R"("ascii":{},"octets":"{}",{},"errors":[{}],"certainty":{:.3f},"answers":{}}})",
        frame.number, json_string(row.line), rfc3339(frame.start), rfc3339(frame.end), to_string(frame.kind),
        frame.noise == serial::NoiseName::none ? "null" : fmt::format("\"{}\"", to_string(frame.noise)),
        to_string(frame.direction), frame.kind == ItemKind::frame ? "good" : "bad", header_json(frame), frame.ascii,
        plain_hex(frame.octets), gap_json(row), errors_of(frame, "\""), frame.confidence,
        frame.answers == 0 ? "null" : std::to_string(frame.answers));
}

}  // namespace buswitness::cli
