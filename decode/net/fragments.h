// IP fragments (RFC 791, 3.2; RFC 8200, 4.5) put together again. Bounded in trains and octets, the least recently
// used train leaves first; of overlapping fragments the first copy wins. Nothing is ever guessed: a train with a
// hole gives nothing.
#pragma once

#include "decode/base/address.h"
#include "decode/base/bytes.h"
#include "decode/base/timestamp.h"

#include <bitset>
#include <chrono>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <optional>
#include <vector>

namespace buswitness::net {

struct FragmentKey {
    Address source, destination;
    std::uint32_t id = 0;
    std::uint8_t protocol = 0;  // IPv4; 0 in IPv6, where only the first fragment says it
    bool ipv6 = false;
    auto operator<=>(const FragmentKey &) const = default;
};

struct Fragment {
    std::size_t offset = 0;  // in octets, a multiple of 8
    bool more = false;
    std::uint8_t protocol = 0;  // what the octets at offset 0 are
    Bytes octets;
};

struct Datagram {
    Bytes octets;  // the table's buffer, valid until its next `add`
    std::uint8_t protocol = 0;
};

struct FragmentLimits {
    std::size_t trains = 1024;
    std::size_t octets = std::size_t{16} << 20;
    Duration timeout = std::chrono::seconds(30);  // from the first fragment that came
};

class FragmentTable {
public:
    explicit FragmentTable(FragmentLimits limits = {}) : limits_(limits) {}

    // The whole datagram when this fragment fills the last hole.
    std::optional<Datagram> add(const FragmentKey &key, const Fragment &fragment, Timestamp now);

    [[nodiscard]] std::size_t trains() const { return trains_.size(); }
    [[nodiscard]] std::size_t octets() const { return octets_; }

private:
    static constexpr std::size_t block = 8;  // the unit of fragment offsets
    static constexpr std::size_t longest = 65535;

    struct Train {
        FragmentKey key;
        Timestamp begun;
        std::uint8_t protocol = 0;
        std::optional<std::size_t> total;  // known from the last fragment
        std::size_t blocks_here = 0;
        std::bitset<(longest + block - 1) / block> here;
        std::vector<std::uint8_t> data;
    };
    using Trains = std::list<Train>;  // most recently used first

    Trains::iterator find_or_begin(const FragmentKey &key, Timestamp now);
    void drop(Trains::iterator train);
    void make_room();
    static bool contradicts(const Train &train, const Fragment &fragment);
    static void copy_into(Train &train, const Fragment &fragment);
    static std::size_t weight(const Train &train) { return sizeof(Train) + train.data.capacity(); }

    FragmentLimits limits_;
    Trains trains_;
    std::map<FragmentKey, Trains::iterator> index_;  // a tree: no key makes it slow
    std::size_t octets_ = 0;
    std::vector<std::uint8_t> finished_;
};

}  // namespace buswitness::net
