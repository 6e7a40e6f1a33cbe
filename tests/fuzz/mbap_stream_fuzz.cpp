// A conversation of ADUs, of anything else, of holes and of closes, through the session: every request that was seen
// ends once. And where all ADUs are whole, it does not matter how they were cut into segments.
#include "decode/modbus/session.h"
#include "tests/fuzz/input.h"

#include <string>
#include <vector>

using namespace buswitness;
using namespace buswitness::modbus;

namespace {

using Octets = std::vector<std::uint8_t>;

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
        text += kind + std::to_string(transaction) + "." + std::to_string(adu.pdu[0]) + "/" +
                std::to_string(adu.pdu.size());
    }
    void end(const Request &request, bool with_response, char how)
    {
        ++requests_ended;
        responses_ended += with_response ? 1 : 0;
        text += how + std::to_string(request.transaction);
    }

    std::size_t requests = 0, responses = 0, requests_ended = 0, responses_ended = 0;
    std::string text;
};

// An ADU without fault.
Octets adu(Role role, fuzz::Input &input)
{
    const std::uint8_t function = input.u8(), transaction = input.u8(), value = input.u8();
    Octets pdu;
    switch (function % 5) {
    case 0: pdu = role == Role::request ? Octets{3, 0, value, 0, 1} : Octets{3, 2, value, value}; break;
    case 1: pdu = {6, 0, value, value, 1}; break;
    case 2: pdu = role == Role::request ? Octets{16, 0, value, 0, 1, 2, 0, value} : Octets{16, 0, value, 0, 1}; break;
    case 3: pdu = role == Role::request ? Octets{1, 0, value, 0, 8} : Octets{1, 1, value}; break;
    default: pdu = role == Role::request ? Octets{7} : Octets{0x83, 2}; break;
    }
    Octets octets = {
        0, transaction, 0, 0, 0, static_cast<std::uint8_t>(pdu.size() + 1), static_cast<std::uint8_t>(function >> 5)};
    octets.insert(octets.end(), pdu.begin(), pdu.end());
    return octets;
}

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
        default: say(role, adu(role, input)); break;
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
        fuzz::require(session_.confirmed() || count.text.empty(), "nothing is told before the proof");
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
    while (!input.empty()) {
        const std::uint8_t choice = input.u8();
        const Role role = (choice & 1) != 0 ? Role::response : Role::request;
        const Octets octets = adu(role, input);
        whole.say(role, octets);
        for (Bytes rest(octets); !rest.empty();) {
            const std::size_t most = begun[choice & 1] ? 1U + (choice >> 1) % 16U : rest.size();
            const std::size_t size = std::min(rest.size(), most);
            parts.say(role, rest.first(size));
            rest = rest.subspan(size);
        }
        begun[choice & 1] = true;
    }
    fuzz::require(whole.count.text == parts.count.text, "the same ADUs and pairs for every split");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    fuzz::Input input(Bytes(data, size));
    const std::uint8_t kind = input.u8(), why = input.u8();
    compare_splits(kind & 1, input);
    Conversation conversation(kind);
    while (!input.empty())
        conversation.step(input);
    conversation.end(why);
    return 0;
}
