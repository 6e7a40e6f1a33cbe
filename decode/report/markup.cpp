#include "decode/report/markup.h"

#include "decode/base/text.h"

#include <algorithm>

namespace buswitness::report {

namespace {

constexpr std::size_t text_limit = 8192;

}  // namespace

std::vector<Piece> pieces(std::string_view text)
{
    const std::string safe = escaped(text, text_limit);
    std::string_view rest = safe;
    std::vector<Piece> all;
    while (!rest.empty()) {
        const std::size_t open = rest.find('`');
        const std::size_t close = open == std::string_view::npos ? open : rest.find('`', open + 1);
        if (close == std::string_view::npos) {
            all.push_back({false, std::string(rest)});
            break;
        }
        if (open != 0)
            all.push_back({false, std::string(rest.substr(0, open))});
        if (close > open + 1)
            all.push_back({true, std::string(rest.substr(open + 1, close - open - 1))});
        rest.remove_prefix(close + 1);
    }
    return all;
}

// CommonMark 2.4: a backslash before ASCII punctuation makes it a character. "<" and "&" become entities, because some
// ticket systems let raw HTML through. "@" and "://" would become mentions and links.
std::string markdown_text(std::string_view text)
{
    constexpr std::string_view special = "\\`*_{}[]#!|~>$^";
    std::string out;
    for (const char octet : escaped(text, text_limit)) {
        if (octet == '<')
            out += "&lt;";
        else if (octet == '&')
            out += "&amp;";
        else if (octet == '@')
            out += "&#64;";
        else if (special.find(octet) != std::string_view::npos || (out.empty() && (octet == '-' || octet == '+')))
            out += std::string("\\") + octet;
        else
            out += octet;
    }
    for (std::size_t at = out.find("://"); at != std::string::npos; at = out.find("://", at + 1))
        out.replace(at, 1, "&#58;");
    return out;
}

// CommonMark 6.1: the fence is longer than any run of backticks inside. In a table cell a pipe ends the cell even here.
std::string markdown_code(std::string_view text)
{
    const std::string safe = escaped(text, text_limit);
    std::size_t longest = 0, run = 0;
    std::string inside;
    for (const char octet : safe) {
        run = octet == '`' ? run + 1 : 0;
        longest = std::max(longest, run);
        inside += octet;
    }
    if (inside.empty())
        return {};
    const std::string fence(longest + 1, '`');
    const std::string space = inside.front() == '`' || inside.back() == '`' ? " " : "";
    return fence + space + inside + space + fence;
}

std::string markdown_pieces(std::string_view text)
{
    std::string out;
    for (const Piece &piece : pieces(text))
        out += piece.code ? markdown_code(piece.text) : markdown_text(piece.text);
    return out;
}

}  // namespace buswitness::report
