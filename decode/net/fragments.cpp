#include "decode/net/fragments.h"

#include <algorithm>
#include <utility>

namespace buswitness::net {

std::optional<Datagram> FragmentTable::add(const FragmentKey &key, const Fragment &fragment, Timestamp now)
{
    const std::size_t end = fragment.offset + fragment.octets.size();
    const bool odd = fragment.more && (fragment.octets.empty() || fragment.octets.size() % block != 0);
    if (odd || end > longest || fragment.offset % block != 0)
        return std::nullopt;
    const auto train = find_or_begin(key, now);
    if (contradicts(*train, fragment))
        return std::nullopt;

    octets_ -= weight(*train);
    copy_into(*train, fragment);
    octets_ += weight(*train);
    if (train->total && train->blocks_here == (*train->total + block - 1) / block) {
        const std::uint8_t protocol = train->protocol;
        octets_ -= train->data.capacity();
        // Only now: the fragment itself may lie in finished_ (fragments in a fragmented tunnel).
        finished_ = std::exchange(train->data, {});
        octets_ += train->data.capacity();
        drop(train);
        return Datagram{finished_, protocol};
    }
    make_room();
    return std::nullopt;
}

FragmentTable::Trains::iterator FragmentTable::find_or_begin(const FragmentKey &key, Timestamp now)
{
    if (const auto known = index_.find(key); known != index_.end()) {
        const auto train = known->second;
        const Duration age = elapsed(train->begun, now);
        if (age <= limits_.timeout && age >= -limits_.timeout) {
            trains_.splice(trains_.begin(), trains_, train);
            return train;
        }
        drop(train);
    }
    Train &train = trains_.emplace_front();
    train.key = key;
    train.begun = now;
    octets_ += weight(train);
    index_.emplace(key, trains_.begin());
    return trains_.begin();
}

void FragmentTable::drop(Trains::iterator train)
{
    octets_ -= weight(*train);
    index_.erase(train->key);
    trains_.erase(train);
}

// The train in use stands in front and stays: alone it is far below every sensible limit.
void FragmentTable::make_room()
{
    while (trains_.size() > 1 && (trains_.size() > limits_.trains || octets_ > limits_.octets))
        drop(std::prev(trains_.end()));
}

bool FragmentTable::contradicts(const Train &train, const Fragment &fragment)
{
    const std::size_t end = fragment.offset + fragment.octets.size();
    if (train.total && (end > *train.total || (!fragment.more && end != *train.total)))
        return true;
    return !fragment.more && end < train.data.size();
}

void FragmentTable::copy_into(Train &train, const Fragment &fragment)
{
    const std::size_t end = fragment.offset + fragment.octets.size();
    if (!fragment.more)
        train.total = end;
    if (fragment.offset == 0 && !train.here[0])
        train.protocol = fragment.protocol;
    if (end > train.data.size())
        train.data.resize(end);
    for (std::size_t at = 0; at < fragment.octets.size(); at += block) {
        const std::size_t index = (fragment.offset + at) / block;
        if (train.here[index])
            continue;
        const Bytes part = fragment.octets.subspan(at, std::min(block, fragment.octets.size() - at));
        std::ranges::copy(part, train.data.begin() + static_cast<std::ptrdiff_t>(fragment.offset + at));
        train.here.set(index);
        ++train.blocks_here;
    }
}

}  // namespace buswitness::net
