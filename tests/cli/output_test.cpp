#include "cli/output.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <unistd.h>

namespace buswitness::cli {
namespace {

namespace fs = std::filesystem;

class Output : public testing::Test {
protected:
    void SetUp() override
    {
        std::string pattern = testing::TempDir() + "output-XXXXXX";
        ASSERT_NE(mkdtemp(pattern.data()), nullptr);
        folder_ = pattern;
    }
    void TearDown() override { fs::remove_all(folder_); }

    [[nodiscard]] std::string path(const char *name) const { return folder_ / name; }
    [[nodiscard]] static std::string content(const std::string &name)
    {
        std::ifstream file(name, std::ios::binary);
        return {std::istreambuf_iterator<char>(file), {}};
    }
    [[nodiscard]] long files() const { return std::distance(fs::directory_iterator(folder_), {}); }

private:
    fs::path folder_;
};

TEST_F(Output, WritesANewFileAndLeavesNothingBeside)
{
    EXPECT_FALSE(write_file(path("r.txt"), "report\n", false));
    EXPECT_EQ(content(path("r.txt")), "report\n");
    EXPECT_EQ(files(), 1);
}

TEST_F(Output, AnExistingFileStaysUnlessForced)
{
    EXPECT_FALSE(write_file(path("r.txt"), "old", false));
    EXPECT_TRUE(refused_output(path("r.txt"), false));
    EXPECT_TRUE(write_file(path("r.txt"), "new", false));
    EXPECT_EQ(content(path("r.txt")), "old");
    EXPECT_FALSE(refused_output(path("r.txt"), true));
    EXPECT_FALSE(write_file(path("r.txt"), "new", true));
    EXPECT_EQ(content(path("r.txt")), "new");
    EXPECT_EQ(files(), 1);
}

TEST_F(Output, ALinkIsReplacedAndItsTargetStays)
{
    EXPECT_FALSE(write_file(path("target"), "precious", false));
    fs::create_symlink(path("target"), path("link"));
    EXPECT_TRUE(write_file(path("link"), "report", false));
    EXPECT_FALSE(write_file(path("link"), "report", true));
    EXPECT_EQ(content(path("target")), "precious");
    EXPECT_EQ(content(path("link")), "report");
}

TEST_F(Output, TellsWhyAFileCannotBeWritten)
{
    const auto error = write_file(path("no-such-folder") + "/r.txt", "report", false);
    ASSERT_TRUE(error);
    EXPECT_EQ(error->why, "No such file or directory");
    EXPECT_TRUE(refused_output(testing::TempDir(), true));
}

TEST_F(Output, AFullDeviceIsAFailure)
{
    if (!fs::exists("/dev/full"))
        GTEST_SKIP() << "no /dev/full";
    const auto error = write_file("/dev/full", "report", false);
    ASSERT_TRUE(error);
    EXPECT_EQ(error->why, "No space left on device");
    EXPECT_TRUE(fs::is_character_file("/dev/full"));
}

// A pipe that nobody reads.
TEST_F(Output, WaitingForAFullPipeIsGivenUp)
{
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    std::fflush(stdout);
    const int before = ::dup(STDOUT_FILENO);
    ::dup2(ends[1], STDOUT_FILENO);
    int asked = 0;
    const auto error = write_stdout(std::string(1 << 20, 'x'), [&asked] { return ++asked == 2; });
    const auto nothing = write_stdout("", [] { return true; });
    ::dup2(before, STDOUT_FILENO);
    for (const int end : {ends[0], ends[1], before})
        ::close(end);
    EXPECT_TRUE(error);
    EXPECT_EQ(asked, 2);
    EXPECT_FALSE(nothing);
}

}  // namespace
}  // namespace buswitness::cli
