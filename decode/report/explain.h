// What a finding means, how it is proven and what to do about it, for `explain`: the catalogue as plain text.
#pragma once

#include "decode/diagnose/catalogue.h"

#include <string>

namespace buswitness::report {

std::string explain(const diagnose::CatalogueRow &row);
std::string explain_all();  // every row, in the order of the catalogue

}  // namespace buswitness::report
