// One conversation: what each side speaks, its octets cut into ADUs, requests paired with responses.
// On a port where Modbus is expected the first octets decide; elsewhere nothing counts until the content has proven
// itself (one fitting header proves nothing: look-alikes exist), then what was held back is read after all.
#pragma once

#include "decode/base/box.h"
#include "decode/modbus/identify.h"
#include "decode/modbus/splitter.h"
#include "decode/modbus/transactions.h"

#include <memory>
#include <optional>

namespace buswitness::modbus {

enum class Speech : std::uint8_t { undecided, mbap, rtu, ascii, tls, foreign };

class SessionSink : public TransactionSink {
public:
    virtual void request_seen(const Request &request, const Adu &adu, const Pdu &pdu) = 0;
    virtual void response_seen(const Response &response, const Adu &adu, const Pdu &pdu) = 0;
    virtual void garbage_seen(Role role, std::size_t octets, const Moment &moment) = 0;

protected:
    ~SessionSink() = default;
};

class Session final : private AduSink {
public:
    // `expected`: the server's port is a Modbus port, or is known to speak Modbus. `midstream`: the beginning is
    // missing.
    Session(bool expected, bool midstream, bool datagrams);

    void data(Role role, Bytes octets, const Moment &moment, std::uint32_t sequence_end, bool loss_suspected,
              SessionSink &sink);
    void missing(Role role, std::uint32_t octets, bool snapped, const Moment &moment, SessionSink &sink);
    // A datagram ended: what is left of it never continues.
    void datagram_ended(Role role, SessionSink &sink) { side_closed(role, {}, true, sink); }
    // A side sent FIN or RST: nothing more comes from it.
    void side_closed(Role role, const Moment &moment, bool truncates, SessionSink &sink);
    void settle(const StreamEnd &end, SessionSink &sink);

    // The server's endpoint has proven to speak Modbus by other conversations.
    void confirm(SessionSink &sink);

    [[nodiscard]] bool confirmed() const { return confirmed_; }
    [[nodiscard]] bool rejected() const { return rejected_; }
    [[nodiscard]] bool is_modbus() const
    {
        return confirmed_ && (talks_[0].speaks_modbus() || talks_[1].speaks_modbus());
    }
    [[nodiscard]] int score() const { return score_; }  // evidence while not confirmed; 3 proves
    // Without a handshake the client is a guess; content may show that it was the wrong one. Until the roles are
    // swapped everything is held back.
    [[nodiscard]] bool roles_look_swapped() const { return swapped_; }
    void swap_roles(SessionSink &sink);
    [[nodiscard]] Speech speech(Role role) const { return talk(role).speech; }
    [[nodiscard]] Foreign foreign(Role role) const { return talk(role).foreign; }
    [[nodiscard]] Moment foreign_moment(Role role) const { return talk(role).first; }
    [[nodiscard]] const TlsGlance *tls() const { return tls_.get(); }
    // What settle() or the reader of this session would still have to tell.
    [[nodiscard]] bool has_open_questions() const;
    [[nodiscard]] const Transactions &transactions() const { return transactions_; }
    [[nodiscard]] std::uint32_t payload_packets_held() const { return held_packets_; }
    void forget_held_packets() { held_packets_ = 0; }

    static constexpr int proof = 3;

private:
    struct Talk {
        Splitter splitter;
        Rare<std::vector<std::uint8_t>> prefix;  // first octets, too few to decide
        Moment first;
        Speech speech = Speech::undecided;
        Foreign foreign = Foreign::unknown;
        std::uint8_t misfits = 0;  // first segments that fitted nothing
        [[nodiscard]] bool speaks_modbus() const
        {
            return speech == Speech::mbap || speech == Speech::rtu || speech == Speech::ascii;
        }
    };
    struct Held {
        Role role{};
        std::vector<std::uint8_t> octets{};
        Moment moment;
        std::uint32_t sequence_end = 0;
        std::uint32_t missing = 0;  // no octets, but a hole
        bool snapped = false;
    };
    struct Holding {
        std::vector<Held> chunks;
        std::size_t octets = 0;
    };
    static constexpr std::size_t hold_octets = 4096;
    static constexpr std::size_t hold_chunks = 32;

    void adu(const Adu &adu) override;
    void garbage(std::size_t octets, const Moment &moment) override;
    [[nodiscard]] Talk &talk(Role role) { return talks_[static_cast<std::size_t>(role)]; }
    [[nodiscard]] const Talk &talk(Role role) const { return talks_[static_cast<std::size_t>(role)]; }
    void hold(Held chunk);
    void pass_over(Role role, std::uint32_t octets, bool snapped, const Moment &moment);
    [[nodiscard]] std::vector<std::uint8_t> held(Role role) const;
    void judge(Role newest);
    void release(SessionSink &sink);
    void speak(Role role, Bytes octets, const Moment &moment, std::uint32_t sequence_end, SessionSink &sink);
    void decide(Role role, Bytes first_octets);
    [[nodiscard]] bool decide_framing(Role role, Bytes first_octets);
    void settle_on(Role role, Speech speech, Framing framing);
    void seen_request(const Adu &adu);
    void seen_response(const Adu &adu);

    std::array<Talk, 2> talks_{};
    Transactions transactions_;
    Box<Holding> holding_;
    Box<TlsGlance> tls_;
    SessionSink *sink_ = nullptr;  // only during a call
    Role garbage_role_ = Role::request;
    int score_ = 0;
    std::uint32_t held_packets_ = 0;
    bool loss_suspected_ = false;
    bool confirmed_ = false;
    bool rejected_ = false;
    bool midstream_ = false;
    bool swapped_ = false;
    bool swapped_before_ = false;
};

}  // namespace buswitness::modbus
