// "Did you mean": the known word nearest to a mistyped one.
#pragma once

#include <span>
#include <string_view>

namespace buswitness::cli {

// Empty when none is near (more than a third of the letters differ).
std::string_view nearest(std::string_view word, std::span<const std::string_view> known);

}  // namespace buswitness::cli
