// What the rules about serial lines share.
#pragma once

#include "decode/diagnose/context.h"

namespace buswitness::diagnose {

// The line that a pair stands for; null: it is a client and a server on the network.
const LineFacts *line_of(const Facts &facts, const PairFacts &pair);

// As the file names it, or its number.
std::string name_of(const LineFacts &line);
std::string settings_words(const serial::LineSettings &settings);  // "8E1"
std::string rate_words(const serial::LineSettings &settings);      // "19200 8E1"

Finding about_line(FindingId id, Certainty certainty, By by, const LineFacts &line);
Finding about_unit_of(FindingId id, Certainty certainty, const LineFacts &line, const LineUnitFacts &unit);

// Calls `rule` for each line on which something was heard and that reads well enough to judge its talk.
template <typename Rule>
void each_readable_line(Context &context, Rule rule)
{
    for (const LineFacts &line : context.facts.lines)
        if (line.octets != 0 && !context.unreadable.contains(&line))
            rule(context, line);
}

// How often a few octets stand alone that nobody sent: a line that is disturbed also when nobody talks.
std::uint64_t stray_pulses(const LineFacts &line);

// Damaged frames among all, 0 to 1.
double damaged_share(const LineFacts &line);

}  // namespace buswitness::diagnose
