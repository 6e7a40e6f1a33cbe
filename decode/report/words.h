// The sentences that every format of the report shares. The values may hold words from outside as they came: each
// format escapes what it prints.
#pragma once

#include "decode/report/report.h"

#include <string>
#include <string_view>
#include <vector>

namespace buswitness::report {

std::string plural(std::uint64_t count, std::string_view noun);  // "1 packet", "3 packets"
std::string percent(std::uint64_t part, std::uint64_t whole);    // "96.7 %"; of nothing: "-"
std::string moment(Timestamp time);                              // 2026-06-02 08:15:30.000123
std::string figure_ms(double value);                             // "0.21 ms", "12.3 ms", "1250 ms"

std::string title(const diagnose::Finding &finding);
std::string action(const diagnose::Finding &finding);       // the first thing to do, a sentence
std::string evidence_words(const diagnose::Evidence &one);  // what it shows, and the octets where they were kept
std::string meaning(const diagnose::Finding &finding);      // the catalogue's, and that of the exception code
std::string refuted_by(const diagnose::Finding &finding);
std::string subject(const diagnose::Finding &finding, bool utf8);  // client, server, unit, function, exception, field
std::string where_of(const UnitRow &row);                          // its server, or its serial line
std::string_view record_of(const diagnose::Finding &finding);      // "packet"; on a serial line "frame"
std::string clock_in(const Report &report, Timestamp time);        // with its date where the capture spans several days
std::string time_range(const diagnose::Finding &finding, const Report &report);
std::vector<std::string> next_steps(const diagnose::Finding &finding);  // this case's own first, then the catalogue's
std::string certainty_words(diagnose::Certainty certainty);             // "likely: the best explanation, ..."
std::string recovered_words(const diagnose::Finding &finding);          // whether it worked again later; may be empty

std::string seen_words(const diagnose::Finding &finding, const Report &report);  // how often, when, recovered
// Whose side a finding points to, for a reader who does not know what a middlebox is; empty when unknown.
std::string_view side_words(diagnose::By by);
std::string_view status_words(diagnose::CheckStatus status);  // "not visible"
// The common reason when no line of the list applies; empty when one does.
std::string not_applicable_as_a_whole(const diagnose::Checklist &list);

// Findings as they are numbered: about devices first, then about the capture.
std::vector<const diagnose::Finding *> in_reading_order(const Report &report);
// The number (from 1) of an earlier finding whose meaning and next steps are the same but for names; 0: none.
std::size_t same_advice(const std::vector<const diagnose::Finding *> &ranked, std::size_t index);

bool about_the_capture(diagnose::FindingId id);  // capture-*: limits of the file, no fault of a device
std::uint64_t findings_of(const Report &report, diagnose::Severity severity);  // without those about the capture

// What the whole report comes to, most important sentence first. Never "no fault" where nothing could be judged.
std::vector<std::string> verdict(const Report &report);

}  // namespace buswitness::report
