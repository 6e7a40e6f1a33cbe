#include "capture/disk_sync.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <future>
#include <sys/stat.h>
#include <unistd.h>

namespace buswitness::capture {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

struct File {
    std::FILE *file = std::tmpfile();
    ~File() { std::fclose(file); }
    [[nodiscard]] int descriptor() const { return ::fileno(file); }
};

ino_t inode(int descriptor)
{
    struct stat status = {};
    EXPECT_EQ(::fstat(descriptor, &status), 0);
    return status.st_ino;
}

TEST(DiskSync, AGrowingFileIsSyncedAgainAndAgain)
{
    const File file;
    std::promise<void> often;
    std::atomic<int> times{0};
    DiskSync sync(milliseconds(1), [&](int) {
        if (++times == 3)
            often.set_value();
        return 0;
    });
    sync.watch(file.descriptor());
    often.get_future().wait();
    sync.finish();
    EXPECT_GE(times, 4);  // and a last time
    EXPECT_EQ(sync.failure(), 0);
}

TEST(DiskSync, EachFileOfARingIsSyncedALastTimeThoughItIsClosed)
{
    const File second;
    std::vector<ino_t> expected, synced;
    DiskSync sync(hours(1), [&](int descriptor) {
        synced.push_back(inode(descriptor));
        return 0;
    });
    {
        const File first;
        expected = {inode(first.descriptor()), inode(second.descriptor())};
        sync.watch(first.descriptor());
    }
    sync.watch(second.descriptor());
    sync.finish();
    EXPECT_EQ(synced, expected);
}

TEST(DiskSync, ADiskThatStallsHoldsNobodyUp)
{
    const File file;
    std::promise<void> stalled, over;
    std::shared_future<void> goes_on = over.get_future().share();
    std::atomic<int> times{0};
    DiskSync sync(milliseconds(1), [&, goes_on](int) {
        if (++times == 1)
            stalled.set_value();
        goes_on.wait();
        return EIO;
    });
    sync.watch(file.descriptor());
    stalled.get_future().wait();
    for (int i = 0; i < 3; ++i)
        sync.watch(file.descriptor());
    EXPECT_EQ(sync.failure(), 0);
    over.set_value();
    sync.finish();
    EXPECT_EQ(sync.failure(), EIO);
    EXPECT_GE(times, 5);
}

TEST(DiskSync, WhatHasNoDiskIsNoFailure)
{
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    DiskSync sync;
    sync.watch(ends[1]);
    sync.watch(-1);
    sync.finish();
    EXPECT_EQ(sync.failure(), 0);
    ::close(ends[0]);
    ::close(ends[1]);
}

}  // namespace
}  // namespace buswitness::capture
