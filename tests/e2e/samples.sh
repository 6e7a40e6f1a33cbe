#!/usr/bin/env bash
# samples.sh PROGRAM SAMPLES [--update] - runs every sample and holds the report against what is known of it.
#
# README.md beside each capture says, in the words of who made it, which findings are expected and which are forbidden.
# report.txt is the text word for word. --update writes report.txt anew: read the difference before you commit it.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "${BASH_SOURCE[0]}")/expect.sh"
tool=$(realpath "$1")
samples=$2
update=${3:-}

found() { grep -qF "\"id\": \"$1\"" "$scratch/json"; }
listed() { sed -n "s/^$1: //p" README.md | tr -d ' ' | tr ',' '\n'; }

expect_findings() {
    local id
    [ -n "$(listed expected)" ] || fail "README.md has no line \"expected:\""
    for id in $(listed expected); do
        if [ "$id" = none ]; then
            ! grep -qE '"severity": "(warning|error)"' "$scratch/json" || fail "a healthy capture has warnings or errors"
        else
            found "$id" || fail "not found: $id"
        fi
    done
    for id in $(listed forbidden); do
        ! found "$id" || fail "found, but forbidden: $id"
    done
}

expect_report() {
    [ "$update" != --update ] || cp "$scratch/out" report.txt
    if [ ! -e report.txt ]; then
        fail "no report.txt"
    elif ! diff -u report.txt "$scratch/out" >"$scratch/diff"; then
        fail "the report is another one"
        head -n 40 "$scratch/diff"
    fi
}

count=0
for folder in "$samples"/*/; do
    cd "$folder" || exit 1
    [ -n "$(compgen -G 'capture.pcap*')" ] || continue  # no capture: something else to try
    capture=$(echo capture.pcap*)
    run "$tool" report --format json "$capture"
    cp "$scratch/out" "$scratch/json"
    run "$tool" report "$capture"
    what="$(basename "$folder")/$capture"
    [ "$status" -eq 0 ] || [ "$status" -eq 3 ] || fail "exit status $status"
    expect_findings
    expect_report
    count=$((count + 1))
done

# An id of the catalogue is covered when a sample expects it.
cat "$samples"/*/README.md | sed -n 's/^expected: //p' | tr -d ' ' | tr ',' '\n' | sort -u >"$scratch/expected"
"$tool" explain | grep -B1 -E '^-{4,}$' | grep -E '^[a-z0-9-]+[a-z]$' | sort -u >"$scratch/all"
echo "$count samples; $(comm -12 "$scratch/expected" "$scratch/all" | wc -l) of $(wc -l <"$scratch/all") findings have a sample"
what="the samples"
comm -13 "$scratch/expected" "$scratch/all" >"$scratch/without"
[ ! -s "$scratch/without" ] || fail "findings without a sample: $(tr '\n' ' ' <"$scratch/without")"
! comm -23 "$scratch/expected" "$scratch/all" | grep -qv "^none\$" || fail "a README.md expects an unknown finding"
finish
