#include "tests/support/scenario_modbus.h"

#include <map>

namespace buswitness::test {

using wire::Octets;

struct Dialogue::Pdu {
    std::map<char, int> value;
    std::string envelope = "mbap";
    int octets = -1, protocol = 0, length_error = 0;
    bool newest = false;

    [[nodiscard]] int get(char name, int otherwise) const
    {
        const auto found = value.find(name);
        return found == value.end() ? otherwise : found->second;
    }
};

namespace {

void put16(Octets &out, std::uint16_t value)
{
    out.push_back(static_cast<std::uint8_t>(value >> 8));
    out.push_back(static_cast<std::uint8_t>(value));
}

bool is_field(const std::string &word)
{
    return word.size() > 1 && std::string_view("utfaqvc").find(word[0]) != std::string_view::npos &&
           word.find_first_not_of("0123456789", 1) == std::string::npos;
}

}  // namespace

Dialogue::Pdu Dialogue::read(Words &words)
{
    Pdu pdu;
    std::vector<std::string> others;
    while (words.more()) {
        const std::string word = words.next();
        if (word == "rtu" || word == "ascii")
            pdu.envelope = word;
        else if (word == "octets")
            pdu.octets = words.number();
        else if (word == "proto")
            pdu.protocol = words.number();
        else if (word == "newest")
            pdu.newest = true;
        else if (word.starts_with("len"))
            pdu.length_error = words.to_number(word.substr(3));
        else if (is_field(word))
            pdu.value[word[0]] = words.to_number(word.substr(1));
        else
            others.push_back(word);
    }
    words.append(others);
    return pdu;
}

Octets Dialogue::enveloped(const Pdu &pdu, const Request &request, const Octets &octets)
{
    if (pdu.envelope == "rtu")
        return wire::rtu(request.unit, octets);
    if (pdu.envelope == "ascii")
        return wire::ascii(request.unit, octets);
    return wire::mbap(request.transaction, static_cast<std::uint16_t>(pdu.protocol), request.unit, octets,
                      pdu.length_error);
}

Octets Dialogue::request(Words &words, int function)
{
    const Pdu pdu = read(words);
    Request r;
    r.transaction = static_cast<std::uint16_t>(pdu.get('t', next_transaction_));
    next_transaction_ = static_cast<std::uint16_t>(r.transaction + 1);
    r.unit = static_cast<std::uint8_t>(pdu.get('u', 1));
    r.function = static_cast<std::uint8_t>(pdu.get('f', function));
    r.address = static_cast<std::uint16_t>(pdu.get('a', 0));
    const bool one = r.function == 5 || r.function == 6;
    r.quantity = static_cast<std::uint16_t>(one ? pdu.get('v', 0) : pdu.get('q', 10));
    open_.push_back(r);
    latest_ = r;
    Octets octets{r.function};
    put16(octets, r.address);
    put16(octets, r.quantity);
    if (r.function == 16) {
        octets.push_back(static_cast<std::uint8_t>(r.quantity * 2));
        octets.insert(octets.end(), r.quantity * 2U, static_cast<std::uint8_t>(pdu.get('v', 0)));
    }
    return enveloped(pdu, r, octets);
}

// The request that a response answers: the oldest open one, unless the words choose another.
Dialogue::Request Dialogue::take(const Pdu &pdu)
{
    if (open_.empty())
        return latest_;
    auto chosen = pdu.newest ? open_.end() - 1 : open_.begin();
    for (auto r = open_.begin(); !pdu.newest && r != open_.end(); ++r)
        if (r->transaction == pdu.get('t', -1))
            chosen = r;
    latest_ = *chosen;
    open_.erase(chosen);
    return latest_;
}

Octets Dialogue::response(Words &words, bool exception, bool newest)
{
    Pdu pdu = read(words);
    pdu.newest |= newest;
    Request r = take(pdu);
    r.transaction = static_cast<std::uint16_t>(pdu.get('t', r.transaction));
    r.unit = static_cast<std::uint8_t>(pdu.get('u', r.unit));
    r.function = static_cast<std::uint8_t>(pdu.get('f', r.function));
    if (exception)
        return enveloped(pdu, r,
                         {static_cast<std::uint8_t>(r.function | 0x80), static_cast<std::uint8_t>(pdu.get('c', 2))});
    Octets octets{r.function};
    if (r.function >= 5) {
        put16(octets, r.address);
        put16(octets, r.quantity);
        return enveloped(pdu, r, octets);
    }
    const int whole = r.function <= 2 ? (r.quantity + 7) / 8 : r.quantity * 2;
    const int size = pdu.octets >= 0 ? pdu.octets : whole;
    octets.push_back(static_cast<std::uint8_t>(size));
    octets.insert(octets.end(), static_cast<std::size_t>(size), static_cast<std::uint8_t>(pdu.get('v', 0x11)));
    return enveloped(pdu, r, octets);
}

}  // namespace buswitness::test
