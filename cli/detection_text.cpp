#include "cli/detection_text.h"

#include "decode/base/text.h"
#include "decode/report/layout.h"
#include "decode/serial/settings_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace buswitness::cli {

namespace {

using analyzer::DetectedLine;
using analyzer::FormatProof;
using analyzer::LineFormats;
using analyzer::Listened;
using Verdict = Listened::Verdict;

std::string counted(std::uint64_t count, std::string_view what)
{
    return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

// A label and its text, wrapped under it.
void add(std::string &page, std::string_view label, std::string_view text)
{
    constexpr std::size_t indent = 13, width = 80;
    std::string_view head = label;
    for (const std::string &line : report::wrapped(text, width - indent, width - indent)) {
        page += fmt::format("{:<{}}{}\n", head, indent, line);
        head = "";
    }
}

// "8E1", "8N1 or 8N2", "8N2, 8E1 or 8O1".
std::string formats_of(const DetectedLine &line)
{
    std::string text;
    int left = line.formats.count();
    const auto add_one = [&](bool fits, std::string_view rest) {
        if (!fits)
            return;
        text += fmt::format("{}{}{}", text.empty() ? "" : left == 1 ? " or " : ", ", line.listen.data_bits, rest);
        --left;
    };
    add_one(line.formats.none_1, "N1");
    add_one(line.formats.none_2, "N2");
    add_one(line.formats.even, "E1");
    add_one(line.formats.odd, "O1");
    return text;
}

std::string certainty_of(const DetectedLine &line)
{
    const std::string what =
        line.inverted ? fmt::format("{} read with the wires exchanged", counted(line.frames, "frame"))
                      : fmt::format("{} with right check sum, {} of them different, hold {} of {} octets heard at this "
                                    "rate",
                                    counted(line.frames, "frame"), line.different, line.frame_octets, line.octets);
    const double tens = std::floor(-line.log_chance / std::log(10));
    return fmt::format("{}: {}{}", line.certain ? "certain" : "likely", what,
                       tens >= 1 ? fmt::format("; the chance that they are accidents is below 1 in 10^{:.0f}", tens)
                                 : "");
}

std::string format_words(const DetectedLine &line)
{
    const std::string formats = formats_of(line);
    switch (line.proof) {
    case FormatProof::none: return formats + ": too little was heard to tell them apart";
    case FormatProof::no_marks: return formats + ": no parity; the receiver marks errors, and none in these frames";
    case FormatProof::marks_of_octets:
        return formats + ": the receiver's error marks follow the octets as with this parity";
    case FormatProof::not_with_parity: return formats + ": with parity set, no frame reads";
    case FormatProof::with_parity:
        return line.formats.even || line.formats.odd
                   ? formats + ": with this parity set the receiver marks no errors, with another it does"
                   : formats + ": with either parity set the receiver marks errors in every frame";
    case FormatProof::eighth_bit: return formats + ": the eighth bit of each character is the parity of seven";
    case FormatProof::reading: return formats + ": the line reads so";
    case FormatProof::no_marks_at_all:
        return formats + ": this adapter tells no errors; all of these have eleven bits and read alike";
    case FormatProof::not_possible: return formats + ": this port takes no parity, so they cannot be told apart";
    }
    return formats;
}

std::string not_known(const DetectedLine &line)
{
    std::string text = "the settings of devices that did not send";
    if (line.formats.even || line.formats.odd)
        text += "; a second stop bit, which no receiver looks at";
    else if (line.formats.none_1 && line.formats.none_2)
        text += "; whether there are one or two stop bits: both read with " + to_string(line.listen);
    return text;
}

std::string option(const std::string &port, const serial::LineSettings &settings)
{
    std::string words = to_string(settings);
    std::ranges::replace(words, ' ', ',');
    return port + "," + words;
}

void add_next(std::string &page, const DetectedLine &line, const std::string &port)
{
    if (line.inverted)
        add(page, "Next",
            line.both_sides ? "exchange A and B at the tap, not at the devices: they understand each other"
                            : "exchange A and B at the tap; if units stay silent then, at the master");
    const std::string with = option(port, line.listen);
    page += fmt::format("{:<13}buswitness capture --serial {} -w bus.pcapng\n", line.inverted ? "then" : "Next", with);
    page += fmt::format("{:<13}buswitness monitor --serial {}\n", "or", with);
}

void add_found(std::string &page, const DetectedLine &line, const std::string &port, bool pseudo_terminal)
{
    add(page, "Certainty", certainty_of(line));
    add(page, "Format", format_words(line));
    add(page, "Not known", not_known(line));
    if (pseudo_terminal)
        add(page, "Beware", "a pseudo-terminal has no rate and no format: it gives the same octets with any");
    add_next(page, line, port);
}

void add_not_found(std::string &page, const Detection &found, const std::string &port)
{
    if (!found.line.heard) {
        add(page, "Not known", "whether nobody talks, or the tap is not on the bus");
        add(page, "Next", "check that the master polls, and A and B at the tap; buswitness explain rtu-no-traffic");
        return;
    }
    add(page, "Heard",
        fmt::format("{} at different settings; no frame reads", counted(found.line.all_octets, "octet")));
    add(page, "Not known", "whether it is Modbus, whether A and B are exchanged, whether the rate is a usual one");
    add(page, "Next",
        fmt::format("ask for the master's settings; listen longer while it polls: buswitness detect --serial {} "
                    "--duration 10m; buswitness explain rtu-settings-unknown",
                    port));
}

std::string how_it_ended(const Detection &found)
{
    switch (found.end) {
    case Detection::End::found: return "";
    case Detection::End::time_over: return "the time was over";
    case Detection::End::stopped: return "it was ended";
    case Detection::End::unplugged: return "the port went away";
    }
    return "";
}

}  // namespace

std::string words_of(const Listened &stay)
{
    const std::string what = fmt::format("{}, {}: {}", to_string(stay.settings),
                                         human(std::chrono::duration_cast<std::chrono::milliseconds>(stay.time)),
                                         counted(stay.octets, "octet"));
    switch (stay.verdict) {
    case Verdict::open:
    case Verdict::reads:
        return stay.frames == 0 ? what : what + ", " + counted(stay.frames, "frame") + " with right check sum";
    case Verdict::other_rate:
        return fmt::format("{}, no frame; the runs of bits are as long as at {} bit/s", what, stay.rate);
    case Verdict::slower_by_far: return what + ", no frame; the line is slower by far";
    case Verdict::nothing_reads: return what + (stay.frames == 0 ? ", no frame" : ", hardly a frame");
    case Verdict::silence: return what + ", silence";
    case Verdict::refused: return to_string(stay.settings) + ": the driver does not do this";
    }
    return what;
}

bool reads_as_heard(const DetectedLine &line)
{
    return line.found && !line.inverted;
}

std::string headline(const Detection &found)
{
    const DetectedLine &line = found.line;
    if (line.found)
        return fmt::format("{} {}, Modbus {}{}, {}", line.listen.baud, formats_of(line), line.ascii ? "ASCII" : "RTU",
                           line.inverted ? ", A and B exchanged" : "", line.certain ? "certain" : "likely");
    const std::string time = human(std::chrono::duration_cast<std::chrono::seconds>(found.time));
    const std::string why = how_it_ended(found);
    return (line.heard ? "no settings explain what was heard in " : "nothing was heard in ") + time +
           (line.heard ? "" : "; that tells nothing of the settings") + (why.empty() ? "" : " (" + why + ")");
}

std::string detection_text(const Detection &found, const std::string &port, bool pseudo_terminal)
{
    std::string page = escaped(port) + ": " + headline(found) + "\n";
    if (found.line.found)
        add_found(page, found.line, escaped(port), pseudo_terminal);
    else
        add_not_found(page, found, escaped(port));
    return page;
}

}  // namespace buswitness::cli
