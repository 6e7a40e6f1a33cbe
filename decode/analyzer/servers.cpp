#include "decode/analyzer/servers.h"

namespace buswitness::analyzer {

bool Servers::proven(const Endpoint &server, bool udp) const
{
    const Table &table = tables_[udp ? 1 : 0];
    const auto found = table.find(server);
    return found != table.end() && found->second.proven;
}

Servers::Evidence *Servers::evidence_of(const Endpoint &server, bool udp)
{
    Table &table = tables_[udp ? 1 : 0];
    const auto found = table.find(server);
    if (found != table.end())
        return &found->second;
    return table.size() >= limit ? nullptr : &table[server];
}

void Servers::prove(const Endpoint &server, bool udp)
{
    Evidence *evidence = evidence_of(server, udp);
    if (evidence == nullptr || evidence->proven)
        return;
    evidence->proven = true;
    if (facts_.modbus_servers.size() < list_limit)
        facts_.modbus_servers.push_back(server);
}

void Servers::add_evidence(const Endpoint &server, bool udp, int points)
{
    Evidence *evidence = evidence_of(server, udp);
    if (evidence == nullptr)
        return;
    evidence->points += points;
    if (evidence->points >= modbus::Session::proof)
        prove(server, udp);
}

}  // namespace buswitness::analyzer
