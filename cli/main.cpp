#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/options.h"
#include "cli/terminal.h"

#include <exception>
#include <new>

namespace {

using namespace buswitness::cli;

struct Run {
    int operator()(const ReportOptions &options) const { return run_report(options); }
    int operator()(const ListOptions &options) const { return run_list(options); }
    int operator()(const ExplainOptions &options) const { return run_explain(options); }
    int operator()(const InterfacesOptions &options) const { return run_interfaces(options); }
    int operator()(const CaptureOptions &options) const { return run_capture(options); }
    int operator()(const MonitorOptions &options) const { return run_monitor(options); }
    int operator()(const Leave &leave) const { return leave.exit_code; }
};

}  // namespace

int main(int argc, char **argv)
{
    try {
        return std::visit(Run{}, parse(std::vector<std::string>(argv + (argc > 0 ? 1 : 0), argv + argc)));
    } catch (const std::bad_alloc &) {
        complain("out of memory");
    } catch (const std::exception &problem) {
        complain(problem.what());
    }
    return exit_code::not_completed;
}
