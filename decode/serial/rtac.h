// Recordings of serial lines as chunks. LINKTYPE_RTAC_SERIAL (250), numbers big endian:
//
//   seconds 4 | microseconds 4 | event 1 | control lines 1 | reserved 2 | octets
//
// Events: 1 TX start, 2 RX start, 3 TX end, 4 RX end, 5 data lost, 6 complete, 7 framing error, 8 parity error,
// 9 break, 10 overflow. Record boundaries are hints: records of equal time are one chunk, the packet's time its end.
// USER0 (147) records are octets alone. Raw chunks (line.h) are better: where there are any, only they are read.
#pragma once

#include "decode/serial/line.h"

#include <vector>

namespace buswitness::serial {

struct LineRecord {
    std::uint32_t link_type = 0;
    Bytes data;
    Timestamp time;
};

class ChunkSink {
public:
    virtual ~ChunkSink() = default;
    virtual void chunk(const LineChunk &chunk) = 0;
};

enum class RecordVerdict : std::uint8_t {
    read,
    ignored,      // a record beside raw chunks
    undecodable,  // shorter than its header
    first_raw,    // read; what was told before came from records that say the same less exactly
};

// The records of one interface, in the order of the file.
class RecordReader {
public:
    RecordVerdict add(const LineRecord &record, ChunkSink &sink);
    void finish(ChunkSink &sink);  // the last chunk is told

private:
    RecordVerdict add_rtac(const LineRecord &record, ChunkSink &sink);
    RecordVerdict add_raw(const LineRecord &record, ChunkSink &sink);
    void append(Timestamp time, Bytes octets, std::uint8_t mark, ChunkSink &sink);
    void flush(ChunkSink &sink);

    std::vector<std::uint8_t> octets_, marks_;
    Timestamp time_;
    bool marked_ = false;  // an octet of the chunk has a mark
    bool lost_ = false;    // before the next octet
    bool raw_ = false;
};

}  // namespace buswitness::serial
