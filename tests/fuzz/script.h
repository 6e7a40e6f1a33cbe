// Packets of a few stations that follow a script of choices: handshakes, ADUs, anything else, holes, copies, closes,
// a clock that jumps, ARP and ICMP. What a mutation changes is a conversation's course, not a header's octet.
#pragma once

#include "decode/net/packet.h"
#include "decode/net/packet_view.h"
#include "tests/fuzz/adu.h"
#include "tests/fuzz/input.h"

#include <array>
#include <optional>

namespace buswitness::fuzz {

class Script {
public:
    explicit Script(Input input) : input_(input)
    {
        const std::uint8_t choice = input_.u8();
        constexpr std::array<std::uint16_t, 4> ports = {502, 802, 20000, 80};
        talks_[2].server_port = ports[choice & 3];
        ethernet_ = (choice & 4) == 0;
        for (Talk &talk : talks_)
            talk.sent = {0xFFFF'FF80, 0x1000};
    }

    bool next(net::RawPacket &packet)
    {
        std::optional<std::size_t> size;
        while (!size && !input_.empty() && number_ < most_packets)
            size = step();
        if (!size)
            return false;
        packet.original_length = static_cast<std::uint32_t>(*size);
        const std::size_t captured = snap_ == 0 ? *size : std::min<std::size_t>(*size, snap_);
        snap_ = 0;
        exact_.emplace(Bytes(octets_).first(captured));
        packet.data = exact_->octets();
        packet.time = Timestamp(Duration(static_cast<std::int64_t>(time_)));
        packet.link_type = ethernet_ ? 1 : 101;
        packet.interface = 0;
        packet.number = ++number_;
        return true;
    }

    static constexpr PacketNumber most_packets = 96;

private:
    struct Talk {
        std::uint8_t client = 1;
        std::uint16_t client_port = 1024, server_port = 502;
        bool udp = false;
        std::array<std::uint32_t, 2> sent{};  // next sequence number of client and server
    };

    // A packet's size, or none where the step sends nothing.
    std::optional<std::size_t> step()
    {
        using namespace net::tcp_flag;
        const std::uint8_t choice = input_.u8();
        Talk &talk = talks_[choice & 3];
        const bool server = (choice & 4) != 0;
        std::uint32_t &sent = talk.sent[server ? 1 : 0];
        time_ += 1'000'000;
        switch (choice >> 3) {
        case 0:
        case 1: {
            sent += input_.u8() * 0x10'0000U;  // perhaps a new attempt
            const std::size_t size = segment(talk, server, server ? syn | ack : syn, {});
            ++sent;
            return size;
        }
        case 2: return segment(talk, server, ack, {}, input_.u8());
        case 3: {
            const std::size_t size = segment(talk, server, fin | ack, {});
            ++sent;
            return size;
        }
        case 4: return segment(talk, server, (input_.u8() & 1) != 0 ? rst | ack : rst, {});
        case 5: return data(talk, server, input_.take(input_.u8() % 64));
        case 6: sent += input_.u8(); return std::nullopt;
        case 7: {
            const std::uint32_t back = input_.u8();
            sent -= back;
            const std::size_t size = data(talk, server, Adu(!server, input_).octets());
            sent += back;
            return size;
        }
        case 8: return last_size_ == 0 ? std::nullopt : std::optional(last_size_);
        case 9: pass(input_.u8()); return std::nullopt;
        case 10: return icmp_error();
        case 11: return arp(input_.u8());
        case 12: return echo(talk, input_.u8());
        case 13: snap_ = input_.u8(); return std::nullopt;
        case 14: {  // both sides know of it, the capture does not
            (void)data(talk, server, Adu(!server, input_).octets());
            return std::nullopt;
        }
        case 15: return frame(input_.take(input_.u8() % 64));
        default: return data(talk, server, Adu(!server, input_).octets());
        }
    }

    void pass(std::uint8_t choice)
    {
        if (choice < 128)
            time_ += choice * 50'000'000U;
        else if (choice < 192)
            time_ -= (choice - 127U) * 100'000'000U;
        else if ((choice & 32) != 0)  // up to a century, in both directions, and over the end of time
            time_ -= std::uint64_t{1} << choice % 32 << 30;
        else
            time_ += std::uint64_t{1} << choice % 32 << 30;
    }

    std::size_t data(Talk &talk, bool server, Bytes payload)
    {
        using namespace net::tcp_flag;
        const std::size_t size = segment(talk, server, psh | ack, payload);
        talk.sent[server ? 1 : 0] += static_cast<std::uint32_t>(payload.size());
        return size;
    }

    void u8(unsigned value) { octets_[at_++] = static_cast<std::uint8_t>(value); }
    void u16(unsigned value)
    {
        u8(value >> 8);
        u8(value);
    }
    void u32(std::uint32_t value)
    {
        u16(value >> 16);
        u16(value);
    }
    void all(Bytes octets)
    {
        for (const std::uint8_t octet : octets)
            u8(octet);
    }
    std::size_t done()
    {
        last_size_ = at_;
        return at_;
    }

    void ip(std::uint8_t from, std::uint8_t to, std::uint8_t protocol, std::size_t length)
    {
        at_ = 0;
        if (ethernet_) {
            mac(to);
            mac(from);
            u16(0x0800);
        }
        u16(0x4500);
        u16(static_cast<unsigned>(20 + length));
        u16(++ip_id_);
        u16(0x4000);
        u8(from == server_station ? 60 : 64);
        u8(protocol);
        u16(0);
        u32(0x0A00'0000U + from);
        u32(0x0A00'0000U + to);
    }
    void mac(std::uint8_t station)
    {
        u32(0x0200'0000U);
        u16(station);
    }

    std::size_t segment(const Talk &talk, bool server, std::uint8_t flags, Bytes payload, std::uint32_t behind = 0)
    {
        const std::uint8_t from = server ? server_station : talk.client, to = server ? talk.client : server_station;
        const std::uint16_t from_port = server ? talk.server_port : talk.client_port;
        const std::uint16_t to_port = server ? talk.client_port : talk.server_port;
        if (talk.udp) {
            ip(from, to, 17, 8 + payload.size());
            u16(from_port);
            u16(to_port);
            u16(static_cast<unsigned>(8 + payload.size()));
            u16(0);
        } else {
            ip(from, to, 6, 20 + payload.size());
            u16(from_port);
            u16(to_port);
            u32(talk.sent[server ? 1 : 0]);
            u32((flags & net::tcp_flag::ack) != 0 ? talk.sent[server ? 0 : 1] - behind : 0);
            u8(0x50);
            u8(flags);
            u16(behind == 255 ? 0 : 1024);
            u32(0);
        }
        all(payload);
        return done();
    }

    // About the packet before this one.
    std::optional<std::size_t> icmp_error()
    {
        const std::uint8_t type = input_.u8(), code = input_.u8();
        const std::size_t begin = ethernet_ ? 14 : 0;
        const std::size_t quoted = std::min<std::size_t>(last_size_ < begin ? 0 : last_size_ - begin, 20U + code % 29U);
        std::array<std::uint8_t, 64> quote{};
        std::copy_n(octets_.begin() + static_cast<std::ptrdiff_t>(begin), quoted, quote.begin());
        ip((type & 0x80) != 0 ? server_station : router_station, 1, 1, 8 + quoted);
        u8(type % 16);
        u8(code % 16);
        u16(0);
        u32(0);
        all(Bytes(quote).first(quoted));
        return done();
    }

    std::optional<std::size_t> arp(std::uint8_t choice)
    {
        if (!ethernet_)
            return std::nullopt;
        const std::uint8_t from = choice & 3, to = choice >> 2 & 3;
        const std::uint8_t mac_of_sender = (choice & 64) != 0 ? from : 77;
        at_ = 0;
        mac(to);
        mac(mac_of_sender);
        u16(0x0806);
        u32(0x0001'0800);
        u16(0x0604);
        u16((choice & 16) != 0 ? 2 : 1);
        mac(mac_of_sender);
        u32(0x0A00'0000U + from);
        mac(to);
        u32(0x0A00'0000U + to);
        return done();
    }

    std::size_t echo(const Talk &talk, std::uint8_t choice)
    {
        const bool reply = (choice & 1) != 0;
        ip(reply ? server_station : talk.client, reply ? talk.client : server_station, 1, 8);
        u8(reply ? 0 : 8);
        u8(0);
        u16(0);
        u16(7);
        u16(choice >> 1);
        return done();
    }

    std::optional<std::size_t> frame(Bytes octets)
    {
        at_ = 0;
        all(octets);
        return done();
    }

    static constexpr std::uint8_t server_station = 2, router_station = 3;

    Input input_;
    std::array<Talk, 4> talks_{Talk{.client = 1, .client_port = 1024}, Talk{.client = 0, .client_port = 1025},
                               Talk{.client = 1, .client_port = 1026},
                               Talk{.client = 1, .client_port = 1027, .server_port = 502, .udp = true}};
    std::array<std::uint8_t, 256> octets_{};
    std::size_t at_ = 0;
    std::size_t last_size_ = 0;
    std::size_t snap_ = 0;
    std::optional<Exact> exact_;
    std::uint64_t time_ = 1'700'000'000'000'000'000;
    PacketNumber number_ = 0;
    std::uint16_t ip_id_ = 0;
    bool ethernet_ = true;
};

}  // namespace buswitness::fuzz
