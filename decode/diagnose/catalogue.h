// The one table of finding ids and the words that belong to them. `explain`, every report and the viewer read it.
// Placeholders in `title`, `refuted_by` and `next_steps`: {client} {server} {host} {port} {unit} {function} {exception}
// ({server} is ip:port, {host} the server's address, {function} code and name); a sentence whose placeholder has no
// value in a finding is filled with a neutral word.
#pragma once

#include "decode/diagnose/checks.h"
#include "decode/diagnose/finding.h"

#include <span>
#include <string>
#include <string_view>

namespace buswitness::diagnose {

// What to do where it differs: "Windows", "Linux", "PLC or device", ...
struct PlatformStep {
    std::string_view platform;
    std::string_view text;  // with placeholders
};

struct CatalogueRow {
    FindingId id{};
    std::string_view name;                         // "tcp-connection-refused"
    Severity severity{};                           // the usual one; a rule may raise or lower it
    std::string_view parents;                      // names of more general findings, comma separated; may be empty
    std::string_view title;                        // one line, says what is wrong, with placeholders
    std::string_view meaning;                      // what it means, for a reader who does not know the protocol
    std::string_view proof;                        // what in a capture proves it
    std::string_view not_proof;                    // look-alikes: what it must not be confused with
    std::string_view refuted_by;                   // what would show that the conclusion is wrong
    std::span<const std::string_view> next_steps;  // in order
    // From tables of their own: catalogue_checks.cpp, catalogue_advice*.cpp.
    std::span<const Check> problems{}, suspects{};   // checklist lines it is the problem of, or makes suspect
    std::string_view action{};                       // the first thing to do, one sentence, with placeholders
    std::span<const PlatformStep> platforms{};       // the fix, where it differs by platform
    std::span<const std::string_view> references{};  // documents and their clauses
};

const CatalogueRow &row(FindingId id);
const CatalogueRow *find_row(std::string_view name);
std::span<const CatalogueRow> catalogue();

// The text with its placeholders filled from the finding.
std::string fill(std::string_view text, const Finding &finding);

// Next steps for one exception code on one function (5 and 6 are no faults by themselves, ...).
std::span<const std::string_view> exception_next_steps(std::uint8_t exception_code);
std::string_view exception_meaning(std::uint8_t exception_code);
bool known_exception(std::uint8_t exception_code);  // the specification has it

}  // namespace buswitness::diagnose
