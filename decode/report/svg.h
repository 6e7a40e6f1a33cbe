// Writes small SVG pictures for inlining in HTML. Colours are class names that the page's style sheet fills in, so that
// light, dark and print differ; texts are escaped here.
#pragma once

#include <string>
#include <string_view>

namespace buswitness::report {

enum class Anchor : unsigned char { start, middle, end };

class Svg {
public:
    // Size in user units; `label` is what a screen reader says.
    Svg(double width, double height, std::string_view label);

    // `title` is shown by browsers while the pointer rests on it; empty: none.
    void rect(double x, double y, double width, double height, std::string_view style, std::string_view title = {});
    void line(double x1, double y1, double x2, double y2, std::string_view style);
    void text(double x, double y, std::string_view words, Anchor anchor = Anchor::start, std::string_view style = "t");
    [[nodiscard]] std::string finished() &&;

private:
    std::string out_;
};

}  // namespace buswitness::report
