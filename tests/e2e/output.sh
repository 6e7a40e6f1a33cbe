#!/usr/bin/env bash
# output.sh PROGRAM SAMPLES - where the report goes, colour, --fail-on, and outputs that fail.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "${BASH_SOURCE[0]}")/expect.sh"
tool=$1
refused=$2/tcp-connection-refused/capture.pcap
healthy=$(echo "$2"/healthy/capture.pcap*)
escape=$'\e'

run "$tool" "$refused"
expect_status 0
expect_clean
cp "$scratch/out" "$scratch/text"

run "$tool" "$refused" -o "$scratch/report.txt"
expect_status 0
expect_no_out
expect_no_err
expect_same "$scratch/text" "$scratch/report.txt"

run "$tool" "$refused" -o "$scratch/report.json"
expect_status 0
grep -qF '"format": "buswitness-report"' "$scratch/report.json" || fail "the ending .json does not choose JSON"

# The ending chooses the format.
for ending in html htm md markdown; do
    run "$tool" "$refused" -o "$scratch/report.$ending"
    expect_status 0
done
grep -qF '<!DOCTYPE html>' "$scratch/report.html" || fail "the ending .html does not choose HTML"
grep -qF '# Modbus capture report' "$scratch/report.md" || fail "the ending .md does not choose Markdown"
run "$tool" "$refused" --format html
expect_status 0
expect_same "$scratch/report.html" "$scratch/out"
if command -v tidy >/dev/null; then
    run tidy -q -e "$scratch/report.html"
    expect_status 0
fi

# An earlier capture beside it.
run "$tool" "$healthy" --baseline "$refused"
expect_status 0
expect_out "Changed: the earlier faults are not seen here"
expect_out "--baseline"
run "$tool" "$refused" --baseline "$refused"
expect_out "Not fixed:"
run "$tool" "$refused" --baseline "$healthy" --format json
expect_out '"outcome": "changed"'
run "$tool" "$refused" --baseline "$scratch/missing.pcap"
expect_status 3
expect_no_out
expect_err "missing.pcap"

# An existing file is kept unless --force is given.
echo precious >"$scratch/report.txt"
run "$tool" "$refused" -o "$scratch/report.txt"
expect_status 2
expect_err "--force"
[ "$(cat "$scratch/report.txt")" = precious ] || fail "the file was overwritten"
run "$tool" "$refused" -o "$scratch/report.txt" --force
expect_status 0
expect_same "$scratch/text" "$scratch/report.txt"
[ -z "$(find "$scratch" -name '*.part')" ] || fail "a temporary file was left"

run "$tool" "$refused" -o "$scratch/no/such/folder/report.txt"
expect_status 4
expect_err "cannot write"

run "$tool" "$refused" -o "$scratch"
expect_status 2

if [ -c /dev/full ]; then
    run bash -c '"$@" >/dev/full' bash "$tool" "$refused"
    expect_status 4
    expect_err "No space left on device"
fi

# A reader that goes away ends the program quietly.
run bash -c '"$@" | true; exit "${PIPESTATUS[0]}"' bash "$tool" explain
[ "$status" -eq 0 ] || [ "$status" -eq 141 ] || fail "exit status $status after a broken pipe"
expect_no_err

# Colour only when asked for, or on a terminal.
run "$tool" "$refused" --color always
expect_status 0
expect_out "${escape}["
run env NO_COLOR=1 "$tool" "$refused"
expect_same "$scratch/text" "$scratch/out"

# Without UTF-8 the text is plain ASCII.
run env LC_ALL=C "$tool" "$refused"
expect_status 0
if LC_ALL=C grep -qP '[\x80-\xff]' "$scratch/out"; then
    fail "octets above 127 in an ASCII locale"
fi

# --fail-on: the capture holds an error; a healthy one holds none.
for level in note warning error; do
    run "$tool" "$refused" --fail-on $level
    expect_status 1
    expect_same "$scratch/text" "$scratch/out"
done
run "$tool" "$healthy" --fail-on error
expect_status 0
run "$tool" "$healthy" --fail-on warning
expect_status 0

# The same capture gives the same report.
run "$tool" --format json "$healthy"
cp "$scratch/out" "$scratch/once"
run "$tool" --format json "$healthy"
expect_same "$scratch/once" "$scratch/out"

finish
