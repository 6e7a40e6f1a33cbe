// The template and the style sheet of the HTML report. In the template [[name]] stands for a text with commands in it.
#pragma once

#include <string>

namespace buswitness::report {

extern const char *const html_style;
std::string html_template();

}  // namespace buswitness::report
