#!/usr/bin/env bash
# check-layers.sh [TREE] - prints each #include that breaks the order of the rooms; exit 1 if there is one.
#
#   std <- decode/base <- decode/net | decode/serial | decode/modbus     (net and modbus do not know each other; serial knows RTU)
#       <- decode/facts <- decode/diagnose <- decode/report              decode/analyzer joins the stages
#   capture -> decode/base, packets, serial lines      cli -> decode, capture      gui -> decode, capture
#
# A line of `rules`: who, then what it may include of ours, as regular expressions. The first line that fits counts.
set -euo pipefail
cd "${1:-$(dirname "${BASH_SOURCE[0]}")/..}"

rules='
^decode/base/            ^decode/base/
^decode/net/             ^decode/(base|net)/
^decode/serial/          ^decode/((base|serial)/|modbus/(rtu|pdu|names)\.h)
^decode/modbus/          ^decode/(base|modbus)/
^decode/journal          ^decode/base/
^decode/facts[/.]        ^decode/((base|net|serial|modbus|facts)/|facts\.h)
^decode/diagnose/        ^decode/((base|facts|diagnose)/|facts\.h|modbus/(names|identify|pdu)\.h|net/packet\.h|serial/(line|timing))
^decode/live/            ^decode/((base|facts|diagnose|live)/|facts\.h)
^decode/report/          ^decode/((base|facts|diagnose|report)/|facts\.h|journal\.h|modbus/names\.h|net/packet\.h)
^decode/analyzer         ^decode/((base|net|serial|modbus|facts)/|facts\.h|journal\.h|analyzer)
^capture/                ^(capture/|decode/base/|decode/net/packet\.h|decode/serial/(line|settings_text)\.h)
^cli/                    ^(cli|capture|decode)/
^gui/                    ^(gui|capture|decode)/
'
# Foreign headers: which, and the only files that may include them.
owners='
^(iostream|fstream|filesystem|thread|mutex|sys/.*|unistd\.h|fcntl\.h|poll\.h)$   ^(capture|cli|gui)/
^nlohmann/                                                      ^decode/report/json\.cpp$
^kainjow/                                                       ^decode/report/html\.cpp$
^nettle/                                                        ^cli/digest\.cpp$
^Q[A-Z]                                                         ^(gui|capture)/
^pcap([./].*)?$                                                 ^capture/
^archive(_entry)?\.h$                                           ^capture/
^CLI/                                                           ^cli/options[a-z_]*\.(cpp|h)$
^(cap-ng|seccomp)\.h$                                           ^capture/privileges\.cpp$
^prometheus/                                                    ^cli/metrics\.cpp$
'
rooms=()
for room in decode capture cli gui; do
    [ ! -d "$room" ] || rooms+=("$room")
done

grep -rnE '^[[:space:]]*#[[:space:]]*include' --include='*.h' --include='*.cpp' "${rooms[@]}" |
    awk -v rules="$rules" -v owners="$owners" '
    BEGIN { nr = split(rules, r); no = split(owners, o) }
    {
        split($0, at, ":")
        text = $0; sub(/^[^:]*:[0-9]*:/, "", text)
        header = text; gsub(/^[^"<]*["<]|[">].*$/, "", header)
        bad = 0
        if (text ~ /include *"/ || header ~ /^(decode|capture|cli|gui|tests)\//) {
            bad = 1
            for (i = 1; i < nr; i += 2)
                if (at[1] ~ r[i]) { bad = header !~ r[i + 1]; break }
        } else {
            for (i = 1; i < no; i += 2)
                if (header ~ o[i] && at[1] !~ o[i + 1]) bad = 1
        }
        if (bad) { print at[1] ":" at[2] ": must not include " header; broken = 1 }
    }
    END { exit broken }'
