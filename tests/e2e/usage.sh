#!/usr/bin/env bash
# usage.sh PROGRAM SAMPLES - help, version, wrong usage, explain.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "${BASH_SOURCE[0]}")/expect.sh"
tool=$1
refused=$2/tcp-connection-refused/capture.pcap

run "$tool"
expect_status 2
expect_no_out
expect_err "Usage: buswitness"

run "$tool" --help
expect_status 0
expect_out report
expect_out explain
expect_out "Exit status"
expect_no_err

run "$tool" report --help
expect_status 0
for option in --format --output --force --port --fail-on --color --lang --quiet; do
    expect_out "$option"
done

run "$tool" --version
expect_status 0
expect_out "buswitness "

run "$tool" report
expect_status 2
expect_err "needs a capture file"

run "$tool" reprot "$refused"
expect_status 2
expect_err "did you mean report?"

run "$tool" report "$refused" --format pdf
expect_status 2
expect_no_out

run "$tool" "$refused" --port 70000
expect_status 2

run "$tool" "$refused" $'--\e[31mred'
expect_status 2
expect_clean

run "$tool" list "$refused"
expect_status 2
expect_err "say --frames"

run "$tool" list --frames "$refused"
expect_status 0
expect_no_out
expect_err "no serial line"

run "$tool" explain
expect_status 0
expect_out tcp-connection-refused
expect_out modbus-unit-silent
expect_clean
catalogue=$(wc -l <"$scratch/out")
[ "$catalogue" -gt 500 ] || fail "the catalogue has only $catalogue lines"

run "$tool" explain tcp-connection-refused
expect_status 0
expect_out "RST"
for part in "What proves it" "What it must not be confused with" "What would refute it" "First thing to do" \
    "Next steps" "By platform" "Windows: " "problem: Port listening?" "RFC 9293"; do
    expect_out "$part"
done
expect_no_err

run "$tool" explain tcp-conection-refused
expect_status 2
expect_no_out
expect_err "did you mean tcp-connection-refused?"

run "$tool" explain refused
expect_status 2
expect_err "there is tcp-connection-refused"

# Reading captures neither loads nor needs what listening needs.
mkdir "$scratch/alone"
cp "$tool" "$scratch/alone/buswitness"
run "$scratch/alone/buswitness" "$refused"
expect_status 0
run "$scratch/alone/buswitness" capture -i lo -w "$scratch/x.pcapng"
expect_status 4
expect_no_out
expect_err "buswitness-live"
expect_err "belongs beside buswitness"
run ldd "$tool"
expect_status 0
for library in Qt6 pcap seccomp; do
    if grep -q "lib$library" "$scratch/out"; then fail "reading a capture loads lib$library"; fi
done
run "$(dirname "$tool")/buswitness-live" report "$refused"
expect_status 2
expect_err "only listens"

finish
