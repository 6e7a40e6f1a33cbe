#include "capture/disk_sync.h"

#include "capture/privileges.h"

#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <fcntl.h>
#include <mutex>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

namespace buswitness::capture {

struct DiskSync::Shared {
    Shared(std::chrono::milliseconds between, Sync how) : interval(between), sync(std::move(how)) {}

    void run();
    void bring(int descriptor);

    const std::chrono::milliseconds interval;
    const Sync sync;
    std::mutex mutex;
    std::condition_variable changed;
    std::vector<int> over;  // a last time, then they are closed
    int current = -1;
    bool end = false;
    std::atomic<int> failure{0};
    std::thread thread;
};

void DiskSync::Shared::bring(int descriptor)
{
    int nothing = 0;
    if (const int reason = sync(descriptor); reason != 0)
        failure.compare_exchange_strong(nothing, reason);
}

void DiskSync::Shared::run()
{
    drop_all_rights();
    std::unique_lock lock(mutex);
    while (!end || !over.empty()) {
        changed.wait_for(lock, interval, [this] { return end || !over.empty(); });
        const std::vector<int> last = std::exchange(over, {});
        const int growing = current;  // only this thread closes it
        lock.unlock();
        for (const int descriptor : last) {
            bring(descriptor);
            ::close(descriptor);
        }
        if (last.empty() && growing >= 0)
            bring(growing);
        lock.lock();
    }
}

DiskSync::DiskSync(std::chrono::milliseconds interval, Sync sync)
    : shared_(std::make_unique<Shared>(interval, std::move(sync)))
{
}

DiskSync::~DiskSync()
{
    finish();
}

// Some file systems and devices have nothing to bring to a disk.
int DiskSync::sync_data(int descriptor)
{
    if (::fdatasync(descriptor) == 0 || errno == EINVAL || errno == ENOSYS || errno == EROFS || errno == EINTR)
        return 0;
    return errno;
}

void DiskSync::watch(int descriptor)
{
    const int own = ::fcntl(descriptor, F_DUPFD_CLOEXEC, 3);
    if (own < 0)
        return;
    const std::lock_guard lock(shared_->mutex);
    if (const int before = std::exchange(shared_->current, own); before >= 0)
        shared_->over.push_back(before);
    if (!shared_->thread.joinable())
        shared_->thread = std::thread([shared = shared_.get()] { shared->run(); });
    shared_->changed.notify_all();
}

void DiskSync::finish()
{
    if (!shared_->thread.joinable())
        return;
    {
        const std::lock_guard lock(shared_->mutex);
        if (const int last = std::exchange(shared_->current, -1); last >= 0)
            shared_->over.push_back(last);
        shared_->end = true;
        shared_->changed.notify_all();
    }
    shared_->thread.join();
}

int DiskSync::failure() const
{
    return shared_->failure;
}

}  // namespace buswitness::capture
