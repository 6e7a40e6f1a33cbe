// One PDU as client and as server would send it, and the same octets as a serial frame.
#include "decode/modbus/pdu.h"
#include "decode/modbus/rtu.h"
#include "tests/fuzz/input.h"

using namespace buswitness;
using namespace buswitness::modbus;

namespace {

void as(Role role, Bytes octets)
{
    const Pdu whole = parse_pdu(role, octets);
    const Pdu cut = parse_pdu(role, octets, false);
    fuzz::require(fuzz::inside(whole.values, octets) && fuzz::inside(cut.values, octets), "values lie in the PDU");
    fuzz::require(!octets.empty() || whole.defect == Defect::empty, "no octets, no function code");
    fuzz::require(!describe(whole.defect).empty() || whole.defect == Defect::none, "a defect has words");

    const PredictedLength predicted = predict_length(role, octets);
    if (is_strict(whole, octets.size())) {
        fuzz::require(whole.defect == Defect::none, "strict means without defect");
        fuzz::require(predicted.known && predicted.need == 0, "strict means a predictable length");
        fuzz::require(predicted.octets == octets.size(), "strict means exactly that length");
    }

    std::array<std::uint8_t, 256> storage{};
    if (const auto frame = rtu_frame(role, octets))
        fuzz::require(frame->length <= octets.size() && fuzz::inside(frame->pdu, octets),
                      "an RTU frame is in its octets");
    if (const auto frame = ascii_frame(octets, storage))
        fuzz::require(frame->length <= octets.size() && fuzz::inside(frame->pdu, storage), "an ASCII frame is decoded");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const Bytes octets(data, size);
    as(Role::request, octets);
    as(Role::response, octets);
    return 0;
}
