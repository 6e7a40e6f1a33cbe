#include "decode/report/layout.h"

#include "decode/base/text.h"

#include <fmt/format.h>

#include <algorithm>

namespace buswitness::report {

namespace {

constexpr std::size_t line_text_limit = 8192;

bool continues_code_point(char octet)
{
    return (static_cast<unsigned char>(octet) & 0xC0) == 0x80;
}

// Words end at spaces, but not inside a command between backticks, unless the command would not fit a line.
std::vector<std::string_view> split_words(std::string_view text, bool keep_commands)
{
    std::vector<std::string_view> words;
    std::size_t start = 0;
    bool in_command = false;
    for (std::size_t at = 0; at <= text.size(); ++at) {
        if (at < text.size() && text[at] == '`')
            in_command = keep_commands && !in_command;
        if (at != text.size() && (text[at] != ' ' || in_command))
            continue;
        if (at > start)
            words.push_back(text.substr(start, at - start));
        start = at + 1;
    }
    return words;
}

// The octets of the first `count` code points.
std::size_t octets_of(std::string_view text, std::size_t count)
{
    std::size_t at = 0;
    while (at < text.size()) {
        if (!continues_code_point(text[at]) && count-- == 0)
            break;
        ++at;
    }
    return at;
}

class Wrapper {
public:
    Wrapper(std::size_t first_width, std::size_t width) : room_(first_width), width_(width) {}

    void add(std::string_view word)
    {
        const std::size_t length = columns(word);
        if (length > width_) {
            add_too_long(word);
            return;
        }
        const std::size_t needed = length + (line_.empty() ? 0 : 1);
        if (needed > room_ - columns(line_))
            finish_line();
        if (!line_.empty())
            line_ += ' ';
        line_ += word;
    }
    std::vector<std::string> lines() &&
    {
        if (!line_.empty() || lines_.empty())
            lines_.push_back(std::move(line_));
        return std::move(lines_);
    }

private:
    void add_too_long(std::string_view word)
    {
        if (word.find(' ') != std::string_view::npos) {
            for (const std::string_view part : split_words(word, false))
                add(part);
            return;
        }
        while (!word.empty()) {
            const std::size_t cut = octets_of(word, width_);
            add(word.substr(0, cut));
            word.remove_prefix(cut);
        }
    }
    void finish_line()
    {
        lines_.push_back(std::move(line_));
        line_.clear();
        room_ = width_;
    }

    std::size_t room_;
    std::size_t width_;
    std::string line_;
    std::vector<std::string> lines_;
};

std::string_view sequence(Tone tone)
{
    switch (tone) {
    case Tone::plain: return "";
    case Tone::bold: return "\x1b[1m";
    case Tone::dim: return "\x1b[2m";
    case Tone::error: return "\x1b[1;31m";
    case Tone::warning: return "\x1b[1;33m";
    case Tone::note: return "\x1b[36m";
    }
    return "";
}

std::string aligned(std::string_view cell, std::size_t width, bool right)
{
    const std::size_t length = columns(cell);
    const std::string space(width > length ? width - length : 0, ' ');
    return right ? space + std::string(cell) : std::string(cell) + space;
}

}  // namespace

std::size_t columns(std::string_view text)
{
    return text.size() - static_cast<std::size_t>(std::ranges::count_if(text, continues_code_point));
}

std::vector<std::string> wrapped(std::string_view text, std::size_t first_width, std::size_t width)
{
    Wrapper wrapper(first_width, width);
    for (const std::string_view word : split_words(text, true))
        wrapper.add(word);
    return std::move(wrapper).lines();
}

std::string Page::clean(std::string_view text) const
{
    std::string safe = escaped(text, line_text_limit);
    if (utf8_)
        return safe;
    std::string ascii;
    for (const char octet : safe) {
        if (static_cast<unsigned char>(octet) < 0x80)
            ascii += octet;
        else
            ascii += fmt::format("\\x{:02x}", static_cast<unsigned char>(octet));
    }
    return ascii;
}

std::string Page::painted(std::string_view text, Tone tone) const
{
    if (!colour_ || tone == Tone::plain || text.empty())
        return std::string(text);
    return fmt::format("{}{}\x1b[0m", sequence(tone), text);
}

void Page::line(std::string_view text)
{
    const std::size_t last = text.find_last_not_of(' ');
    out_ += text.substr(0, last == std::string_view::npos ? 0 : last + 1);
    out_ += '\n';
}

void Page::blank()
{
    if (!out_.empty() && !out_.ends_with("\n\n"))
        out_ += '\n';
}

void Page::heading(std::string_view text)
{
    blank();
    const std::string words = clean(text);
    line(painted(words, Tone::bold));
    std::string rule;
    for (std::size_t i = 0; i < columns(words); ++i)
        rule += utf8_ ? "\u2500" : "-";
    line(painted(rule, Tone::dim));
}

void Page::caption(std::string_view text)
{
    blank();
    paragraph(text, 0, Tone::bold);
}

void Page::paragraph(std::string_view text, std::size_t indent, Tone tone)
{
    item("", text, indent, 0, Tone::plain, tone);
}

void Page::item(std::string_view lead, std::string_view text, std::size_t indent, std::size_t lead_width,
                Tone lead_tone, Tone text_tone)
{
    const std::string words = clean(lead);
    const std::size_t used = std::max(columns(words), lead_width);
    const std::size_t hang = indent + (lead_width == 0 ? 0 : lead_width);
    const std::string space(used - columns(words), ' ');
    std::string before = std::string(indent, ' ') + painted(words, lead_tone) + space;
    const std::size_t first_room = page_width > indent + used ? page_width - indent - used : 1;
    for (const std::string &part : wrapped(clean(text), first_room, page_width - hang)) {
        line(before + painted(part, text_tone));
        before = std::string(hang, ' ');
    }
}

void Page::bullet(std::string_view text, std::size_t indent)
{
    item(utf8_ ? "\u2022 " : "* ", text, indent, 2);
}

void Page::numbered(const std::vector<std::string> &texts, std::size_t indent)
{
    const std::size_t lead_width = texts.size() < 10 ? 3 : 4;
    for (std::size_t i = 0; i < texts.size(); ++i)
        item(fmt::format("{}. ", i + 1), texts[i], indent, lead_width);
}

// A first cell that leaves no room for the figures gets a line of its own.
void Page::table(const Table &table, std::size_t indent)
{
    constexpr std::size_t gap = 2;
    std::vector<std::size_t> widths;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        std::size_t width = columns(table.columns[i].heading);
        for (const auto &row : table.rows)
            width = std::max(width, columns(clean(row[i])));
        widths.push_back(width);
    }
    std::size_t others = indent;
    for (std::size_t i = 1; i < widths.size(); ++i)
        others += gap + widths[i];
    widths[0] = std::min(widths[0], page_width > others ? page_width - others : columns(table.columns[0].heading));

    const auto row_line = [&](const std::vector<std::string> &cells, Tone tone) {
        std::string text(indent, ' ');
        if (columns(cells[0]) > widths[0]) {
            for (const std::string &part : wrapped(cells[0], page_width - indent, page_width - indent))
                line(text + painted(part, tone));
            text += std::string(widths[0], ' ');
        } else {
            text += aligned(cells[0], widths[0], table.columns[0].number);
        }
        for (std::size_t i = 1; i < cells.size(); ++i)
            text += std::string(gap, ' ') + aligned(cells[i], widths[i], table.columns[i].number);
        line(painted(text, tone));
    };
    std::vector<std::string> headings;
    for (const Table::Column &column : table.columns)
        headings.push_back(clean(column.heading));
    row_line(headings, Tone::dim);
    for (const auto &row : table.rows) {
        std::vector<std::string> cells;
        for (const std::string &cell : row)
            cells.push_back(clean(cell));
        row_line(cells, Tone::plain);
    }
}

std::string Page::text() &&
{
    return std::move(out_);
}

}  // namespace buswitness::report
