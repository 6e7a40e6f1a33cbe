// First octets of a foreign stream, and a TLS handshake in two directions: however it is cut, the glance is the same.
#include "decode/modbus/identify.h"
#include "tests/fuzz/input.h"

#include <tuple>
#include <vector>

using namespace buswitness;
using namespace buswitness::modbus;

namespace {

auto seen(const TlsGlance &glance)
{
    return std::tuple(glance.client_hello(), glance.server_hello(), glance.application_data(), glance.established(),
                      glance.alert(), glance.alert_from_server(), glance.alert_is_fatal(), glance.alert_description(),
                      glance.version());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const Bytes all(data, size);
    for (const bool from_server : {false, true})
        fuzz::require(!foreign_name(identify(all, from_server)).empty(), "what was recognised has a name");

    fuzz::Input input(all);
    TlsGlance whole, single;
    while (!input.empty()) {
        const std::uint16_t choice = input.u16();
        const bool from_server = choice >= 0x8000;
        const Bytes chunk = input.take(choice & 0x7FFF);
        whole.feed(chunk, from_server);
        for (std::size_t i = 0; i < chunk.size(); ++i)
            single.feed(chunk.subspan(i, 1), from_server);
    }
    fuzz::require(seen(whole) == seen(single), "octet by octet equals all at once");
    (void)tls_alert_name(whole.alert_description());
    return 0;
}
