#!/usr/bin/env bash
# input.sh PROGRAM SAMPLES - files, standard input, compression, several files, and inputs that cannot be read.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "${BASH_SOURCE[0]}")/expect.sh"
tool=$1
refused=$2/tcp-connection-refused/capture.pcap

# The figures of a JSON report and its findings, without what names files and interfaces.
figures() { sed -n '/"totals": {/,$p' "$scratch/out"; }

run "$tool" report --format json "$refused"
expect_status 0
expect_no_err
expect_out '"refused": 3'
figures >"$scratch/expected"

run "$tool" --format json "$refused"
expect_status 0
expect_same "$scratch/expected" <(figures)

run "$tool" --format json - <"$refused"
expect_status 0
expect_same "$scratch/expected" <(figures)

run bash -c 'cat "$2" | "$1" report --format json -' bash "$tool" "$refused"
expect_status 0
expect_same "$scratch/expected" <(figures)

for compressor in gzip zstd lz4 xz; do
    command -v $compressor >/dev/null || continue
    $compressor -c "$refused" >"$scratch/capture.$compressor"
    run "$tool" --format json "$scratch/capture.$compressor"
    expect_status 0
    expect_same "$scratch/expected" <(figures)
done

# A capture in two files, given in the wrong order, is one capture: 24 octets of file header, then 3 and 5 packets.
{
    head -c 24 "$refused"
    tail -c +25 "$refused" | head -c $((16 + 42 + 16 + 42 + 16 + 74))
} >"$scratch/first.pcap"
run "$tool" --format json "$scratch/first.pcap"
if [ "$status" -eq 0 ]; then
    {
        head -c 24 "$refused"
        tail -c +$((25 + 48 + 42 + 42 + 74)) "$refused"
    } >"$scratch/second.pcap"
    run "$tool" --format json "$scratch/second.pcap" "$scratch/first.pcap"
    expect_status 0
    expect_same "$scratch/expected" <(figures)
else
    fail "the sample does not begin with an ARP exchange and a SYN"
fi

run "$tool" "$scratch/missing.pcap"
expect_status 3
expect_no_out
expect_err "missing.pcap"
expect_err "No such file"

run "$tool" "$scratch"
expect_status 3
expect_no_out
expect_err "$scratch"

: >"$scratch/empty.pcap"
run "$tool" "$scratch/empty.pcap"
expect_status 3
expect_err empty.pcap

run "$tool" - </dev/null
expect_status 3

echo "this is no capture" >"$scratch/text.pcap"
run "$tool" "$scratch/text.pcap"
expect_status 3
expect_err text.pcap

# A file cut in the middle of a packet: what could be read is reported, and where it stopped is told.
head -c -10 "$refused" >"$scratch/cut.pcap"
run "$tool" "$scratch/cut.pcap"
expect_status 3
expect_err cut.pcap
expect_err "octet"
expect_out "7 packets"
expect_clean

# One readable file and one missing: the first is reported.
run "$tool" --format json "$refused" "$scratch/missing.pcap"
expect_status 3
expect_err "missing.pcap"
expect_out '"refused": 3'

# Names are escaped wherever they are told.
cp "$refused" "$scratch/"$'\e[31mred.pcap'
run "$tool" "$scratch/"$'\e[31mred.pcap'
expect_status 0
expect_clean
run "$tool" "$scratch/"$'\e[31mmissing.pcap'
expect_status 3
expect_clean

finish
