#include "tests/decode/report/example.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <limits>

namespace buswitness::report {
namespace {

using Json = nlohmann::json;

Json parsed(const Report &report)
{
    const Json json = Json::parse(to_json(report), nullptr, false);
    EXPECT_FALSE(json.is_discarded());
    return json;
}

TEST(ReportJson, NamesItsFormatAndVersion)
{
    const Json json = parsed(Report{});
    EXPECT_EQ(json["format"], "buswitness-report");
    EXPECT_EQ(json["version"], 1);
    EXPECT_TRUE(json["checklists"].is_array());
}

TEST(ReportJson, DescribesTheCapture)
{
    Report report = example::faulty();
    report.files.push_back(
        {.name = "cut.pcap", .packets = 0, .octets = 30, .complete = false, .damage = "at octet 24"});
    const Json capture = parsed(report)["capture"];
    EXPECT_EQ(capture["files"][0], Json::parse(R"({"name": "line3.pcapng", "packets": 812, "octets": 61234,
                                                   "complete": true, "damage": null})"));
    EXPECT_EQ(capture["files"][1]["complete"], false);
    EXPECT_EQ(capture["files"][1]["damage"], "at octet 24");
    EXPECT_EQ(capture["packets"], 812);
    EXPECT_EQ(capture["first"], "2026-06-02T08:15:30.000123456Z");
    EXPECT_EQ(capture["last"], "2026-06-02T08:16:31.200123456Z");
    EXPECT_DOUBLE_EQ(capture["duration_s"].get<double>(), 61.2);
    EXPECT_EQ(capture["interfaces"][0]["name"], "eth0");
    EXPECT_EQ(capture["interfaces"][0]["link_type"], 1);
    EXPECT_EQ(capture["dropped"], 5);
}

TEST(ReportJson, WritesNullForTimesOfAnEmptyCapture)
{
    const Json capture = parsed(Report{})["capture"];
    EXPECT_TRUE(capture.at("first").is_null());
    EXPECT_TRUE(capture.at("last").is_null());
    EXPECT_TRUE(capture.at("duration_s").is_null());
}

TEST(ReportJson, HoldsEveryTotalOfTheContract)
{
    const Json totals = parsed(example::faulty())["totals"];
    EXPECT_EQ(totals["packets"], Json::parse(R"({"modbus": 600, "tcp_other": 150, "arp": 40, "icmp": 2, "other": 19,
                                                 "undecodable": 1, "duplicates": 7})"));
    EXPECT_EQ(totals["connection_attempts"],
              Json::parse(R"({"total": 10, "established": 4, "refused": 3, "timed_out": 1, "unreachable": 1,
                              "incomplete": 1, "undecided": 1})"));
    EXPECT_EQ(totals["requests"], Json::parse(R"({"total": 300, "answered": 280, "exception": 12, "no_response": 6,
                                                  "undecided": 2, "capture_loss": 1})"));
    EXPECT_EQ(totals["responses"], Json::parse(R"({"normal": 283, "exceptions": 12, "unmatched": 3, "late": 4})"));
    EXPECT_EQ(totals["serial_frames"],
              Json::parse(R"({"total": 0, "good": 0, "crc_error": 0, "noise_octets": 0, "octets": 0})"));
}

TEST(ReportJson, ListsFunctionsExceptionsUnitsAndConnections)
{
    const Json json = parsed(example::faulty());
    EXPECT_EQ(json["functions"],
              Json::parse(R"([{"function_code": 3, "requests": 300, "responses": 300, "exceptions": 0}])"));
    EXPECT_EQ(json["exceptions"], Json::parse(R"([{"function_code": 3, "exception_code": 2, "count": 12}])"));
    const Json &unit = json["units"][0];
    EXPECT_EQ(unit["server"], "10.0.0.2:502");
    EXPECT_EQ(unit["unit"], 1);
    EXPECT_EQ(unit["transport"], "tcp");
    EXPECT_EQ(unit["requests"], 300);
    EXPECT_EQ(unit["response_time_ms"]["median"], 1.2);
    EXPECT_EQ(unit["response_time_ms"]["p99"], 9.1);
    const Json &connection = json["connections"][0];
    EXPECT_EQ(connection["client"], "10.0.0.1");
    EXPECT_EQ(connection["server"], "10.0.0.2:502");
    EXPECT_EQ(connection["attempts"], 1);
    EXPECT_EQ(connection["outcome"], "established");
    EXPECT_EQ(connection["protocol"], "modbus");
}

TEST(ReportJson, WritesAFindingWithAllItsFields)
{
    const Json finding = parsed(example::faulty())["findings"][0];
    EXPECT_EQ(finding["id"], "tcp-connection-refused");
    EXPECT_EQ(finding["severity"], "error");
    EXPECT_EQ(finding["certainty"], "certain");
    EXPECT_EQ(finding["by"], "server");
    EXPECT_EQ(finding["recovered"], false);
    EXPECT_EQ(finding["client"], "10.0.0.1");
    EXPECT_EQ(finding["server"], "10.0.0.2:502");
    for (const char *name : {"unit", "line", "function_code", "exception_code", "field"})
        EXPECT_TRUE(finding.at(name).is_null()) << name;
    EXPECT_EQ(finding["count"], 3);
    EXPECT_EQ(finding["first"], "2026-06-02T08:15:30.000123456Z");
    EXPECT_EQ(finding["last"], "2026-06-02T08:15:34.000123456Z");
    EXPECT_EQ(finding["title"], "Nothing listens on 10.0.0.2:502: the connection is refused");
    EXPECT_EQ(finding["summary"], "All 3 connection attempts were refused.");
    EXPECT_EQ(finding["evidence"][0], Json::parse(R"({"packet": 12, "time": "2026-06-02T08:15:30.000123456Z",
                                                      "text": "SYN answered by RST,ACK after 0.2 ms", "pdu": null})"));
    EXPECT_FALSE(finding["refuted_by"].get<std::string>().empty());
    EXPECT_EQ(finding["possible_causes"][0], "the service is not running");
    EXPECT_EQ(finding["next_steps"][0], "First of all, look at the lamp.");
    EXPECT_GT(finding["next_steps"].size(), 3U);
}

TEST(ReportJson, WritesNullForWhatAFindingDoesNotKnow)
{
    Report report;
    report.findings.emplace_back().id = diagnose::FindingId::capture_no_modbus;
    const Json finding = parsed(report)["findings"][0];
    for (const char *name : {"by", "client", "server", "unit", "first", "last"})
        EXPECT_TRUE(finding.at(name).is_null()) << name;
    EXPECT_EQ(finding["count"], 0);
    EXPECT_TRUE(finding["evidence"].empty());
}

TEST(ReportJson, WritesAServerWithoutPortAsItsAddress)
{
    Report report;
    report.findings.push_back(example::refused());
    report.findings[0].server = Endpoint{example::server.address, 0};
    report.findings.push_back(example::refused());
    report.findings[1].server = Endpoint{Address{0xFD00'0000'0000'0000, 2}, 502};
    const Json json = parsed(report);
    EXPECT_EQ(json["findings"][0]["server"], "10.0.0.2");
    EXPECT_EQ(json["findings"][1]["server"], "[fd00::2]:502");
}

TEST(ReportJson, GivesTheStepsForTheExceptionCode)
{
    const Json steps = parsed(example::faulty())["findings"][1]["next_steps"];
    EXPECT_NE(steps.dump().find("register table"), std::string::npos);
    EXPECT_NE(steps.dump().find("mbpoll -a 1 -r 1 -c 1 -1 -p 502 10.0.0.2"), std::string::npos);
}

TEST(ReportJson, EscapesHostileTextAndStaysUtf8)
{
    const std::string hostile = "a\x1b]0;title\x07\xff\xc2\x9b\xe2\x80\xae<b>\"\\\n";
    Report report = example::faulty();
    report.files[0].name = report.interfaces[0].name = report.files[0].damage = hostile;
    report.findings[0].summary = report.findings[0].field = report.findings[0].evidence[0].text = hostile;
    report.findings[0].extra_next_steps = report.findings[0].possible_causes = {hostile};
    report.units[0].transport = report.connections[0].protocol = report.connections[0].outcome = hostile;
    const std::string text = to_json(report);
    for (const char octet : text)
        EXPECT_TRUE(static_cast<unsigned char>(octet) >= 0x20 || octet == '\n');
    const Json json = parsed(report);
    for (const Json &value : {json["capture"]["files"][0]["name"], json["findings"][0]["summary"]}) {
        const auto words = value.get<std::string>();
        EXPECT_NE(words.find("\\x1b"), std::string::npos);
        EXPECT_EQ(words.find('\x1b'), std::string::npos);
        EXPECT_EQ(words.find("\xe2\x80\xae"), std::string::npos);
    }
}

TEST(ReportJson, NeverWritesAFigureThatJsonHasNoWordFor)
{
    Report report = example::healthy();
    report.units[0].times.max = std::numeric_limits<double>::infinity();
    report.units[0].times.p99 = std::numeric_limits<double>::quiet_NaN();
    EXPECT_TRUE(parsed(report)["units"][0]["response_time_ms"]["max"].is_number());
    report.units[0].times.samples = 0;
    EXPECT_TRUE(parsed(report)["units"][0]["response_time_ms"].is_null());
}

}  // namespace
}  // namespace buswitness::report
