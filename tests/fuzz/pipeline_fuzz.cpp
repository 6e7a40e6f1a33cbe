// From the octets of a file to the report, twice with different hash keys: the same words both times, clean of
// control characters.
#include "capture/capture_file.h"
#include "decode/analyzer.h"
#include "decode/diagnose/diagnose.h"
#include "decode/report/build.h"
#include "tests/fuzz/input.h"

#include <string>

using namespace buswitness;

namespace {

struct Words {
    std::string text, json;
    bool operator==(const Words &) const = default;
};

Words told(Bytes octets, std::uint64_t hash_key)
{
    auto opened = capture::open_memory(octets, "fuzz");
    if (!opened)
        return {};
    capture::CaptureFile &file = *opened.value();
    Analyzer analyzer({.modbus_ports = {}, .hash_key = hash_key});
    net::RawPacket packet;
    while (file.next(packet))
        analyzer.add(packet);
    const capture::FileInfo &info = file.info();
    analyzer.note_capture({.damaged = !info.complete, .damage = info.damage, .dropped = 0});
    analyzer.finish();
    report::CaptureSummary summary;
    summary.files.push_back({info.name, info.packets, info.octets, info.complete, info.damage});
    for (const capture::InterfaceInfo &interface : info.interfaces)
        summary.interfaces.push_back({interface.name, interface.link_type, 0});
    const report::Report report = report::build(summary, analyzer.facts(), diagnose::diagnose(analyzer.facts()));
    return {report::to_text(report, false), report::to_json(report)};
}

bool clean(const std::string &text)
{
    for (const char character : text)
        if (static_cast<unsigned char>(character) < 0x20 && character != '\n')
            return false;
    return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const Bytes octets(data, size);
    const Words words = told(octets, 1);
    fuzz::require(words == told(octets, 0x9E37'79B9'7F4A'7C15), "the report does not depend on the hash key");
    fuzz::require(clean(words.text) && clean(words.json), "no control characters in a report");
    return 0;
}
