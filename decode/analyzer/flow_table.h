// Which connection a packet belongs to: an open-addressing index from the two endpoints to a slot number.
// VLAN tags are not part of the key: requests and responses may be tagged differently.
#pragma once

#include "decode/base/keyed_hash.h"
#include "decode/net/packet_view.h"

#include <vector>

namespace buswitness::analyzer {

// The same for both directions.
inline std::uint32_t flow_hash(const Endpoint &one, const Endpoint &other, bool udp, std::uint64_t key)
{
    const auto half = [key](const Endpoint &e) {
        const std::uint64_t low = e.address.low ^ static_cast<std::uint64_t>(e.port) << 48;
        return mix(low, e.address.high == 0 ? key : mix(e.address.high, key));
    };
    const std::uint64_t sum = mix(half(one) + half(other) + (udp ? 1 : 0), key);
    return static_cast<std::uint32_t>(sum ^ sum >> 32);
}

class FlowTable {
public:
    FlowTable() : cells_(1024) {}

    // `same(slot)` compares the full key of a slot. Returns the slot or no_slot.
    template <typename Same>
    [[nodiscard]] std::uint32_t find(std::uint32_t hash, Same same) const
    {
        for (std::size_t at = hash & mask();; at = (at + 1) & mask()) {
            const Cell &cell = cells_.data()[at];  // masked: always inside
            if (cell.slot == no_slot)
                return no_slot;
            if (cell.hash == hash && same(cell.slot))
                return cell.slot;
        }
    }
    void insert(std::uint32_t hash, std::uint32_t slot)
    {
        if ((used_ + 1) * 2 > cells_.size())
            grow();
        place({hash, slot});
        ++used_;
    }
    void erase(std::uint32_t hash, std::uint32_t slot)
    {
        std::size_t at = hash & mask();
        while (cells_[at].slot != slot) {
            if (cells_[at].slot == no_slot)
                return;
            at = (at + 1) & mask();
        }
        --used_;
        // Close the gap: entries that were pushed over it move back.
        for (std::size_t next = (at + 1) & mask(); cells_[next].slot != no_slot; next = (next + 1) & mask()) {
            const std::size_t home = cells_[next].hash & mask();
            if (((next - home) & mask()) >= ((next - at) & mask())) {
                cells_[at] = cells_[next];
                at = next;
            }
        }
        cells_[at] = {};
    }

    static constexpr std::uint32_t no_slot = 0xFFFF'FFFF;

private:
    struct Cell {
        std::uint32_t hash = 0;
        std::uint32_t slot = no_slot;
    };
    [[nodiscard]] std::size_t mask() const { return cells_.size() - 1; }
    void place(Cell cell)
    {
        std::size_t at = cell.hash & mask();
        while (cells_[at].slot != no_slot)
            at = (at + 1) & mask();
        cells_[at] = cell;
    }
    void grow()
    {
        std::vector<Cell> old(cells_.size() * 2);
        old.swap(cells_);
        for (const Cell &cell : old)
            if (cell.slot != no_slot)
                place(cell);
    }

    std::vector<Cell> cells_;
    std::size_t used_ = 0;
};

}  // namespace buswitness::analyzer
