#!/usr/bin/env bash
# serial_passive.sh PROGRAM WITNESS_FOLDER - every system call of a capture on a pseudo-terminal, looked through for one
# that could make a real port send or raise a line.
set -euo pipefail
checker=$2/tty_syscalls.py
if [ ! -e "$checker" ] || ! command -v strace >/dev/null; then
    echo "needs $checker and strace"
    exit 77
fi
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export ASAN_OPTIONS=detect_leaks=0
for settings in "" ,19200,8E1 ,9600,8N2 ,250000,8O1; do
    python3 "$checker" -t 2 -- "$1" capture --serial "{port}$settings" -w "$scratch/x.pcapng" --force
done
python3 "$checker" -t 4 -- "$1" detect --serial "{port}"
python3 "$checker" -t 4 -- "$1" capture --serial "{port},auto" -w "$scratch/x.pcapng" --force
# On a line that talks, so that the settings change under it.
feeder=$(dirname "${BASH_SOURCE[0]}")/serial_detect.py
python3 "$feeder" "$1" traced
