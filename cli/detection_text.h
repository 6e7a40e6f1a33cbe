// The words for what was found of a serial line's settings, and for what is going on meanwhile.
#pragma once

#include "cli/serial_detection.h"

#include <string>

namespace buswitness::cli {

std::string words_of(const analyzer::Listened &stay);  // "19200 8N1, 0.4 s: 33 octets, no frame reads"

// A tap with these settings reads frames now, without wires exchanged.
bool reads_as_heard(const analyzer::DetectedLine &line);
// "19200 8N1 or 8N2, Modbus RTU, certain"; or why it is not known.
std::string headline(const Detection &found);

// The result: settings, certainty, evidence, what is not known, what to do next. `port` as the user named it.
std::string detection_text(const Detection &found, const std::string &port, bool pseudo_terminal);

}  // namespace buswitness::cli
