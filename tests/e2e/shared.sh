#!/usr/bin/env bash
# shared.sh PROGRAM SHARED truth|captures|captures/serial|kit - scores the program on captures that are not part of the project.
# Exit status 77 (skipped) where they, or the Python that scores them, are not there.
set -euo pipefail
tool=$1
shared=$2
part=$3

if [ ! -d "$shared/$part" ]; then
    echo "no $part beside the project"
    exit 77
fi
python=$(command -v python3 || true)
if [ -z "$python" ] || ! "$python" -c 'import argparse, concurrent.futures, json, pathlib, subprocess' 2>/dev/null; then
    echo "no python3"
    exit 77
fi

case $part in
truth)
    exec "$python" "$shared/truth/score.py" --tool "$tool" --min-hit 0.97
    ;;
captures)
    # Differences from tshark's counts are places to look at the octets: a floor, and no Modbus where there is none.
    result=$("$python" "$shared/captures/compare.py" --tool "$tool" || true)
    echo "$result"
    read -r equal all < <(sed -n 's/.*; \([0-9]*\)\/\([0-9]*\) of the oracles.*/\1 \2/p' <<<"$result")
    [ "$((equal * 100))" -ge "$((all * 99))" ]
    grep -q '; 0 control captures' <<<"$result"
    ;;
captures/serial)
    # Recordings of real lines, as adapters hear them that are set rightly and wrongly.
    result=$("$python" "$shared/line/score_line.py" --tool "$tool" --no-frames -v "$shared/captures/serial")
    echo "$result"
    read -r right all < <(sed -n 's/^\([0-9]*\)\/\([0-9]*\) captures right.*/\1 \2/p' <<<"$result")
    [ "$all" -gt 0 ] && [ "$right" -eq "$all" ]
    ;;
kit)
    scratch=$(mktemp -d)
    trap 'rm -rf "$scratch"' EXIT
    "$python" "$shared/kit/bad_inputs.py" "$scratch/bad" >/dev/null
    # A hang is endless; a build with sanitizers on a busy machine is only slow.
    "$python" "$shared/kit/run_bad_inputs.py" -t 60 --every "${KIT_EVERY:-10}" --json --ok-rc 0,3 "$scratch/bad" -- \
        "$tool" report --format json {}
    ;;
*)
    exit 2
    ;;
esac
