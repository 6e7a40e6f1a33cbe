// Brings a recording to the disk while it grows, so that a power cut takes the last seconds only. By a thread of its
// own: a disk that stalls must not keep whoever captures from emptying the kernel's buffer.
#pragma once

#include <chrono>
#include <functional>
#include <memory>

namespace buswitness::capture {

class DiskSync {
public:
    using Sync = std::function<int(int descriptor)>;  // returns errno, 0 when it is done
    static int sync_data(int descriptor);             // fdatasync; not every file system can

    explicit DiskSync(std::chrono::milliseconds interval = std::chrono::seconds(5), Sync sync = &sync_data);
    ~DiskSync();  // as finish()
    DiskSync(const DiskSync &) = delete;
    DiskSync &operator=(const DiskSync &) = delete;

    // From now on this file, which may be closed meanwhile; the one before it is brought to the disk a last time.
    void watch(int descriptor);
    // The same for the last one. Waits for the disk.
    void finish();
    // What the disk refused first, as errno; 0: nothing. Never waits.
    [[nodiscard]] int failure() const;

private:
    struct Shared;
    std::unique_ptr<Shared> shared_;
};

}  // namespace buswitness::capture
