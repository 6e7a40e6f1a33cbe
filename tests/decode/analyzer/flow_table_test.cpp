#include "decode/analyzer/flow_table.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

namespace buswitness::analyzer {
namespace {

Endpoint at(std::uint32_t address, std::uint16_t port)
{
    return {Address::v4(address), port};
}

TEST(FlowHash, IsTheSameInBothDirections)
{
    const Endpoint client = at(0x0A00'0001, 40000), server = at(0x0A00'0002, 502);
    EXPECT_EQ(flow_hash(client, server, false, 7), flow_hash(server, client, false, 7));
}

TEST(FlowHash, DependsOnEveryFieldAndTheKey)
{
    const std::set<std::uint32_t> hashes = {
        flow_hash(at(1, 40000), at(2, 502), false, 1), flow_hash(at(1, 40000), at(2, 502), false, 2),
        flow_hash(at(1, 40001), at(2, 502), false, 1), flow_hash(at(1, 40000), at(2, 503), false, 1),
        flow_hash(at(3, 40000), at(2, 502), false, 1), flow_hash(at(1, 40000), at(3, 502), false, 1),
        flow_hash(at(1, 40000), at(2, 502), true, 1),  flow_hash(at(1, 502), at(2, 40000), false, 1),
    };
    EXPECT_EQ(hashes.size(), 8U);
}

// The table beside a map from slot to hash; hashes are few where they shall collide.
class Twin {
public:
    void insert(std::uint32_t hash)
    {
        table_.insert(hash, next_);
        slots_[next_++] = hash;
    }
    void erase(std::size_t which)
    {
        const auto gone = std::next(slots_.begin(), static_cast<std::ptrdiff_t>(which));
        const auto [slot, hash] = *gone;
        table_.erase(hash, slot);
        slots_.erase(gone);
        EXPECT_EQ(found(hash, slot), FlowTable::no_slot);
    }
    void compare() const
    {
        for (const auto &[slot, hash] : slots_)
            ASSERT_EQ(found(hash, slot), slot) << "hash " << hash << ", " << slots_.size() << " entries";
    }
    [[nodiscard]] std::uint32_t found(std::uint32_t hash, std::uint32_t slot) const
    {
        return table_.find(hash, [slot](std::uint32_t candidate) { return candidate == slot; });
    }
    [[nodiscard]] std::size_t size() const { return slots_.size(); }
    FlowTable &table() { return table_; }

private:
    FlowTable table_;
    std::map<std::uint32_t, std::uint32_t> slots_;
    std::uint32_t next_ = 0;
};

TEST(FlowTable, FindsWhatAMapFinds)
{
    struct Row {
        const char *why;
        std::uint32_t first, spread;  // hashes from `first` on
        std::size_t most;             // entries
    };
    const Row rows[] = {
        {"all in one place", 7, 1, 40},
        {"in rows that run into each other", 100, 20, 200},
        {"around the end of the table", 1020, 8, 200},
        {"around the end of all hashes", 0xFFFF'FFF0, 32, 200},
        {"everywhere, growing", 0, 0xFFFF'FFFF, 5000},
    };
    for (const Row &row : rows) {
        SCOPED_TRACE(row.why);
        std::mt19937 random(3);
        Twin twin;
        const std::size_t operations = row.most * 6;
        for (std::size_t i = 0; i < operations; ++i) {
            const bool growing = i < operations / 2;
            if (twin.size() == 0 || (twin.size() < row.most && random() % 4 < (growing ? 3U : 1U)))
                twin.insert(row.first + static_cast<std::uint32_t>(random()) % row.spread);
            else
                twin.erase(random() % twin.size());
            if (row.most <= 200 || i % 500 == 0)
                twin.compare();
            if (testing::Test::HasFailure())
                return;
        }
        while (twin.size() != 0)
            twin.erase(random() % twin.size());
    }
}

TEST(FlowTable, ComparesTheFullKeyOfEqualHashes)
{
    FlowTable table;
    table.insert(5, 1);
    table.insert(5, 2);
    table.insert(5 + 1024, 3);
    std::vector<std::uint32_t> asked;
    EXPECT_EQ(table.find(5,
                         [&](std::uint32_t slot) {
                             asked.push_back(slot);
                             return false;
                         }),
              FlowTable::no_slot);
    EXPECT_EQ(asked, (std::vector<std::uint32_t>{1, 2}));
}

TEST(FlowTable, PassesOverTheErasureOfWhatItDoesNotHold)
{
    Twin twin;
    twin.insert(5);
    twin.insert(5);
    twin.table().erase(5, 77);
    twin.table().erase(6, 77);
    twin.compare();
}

}  // namespace
}  // namespace buswitness::analyzer
