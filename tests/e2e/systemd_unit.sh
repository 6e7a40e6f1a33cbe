#!/usr/bin/env bash
# systemd_unit.sh PROGRAM SAMPLES - the unit template is one that systemd accepts, and as closed as it says.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "${BASH_SOURCE[0]}")/expect.sh"
tool=$1
unit=$2/systemd/buswitness-monitor@.service
command -v systemd-analyze >/dev/null || exit 77

# The program is not installed where the unit looks for it.
sed "s|/usr/bin/buswitness|$tool|" "$unit" >"$scratch/buswitness-monitor@eth0.service"
run systemd-analyze verify --man=no "$scratch/buswitness-monitor@eth0.service"
if grep -q "Failed to \(initialize\|connect\)" "$scratch/err"; then
    exit 77
fi
expect_status 0
expect_no_err

# 0 is closed, 10 is open; an ordinary service has 9.6.
run systemd-analyze security --offline=true --threshold=30 "$scratch/buswitness-monitor@eth0.service"
expect_status 0

# What the unit runs is a command line that the program understands.
words=$(sed -n '/^ExecStart=/,/[^\\]$/p' "$unit" | sed 's/^ExecStart=[^ ]* //; s/\\$//' | tr '\n' ' ')
words=${words//%i/nope0}
words=${words//'${METRICS}'/127.0.0.1:0}
words=${words//'${STATE_DIRECTORY}'/$scratch}
# shellcheck disable=SC2086
run "$tool" $words
expect_status 4
expect_err "nope0"
finish
