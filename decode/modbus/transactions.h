// Requests paired with responses on one connection: by transaction identifier, unit and function, in order; without
// trusting the identifier where a client or a server keeps it constant. What stays open is settled at the end, with
// the reason; an answer that the capture may have lost is never called missing.
#pragma once

#include "decode/base/first_octets.h"
#include "decode/modbus/adu.h"

#include <array>
#include <vector>

namespace buswitness::modbus {

using RequestStart = FirstOctets<5>;  // of the PDU: function, address, quantity

struct Request {
    Moment sent;
    std::uint32_t sequence_end = 0;
    std::uint32_t patience_ms = 0;  // how long the client waited before it moved on, 0: it did not
    std::uint16_t transaction = 0;
    std::uint16_t address = 0, quantity = 0;
    std::uint8_t unit = 0;
    std::uint8_t function = 0;  // bit 7 removed
    bool has_address = false, has_quantity = false;
    bool broadcast = false;  // a write to unit 0
    bool repeats = false;    // the same request was open when this one was sent
    bool moved_on = false;   // the client sent another after waiting in vain
    bool repeated = false;   // ... and it was this same request again
    bool loss = false;       // its answer may be among the octets that the capture lost
    bool first = false;      // first request of the connection
    bool company = false;    // sent while another was open, on purpose
    Defect defect = Defect::none;
    RequestStart start;
};

struct Response {
    Moment moment;
    std::uint32_t content = 0;  // hash of the PDU
    std::uint16_t transaction = 0;
    std::uint16_t address = 0;  // echoed by 5, 6, 15, 16, 22
    std::uint16_t value_octets = 0;
    std::uint8_t unit = 0;
    std::uint8_t function = 0;
    std::uint8_t exception_code = 0;
    bool exception = false;
    bool has_address = false;
    bool complete = true;
    Defect defect = Defect::none;
};

enum class Late : std::uint8_t { no, after_repeat, after_next, after_close };
enum class Field : std::uint8_t { transaction, unit, function };
enum class Unmatched : std::uint8_t {
    at_start,     // its request may have come before the capture
    loss,         // its request may be among the octets that the capture lost
    duplicate,    // the same answer as one already given
    unsolicited,  // answers no request of this connection
};
enum class Unanswered : std::uint8_t {
    moved_on,       // delivered; the client sent more, later ones were answered or it waited long enough
    client_closed,  // delivered; the client closed while waiting
    server_closed,  // the server closed or reset the connection
    not_delivered,  // never acknowledged by the server's TCP: a matter of the connection
    at_end,         // open when the capture ends
    capture_loss,
    one_sided,  // the server's side is not in the file
    broadcast,  // no answer is expected
    damaged,    // octets of an answer were heard; whether the client could read it is not known
};

class TransactionSink {
public:
    virtual void answered(const Request &request, const Response &response, Late late) = 0;
    virtual void mismatched(const Request &request, const Response &response, Field field) = 0;
    virtual void unmatched(const Response &response, Unmatched kind) = 0;
    virtual void unanswered(const Request &request, Unanswered why) = 0;
    // The client does not wait any more. Not the end: an answer may come late, else unanswered() follows.
    virtual void given_up(const Request &request) { (void)request; }

protected:
    ~TransactionSink() = default;
};

struct StreamEnd {
    enum class Why : std::uint8_t { capture_end, client_closed, server_closed, lost };
    Why why = Why::capture_end;
    Moment when;  // of the close, or the last packet of the capture
    bool acknowledgement_known = false;
    std::uint32_t acknowledged = 0;  // the server's TCP has everything below
    bool one_sided = false;
};

class Transactions {
public:
    void set_midstream() { at_start_ = true; }
    void set_datagrams() { datagrams_ = true; }
    // Completes `request` by what the conversation shows of it, and keeps it.
    void request(Request &request, TransactionSink &sink);
    void response(const Response &response, bool request_loss_suspected, TransactionSink &sink);
    void requests_lost(std::uint32_t octets) { lost_requests_ += octets / 8 + 1; }
    void responses_lost(Moment moment);
    void client_closed(Moment moment);
    void settle(const StreamEnd &end, TransactionSink &sink);

    [[nodiscard]] std::size_t open() const { return open_.size(); }
    // How often a request left although the newest one was still open, right after the answer to one given up.
    [[nodiscard]] std::uint32_t out_of_step() const { return out_of_step_; }
    [[nodiscard]] bool pipelining() const { return pipelining_; }

private:
    using Microseconds = std::chrono::duration<std::uint32_t, std::micro>;  // an hour fits
    static constexpr std::size_t open_limit = 1024;

    void client_moves(Request &request, TransactionSink &sink);
    [[nodiscard]] std::size_t match(const Response &response) const;
    [[nodiscard]] bool fits(const Request &request, const Response &response) const;
    [[nodiscard]] bool mismatch(const Response &response, TransactionSink &sink);
    [[nodiscard]] bool is_duplicate(const Response &response) const;
    [[nodiscard]] bool may_be_older(const Response &response) const;
    void take(std::size_t at, const Response &response, TransactionSink &sink);
    [[nodiscard]] Unanswered reason(const Request &request, const StreamEnd &end) const;

    std::vector<Request> open_;
    Moment last_request_, last_response_;
    std::array<std::uint32_t, 4> last_answers_{};  // fingerprints
    // Packet numbers.
    std::uint32_t first_response_ = 0;
    std::uint32_t newest_answered_ = 0;  // the newest request that was answered
    std::uint32_t client_close_ = 0;
    Microseconds typical_{0};  // running mean of the response time
    Microseconds longest_{0};
    std::uint32_t lost_requests_ = 0;
    std::uint32_t out_of_step_ = 0;
    std::uint16_t before_start_ = 0;  // answers to requests before the capture
    std::uint16_t last_before_start_ = 0;
    std::uint8_t next_answer_ = 0;
    bool at_start_ = false;
    bool datagrams_ = false;
    bool pipelining_ = false;
    bool gave_up_ = false;
    bool stale_answer_last_ = false;  // the last response belonged to a request given up
    bool any_request_ = false;
};

}  // namespace buswitness::modbus
