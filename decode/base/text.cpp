#include "decode/base/text.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>

namespace buswitness {
namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";

struct CodePoint {
    std::uint32_t value = 0;
    std::size_t length = 0;  // octets; 0: not UTF-8
};

unsigned octet_at(std::string_view text, std::size_t at)
{
    return static_cast<unsigned char>(text[at]);
}

// The code point that starts at `at` (RFC 3629: shortest form, no surrogates, at most U+10FFFF).
CodePoint code_point(std::string_view text, std::size_t at)
{
    const unsigned lead = octet_at(text, at);
    if (lead < 0x80)
        return {lead, 1};
    const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || text.size() - at < length)
        return {};
    std::uint32_t value = lead & (0x7FU >> length);
    for (std::size_t i = 1; i < length; ++i) {
        const unsigned octet = octet_at(text, at + i);
        if ((octet & 0xC0) != 0x80)
            return {};
        value = value << 6 | (octet & 0x3F);
    }
    constexpr std::array<std::uint32_t, 5> smallest{0, 0, 0x80, 0x800, 0x10000};
    if (value < smallest[length] || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF))
        return {};
    return {value, length};
}

// What can move a cursor, turn the reading direction, break a line or hide itself.
bool is_hostile(std::uint32_t c)
{
    const bool control = c < 0x20 || (c >= 0x7F && c < 0xA0);
    const bool bidirectional =
        c == 0x061C || c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
    const bool line_end = c == 0x2028 || c == 0x2029;
    const bool byte_order_mark = c == 0xFEFF;
    return control || bidirectional || line_end || byte_order_mark;
}

void append_escape(std::string &text, unsigned octet)
{
    text += "\\x";
    text += hex_digits[octet >> 4];
    text += hex_digits[octet & 0xF];
}

// Decimal digits, at least `width` of them.
std::string digits(std::uint64_t value, std::size_t width = 1)
{
    std::string text = std::to_string(value);
    if (text.size() < width)
        text.insert(0, width - text.size(), '0');
    return text;
}

struct WallClock {
    std::int64_t days = 0;  // since 1970-01-01
    std::uint64_t hour = 0, minute = 0, second = 0, nanosecond = 0;
};

// By hand and not with chrono::floor: at the lower end of the range the midnight before cannot be held in 64 bits.
WallClock wall_clock(Timestamp time)
{
    constexpr std::int64_t second = 1'000'000'000;
    constexpr std::int64_t day = 86'400 * second;
    const std::int64_t count = time.time_since_epoch().count();
    std::int64_t days = count / day;
    std::int64_t in_day = count % day;
    if (in_day < 0) {
        --days;
        in_day += day;
    }
    const auto of_day = static_cast<std::uint64_t>(in_day / second);
    return {days, of_day / 3600, of_day / 60 % 60, of_day % 60, static_cast<std::uint64_t>(in_day % second)};
}

std::string hours_to_seconds(const WallClock &clock)
{
    return digits(clock.hour, 2) + ':' + digits(clock.minute, 2) + ':' + digits(clock.second, 2);
}

// tenths -> "1.5", "2"
std::string with_tenths(std::uint64_t tenths)
{
    std::string text = digits(tenths / 10);
    if (tenths % 10 != 0)
        text += '.' + digits(tenths % 10);
    return text;
}

std::string two_units(std::uint64_t value, std::uint64_t per, std::string_view big, std::string_view small)
{
    std::string text = digits(value / per) + ' ' + std::string(big);
    if (value % per != 0)
        text += ' ' + digits(value % per) + ' ' + std::string(small);
    return text;
}

std::uint64_t rounded(std::uint64_t value, std::uint64_t unit)
{
    return value / unit + (value % unit >= unit - unit / 2 ? 1 : 0);
}

// Each step compares the rounded value, so that 59.97 s reads "1 min" and never "60 s".
std::string human(std::uint64_t nanoseconds)
{
    constexpr std::uint64_t microsecond = 1'000, millisecond = 1'000'000, second = 1'000'000'000;
    if (nanoseconds == 0)
        return "0 ms";
    if (nanoseconds < microsecond)
        return digits(nanoseconds) + " ns";
    if (rounded(nanoseconds, microsecond) < 100)
        return "0." + digits(rounded(nanoseconds, microsecond), 3) + " ms";
    if (rounded(nanoseconds, millisecond / 10) < 100)
        return with_tenths(rounded(nanoseconds, millisecond / 10)) + " ms";
    if (rounded(nanoseconds, millisecond) < 1000)
        return digits(rounded(nanoseconds, millisecond)) + " ms";
    if (rounded(nanoseconds, second / 10) < 600)
        return with_tenths(rounded(nanoseconds, second / 10)) + " s";
    if (rounded(nanoseconds, second) < 3600)
        return two_units(rounded(nanoseconds, second), 60, "min", "s");
    if (rounded(nanoseconds, 60 * second) < std::uint64_t{48} * 60)
        return two_units(rounded(nanoseconds, 60 * second), 60, "h", "min");
    return two_units(rounded(nanoseconds, 3600 * second), 24, "d", "h");
}

}  // namespace

std::string escaped(std::string_view text, std::size_t limit)
{
    constexpr std::size_t escape_width = 4;
    // Most texts are our own words.
    const auto first_odd = std::ranges::find_if(text, [](char c) { return c < ' ' || c > '~'; });
    const std::size_t printable = std::min(limit, static_cast<std::size_t>(first_odd - text.begin()));
    std::string out(text.substr(0, printable));
    std::size_t shown = printable;
    for (std::size_t at = printable; at < text.size();) {
        const CodePoint point = code_point(text, at);
        const bool plain = point.length != 0 && !is_hostile(point.value);
        const std::size_t octets = point.length == 0 ? 1 : point.length;
        const std::size_t width = plain ? 1 : octets * escape_width;
        if (width > limit - shown)
            return out + "...";
        if (plain)
            out.append(text.substr(at, octets));
        else
            for (std::size_t i = 0; i < octets; ++i)
                append_escape(out, octet_at(text, at + i));
        shown += width;
        at += octets;
    }
    return out;
}

std::string rfc3339(Timestamp time)
{
    const WallClock clock = wall_clock(time);
    const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(clock.days))};
    // 64 bits of nanoseconds reach from 1677 to 2262: always four digits.
    return digits(static_cast<std::uint64_t>(static_cast<int>(date.year())), 4) + '-' +
           digits(static_cast<unsigned>(date.month()), 2) + '-' + digits(static_cast<unsigned>(date.day()), 2) + 'T' +
           hours_to_seconds(clock) + '.' + digits(clock.nanosecond, 9) + 'Z';
}

std::string clock_time(Timestamp time)
{
    const WallClock clock = wall_clock(time);
    return hours_to_seconds(clock) + '.' + digits(clock.nanosecond / 1000, 6);
}

std::string human(Duration duration)
{
    const std::int64_t count = duration.count();
    const auto bits = static_cast<std::uint64_t>(count);
    return count < 0 ? '-' + human(0 - bits) : human(bits);
}

std::string hex(Bytes octets, std::size_t limit)
{
    std::string text;
    for (std::size_t i = 0; i < octets.size(); ++i) {
        if (i != 0)
            text += ' ';
        if (i == limit)
            return text + "...";
        text += hex_digits[octets[i] >> 4];
        text += hex_digits[octets[i] & 0xF];
    }
    return text;
}

}  // namespace buswitness
