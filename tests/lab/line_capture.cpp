// line_capture SCRIPT CAPTURE - writes what a tap hears of a serial line as a pcapng file (LINKTYPE_RTAC_SERIAL). The
// same text gives the same octets. Lines of the script:
//
//   bus 19200 8E1      the line's settings; first
//   tap 19200 8N1      the tap's, if they are others
//   exchanged          the tap's wires are
//   adapter 16 62      milliseconds an octet may wait, octets that are sent at once
//   MS VERB OCTETS     rtu, damaged, ascii, raw (tests/support/line_bench.h); inverted: rtu by a sender whose wires are
//   repeat N every MS  what follows up to `end`, its times from the beginning of each turn
#include "decode/serial/settings_text.h"
#include "tests/lab/script_to_capture.h"
#include "tests/support/capture_bytes.h"
#include "tests/support/hex.h"
#include "tests/support/line_tap.h"

#include <fmt/format.h>

#include <algorithm>
#include <istream>
#include <iterator>
#include <sstream>
#include <stdexcept>

namespace {

using namespace buswitness;

struct Said {
    double milliseconds = 0;
    std::string verb, octets;
};

struct Script {
    serial::LineSettings bus, tap;
    bool other_tap = false, exchanged = false;
    test::BenchAdapter adapter;
    std::vector<Said> said;
};

serial::LineSettings settings(const std::string &text)
{
    const auto read = serial::settings_in(text);
    if (!read)
        throw std::runtime_error("no settings: " + text);
    return *read;
}

Script read(std::istream &in)
{
    Script script;
    std::vector<Said> turn;
    int turns = 0;
    double every = 0, from = 0;
    for (std::string line; std::getline(in, line);) {
        std::istringstream words(line.substr(0, line.find('#')));
        std::string word, rest;
        if (!(words >> word))
            continue;
        if (word == "repeat") {
            std::string filler;
            if (!(words >> turns >> filler >> every))
                throw std::runtime_error("repeat N every MS: " + line);
            turn.clear();
            continue;
        }
        if (word == "end") {
            for (int i = 0; i < turns; ++i, from += every)
                for (const Said &one : turn)
                    script.said.push_back({from + one.milliseconds, one.verb, one.octets});
            turns = 0;
            continue;
        }
        if (word == "exchanged") {
            script.exchanged = true;
        } else if (word == "adapter") {
            double latency = 0;
            words >> latency >> script.adapter.packet;
            script.adapter.latency = Duration(static_cast<std::int64_t>(latency * 1e6));
        } else if (word == "bus" || word == "tap") {
            std::getline(words, rest);
            (word == "bus" ? script.bus : script.tap) = settings(rest);
            script.other_tap |= word == "tap";
        } else {
            Said one{std::stod(word), {}, {}};
            words >> one.verb;
            std::getline(words, one.octets);
            (turns != 0 ? turn : script.said).push_back(one);
        }
    }
    return script;
}

test::LineBench played(const Script &script)
{
    test::LineBench line(script.bus, script.adapter);
    for (const Said &one : script.said) {
        if (one.verb == "inverted")
            line.rtu(Duration(static_cast<std::int64_t>(one.milliseconds * 1e6)), test::hex(one.octets),
                     test::said_inverted);
        else
            line.script(fmt::format("{} {} {}\n", one.milliseconds, one.verb, one.octets));
    }
    const bool other = script.other_tap || script.exchanged ||
                       std::ranges::any_of(script.said, [](const Said &one) { return one.verb == "inverted"; });
    return other ? test::heard_by(line, script.other_tap ? script.tap : script.bus, script.exchanged, script.adapter)
                 : line;
}

test::Octets file_of(const test::LineBench &line)
{
    const auto &s = line.settings();
    const char parity = s.parity == serial::Parity::none ? 'N' : s.parity == serial::Parity::even ? 'E' : 'O';
    test::PcapngBytes file;
    file.section().interface(serial::link_rtac_serial, 0,
                             {{2, test::octets_of("ttyUSB0")},
                              {3, test::octets_of(fmt::format("{} {}{}{}", s.baud, s.data_bits, parity, s.stop_bits))},
                              {8, file.number64(s.baud)},
                              {9, {9}}});
    const test::LineRecords records = test::records_of(line);
    for (std::size_t i = 0; i < records.data.size(); ++i) {
        const auto ns = static_cast<std::uint64_t>(records.times[i].time_since_epoch().count());
        test::OctetWriter header(true);
        header.u32(static_cast<std::uint32_t>(ns / 1'000'000'000))
            .u32(static_cast<std::uint32_t>(ns % 1'000'000'000 / 1000));
        test::Octets record = records.data[i];
        std::ranges::copy(header.octets, record.begin());
        file.packet(0, ns, record);
    }
    return file.octets();
}

}  // namespace

int main(int argc, char **argv)
{
    return buswitness::lab::script_to_capture(argc, argv, "line_capture",
                                              [](std::istream &in) { return file_of(played(read(in))); });
}
