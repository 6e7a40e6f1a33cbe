#include "decode/diagnose/catalogue.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

namespace buswitness::diagnose {
namespace {

std::vector<std::string_view> filled_texts(const CatalogueRow &row)
{
    std::vector<std::string_view> texts{row.title, row.meaning, row.refuted_by, row.action};
    texts.insert(texts.end(), row.next_steps.begin(), row.next_steps.end());
    for (const PlatformStep &step : row.platforms)
        texts.push_back(step.text);
    return texts;
}

std::vector<std::string_view> all_texts(const CatalogueRow &row)
{
    std::vector<std::string_view> texts = filled_texts(row);
    texts.push_back(row.proof);
    texts.push_back(row.not_proof);
    return texts;
}

std::vector<std::string> placeholders_in(std::string_view text)
{
    std::vector<std::string> names;
    for (std::size_t at = text.find('{'); at != std::string_view::npos; at = text.find('{', at + 1))
        names.emplace_back(text.substr(at + 1, text.find('}', at) - at - 1));
    return names;
}

Finding refused_finding()
{
    Finding finding;
    finding.id = FindingId::tcp_connection_refused;
    finding.client = Address::v4(0x0A000001);
    finding.server = Endpoint{Address::v4(0x0A000002), 502};
    finding.unit = 7;
    finding.function_code = 3;
    finding.exception_code = 2;
    return finding;
}

TEST(Catalogue, HasOneRowForEachIdInTheirOrder)
{
    ASSERT_EQ(catalogue().size(), finding_count);
    for (std::size_t i = 0; i < finding_count; ++i)
        EXPECT_EQ(static_cast<std::size_t>(catalogue()[i].id), i);
}

TEST(Catalogue, FindsEachRowByItsUniqueName)
{
    std::set<std::string_view> names;
    for (const CatalogueRow &entry : catalogue()) {
        EXPECT_TRUE(names.insert(entry.name).second) << entry.name;
        EXPECT_EQ(find_row(entry.name), &row(entry.id));
    }
    EXPECT_EQ(find_row("no-such-finding"), nullptr);
    EXPECT_EQ(find_row(""), nullptr);
}

TEST(Catalogue, NamesTheIdsOfTheContract)
{
    EXPECT_EQ(row(FindingId::tcp_connection_refused).name, "tcp-connection-refused");
    EXPECT_EQ(row(FindingId::duplicate_ip).name, "duplicate-ip");
    EXPECT_EQ(row(FindingId::modbus_rtu_over_tcp).name, "modbus-rtu-over-tcp");
    EXPECT_EQ(row(FindingId::tls_handshake_failed).name, "tls-handshake-failed");
    EXPECT_EQ(row(FindingId::capture_no_modbus).name, "capture-no-modbus");
}

TEST(Catalogue, HasWordsForEverything)
{
    for (const CatalogueRow &entry : catalogue()) {
        for (const std::string_view text : all_texts(entry))
            EXPECT_FALSE(text.empty()) << entry.name;
        EXPECT_GE(entry.next_steps.size(), 2U) << entry.name;
        EXPECT_LE(entry.next_steps.size(), 6U) << entry.name;
        EXPECT_LE(entry.title.size(), 110U) << entry.name;
    }
}

// Each id answers a line of a checklist, except those that concern what is asked, not whether it arrives.
TEST(Catalogue, AnswersALineOfAChecklist)
{
    const std::set<std::string_view> without{
        "tcp-stray-rst", "tcp-idle-close", "modbus-late-response", "modbus-slow-response", "modbus-client-out-of-step",
        "modbus-exception", "modbus-tls", "modbus-broadcast", "modbus-transaction-mismatch", "modbus-address-notation",
        "modbus-timeout-too-short", "modbus-duplicate-response", "modbus-writes-seen", "modbus-malformed",
        "modbus-first-request-ignored", "modbus-pipelining-unanswered",
        // the tap's own settings, and who speaks when
        "rtu-baud-mismatch", "rtu-parity-mismatch", "rtu-tap-polarity", "rtu-intercharacter-gap", "rtu-interframe-gap",
        "rtu-deaf-neighbour", "rtu-deaf-after-silence", "rtu-late-response", "rtu-stale-response", "rtu-echo",
        "rtu-one-direction", "rtu-two-masters"};
    for (const CatalogueRow &entry : catalogue()) {
        const bool answers = !entry.problems.empty() || !entry.suspects.empty();
        EXPECT_EQ(answers, !without.contains(entry.name) && !entry.name.starts_with("capture-")) << entry.name;
    }
}

TEST(Catalogue, NamesTheFirstThingToDoAndTheDocuments)
{
    for (const CatalogueRow &entry : catalogue()) {
        EXPECT_TRUE(entry.action.ends_with('.')) << entry.name;
        EXPECT_LE(entry.action.size(), 120U) << entry.name;
        EXPECT_FALSE(entry.references.empty()) << entry.name;
        for (const std::string_view reference : entry.references)
            EXPECT_FALSE(reference.empty()) << entry.name;
    }
}

// How to get a connection differs by operating system; what to ask a device does not.
TEST(Catalogue, TellsTheFixOfEachConnectionFaultByPlatform)
{
    for (const CatalogueRow &entry : catalogue()) {
        const bool network_error = entry.id <= FindingId::tcp_connection_reset && entry.severity == Severity::error;
        const bool capture = entry.name.starts_with("capture-");
        for (const std::string_view platform : {"Windows", "Linux"}) {
            const bool there =
                std::ranges::find(entry.platforms, platform, &PlatformStep::platform) != entry.platforms.end();
            EXPECT_TRUE(there || !(network_error || capture)) << entry.name << ": " << platform;
        }
    }
}

TEST(Catalogue, WritesAsciiOnOneLineWithWholeCommands)
{
    for (const CatalogueRow &entry : catalogue()) {
        for (const std::string_view text : all_texts(entry)) {
            EXPECT_TRUE(std::ranges::all_of(text, [](char c) { return c >= ' ' && c < 0x7F; })) << text;
            EXPECT_EQ(std::ranges::count(text, '`') % 2, 0) << text;
            EXPECT_EQ(text.find("  "), std::string_view::npos) << text;
        }
    }
}

TEST(Catalogue, UsesKnownPlaceholdersOnly)
{
    const std::set<std::string> known{"client",   "server",    "host", "port", "unit",
                                      "function", "exception", "poll", "tap"};
    for (const CatalogueRow &entry : catalogue()) {
        for (const std::string_view text : filled_texts(entry)) {
            for (const std::string &name : placeholders_in(text))
                EXPECT_TRUE(known.contains(name)) << entry.name << ": " << text;
        }
        EXPECT_TRUE(placeholders_in(entry.proof).empty()) << entry.name;
        EXPECT_TRUE(placeholders_in(entry.not_proof).empty()) << entry.name;
    }
}

TEST(Catalogue, NamesExistingFindingsAsParents)
{
    for (const CatalogueRow &entry : catalogue()) {
        std::string_view rest = entry.parents;
        while (!rest.empty()) {
            const std::size_t comma = rest.find(", ");
            EXPECT_NE(find_row(rest.substr(0, comma)), nullptr) << entry.name << ": " << rest;
            rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 2);
        }
    }
}

TEST(Catalogue, NeverCallsAWeakCaptureAnError)
{
    for (const CatalogueRow &entry : catalogue()) {
        if (entry.name.starts_with("capture-")) {
            EXPECT_EQ(entry.severity, Severity::note) << entry.name;
        }
    }
}

TEST(Fill, PutsTheFindingsValuesIn)
{
    const Finding finding = refused_finding();
    EXPECT_EQ(fill("{client} to {server}: {host} port {port}", finding), "10.0.0.1 to 10.0.0.2:502: 10.0.0.2 port 502");
    EXPECT_EQ(fill("unit {unit}, function {function}, exception {exception}", finding),
              "unit 7, function 3 (Read Holding Registers), exception 2 (Illegal Data Address)");
    EXPECT_EQ(fill("`mbpoll -a {unit} -p {port} {host}`", finding), "`mbpoll -a 7 -p 502 10.0.0.2`");
}

TEST(Fill, WritesAnIpv6HostWithoutBrackets)
{
    Finding finding;
    finding.server = Endpoint{Address{0xFD00'0000'0000'0000, 2}, 502};
    EXPECT_EQ(fill("`ping {host}` and {server}", finding), "`ping fd00::2` and [fd00::2]:502");
}

TEST(Fill, NamesTheTapsPortOnlyWhereAShellTakesItAsAName)
{
    Finding finding;
    const std::string_view text = "`capture --serial {tap},auto`";
    const std::pair<const char *, const char *> cases[] = {
        {"ttyUSB0", "`capture --serial /dev/ttyUSB0,auto`"},
        {"/dev/serial/by-id/usb-FTDI_X-if00-port0", "`capture --serial /dev/serial/by-id/usb-FTDI_X-if00-port0,auto`"},
        {"COM7", "`capture --serial COM7,auto`"},
        {"", "`capture --serial PORT,auto`"},
        {"tty;reboot", "`capture --serial PORT,auto`"},
        {"tty`id`", "`capture --serial PORT,auto`"},
        {"--force", "`capture --serial PORT,auto`"}};
    for (const auto &[line, expected] : cases) {
        finding.line = line;
        EXPECT_EQ(fill(text, finding), expected);
    }
}

TEST(Fill, LeavesOutAPortThatIsNotOnTheWire)
{
    Finding finding;
    finding.server = Endpoint{Address::v4(0x0A000002), 0};
    EXPECT_EQ(fill("Nothing listens on {server}", finding), "Nothing listens on 10.0.0.2");
    EXPECT_EQ(fill("open port {port}: `nc -vz {host} {port}`", finding), "open the port: `nc -vz 10.0.0.2 PORT`");
}

TEST(Fill, UsesNeutralWordsForMissingValues)
{
    const Finding none;
    EXPECT_EQ(fill("Unit {unit} at {server} is silent", none), "The unit at the server is silent");
    EXPECT_EQ(fill("{host} is down. {client} waits", none), "The server is down. The client waits");
    EXPECT_EQ(fill("The client {client} waits", none), "The client waits");
    EXPECT_EQ(fill("function {function} with exception {exception}", none), "The function with an exception");
    EXPECT_EQ(fill("(unit {unit})", none), "(the unit)");
    EXPECT_EQ(fill("`ping {host}`, unit {unit}, `-a {unit}`", none), "`ping HOST`, the unit, `-a UNIT`");
}

TEST(Fill, KeepsWhatIsNoPlaceholder)
{
    const Finding none;
    EXPECT_EQ(fill("", none), "");
    EXPECT_EQ(fill("{", none), "{");
    EXPECT_EQ(fill("{other} } {}", none), "{other} } {}");
}

TEST(Fill, LeavesNoBraceInAnyRow)
{
    for (const CatalogueRow &entry : catalogue()) {
        for (const std::string_view text : filled_texts(entry)) {
            for (const Finding &finding : {Finding{}, refused_finding()})
                EXPECT_EQ(fill(text, finding).find_first_of("{}"), std::string::npos) << text;
        }
    }
}

TEST(ExceptionWords, ExistForEachCodeOfTheSpecification)
{
    std::set<std::string_view> meanings;
    for (const int code : {1, 2, 3, 4, 5, 6, 8, 10, 11}) {
        const auto exception = static_cast<std::uint8_t>(code);
        EXPECT_TRUE(known_exception(exception)) << code;
        EXPECT_TRUE(meanings.insert(exception_meaning(exception)).second) << code;
        EXPECT_GE(exception_next_steps(exception).size(), 2U) << code;
    }
}

TEST(ExceptionWords, SaySoWhenACodeIsUnknown)
{
    for (const int code : {0, 7, 9, 12, 255}) {
        EXPECT_FALSE(known_exception(static_cast<std::uint8_t>(code))) << code;
        EXPECT_FALSE(exception_meaning(static_cast<std::uint8_t>(code)).empty()) << code;
        EXPECT_FALSE(exception_next_steps(static_cast<std::uint8_t>(code)).empty()) << code;
    }
}

TEST(ExceptionWords, CallBusyAndAcknowledgeNoFault)
{
    EXPECT_NE(exception_meaning(5).find("no fault"), std::string_view::npos);
    EXPECT_NE(exception_meaning(6).find("no fault"), std::string_view::npos);
}

TEST(Catalogue, RepeatsAReadByHandAndReadsWhereAWriteWent)
{
    Finding finding;
    EXPECT_EQ(fill("`mbpoll {poll} -1`", finding), "`mbpoll -r 1 -c 1 -1`");
    const std::pair<AskedFor, std::string> cases[] = {
        {{1, 16, 2000}, "-t 0 -0 -r 16 -c 125"},    {{2, 0, 8}, "-t 1 -0 -r 0 -c 8"},
        {{3, 40001, 10}, "-t 4 -0 -r 40001 -c 10"}, {{4, 9, 0}, "-t 3 -0 -r 9 -c 1"},
        {{5, 7, 1}, "-t 0 -0 -r 7 -c 1"},           {{16, 100, 3}, "-t 4 -0 -r 100 -c 3"},
    };
    for (const auto &[asked, words] : cases) {
        finding.asked = asked;
        EXPECT_EQ(fill("{poll}", finding), words);
    }
}

}  // namespace
}  // namespace buswitness::diagnose
