// Where results go: standard output, or a file that is there completely or not at all.
#pragma once

#include "decode/base/result.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace buswitness::cli {

// Tells before any work is done that `name` cannot become the output.
std::optional<Error> refused_output(const std::string &name, bool overwrite);

// Writes beside `name` and renames. An existing file is replaced only when `overwrite`; a device or pipe is written to.
std::optional<Error> write_file(const std::string &name, std::string_view text, bool overwrite);

std::optional<Error> write_stdout(std::string_view text);
// `give_up` is asked every 100 ms while a pipe is full or a terminal is stopped; true ends the waiting.
std::optional<Error> write_stdout(std::string_view text, const std::function<bool()> &give_up);

}  // namespace buswitness::cli
