#include "capture/recorder.h"

#include "capture/capture_file.h"
#include "capture/raw_chunk.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <sys/resource.h>
#include <sys/stat.h>

namespace buswitness::capture {
namespace {

namespace fs = std::filesystem;

const std::vector<InterfaceSettings> one_interface = {{.name = "eth0", .filter = {}, .link_type = 1, .snap_length = 0}};
const Recorder::Statistics no_statistics = [] { return std::vector<InterfaceStatistics>{}; };
constexpr Timestamp start{std::chrono::seconds(1'780'000'000)};

class RecorderTest : public testing::Test {
protected:
    RecorderTest()
    {
        std::string name = (fs::temp_directory_path() / "recorderXXXXXX").string();
        folder = ::mkdtemp(name.data());
    }
    ~RecorderTest() override { fs::remove_all(folder); }

    std::string path(const std::string &name) const { return (folder / name).string(); }
    std::unique_ptr<Recorder> open(const std::string &name, RingLimits ring = {}, bool overwrite = false)
    {
        auto opened = Recorder::open({.name = name, .overwrite = overwrite, .ring = ring}, one_interface, start);
        if (opened)
            return std::move(opened).value();
        error = opened.error();
        return nullptr;
    }
    static bool add(Recorder &recorder, int second)
    {
        static const std::vector<std::uint8_t> frame(100, 0x55);
        net::RawPacket packet;
        packet.data = frame;
        packet.time = start + std::chrono::seconds(second);
        return recorder.packet(packet, {}, no_statistics);
    }
    // Packets of a file that is whole; -1 when it is not.
    static int packets_in(const std::string &name)
    {
        const auto file = CaptureFile::open(name);
        if (!file)
            return -1;
        net::RawPacket packet;
        while (file.value()->next(packet)) {
        }
        return file.value()->info().complete ? static_cast<int>(file.value()->info().packets) : -1;
    }
    std::vector<int> packets_in_all() const
    {
        std::vector<std::string> names;
        for (const auto &entry : fs::directory_iterator(folder))
            names.push_back(entry.path().string());
        std::ranges::sort(names);
        std::vector<int> counts;
        for (const std::string &name : names)
            counts.push_back(packets_in(name));
        return counts;
    }

    fs::path folder;
    Error error;
};

TEST_F(RecorderTest, AfterAFlushEverythingIsInTheFileWhole)
{
    const auto recorder = open(path("a.pcapng"));
    ASSERT_NE(recorder, nullptr);
    EXPECT_EQ(packets_in(path("a.pcapng")), 0);
    for (int i = 0; i < 3; ++i) {
        ASSERT_TRUE(add(*recorder, i));
        ASSERT_TRUE(recorder->flush());
        EXPECT_EQ(packets_in(path("a.pcapng")), i + 1);
    }
    EXPECT_TRUE(recorder->close({}));
    EXPECT_EQ(recorder->packets(), 3U);
}

TEST_F(RecorderTest, OthersMayNotReadTheFile)
{
    ASSERT_NE(open(path("a.pcapng")), nullptr);
    struct stat status = {};
    ASSERT_EQ(::stat(path("a.pcapng").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600U);
}

TEST_F(RecorderTest, AnExistingFileIsReplacedOnlyWhenAsked)
{
    std::ofstream(path("a.pcapng")) << "precious";
    EXPECT_EQ(open(path("a.pcapng")), nullptr);
    EXPECT_NE(error.hint.find("--force"), std::string::npos);
    EXPECT_EQ(fs::file_size(path("a.pcapng")), 8U);
    const auto recorder = open(path("a.pcapng"), {}, true);
    ASSERT_NE(recorder, nullptr);
    EXPECT_TRUE(recorder->close({}));
    EXPECT_EQ(packets_in_all(), std::vector<int>{0});
}

TEST_F(RecorderTest, ASymbolicLinkIsNotFollowed)
{
    std::ofstream(path("victim")) << "precious";
    fs::create_symlink(path("victim"), path("link"));
    EXPECT_EQ(open(path("link"), {}, true), nullptr);
    EXPECT_EQ(fs::file_size(path("victim")), 8U);
}

TEST_F(RecorderTest, AFolderThatIsMissingIsToldAtOnce)
{
    EXPECT_EQ(open(path("no/a.pcapng")), nullptr);
    EXPECT_EQ(open(folder.string()), nullptr);
    EXPECT_NE(error.why.find("directory"), std::string::npos);
}

TEST_F(RecorderTest, AFullDeviceIsToldAtOnce)
{
    EXPECT_EQ(open("/dev/full"), nullptr);
    EXPECT_EQ(error.why, "No space left on device");
}

TEST_F(RecorderTest, ARingKeepsTheNewestFiles)
{
    const auto recorder = open(path("ring.pcapng"), {.packets = 2, .files = 3});
    for (int i = 0; i < 11; ++i)
        ASSERT_TRUE(add(*recorder, i));
    EXPECT_TRUE(recorder->close({}));
    EXPECT_EQ(recorder->files(), 6U);
    EXPECT_EQ(packets_in_all(), (std::vector<int>{2, 2, 1}));
    EXPECT_NE(recorder->current().find("ring_00006_20260528"), std::string::npos) << recorder->current();
}

// The oldest is not deleted for a file that would stay empty.
TEST_F(RecorderTest, ARingBeginsNoMoreFilesThanItMay)
{
    for (const std::uint64_t kept : {std::uint64_t{0}, std::uint64_t{3}}) {
        const auto recorder = open(path("ring.pcapng"), {.packets = 2, .files = kept, .most = 3}, true);
        for (int i = 0; i < 6; ++i) {
            EXPECT_FALSE(recorder->full());
            ASSERT_TRUE(add(*recorder, i));
        }
        EXPECT_FALSE(add(*recorder, 6));
        EXPECT_TRUE(recorder->full());
        EXPECT_FALSE(recorder->failure());
        EXPECT_TRUE(recorder->close({}));
        EXPECT_EQ(packets_in_all(), (std::vector<int>{2, 2, 2}));
    }
}

TEST_F(RecorderTest, ARingTurnsByTheTimeOfThePackets)
{
    const auto recorder = open(path("ring.pcapng"), {.duration = std::chrono::seconds(10)});
    for (const int second : {0, 5, 9, 10, 11, 40})
        ASSERT_TRUE(add(*recorder, second));
    EXPECT_TRUE(recorder->close({}));
    EXPECT_EQ(packets_in_all(), (std::vector<int>{3, 2, 1}));
}

TEST_F(RecorderTest, ARingTurnsAtWholeIntervals)
{
    const auto recorder = open(path("ring.pcapng"), {.interval = std::chrono::seconds(60)});
    const int minute = 60 - static_cast<int>(start.time_since_epoch() / std::chrono::seconds(1) % 60);
    for (const int second : {0, minute - 1, minute, minute + 59, minute + 60})
        ASSERT_TRUE(add(*recorder, second));
    EXPECT_TRUE(recorder->close({}));
    EXPECT_EQ(packets_in_all(), (std::vector<int>{2, 2, 1}));
}

// The file system takes only a part of a write: whatever the limit, the file ends with a whole record and the count
// told is the count in the file.
TEST_F(RecorderTest, AFileThatMayNotGrowEndsWithAWholeRecord)
{
    std::signal(SIGXFSZ, SIG_IGN);
    rlimit before = {};
    ::getrlimit(RLIMIT_FSIZE, &before);
    for (rlim_t limit = 1000; limit < 1600; limit += 37) {
        const std::string name = path("full" + std::to_string(limit));
        const auto recorder = open(name);
        ASSERT_NE(recorder, nullptr);
        const rlimit small = {.rlim_cur = limit, .rlim_max = before.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &small);
        int second = 0;
        while (add(*recorder, second) && (second % 5 != 0 || recorder->flush()))
            ++second;
        EXPECT_FALSE(recorder->close({}));
        ::setrlimit(RLIMIT_FSIZE, &before);
        EXPECT_TRUE(recorder->failure());
        EXPECT_EQ(packets_in(name), static_cast<int>(recorder->packets()));
        EXPECT_GT(recorder->packets(), 3U);
    }
}

TEST_F(RecorderTest, FramesOfASerialLineDoNotTurnTheRing)
{
    const auto recorder = open(path("ring.pcapng"), {.packets = 2, .interval = std::chrono::seconds(60)});
    const int minute = 60 - static_cast<int>(start.time_since_epoch() / std::chrono::seconds(1) % 60);
    const std::vector<std::uint8_t> data = raw_chunk_data(std::vector<std::uint8_t>{1, 2, 3}, {});
    const auto add_line = [&](std::uint32_t link_type, int second) {
        net::RawPacket packet;
        packet.data = data;
        packet.time = start + std::chrono::seconds(second);
        packet.link_type = link_type;
        return recorder->packet(packet, {}, no_statistics);
    };
    using namespace serial;
    ASSERT_TRUE(add_line(link_raw_chunk, minute));
    for (const int second : {minute - 2, minute - 1, minute, minute})  // told late, and more than a file may have
        ASSERT_TRUE(add_line(link_rtac_serial, second));
    ASSERT_TRUE(add_line(link_raw_chunk, minute + 1));
    EXPECT_TRUE(recorder->close({}));
    EXPECT_EQ(packets_in_all(), (std::vector<int>{4, 0}));
}

TEST_F(RecorderTest, RawChunksAreWrittenButNotCounted)
{
    const auto recorder = open(path("ring.pcapng"), {.packets = 2});
    const std::vector<std::uint8_t> data = raw_chunk_data(std::vector<std::uint8_t>{1, 2, 3}, {});
    net::RawPacket chunk;
    chunk.data = data;
    chunk.link_type = serial::link_raw_chunk;
    int chunks = 0;
    for (int second = 0; second < 5; ++second) {
        chunk.time = start + std::chrono::seconds(second);
        ASSERT_TRUE(recorder->packet(chunk, {}, no_statistics));
        ASSERT_TRUE(add(*recorder, second));
    }
    EXPECT_TRUE(recorder->close({}));
    EXPECT_EQ(recorder->packets(), 5U);
    EXPECT_EQ(packets_in_all(), (std::vector<int>{2, 2, 1}));
    for (const auto &entry : fs::directory_iterator(folder)) {
        const auto file = CaptureFile::open(entry.path().string());
        net::RawPacket packet;
        while (file.value()->next(packet))
            chunks += packet.link_type == serial::link_raw_chunk;
    }
    EXPECT_EQ(chunks, 5);
}

TEST_F(RecorderTest, ADeletedFileIsNoticed)
{
    const auto recorder = open(path("a.pcapng"));
    EXPECT_FALSE(recorder->vanished());
    fs::remove(path("a.pcapng"));
    EXPECT_TRUE(recorder->vanished());
}

}  // namespace
}  // namespace buswitness::capture
