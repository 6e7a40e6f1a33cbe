// Texts on their way into Markdown and HTML: commands between backticks are told apart, nothing else means anything.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace buswitness::report {

struct Piece {
    bool code = false;
    std::string text;  // without control characters
};

// A text of ours, whose backticks mark commands. A backtick without a partner is a character.
std::vector<Piece> pieces(std::string_view text);

std::string markdown_text(std::string_view text);    // everything that Markdown or HTML would read is escaped
std::string markdown_code(std::string_view text);    // a code span that holds the text, whatever is in it
std::string markdown_pieces(std::string_view text);  // both, by the backticks

}  // namespace buswitness::report
