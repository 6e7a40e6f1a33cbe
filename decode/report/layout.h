// A page of plain text for a terminal: wrapped, indented, coloured only if asked. Every text that goes in is escaped
// here, so nothing that comes from outside can reach the terminal as a command.
#pragma once

#include "decode/report/tables.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace buswitness::report {

inline constexpr std::size_t page_width = 80;

enum class Tone { plain, bold, dim, error, warning, note };

// Lines of at most `width` columns, the first of at most `first_width`; a command between backticks stays in one
// piece where it fits. One code point counts as one column.
std::vector<std::string> wrapped(std::string_view text, std::size_t first_width, std::size_t width);
std::size_t columns(std::string_view text);

class Page {
public:
    Page(bool colour, bool utf8) : colour_(colour), utf8_(utf8) {}

    [[nodiscard]] bool utf8() const { return utf8_; }
    void blank();                         // at most one empty line in a row
    void heading(std::string_view text);  // a section
    void caption(std::string_view text);  // a part of a section
    void paragraph(std::string_view text, std::size_t indent, Tone tone = Tone::plain);
    // `lead`, then the text; further lines start under the text.
    void item(std::string_view lead, std::string_view text, std::size_t indent, std::size_t lead_width,
              Tone lead_tone = Tone::plain, Tone text_tone = Tone::plain);
    void bullet(std::string_view text, std::size_t indent);
    void numbered(const std::vector<std::string> &texts, std::size_t indent);
    void table(const Table &table, std::size_t indent);
    [[nodiscard]] std::string text() &&;

private:
    [[nodiscard]] std::string clean(std::string_view text) const;
    [[nodiscard]] std::string painted(std::string_view text, Tone tone) const;
    void line(std::string_view text);

    bool colour_;
    bool utf8_;
    std::string out_;
};

}  // namespace buswitness::report
