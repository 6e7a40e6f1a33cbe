#include "decode/report/svg.h"

#include "decode/base/text.h"

#include <fmt/format.h>

namespace buswitness::report {

namespace {

std::string safe(std::string_view text)
{
    std::string out;
    for (const char octet : escaped(text)) {
        switch (octet) {
        case '&': out += "&amp;"; break;
        case '<': out += "&lt;"; break;
        case '>': out += "&gt;"; break;
        case '"': out += "&quot;"; break;
        case '\'': out += "&#39;"; break;
        default: out += octet;
        }
    }
    return out;
}

std::string_view word(Anchor anchor)
{
    switch (anchor) {
    case Anchor::start: return "start";
    case Anchor::middle: return "middle";
    case Anchor::end: return "end";
    }
    return "start";
}

}  // namespace

Svg::Svg(double width, double height, std::string_view label)
    : out_(fmt::format(R"(<svg viewBox="0 0 {:.0f} {:.0f}" role="img" aria-label="{}">)", width, height, safe(label)))
{
}

void Svg::rect(double x, double y, double width, double height, std::string_view style, std::string_view title)
{
    out_ += fmt::format(R"(<rect x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}" class="{}")", x, y, width, height,
                        safe(style));
    out_ += title.empty() ? "/>" : fmt::format("><title>{}</title></rect>", safe(title));
}

void Svg::line(double x1, double y1, double x2, double y2, std::string_view style)
{
    out_ += fmt::format(R"(<line x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}" class="{}"/>)", x1, y1, x2, y2,
                        safe(style));
}

void Svg::text(double x, double y, std::string_view words, Anchor anchor, std::string_view style)
{
    out_ += fmt::format(R"(<text x="{:.1f}" y="{:.1f}" text-anchor="{}" class="{}">{}</text>)", x, y, word(anchor),
                        safe(style), safe(words));
}

std::string Svg::finished() &&
{
    return std::move(out_) + "</svg>";
}

}  // namespace buswitness::report
