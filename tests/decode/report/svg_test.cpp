#include "decode/report/svg.h"

#include <gtest/gtest.h>

namespace buswitness::report {
namespace {

TEST(Svg, DrawsAndEscapes)
{
    Svg svg(100, 20, "a \"label\"");
    svg.rect(1, 2, 3, 4, "ok", "5 < 6 & more");
    svg.line(0, 0, 10, 0, "ax");
    svg.text(5, 6, "<b>", Anchor::end);
    EXPECT_EQ(std::move(svg).finished(),
              R"(<svg viewBox="0 0 100 20" role="img" aria-label="a &quot;label&quot;">)"
              R"(<rect x="1.0" y="2.0" width="3.0" height="4.0" class="ok"><title>5 &lt; 6 &amp; more</title></rect>)"
              R"(<line x1="0.0" y1="0.0" x2="10.0" y2="0.0" class="ax"/>)"
              R"(<text x="5.0" y="6.0" text-anchor="end" class="t">&lt;b&gt;</text></svg>)");
}

}  // namespace
}  // namespace buswitness::report
