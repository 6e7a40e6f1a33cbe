// What the rules about connections that do not come about share: the attempts of a group, and findings about them.
#pragma once

#include "decode/diagnose/context.h"

#include <algorithm>

namespace buswitness::diagnose {

using Connections = std::vector<const ConnectionFacts *>;

Connections with(const Group &group, net::Outcome outcome);
// The first packet of an attempt.
Moment begun(const net::Connection &c);
// "2 attempts (6 SYNs)"
std::string tries(const Connections &attempts);
std::string time_between(Moment from, Moment to);

// The finding for some attempts of a group: figures, recovery, severity by the kind of port.
Finding about(const Context &context, FindingId id, Certainty certainty, By by, const Group &group,
              const Connections &attempts);

// `describe` adds the evidence of one attempt: of the first three and the last.
void show_attempts(Finding &finding, const Connections &attempts, auto &&describe)
{
    const std::size_t kept = std::min<std::size_t>(attempts.size(), 3);
    for (std::size_t i = 0; i < kept; ++i)
        describe(finding, attempts[i]->tcp);
    if (attempts.size() > kept)
        describe(finding, attempts.back()->tcp);
}

void show_refusal(Finding &finding, const net::Connection &c);

// More specific causes, whether the attempts were refused or met silence; true when one was found.
bool wrong_port(Context &context, const Group &group, const Connections &attempts, std::string_view how);
bool loopback_only(Context &context, const Group &group, const Connections &attempts, FindingId id);

// refusal_rules.cpp
void refused(Context &context, const Group &group);
// silence of the network, unanswered_rules.cpp
void unanswered(Context &context, const Group &group, const Connections &attempts);

}  // namespace buswitness::diagnose
