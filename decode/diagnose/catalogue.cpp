#include "decode/diagnose/catalogue.h"

#include "decode/diagnose/catalogue_rows.h"
#include "decode/modbus/names.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cctype>

namespace buswitness::diagnose {

namespace {

std::array<CatalogueRow, finding_count> assembled()
{
    std::array<CatalogueRow, finding_count> rows{};
    std::size_t at = 0;
    for (const auto part : {attempt_rows(), path_rows(), session_rows(), request_rows(), protocol_rows(), habit_rows(),
                            line_settings_rows(), line_talk_rows(), port_rows(), capture_rows()}) {
        for (const CatalogueRow &entry : part) {
            assert(at < rows.size() && static_cast<std::size_t>(entry.id) == at);
            rows[at++] = entry;
        }
    }
    assert(at == rows.size());
    for (const Checks &entry : checks_of_findings()) {
        CatalogueRow &entry_row = rows[static_cast<std::size_t>(entry.id)];
        entry_row.problems = entry.problems;
        entry_row.suspects = entry.suspects;
    }
    for (const auto part : {advice_on_network(), advice_on_modbus(), advice_on_lines()}) {
        for (const Advice &entry : part) {
            CatalogueRow &entry_row = rows[static_cast<std::size_t>(entry.id)];
            entry_row.action = entry.action;
            entry_row.platforms = entry.platforms;
            entry_row.references = entry.references;
        }
    }
    return rows;
}

// A placeholder, its words when the finding has no value: in a sentence, and inside a command between backticks.
struct Placeholder {
    std::string_view name;
    std::string_view noun;  // "unit" in "unit {unit}": goes when the value is missing
    std::string_view sentence;
    std::string_view command;
    std::string (*value)(const Finding &);
};

std::string client_value(const Finding &finding)
{
    return finding.client ? to_string(*finding.client) : std::string();
}

std::string server_value(const Finding &finding)
{
    return finding.server ? to_string(*finding.server) : std::string();
}

std::string host_value(const Finding &finding)
{
    return finding.server ? to_string(finding.server->address) : std::string();
}

std::string port_value(const Finding &finding)
{
    return finding.server && finding.server->port != 0 ? std::to_string(finding.server->port) : std::string();
}

std::string unit_value(const Finding &finding)
{
    return finding.unit ? std::to_string(*finding.unit) : std::string();
}

std::string function_value(const Finding &finding)
{
    return finding.function_code
               ? fmt::format("{} ({})", *finding.function_code, modbus::function_name(*finding.function_code))
               : std::string();
}

std::string exception_value(const Finding &finding)
{
    return finding.exception_code
               ? fmt::format("{} ({})", *finding.exception_code, modbus::exception_name(*finding.exception_code))
               : std::string();
}

// Reads what the request read, or what it wrote to: never a command that writes.
std::string poll_value(const Finding &finding)
{
    if (!finding.asked)
        return {};
    const auto table = [](std::uint8_t function) {
        switch (function) {
        case 1:
        case 5:
        case 15: return 0;
        case 2: return 1;
        case 4: return 3;
        default: return 4;
        }
    };
    constexpr unsigned most = 125;
    const AskedFor &asked = *finding.asked;
    return fmt::format("-t {} -0 -r {} -c {}", table(asked.function), asked.address,
                       std::clamp<unsigned>(asked.quantity, 1, most));
}

// A name from a file stands in a command line only when no shell can take it for anything else.
std::string tap_value(const Finding &finding)
{
    constexpr std::string_view harmless = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/_.-";
    constexpr std::size_t longest = 64;
    const std::string &line = finding.line;
    if (line.empty() || line.size() > longest || line.front() == '-' ||
        line.find_first_not_of(harmless) != std::string::npos)
        return {};
    return (line.starts_with("tty") ? "/dev/" : "") + line;
}

constexpr Placeholder placeholders[] = {
    {"client", "client", "the client", "CLIENT", client_value},
    {"server", "server", "the server", "SERVER", server_value},
    {"host", "host", "the server", "HOST", host_value},
    {"port", "port", "the port", "PORT", port_value},
    {"unit", "unit", "the unit", "UNIT", unit_value},
    {"function", "function", "the function", "FUNCTION", function_value},
    {"exception", "exception", "an exception", "EXCEPTION", exception_value},
    {"poll", "poll", "the request", "-r 1 -c 1", poll_value},
    {"tap", "port", "the tap's port", "PORT", tap_value},
};

char lower(char octet)
{
    return static_cast<char>(std::tolower(static_cast<unsigned char>(octet)));
}

bool letter(char octet)
{
    return std::isalpha(static_cast<unsigned char>(octet)) != 0;
}

bool same_word(std::string_view left, std::string_view right)
{
    return std::ranges::equal(left, right, {}, lower, lower);
}

bool opens_sentence(std::string_view before)
{
    return before.empty() || before.ends_with(". ");
}

// True when `text` ends with the whole word `word`, in any case, followed by a space.
bool ends_with_word(std::string_view text, std::string_view word)
{
    if (text.size() <= word.size() || text.back() != ' ')
        return false;
    const std::size_t start = text.size() - word.size() - 1;
    return same_word(text.substr(start, word.size()), word) && (start == 0 || !letter(text[start - 1]));
}

// "unit {unit}" becomes "the unit", "The client {client}" becomes "The client".
void append_neutral(std::string &out, const Placeholder &placeholder, bool in_command)
{
    if (in_command) {
        out += placeholder.command;
        return;
    }
    constexpr std::string_view article = "the";
    std::string_view words = placeholder.sentence;
    if (ends_with_word(out, placeholder.noun))
        out.resize(out.size() - placeholder.noun.size() - 1);
    if (words.starts_with(article) && ends_with_word(out, article))
        words.remove_prefix(article.size() + 1);
    const std::size_t start = out.size();
    const bool capital = opens_sentence(out);
    out += words;
    if (capital)
        out[start] = static_cast<char>(std::toupper(static_cast<unsigned char>(out[start])));
}

const Placeholder *placeholder_at(std::string_view text)
{
    const std::size_t end = text.find('}');
    if (end == std::string_view::npos)
        return nullptr;
    const auto *found = std::ranges::find(placeholders, text.substr(1, end - 1), &Placeholder::name);
    return found == std::end(placeholders) ? nullptr : found;
}

}  // namespace

std::span<const CatalogueRow> catalogue()
{
    static const std::array<CatalogueRow, finding_count> rows = assembled();
    return rows;
}

const CatalogueRow &row(FindingId id)
{
    return catalogue()[static_cast<std::size_t>(id)];
}

const CatalogueRow *find_row(std::string_view name)
{
    const auto found = std::ranges::find(catalogue(), name, &CatalogueRow::name);
    return found == catalogue().end() ? nullptr : &*found;
}

std::string fill(std::string_view text, const Finding &finding)
{
    std::string out;
    out.reserve(text.size() + text.size() / 4);
    bool in_command = false;
    for (std::size_t at = 0; at < text.size();) {
        const auto special = std::find_if(text.begin() + static_cast<std::ptrdiff_t>(at), text.end(),
                                          [](char c) { return c == '{' || c == '`'; });
        const auto plain = static_cast<std::size_t>(special - text.begin());
        out += text.substr(at, plain - at);
        at = plain;
        if (at == text.size())
            break;
        const Placeholder *placeholder = text[at] == '{' ? placeholder_at(text.substr(at)) : nullptr;
        if (placeholder == nullptr) {
            in_command ^= text[at] == '`';
            out += text[at++];
            continue;
        }
        const std::string value = placeholder->value(finding);
        if (value.empty())
            append_neutral(out, *placeholder, in_command);
        else
            out += value;
        at += placeholder->name.size() + 2;
    }
    return out;
}

}  // namespace buswitness::diagnose
