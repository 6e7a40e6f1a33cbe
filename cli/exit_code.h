// What the exit status of the program means. The first that applies in the order 2, 4, 3, 1, 0.
#pragma once

namespace buswitness::cli::exit_code {

inline constexpr int done = 0;           // whatever was found
inline constexpr int finding = 1;        // --fail-on: a finding reaches that level
inline constexpr int usage = 2;          // wrong usage
inline constexpr int input = 3;          // an input could not be read, or only in part
inline constexpr int not_completed = 4;  // the result could not be written

}  // namespace buswitness::cli::exit_code
