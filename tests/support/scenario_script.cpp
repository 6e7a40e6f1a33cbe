// Reads the lines of a scenario.
#include "tests/support/hex.h"
#include "tests/support/scenario.h"
#include "tests/support/scenario_network.h"

#include <sstream>

namespace buswitness::test {
namespace {

using namespace segment;

constexpr std::int64_t millisecond = 1'000'000;
constexpr std::int64_t usual_answer = 5 * millisecond;

class Script {
public:
    Scenario run(std::string_view text)
    {
        std::istringstream lines{std::string(text)};
        for (std::string line; std::getline(lines, line);) {
            words_ = Words(line);
            if (words_.more() && !setting())
                event();
        }
        return std::move(network_.capture);
    }

private:
    // Lines for the whole.
    bool setting()
    {
        if (words_.next_is("BEGIN"))
            network_.capture.packets.clear();
        else if (words_.next_is("END"))
            network_.ended = true;
        else if (words_.next_is("ONLY"))
            while (words_.more())
                network_.only.insert(host());
        else if (words_.next_is("SNAPLEN"))
            network_.snap_length = words_.number();
        else if (words_.next_is("DROPPED"))
            network_.capture.dropped = static_cast<std::uint64_t>(words_.number());
        else if (words_.next_is("PORTS"))
            while (words_.more())
                network_.capture.ports.push_back(static_cast<std::uint16_t>(words_.number()));
        else
            return false;
        return true;
    }

    std::string host()
    {
        const std::string name = words_.next();
        if (!network_.knows(name))
            words_.fail("unknown host " + name);
        return name;
    }

    void expect(std::string_view word)
    {
        if (!words_.next_is(word))
            words_.fail("expected " + std::string(word));
    }

    void event()
    {
        const std::string time = words_.next();
        const auto ns = static_cast<std::int64_t>(words_.to_seconds(time) * 1e9 + 0.5);
        network_.clock = time[0] == '+' ? network_.clock + ns : ns;
        if (words_.next_is("TICK"))
            network_.tick();
        else if (words_.next_is("ARP"))
            arp();
        else if (words_.next_is("ICMP"))
            icmp();
        else
            between(direction());
        if (words_.more())
            words_.fail("not understood: " + words_.next());
    }

    void between(Sending line)
    {
        if (words_.next_is("CONNECT"))
            connect(line);
        else if (words_.next_is("CLOSE"))
            close(line);
        else if (words_.next_is("POLL"))
            poll(line);
        else if (words_.next_is("PING"))
            network_.echo(with_options(line), false);
        else if (words_.next_is("PONG"))
            network_.echo(with_options(line), true);
        else
            packet(line);
    }

    Sending direction()
    {
        const std::string text = words_.next();
        const auto arrow = text.find('>');
        if (arrow == std::string::npos)
            words_.fail("not a direction: " + text);
        Sending line;
        line.from = text.substr(0, arrow);
        line.to = text.substr(arrow + 1);
        for (std::string *side : {&line.from, &line.to}) {
            if (const auto colon = side->find(':'); colon != std::string::npos) {
                line.label = side->substr(colon + 1);
                side->resize(colon);
            }
            if (!network_.knows(*side))
                words_.fail("unknown host " + *side);
        }
        line.by_client = !network_.is_answer(line);
        return line;
    }

    // ---- the small conversations

    void connect(Sending line)
    {
        line = with_options(line);
        Sending back = line.answer();
        line.flags = syn;
        back.flags = syn | ack;
        network_.send(line);
        network_.clock += millisecond;
        network_.send(back);
        network_.clock += millisecond;
        line.flags = ack;
        network_.send(line);
    }

    void close(Sending line)
    {
        line = with_options(line);
        Sending back = line.answer();
        line.flags = back.flags = fin | ack;
        network_.send(line);
        network_.clock += millisecond;
        network_.send(back);
        network_.clock += millisecond;
        line.flags = ack;
        network_.send(line);
    }

    void poll(const Sending &line)
    {
        const int times = words_.next_has_only("0123456789") ? words_.number() : 1;
        const double every = words_.next_is("every") ? words_.to_seconds(words_.next()) : 1.0;
        const Words of_each = words_;
        for (int i = 0; i < times; ++i) {
            if (i != 0)
                network_.clock += static_cast<std::int64_t>(every * 1e9) - usual_answer;
            Sending request = line;
            words_ = of_each;
            request.payload = network_.dialogue(request).request(words_, 3);
            network_.send(with_options(request));
            network_.clock += usual_answer;
            Sending answer = line.answer();
            words_ = of_each;
            answer.payload = network_.dialogue(answer).response(words_, false, true);
            network_.send(with_options(answer));
        }
    }

    // ---- packets

    void arp()
    {
        Sending line;
        if (words_.next_is("who-has")) {
            const wire::Station &target = network_.station(host());
            expect("tell");
            const wire::Station &asker = network_.station(host());
            const std::uint64_t to = words_.next_is("unicast") ? target.mac : 0xFFFF'FFFF'FFFF;
            network_.arp(wire::arp_request(asker.mac, asker.ip, target.ip, to), with_options(line), asker.name);
            return;
        }
        const wire::Station &owner = network_.station(host());
        expect("is-at");
        const std::string mac = words_.next();
        const bool literal = mac.starts_with("0x");
        if (!literal && !network_.knows(mac))
            words_.fail("unknown host " + mac);
        const wire::Station &asker = network_.station(words_.next_is("to") ? host() : "C");
        network_.arp(wire::arp_reply(literal ? std::stoull(mac, nullptr, 16) : network_.station(mac).mac, owner.ip,
                                     asker.mac, asker.ip),
                     with_options(line), owner.name);
    }

    void icmp()
    {
        const std::string kind = words_.next();
        const auto slash = kind.find('/');
        if (slash == std::string::npos)
            words_.fail("not type/code: " + kind);
        Sending line;
        expect("from");
        line.from = host();
        expect("quotes");
        expect("LAST");
        network_.icmp(with_options(line), static_cast<std::uint8_t>(words_.to_number(kind.substr(0, slash))),
                      static_cast<std::uint8_t>(words_.to_number(kind.substr(slash + 1))));
    }

    void packet(Sending line)
    {
        if (words_.next_is("read") || words_.next_is("ask")) {
            line.payload = network_.dialogue(line).request(words_, 3);
        } else if (words_.next_is("write")) {
            line.payload = network_.dialogue(line).request(words_, 6);
        } else if (words_.next_is("answer")) {
            line.payload = network_.dialogue(line).response(words_, false);
        } else if (words_.next_is("exception")) {
            line.payload = network_.dialogue(line).response(words_, true);
        } else if (words_.next_is("KEEPALIVE")) {
            line.flags = ack;
            line.sequence_shift = -1;
        } else if (words_.next_is("TEXT")) {
            const std::string text = words_.text_behind("TEXT ") + "\r\n\r\n";
            line.payload.assign(text.begin(), text.end());
        }
        network_.send(with_options(line));
    }

    Sending with_options(Sending line)
    {
        while (words_.more())
            option(line, words_.next());
        return line;
    }

    void option(Sending &line, const std::string &word)
    {
        static const std::map<std::string, std::uint8_t> flags = {
            {"SYN", syn}, {"ACK", ack}, {"RST", rst}, {"FIN", fin}};
        static const std::map<std::string, bool Sending::*> marks = {{"again", &Sending::again},
                                                                     {"copy", &Sending::copy},
                                                                     {"lost", &Sending::lost},
                                                                     {"unheard", &Sending::unheard},
                                                                     {"udp", &Sending::udp}};
        static const std::map<std::string, int Sending::*> numbers = {
            {"ttl", &Sending::ttl},    {"tos", &Sending::tos},   {"id", &Sending::id},
            {"win", &Sending::window}, {"port", &Sending::port}, {"snap", &Sending::snap}};
        if (const auto flag = flags.find(word); flag != flags.end())
            line.flags = static_cast<std::uint8_t>(line.flags | flag->second);
        else if (const auto mark = marks.find(word); mark != marks.end())
            line.*(mark->second) = true;
        else if (const auto number = numbers.find(word); number != numbers.end())
            line.*(number->second) = words_.number();
        else if (word == "in" || word == "out")
            line.direction = word == "in" ? net::Direction::inbound : net::Direction::outbound;
        else if (word == "DATA")
            data(line);
        else if (word.starts_with("seq"))
            line.sequence_shift += words_.to_number(word.substr(3));
        else if (word.starts_with("ack"))
            line.acknowledgement_shift += words_.to_number(word.substr(3));
        else
            words_.fail("unknown word " + word);
    }

    void data(Sending &line)
    {
        std::string digits;
        while (words_.next_has_only("0123456789abcdefABCDEF"))
            digits += words_.next();
        const wire::Octets octets = hex(digits);
        line.payload.insert(line.payload.end(), octets.begin(), octets.end());
    }

    ScenarioNetwork network_;
    Words words_{""};
};

}  // namespace

Scenario scenario(std::string_view text)
{
    return Script().run(text);
}

}  // namespace buswitness::test
