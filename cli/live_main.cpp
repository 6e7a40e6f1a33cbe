// buswitness-live: the commands that listen to interfaces and ports. buswitness starts it.
#include "cli/commands.h"
#include "cli/run.h"

namespace {

using namespace buswitness::cli;

struct Run {
    int operator()(const InterfacesOptions &options) const { return run_interfaces(options); }
    int operator()(const CaptureOptions &options) const { return run_capture(options); }
    int operator()(const MonitorOptions &options) const { return run_monitor(options); }
    int operator()(const DetectOptions &options) const { return run_detect(options); }
    int operator()(const Leave &leave) const { return leave.exit_code; }
    template <typename Other>
    int operator()(const Other &) const
    {
        complain("buswitness-live only listens. To read a capture: buswitness");
        return exit_code::usage;
    }
};

}  // namespace

int main(int argc, char **argv)
{
    return run(argc, argv, Run{});
}
