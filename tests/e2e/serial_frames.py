#!/usr/bin/env python3
"""serial_frames.py PROGRAM CAPTURES - every intact frame of recorded lines is listed, with its direction.

CAPTURES: pcapng files, each with a JSON file beside it that says what was really sent. Exit status 77 (skipped) where
there are none. Recordings that were made with wrong settings have no intact frame to find; nothing may be listed there
that nobody sent."""

import datetime
import json
import pathlib
import subprocess
import sys


def seconds(text):
    whole, _, fraction = text.rstrip("Z").partition(".")
    moment = datetime.datetime.strptime(whole, "%Y-%m-%dT%H:%M:%S").replace(tzinfo=datetime.timezone.utc)
    return moment.timestamp() + float("0." + (fraction or "0"))


def listed(tool, capture):
    run = subprocess.run([tool, "list", "--frames", "-T", "jsonl", str(capture)], capture_output=True, check=True)
    return [json.loads(line) for line in run.stdout.decode().splitlines()]


def missed(truth, frames):
    """Intact frames without a listed one of the same octets and direction within 0.1 s."""
    epoch = 1_780_000_000
    left = [dict(f, start=seconds(f["time"]) - epoch) for f in frames if f["crc"] == "good"]
    missing = []
    for sent in truth["frames"]:
        near = [
            f for f in left
            if f["octets"] == sent["octets"] and f["direction"] == sent["direction"] and abs(f["start"] - sent["start"]) < 0.1
        ]
        if near:
            left.remove(min(near, key=lambda f: abs(f["start"] - sent["start"])))
        elif sent["intact"]:
            missing.append(sent)
    said = {f["octets"] for f in truth["frames"]}
    return missing, [f for f in left if f["octets"] not in said]


def main():
    tool, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    captures = sorted(folder.glob("*.pcapng")) if folder.is_dir() else []
    if not captures:
        print("no recordings of serial lines beside the project")
        return 77
    bad = intact = 0
    for capture in captures:
        truth = json.loads(capture.with_suffix(".json").read_text())
        intact += sum(f["intact"] for f in truth["frames"])
        missing, invented = missed(truth, listed(tool, capture))
        if missing or invented:
            bad += 1
            print(f"{capture.name}: {len(missing)} frames missed, {len(invented)} that nobody sent")
    print(f"{len(captures)} recordings, {intact} intact frames, {bad} recordings wrong")
    return 1 if bad or not intact else 0


if __name__ == "__main__":
    sys.exit(main())
