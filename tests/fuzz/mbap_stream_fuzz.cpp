// A conversation of ADUs, of anything else, of holes and of closes, through the session: every request that was seen
// ends once. Or, where all ADUs are whole: it does not matter how they were cut into segments.
#include "decode/modbus/session.h"
#include "tests/fuzz/adu.h"
#include "tests/fuzz/input.h"

#include <algorithm>
#include <array>
#include <initializer_list>

using namespace buswitness;
using namespace buswitness::modbus;

namespace {

struct Count : SessionSink {
    void request_seen(const Request &request, const Adu &adu, const Pdu &) override
    {
        ++requests;
        note('>', request.transaction, adu);
    }
    void response_seen(const Response &response, const Adu &adu, const Pdu &) override
    {
        ++responses;
        note('<', response.transaction, adu);
    }
    void garbage_seen(Role, std::size_t octets, const Moment &) override
    {
        fuzz::require(octets != 0, "garbage is octets");
    }
    void answered(const Request &request, const Response &, Late) override { end(request, true, '='); }
    void mismatched(const Request &request, const Response &, Field field) override
    {
        end(request, true, static_cast<char>('a' + static_cast<int>(field)));
    }
    void unmatched(const Response &, Unmatched) override { ++responses_ended; }
    void unanswered(const Request &request, Unanswered) override { end(request, false, '!'); }

    void note(char kind, std::uint16_t transaction, const Adu &adu)
    {
        fuzz::require(!adu.pdu.empty(), "an ADU has a function code");
        tell(kind, transaction, adu.pdu[0], adu.pdu.size());
    }
    void end(const Request &request, bool with_response, char how)
    {
        ++requests_ended;
        responses_ended += with_response ? 1 : 0;
        tell(how, request.transaction, 0, 0);
    }
    // All that was told, in order, as one number (FNV-1a).
    void tell(char what, std::uint64_t transaction, std::uint64_t function, std::uint64_t octets)
    {
        for (const std::uint64_t value : {std::uint64_t(what), transaction, function, octets})
            told = (told ^ value) * 0x100'0000'01B3;
    }

    std::size_t requests = 0, responses = 0, requests_ended = 0, responses_ended = 0;
    std::uint64_t told = 0;
};

constexpr std::size_t most_steps = 256;

class Conversation {
public:
    explicit Conversation(std::uint8_t kind) : session_((kind & 1) != 0, (kind & 2) != 0, (kind & 4) != 0) {}

    void say(Role role, Bytes octets, bool loss_suspected = false)
    {
        session_.data(role, octets, moment(), number_ * 64, loss_suspected, count);
    }
    void step(fuzz::Input &input)
    {
        const std::uint8_t choice = input.u8();
        const Role role = (choice & 1) != 0 ? Role::response : Role::request;
        time_ += choice >> 5;
        switch (choice >> 1 & 7) {
        case 0: say(role, input.take(input.u8()), (choice & 16) != 0); break;
        case 1: session_.missing(role, 1U + input.u8(), false, moment(), count); break;
        case 2: session_.missing(role, 1U + input.u8(), true, moment(), count); break;
        case 3: session_.side_closed(role, moment(), (choice & 16) != 0, count); break;
        case 4:
            if ((choice & 16) != 0)
                session_.confirm(count);
            else
                time_ += input.u8();
            break;
        default: say(role, fuzz::Adu(role == Role::request, input).octets()); break;
        }
        if (session_.roles_look_swapped())
            session_.swap_roles(count);
    }
    void end(std::uint8_t why)
    {
        StreamEnd end;
        end.why = static_cast<StreamEnd::Why>(why & 3);
        end.when = moment();
        end.acknowledgement_known = (why & 4) != 0;
        end.acknowledged = why;
        end.one_sided = (why & 8) != 0;
        session_.settle(end, count);
        fuzz::require(session_.confirmed() || count.told == 0, "nothing is told before the proof");
        fuzz::require(count.requests == count.requests_ended, "every request ends once");
        fuzz::require(count.responses == count.responses_ended, "every response ends once");
    }

    Count count;

private:
    Moment moment()
    {
        ++number_;
        return {number_, Timestamp(std::chrono::milliseconds(time_))};
    }
    Session session_;
    std::uint32_t number_ = 0;
    std::int64_t time_ = 0;
};

// The same ADUs, each a segment, or cut where the input says. The first of each side is whole: by chance its beginning
// may have the CRC of an RTU frame with an unknown function.
void compare_splits(std::uint8_t kind, fuzz::Input input)
{
    Conversation whole(kind | 1), parts(kind | 1);
    bool begun[2] = {};
    for (std::size_t steps = 0; !input.empty() && steps < most_steps; ++steps) {
        const std::uint8_t choice = input.u8();
        const Role role = (choice & 1) != 0 ? Role::response : Role::request;
        const fuzz::Adu adu(role == Role::request, input);
        whole.say(role, adu.octets());
        for (Bytes rest = adu.octets(); !rest.empty();) {
            const std::size_t most = begun[choice & 1] ? 1U + (choice >> 1) % 16U : rest.size();
            const std::size_t size = std::min(rest.size(), most);
            parts.say(role, rest.first(size));
            rest = rest.subspan(size);
        }
        begun[choice & 1] = true;
    }
    fuzz::require(whole.count.told == parts.count.told, "the same ADUs and pairs for every split");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    fuzz::Input input(Bytes(data, size));
    const std::uint8_t kind = input.u8(), why = input.u8();
    if ((kind & 8) != 0) {
        compare_splits(kind & 1, input);
        return 0;
    }
    Conversation conversation(kind);
    for (std::size_t steps = 0; !input.empty() && steps < most_steps; ++steps)
        conversation.step(input);
    conversation.end(why);
    return 0;
}
