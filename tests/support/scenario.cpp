#include "tests/support/scenario.h"

#include "decode/analyzer.h"
#include "decode/diagnose/catalogue.h"
#include "decode/diagnose/diagnose.h"
#include "decode/report/build.h"

#include <algorithm>
#include <set>

namespace buswitness::test {

using diagnose::Finding;
using diagnose::Severity;

Diagnosis diagnosed(const Scenario &scenario, std::size_t packets, std::uint64_t hash_key)
{
    Analyzer analyzer({.modbus_ports = scenario.ports, .hash_key = hash_key});
    PacketNumber number = 0;
    for (const ScenarioPacket &packet : scenario.packets) {
        if (number == packets)
            break;
        net::RawPacket raw;
        raw.data = packet.octets;
        raw.original_length = packet.original_length;
        raw.time = packet.time;
        raw.link_type = 1;
        raw.number = ++number;
        raw.direction = packet.direction;
        analyzer.add(raw);
    }
    analyzer.note_capture({.damaged = false, .damage = {}, .dropped = scenario.dropped});
    analyzer.finish();
    Diagnosis result;
    result.findings = diagnose::diagnose(analyzer.facts());
    result.report = report::build({}, analyzer.facts(), result.findings);
    return result;
}

Diagnosis diagnosed(std::string_view text)
{
    return diagnosed(scenario(text));
}

std::string ids_of(const std::vector<Finding> &findings, bool with_notes)
{
    std::set<std::string_view> ids;
    for (const Finding &finding : findings)
        if (with_notes || finding.severity != Severity::note)
            ids.insert(diagnose::row(finding.id).name);
    std::string text;
    for (const std::string_view id : ids)
        text += (text.empty() ? "" : " ") + std::string(id);
    return text;
}

std::string findings(std::string_view text)
{
    return ids_of(diagnosed(text).findings, false);
}

std::string all_findings(std::string_view text)
{
    return ids_of(diagnosed(text).findings, true);
}

std::string subjects(std::string_view text)
{
    std::vector<std::string> lines;
    for (const Finding &finding : diagnosed(text).findings) {
        if (finding.severity == Severity::note)
            continue;
        std::string line = std::string(diagnose::row(finding.id).name) + " ";
        line += finding.client ? to_string(*finding.client) : std::string();
        line += ">" + (finding.server ? to_string(*finding.server) : std::string());
        if (finding.unit)
            line += " unit " + std::to_string(*finding.unit);
        lines.push_back(std::move(line));
    }
    std::ranges::sort(lines);
    std::string joined;
    for (const std::string &line : lines)
        joined += (joined.empty() ? "" : "\n") + line;
    return joined;
}

std::string judged(std::string_view text, std::string_view id)
{
    std::string joined;
    for (const Finding &finding : diagnosed(text).findings) {
        if (diagnose::row(finding.id).name != id)
            continue;
        joined += joined.empty() ? "" : "\n";
        joined += std::string(to_string(finding.severity)) + " " + std::string(to_string(finding.certainty));
        if (finding.by != diagnose::By::unknown)
            joined += " " + std::string(to_string(finding.by));
        if (finding.recovered)
            joined += " recovered";
    }
    return joined;
}

}  // namespace buswitness::test
