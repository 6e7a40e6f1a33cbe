// The two checklists of troubleshooting, filled in from a capture. A line is ok only where the capture proves it; where
// the capture cannot tell, the line says what to run or measure.
#pragma once

#include "decode/diagnose/checks.h"
#include "decode/diagnose/finding.h"
#include "decode/facts.h"

#include <span>
#include <string>
#include <vector>

namespace buswitness::diagnose {

enum class CheckStatus : std::uint8_t { ok, problem, suspect, not_visible, not_applicable };

struct ChecklistItem {
    std::string_view question;
    CheckStatus status = CheckStatus::not_visible;
    std::string text;                 // the evidence; where not visible, what to run
    std::vector<FindingId> findings;  // that make it a problem or suspect
};

struct Checklist {
    std::string_view id;  // "tcp-connection", "rtu-line"
    std::string_view title;
    std::vector<ChecklistItem> items;
};

std::string_view to_string(CheckStatus status);  // "not-visible"

Checklist tcp_checklist(const Facts &facts, std::span<const Finding> findings);
Checklist line_checklist(const Facts &facts, std::span<const Finding> findings);
std::vector<Checklist> checklists(const Facts &facts, std::span<const Finding> findings);

}  // namespace buswitness::diagnose
