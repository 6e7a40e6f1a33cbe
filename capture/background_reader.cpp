#include "capture/background_reader.h"

#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

namespace buswitness::capture {

namespace {

constexpr std::size_t large_batch = std::size_t{256} << 10;
constexpr std::size_t many_packets = 4096;

}  // namespace

struct BackgroundReader::Shared {
    explicit Shared(const std::vector<std::string> &names) : captures(names) {}

    void read();

    CaptureSet captures;
    std::mutex mutex;
    std::condition_variable changed;
    Batch ready;          // read, not taken yet
    bool hungry = false;  // somebody waits for the first packet
    bool left = false;
    bool ended = false;
    std::uint32_t told = 0;  // interfaces that were handed over
};

// The next read may block for hours: every packet is handed over before it.
void BackgroundReader::Shared::read()
{
    net::RawPacket packet;
    while (captures.next(packet)) {
        std::unique_lock lock(mutex);
        if (ready.octets.size() >= large_batch || ready.packets.size() >= many_packets)
            changed.wait(lock, [this] { return ready.packets.empty() || left; });
        if (left)
            break;
        ready.octets.insert(ready.octets.end(), packet.data.begin(), packet.data.end());
        ready.packets.push_back(packet);
        for (; told <= packet.interface; ++told) {
            const InterfaceInfo *one = captures.interface(told);
            ready.interfaces.push_back(one != nullptr ? *one : InterfaceInfo());
        }
        if (std::exchange(hungry, false))
            changed.notify_all();
    }
    const std::lock_guard lock(mutex);
    ended = true;
    changed.notify_all();
}

BackgroundReader::BackgroundReader(const std::vector<std::string> &names) : shared_(std::make_shared<Shared>(names))
{
    std::thread([shared = shared_] { shared->read(); }).detach();
}

BackgroundReader::~BackgroundReader()
{
    const std::lock_guard lock(shared_->mutex);
    shared_->left = true;
    shared_->changed.notify_all();
}

bool BackgroundReader::take(Batch &batch, std::chrono::milliseconds patience)
{
    batch.packets.clear();
    batch.octets.clear();
    batch.interfaces.clear();
    std::unique_lock lock(shared_->mutex);
    if (shared_->ready.packets.empty() && !shared_->ended) {
        shared_->hungry = true;
        shared_->changed.wait_for(lock, patience, [this] { return !shared_->ready.packets.empty() || shared_->ended; });
    }
    const bool waiting = shared_->ready.packets.size() >= many_packets || shared_->ready.octets.size() >= large_batch;
    std::swap(batch, shared_->ready);
    const bool more = !batch.packets.empty() || !shared_->ended;
    if (waiting)
        shared_->changed.notify_all();
    lock.unlock();
    std::size_t at = 0;
    for (net::RawPacket &packet : batch.packets) {
        packet.data = Bytes(batch.octets).subspan(at, packet.data.size());
        at += packet.data.size();
    }
    return more;
}

const CaptureSet &BackgroundReader::captures() const
{
    return shared_->captures;
}

const std::vector<Error> &BackgroundReader::errors() const
{
    return shared_->captures.errors();
}

}  // namespace buswitness::capture
