#!/usr/bin/env bash
# samples.sh PROGRAM SAMPLES [--update] - runs every sample and compares its report, word for word, with report.txt beside it.
#
# The folder's name says what must be found, whatever report.txt says: a finding whose id begins the name, or for
# "healthy" no warning and no error. --update writes each report.txt anew; read the difference before committing it.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "${BASH_SOURCE[0]}")/expect.sh"
tool=$(realpath "$1")
samples=$2
update=${3:-}
compared=0

expect_finding() { # FOLDER: in the JSON of $scratch/out
    local id
    if [[ $1 == healthy* ]]; then
        grep -qE '"severity": "(warning|error)"' "$scratch/out" && fail "a healthy capture has a warning or an error"
        return
    fi
    while read -r id; do
        [[ $1 != "$id"* ]] || return
    done < <(sed -n 's/^ *"id": "\(.*\)",$/\1/p' "$scratch/out")
    fail "no finding that the folder is named by"
}

for folder in "$samples"/*/; do
    cd "$folder" || exit 1
    name=$(basename "$folder")
    for capture in capture.pcap*; do
        run "$tool" report --format json "$capture"
        [ "$status" -eq 0 ] || [ "$status" -eq 3 ] || fail "exit status $status"
        what="$name/$capture"
        expect_finding "$name"
        run "$tool" report "$capture"
        what="$name/$capture"
        [ "$update" != --update ] || cp "$scratch/out" report.txt
        if [ ! -e report.txt ]; then
            fail "no report.txt"
        elif ! diff -u report.txt "$scratch/out" >"$scratch/diff"; then
            fail "the report is another one:"
            head -n 40 "$scratch/diff"
        fi
        compared=$((compared + 1))
    done
done

echo "$compared samples"
covered=0
all=0
while read -r id; do
    all=$((all + 1))
    found=("$samples/$id"*)
    [ ! -e "${found[0]}" ] || covered=$((covered + 1))
done < <("$tool" explain | grep -B1 -E '^-{4,}$' | grep -E '^[a-z0-9-]+[a-z]$')
echo "$covered of $all findings have a sample"
finish
