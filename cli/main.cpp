// buswitness: everything that reads captures. What listens to interfaces and ports is buswitness-live, a program of its
// own beside this one: only that one may need a right, and reading a file starts without the libraries it needs.
#include "cli/commands.h"
#include "cli/run.h"

#include <filesystem>
#include <unistd.h>

namespace {

using namespace buswitness::cli;

struct Run {
    char **arguments;

    int operator()(const ReportOptions &options) const { return run_report(options); }
    int operator()(const ListOptions &options) const { return run_list(options); }
    int operator()(const ExplainOptions &options) const { return run_explain(options); }
    int operator()(const InterfacesOptions &) const { return hand_over(); }
    int operator()(const CaptureOptions &) const { return hand_over(); }
    int operator()(const MonitorOptions &) const { return hand_over(); }
    int operator()(const DetectOptions &) const { return hand_over(); }
    int operator()(const Leave &leave) const { return leave.exit_code; }

private:
    // Becomes buswitness-live, with the same arguments, process number and open files; returns only when it cannot.
    [[nodiscard]] int hand_over() const
    {
        std::error_code error;
        const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", error);
        const std::string live = self.parent_path() / "buswitness-live";
        ::execv(live.c_str(), arguments);
        complain("cannot start " + live + ": " + std::generic_category().message(errno) +
                 ". It listens to interfaces and ports, and belongs beside buswitness: install both.");
        return exit_code::not_completed;
    }
};

}  // namespace

int main(int argc, char **argv)
{
    return run(argc, argv, Run{argv});
}
