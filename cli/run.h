// From the command line to the exit status: both programs begin here.
#pragma once

#include "cli/exit_code.h"
#include "cli/options.h"
#include "cli/terminal.h"

#include <exception>
#include <new>
#include <string>
#include <variant>
#include <vector>

namespace buswitness::cli {

// `run` has a call operator for every kind of options.
template <typename Run>
int run(int argc, char **argv, const Run &run)
{
    try {
        return std::visit(run, parse(std::vector<std::string>(argv + (argc > 0 ? 1 : 0), argv + argc)));
    } catch (const std::bad_alloc &) {
        complain("out of memory");
    } catch (const std::exception &problem) {
        complain(problem.what());
    }
    return exit_code::not_completed;
}

}  // namespace buswitness::cli
