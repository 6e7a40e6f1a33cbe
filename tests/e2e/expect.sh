# shellcheck shell=bash
# What the scripts beside this file share: a scratch folder, and run / expect_* with a count of what failed.
set -uo pipefail
export LC_ALL=C.UTF-8
unset NO_COLOR TERM

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failures=0
status=0
what=

# run COMMAND... - standard output to $scratch/out, standard error to $scratch/err, exit status to $status.
run() {
    what=$*
    status=0
    "$@" >"$scratch/out" 2>"$scratch/err" || status=$?
}

fail() {
    failures=$((failures + 1))
    echo "FAILED: $what"
    echo "  $*"
    sed 's/^/  stderr: /' "$scratch/err" | head -n 5
}

expect_status() { [ "$status" -eq "$1" ] || fail "exit status $status instead of $1"; }
expect_out() { grep -qF -- "$1" "$scratch/out" || fail "standard output lacks: $1"; }
expect_err() { grep -qF -- "$1" "$scratch/err" || fail "standard error lacks: $1"; }
expect_no_out() { [ ! -s "$scratch/out" ] || fail "standard output is not empty"; }
expect_no_err() { [ ! -s "$scratch/err" ] || fail "standard error is not empty"; }
expect_same() { cmp -s "$1" "$2" || fail "$1 and $2 differ"; }

# No control character reaches a terminal.
expect_clean() {
    if LC_ALL=C grep -qP '[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\xaa-\xae]' "$scratch/out" "$scratch/err"; then
        fail "control characters in the output"
    fi
}

finish() {
    if [ "$failures" -ne 0 ]; then
        echo "$failures expectations failed"
        exit 1
    fi
    exit 0
}
