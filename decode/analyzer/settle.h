// What a conversation leaves behind when nothing more comes of it.
#pragma once

#include "decode/facts.h"

namespace buswitness::analyzer {

// How the stream of requests ended, as far as the capture shows it.
modbus::StreamEnd stream_end(const ConnectionFacts &connection, const net::LiveConnection &live, const Facts &facts);

// What the two sides spoke, and how the client paced its requests.
void note_conversation(const modbus::Session &session, const ConnectionFacts &connection, PairFacts &pair);

}  // namespace buswitness::analyzer
