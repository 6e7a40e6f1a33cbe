#include "capture/capture_file.h"
#include "tests/support/capture_bytes.h"

#include <algorithm>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

namespace buswitness::test {
namespace {

using capture::CaptureFile;

// Puts one end of a pipe in the place of standard input.
class StandardInput {
public:
    StandardInput() : saved_(::dup(STDIN_FILENO))
    {
        int ends[2] = {-1, -1};
        EXPECT_EQ(::pipe(ends), 0);
        ::dup2(ends[0], STDIN_FILENO);
        ::close(ends[0]);
        write_ = ends[1];
    }
    StandardInput(const StandardInput &) = delete;
    StandardInput &operator=(const StandardInput &) = delete;
    ~StandardInput()
    {
        close();
        ::dup2(saved_, STDIN_FILENO);
        ::close(saved_);
    }
    void write(Bytes octets) const
    {
        EXPECT_EQ(::write(write_, octets.data(), octets.size()), static_cast<ssize_t>(octets.size()));
    }
    void close()
    {
        if (write_ >= 0)
            ::close(write_);
        write_ = -1;
    }

private:
    int saved_;
    int write_ = -1;
};

TEST(CaptureFile, APipeDeliversEachPacketWhenItCame)
{
    StandardInput input;
    PcapBytes bytes;
    input.write(bytes.octets());
    auto file = CaptureFile::open("-");  // would wait for ever if it wanted more than is there
    ASSERT_TRUE(file);
    net::RawPacket packet;
    for (std::size_t i = 1; i <= 50; ++i) {
        const std::size_t before = bytes.octets().size();
        bytes.packet(1, 0, sample_packet(i));
        input.write(Bytes(bytes.octets()).subspan(before));
        ASSERT_TRUE(file.value()->next(packet));
        EXPECT_EQ(packet.data.size(), i);
        EXPECT_EQ(packet.number, i);
    }
    input.close();
    EXPECT_FALSE(file.value()->next(packet));
    EXPECT_TRUE(file.value()->info().complete);
    EXPECT_EQ(file.value()->info().name, "-");
}

TEST(CaptureFile, APipeDeliversEachPcapngBlockWhenItCame)
{
    StandardInput input;
    PcapngBytes bytes;
    bytes.section().interface(1);
    input.write(bytes.octets());
    auto file = CaptureFile::open("-");
    ASSERT_TRUE(file);
    net::RawPacket packet;
    for (std::size_t i = 1; i <= 50; ++i) {
        const std::size_t before = bytes.octets().size();
        bytes.packet(0, 1, sample_packet(i));
        input.write(Bytes(bytes.octets()).subspan(before));
        ASSERT_TRUE(file.value()->next(packet));
        EXPECT_EQ(packet.data.size(), i);
    }
}

TEST(CaptureFile, ANonBlockingPipeWithoutOctetsIsNotTheEnd)
{
    StandardInput input;
    PcapBytes bytes;
    bytes.packet(1, 0, sample_packet(10));
    ::fcntl(STDIN_FILENO, F_SETFL, O_NONBLOCK);
    std::thread writer([&] {
        ::usleep(20'000);
        input.write(Bytes(bytes.octets()).first(30));
        ::usleep(20'000);
        input.write(Bytes(bytes.octets()).subspan(30));
        input.close();
    });
    EXPECT_EQ(told(CaptureFile::open("-")), "1 1/0 1000000000 10\ncomplete");
    writer.join();
}

TEST(CaptureFile, ASmallBlockGrowsWithWhatIsRead)
{
    PcapBytes bytes;
    bytes.packet(1, 0, sample_packet(10)).packet(2, 0, Octets(200'000)).packet(3, 0, sample_packet(11));
    const SavedCapture saved(bytes.octets());
    EXPECT_EQ(told(CaptureFile::open(saved.name(), 4096)),
              "1 1/0 1000000000 10\n2 1/0 2000000000 200000\n3 1/0 3000000000 11\ncomplete");
}

TEST(CaptureFile, AFileLargerThanTheBlockIsReadWithoutALoss)
{
    PcapBytes bytes;
    for (unsigned i = 0; i < 30'000; ++i)
        bytes.packet(i, 0, sample_packet(i % 97, static_cast<std::uint8_t>(i)));
    const SavedCapture saved(bytes.octets());
    auto file = CaptureFile::open(saved.name());
    ASSERT_TRUE(file);
    net::RawPacket packet;
    for (unsigned i = 0; i < 30'000; ++i) {
        ASSERT_TRUE(file.value()->next(packet));
        const Octets expected = sample_packet(i % 97, static_cast<std::uint8_t>(i));
        ASSERT_TRUE(std::equal(packet.data.begin(), packet.data.end(), expected.begin(), expected.end())) << i;
    }
    EXPECT_FALSE(file.value()->next(packet));
    EXPECT_EQ(told(CaptureFile::open(saved.name())), told(bytes.octets()));
}

TEST(CaptureFile, AFifoIsReadLikeAFile)
{
    const SavedCapture place({});
    const std::string name = place.name() + ".fifo";
    ASSERT_EQ(::mkfifo(name.c_str(), 0600), 0);
    PcapBytes bytes;
    bytes.packet(1, 0, sample_packet(10));
    std::thread writer([&] {
        const int descriptor = ::open(name.c_str(), O_WRONLY | O_CLOEXEC);
        EXPECT_EQ(::write(descriptor, bytes.octets().data(), bytes.octets().size()),
                  static_cast<ssize_t>(bytes.octets().size()));
        ::close(descriptor);
    });
    EXPECT_EQ(told(CaptureFile::open(name)), "1 1/0 1000000000 10\ncomplete");
    writer.join();
    ::unlink(name.c_str());
}

TEST(CaptureFile, WhatIsNotACaptureIsRefusedWithWhatItIs)
{
    struct Row {
        Octets octets;
        std::string why;
    };
    const Row rows[] = {
        {{}, "empty file"},
        {{0}, "not a capture: starts with 00"},
        {octets_of("hello, I am a log"), "not a capture: starts with 68 65 6c 6c 6f 2c 20 49"},
        {octets_of("\x7F"
                   "ELF\2\1\1"),
         "not a capture: it is a program"},
        {octets_of("PK\x03\x04zip"), "not a capture: it is a zip archive"},
        {octets_of("BZh91AY"), "not a capture: it is bzip2 data"},
        {octets_of("snoop"), "not a capture: it is a Sun snoop capture"},
        {Octets(65'536), "not a capture: starts with 00 00 00 00 00 00 00 00"},
        {Octets(65'536, 0xFF), "not a capture: starts with ff ff ff ff ff ff ff ff"},
    };
    for (const Row &row : rows) {
        const SavedCapture saved(row.octets);
        const auto file = CaptureFile::open(saved.name());
        ASSERT_FALSE(file) << row.why;
        EXPECT_EQ(file.error().what, "cannot read " + saved.name());
        EXPECT_EQ(file.error().why, row.why);
        EXPECT_FALSE(file.error().hint.empty());
    }
}

TEST(CaptureFile, WhatCannotBeOpenedSaysWhy)
{
    struct Row {
        std::string name;
        std::string why;
    };
    const Row rows[] = {
        {"/nonexistent/a.pcap", "No such file or directory"},
        {"/", "it is a directory"},
        {"/dev/zero", "it is a device, not a capture file"},
        {"/dev/null", "it is a device, not a capture file"},
        {"", "No such file or directory"},
    };
    for (const Row &row : rows) {
        const auto file = CaptureFile::open(row.name);
        ASSERT_FALSE(file) << row.name;
        EXPECT_EQ(file.error().what, "cannot read " + row.name);
        EXPECT_EQ(file.error().why, row.why);
        EXPECT_FALSE(file.error().hint.empty());
    }
}

TEST(CaptureFile, WithoutPermissionIsRefused)
{
    if (::geteuid() == 0)
        GTEST_SKIP() << "root may read everything";
    const SavedCapture saved(PcapBytes().octets());
    ASSERT_EQ(::chmod(saved.name().c_str(), 0), 0);
    const auto file = CaptureFile::open(saved.name());
    ASSERT_FALSE(file);
    EXPECT_EQ(file.error().why, "Permission denied");
}

TEST(CaptureFile, StandardInputThatIsEmptyIsRefused)
{
    StandardInput input;
    input.close();
    const auto file = CaptureFile::open("-");
    ASSERT_FALSE(file);
    EXPECT_EQ(file.error().what, "cannot read standard input");
    EXPECT_EQ(file.error().why, "empty file");
}

}  // namespace
}  // namespace buswitness::test
