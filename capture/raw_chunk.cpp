#include "capture/raw_chunk.h"

#include <cassert>

namespace buswitness::capture {

std::vector<std::uint8_t> raw_chunk_data(Bytes octets, Bytes marks)
{
    assert(octets.size() <= largest_raw_chunk && (marks.empty() || marks.size() == octets.size()));
    std::vector<std::uint8_t> data;
    data.reserve(2 + octets.size() + marks.size());
    data.push_back(static_cast<std::uint8_t>(octets.size() >> 8));
    data.push_back(static_cast<std::uint8_t>(octets.size()));
    data.insert(data.end(), octets.begin(), octets.end());
    data.insert(data.end(), marks.begin(), marks.end());
    return data;
}

}  // namespace buswitness::capture
