#include "capture/capture_filter.h"

#include "tests/support/hex.h"

#include <gtest/gtest.h>
#include <pcap/pcap.h>

namespace buswitness::capture {
namespace {

bool passes(const std::string &filter, std::string_view frame)
{
    pcap_t *handle = pcap_open_dead(DLT_EN10MB, 262'144);
    bpf_program program = {};
    EXPECT_EQ(pcap_compile(handle, &program, filter.c_str(), 1, PCAP_NETMASK_UNKNOWN), 0) << pcap_geterr(handle);
    const std::vector<std::uint8_t> octets = test::hex(frame);
    pcap_pkthdr header = {};
    header.caplen = header.len = static_cast<bpf_u_int32>(octets.size());
    const bool passed = pcap_offline_filter(&program, &header, octets.data()) != 0;
    pcap_freecode(&program);
    pcap_close(handle);
    return passed;
}

const std::string ethernet = "020000000002 020000000001 ";
const std::string tag = "8100 0064 ";

std::string ip(std::string_view protocol, std::string_view fragment, std::string_view ports)
{
    return "0800 4500 0028 0001 " + std::string(fragment) + " 40" + std::string(protocol) + " 0000 0a000001 0a000002 " +
           std::string(ports) + " 00000000 00000000 5002 0000 0000 0000";
}

TEST(CaptureFilter, LetsPassWhatExplainsModbusTaggedOrNot)
{
    const std::string filter = default_filter({1502});
    const std::string frames[] = {
        ip("06", "0000", "c000 01f6"),  // TCP to 502
        ip("06", "0000", "0322 c000"),  // TCP from 802
        ip("06", "0000", "c000 05de"),  // TCP to 1502
        ip("11", "0000", "c000 01f6"),  // UDP to 502
        ip("01", "0000", "0301 0000"),  // ICMP
        ip("06", "0010", "aaaa bbbb"),  // a later fragment
        "0806 0001 0800 0604 0001 020000000001 0a000001 000000000000 0a000002",
        "86dd 6000 0000 0008 3aff 20010db8000000000000000000000001 20010db8000000000000000000000002 8700 0000 0000 "
        "0000",
    };
    for (const std::string &frame : frames) {
        EXPECT_TRUE(passes(filter, ethernet + frame)) << frame;
        EXPECT_TRUE(passes(filter, ethernet + tag + frame)) << "tagged: " << frame;
        EXPECT_TRUE(passes(filter, ethernet + tag + tag + frame)) << "tagged twice: " << frame;
    }
}

TEST(CaptureFilter, KeepsOutTheRest)
{
    const std::string web = ip("06", "0000", "c000 01bb");
    for (const std::string &tags : {std::string(), tag, tag + tag})
        EXPECT_FALSE(passes(default_filter({}), ethernet + tags + web));
    EXPECT_FALSE(passes(default_filter({}), ethernet + ip("06", "0000", "c000 05de")));
}

TEST(CaptureFilter, TellsWhatIsWrong)
{
    EXPECT_FALSE(filter_problem("tcp port 502"));
    const auto problem = filter_problem("tcp prt 502");
    ASSERT_TRUE(problem);
    EXPECT_NE(problem->why.find("syntax error"), std::string::npos) << problem->why;
}

}  // namespace
}  // namespace buswitness::capture
