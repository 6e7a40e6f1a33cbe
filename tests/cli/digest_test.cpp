#include "cli/digest.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

namespace buswitness::cli {
namespace {

TEST(Digest, IsTheSha256OfTheFile)
{
    const std::string name = testing::TempDir() + "digest_test_abc";
    std::ofstream(name) << "abc";
    // FIPS 180-2, B.1
    EXPECT_EQ(sha256_of(name), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    std::filesystem::remove(name);
}

TEST(Digest, IsEmptyForWhatIsNoFile)
{
    EXPECT_EQ(sha256_of("-"), "");
    EXPECT_EQ(sha256_of("/dev/null"), "");
    EXPECT_EQ(sha256_of(testing::TempDir()), "");
    EXPECT_EQ(sha256_of(testing::TempDir() + "digest_test_missing"), "");
}

}  // namespace
}  // namespace buswitness::cli
