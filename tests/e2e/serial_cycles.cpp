// serial_cycles PORT[,SETTINGS] TIMES - opens the tap and closes it again, so often, with sending denied as in a
// capture. For the witness that counts what comes out of a port (serial_witness.sh).
#include "capture/privileges.h"
#include "capture/serial_tap.h"

#include <cstdio>
#include <cstdlib>
#include <thread>

using namespace buswitness;

int main(int count, char **arguments)
{
    if (count != 3)
        return 2;
    const auto options = capture::serial_options(arguments[1]);
    if (!options)
        return 2;
    if (const auto error = capture::deny_sending({}))  // not every kernel can; the port is silent without
        std::fprintf(stderr, "%s: %s\n", error->what.c_str(), error->why.c_str());
    capture::SerialCounts heard;
    const int times = std::atoi(arguments[2]);
    for (int i = 0; i < times; ++i) {
        auto tap = capture::SerialTap::open(options.value());
        if (!tap) {
            std::fprintf(stderr, "%s: %s\n", tap.error().what.c_str(), tap.error().why.c_str());
            return 4;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        tap.value()->stop();
        heard += tap.value()->counts();
    }
    std::printf("opened and closed %d times, heard %llu octets\n", times,
                static_cast<unsigned long long>(heard.octets));
    return 0;
}
