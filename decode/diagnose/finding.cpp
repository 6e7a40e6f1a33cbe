#include "decode/diagnose/finding.h"

namespace buswitness::diagnose {

std::string_view to_string(Severity severity)
{
    switch (severity) {
    case Severity::note: return "note";
    case Severity::warning: return "warning";
    case Severity::error: return "error";
    }
    return "note";
}

std::string_view to_string(Certainty certainty)
{
    switch (certainty) {
    case Certainty::possible: return "possible";
    case Certainty::likely: return "likely";
    case Certainty::certain: return "certain";
    }
    return "possible";
}

std::string_view to_string(By by)
{
    switch (by) {
    case By::unknown: return "";
    case By::client: return "client";
    case By::server: return "server";
    case By::middlebox: return "middlebox";
    case By::tap: return "tap";
    }
    return "";
}

}  // namespace buswitness::diagnose
