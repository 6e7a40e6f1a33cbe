#!/usr/bin/env bash
# A tree with one include of every forbidden kind must have each of them reported, and nothing else.
set -euo pipefail
check=$(dirname "${BASH_SOURCE[0]}")/../../.ci/check-layers.sh
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT

file() { # NAME, then its includes on standard input
    mkdir -p "$tree/$(dirname "$1")"
    sed 's/^/#include /' >"$tree/$1"
}
file decode/base/text.cpp <<<'"decode/base/text.h"
<string>
"decode/net/packet.h"
<iostream>'
file decode/net/tcp.cpp <<<'"decode/base/bytes.h"
"decode/modbus/pdu.h"
<sys/socket.h>
<pcap/pcap.h>'
file decode/modbus/pdu.cpp <<<'"decode/net/packet.h"
"pdu.h"
<mutex>'
file decode/facts/facts.h <<<'"decode/net/packet.h"
"decode/modbus/names.h"
"decode/diagnose/finding.h"'
file decode/diagnose/tcp_rules.cpp <<<'"decode/facts/facts.h"
"decode/net/packet.h"
"decode/net/dissect.h"
"decode/report/report.h"'
file decode/report/json.cpp <<<'"decode/diagnose/finding.h"
<nlohmann/json.hpp>
  #  include "decode/analyzer.h"'
sed -i 's/^#include   #/  #/' "$tree/decode/report/json.cpp"
file decode/report/text.cpp <<<'<nlohmann/json.hpp>
<fmt/format.h>'
file decode/analyzer.cpp <<<'"decode/facts/facts.h"
"decode/diagnose/diagnose.h"
<QString>'
file capture/pcap_file.cpp <<<'"decode/net/packet.h"
<archive.h>
<fstream>
"decode/net/dissect.h"'
file cli/main.cpp <<<'"cli/options.h"
"decode/analyzer.h"
<CLI/CLI.hpp>
"tests/support/hex.h"'

expected='capture/pcap_file.cpp decode/net/dissect.h
cli/main.cpp CLI/CLI.hpp
cli/main.cpp tests/support/hex.h
decode/analyzer.cpp QString
decode/analyzer.cpp decode/diagnose/diagnose.h
decode/base/text.cpp decode/net/packet.h
decode/base/text.cpp iostream
decode/diagnose/tcp_rules.cpp decode/net/dissect.h
decode/diagnose/tcp_rules.cpp decode/report/report.h
decode/facts/facts.h decode/diagnose/finding.h
decode/modbus/pdu.cpp decode/net/packet.h
decode/modbus/pdu.cpp mutex
decode/modbus/pdu.cpp pdu.h
decode/net/tcp.cpp decode/modbus/pdu.h
decode/net/tcp.cpp pcap/pcap.h
decode/net/tcp.cpp sys/socket.h
decode/report/json.cpp decode/analyzer.h
decode/report/text.cpp nlohmann/json.hpp'

if found=$("$check" "$tree"); then
    echo "exit status 0 although includes are forbidden" >&2
    exit 1
fi
diff <(echo "$expected") <(sed -E 's/:[0-9]+: must not include / /' <<<"$found" | LC_ALL=C sort)
