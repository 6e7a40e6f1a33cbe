// The application data unit as it was cut out of a stream, whatever frames it: MBAP (MODBUS Messaging on TCP/IP
// V1.0b, 3.1.3), RTU or ASCII (MODBUS over Serial Line V1.02) carried by TCP.
//
//   MBAP  0 transaction id (2)  2 protocol id (2, 0)  4 length (2, octets that follow)  6 unit (1)  7 PDU
#pragma once

#include "decode/base/moment.h"
#include "decode/modbus/pdu.h"

namespace buswitness::modbus {

enum class Framing : std::uint8_t { mbap, rtu, ascii };

struct Adu {
    Framing framing = Framing::mbap;
    Role role = Role::request;
    std::uint16_t transaction = 0;  // MBAP only
    std::uint8_t unit = 0;
    Bytes pdu;
    bool complete = true;            // false: the capture cut it
    Defect defect = Defect::none;    // of the framing; the PDU's own defects come from parse_pdu
    Moment moment;                   // of the packet that completed it
    std::uint32_t sequence_end = 0;  // TCP sequence number behind the segment that completed it
};

class AduSink {
public:
    virtual void adu(const Adu &adu) = 0;
    // Octets in which no ADU could be found, although the stream speaks Modbus.
    virtual void garbage(std::size_t octets, const Moment &moment) = 0;

protected:
    ~AduSink() = default;
};

}  // namespace buswitness::modbus
