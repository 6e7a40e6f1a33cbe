// From facts to conclusions: every rule, in the order in which one may explain away another, then sorted for a reader.
#pragma once

#include "decode/diagnose/finding.h"
#include "decode/facts.h"

namespace buswitness::diagnose {

std::vector<Finding> diagnose(const Facts &facts);

}  // namespace buswitness::diagnose
