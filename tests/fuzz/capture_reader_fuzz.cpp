// A capture file: whatever it says, reading ends, packets lie in the file's bounds, and the figures add up.
#include "capture/capture_file.h"
#include "tests/fuzz/input.h"

using namespace buswitness;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    auto opened = capture::open_memory(Bytes(data, size), "fuzz", 4096);
    if (!opened) {
        fuzz::require(!opened.error().what.empty(), "a refusal has words");
        return 0;
    }
    capture::CaptureFile &file = *opened.value();
    net::RawPacket packet;
    std::uint64_t packets = 0, octets = 0;
    [[maybe_unused]] volatile std::uint8_t last = 0;
    while (file.next(packet)) {
        ++packets;
        octets += packet.data.size();
        for (const std::uint8_t octet : packet.data)
            last = octet;  // every octet can be read
        fuzz::require(packet.number == packets, "packets are numbered from 1");
        fuzz::require(packet.interface < file.info().interfaces.size(), "a packet's interface is known");
    }
    fuzz::require(!file.next(packet), "the end stays the end");
    fuzz::require(file.info().packets == packets && file.info().octets == octets, "the file tells what was read");
    fuzz::require(file.info().complete == file.info().damage.empty(), "complete means no damage");
    return 0;
}
