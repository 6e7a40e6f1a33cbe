#!/usr/bin/env python3
"""serial_detect.py PROGRAM [RUNS|traced] - finds the settings of a line, on pseudo-terminals.

A pseudo-terminal passes octets at any rate. So the far end reads the rate and format that the program has asked for, and
writes what a receiver with these would hear of a line with other ones, bit by bit. It marks no errors and takes no
parity, so formats of eight bits are not told apart here; the unit tests have receivers that mark.
RUNS: so many random lines instead of the fixed ones, polled every 0.25 s; prints how long it took. traced: one line, and
every system call on the port looked through for one that could make it send."""
import fcntl
import os
import random
import re
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import threading
import time
import tty

import live
from live import Tool, checked, expect

sys.argv, arguments = sys.argv[:2], sys.argv[2:]
TOOL = os.path.abspath(sys.argv[1])
os.environ["ASAN_OPTIONS"] = os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0"
TCGETS2, CSIZE, CS7, PARENB, PARODD = 0x802C542A, 0o60, 0o40, 0o400, 0o1000


def polls(rng):
    """Some requests and their answers, as a master repeats them."""
    talk = []
    for _ in range(5):
        unit, count = rng.randrange(1, 30), rng.randrange(2, 12)
        values = b"".join(struct.pack(">H", rng.choice([0, rng.randrange(2000), rng.randrange(65536)])) for _ in range(count))
        request = checked(bytes([unit, 3]) + struct.pack(">HH", rng.randrange(300), count))
        talk.append((request, checked(bytes([unit, 3, 2 * count]) + values)))
    return talk


def ascii_of(frame):
    pdu = frame[:-2]
    return (":" + pdu.hex().upper() + f"{-sum(pdu) & 0xFF:02X}\r\n").encode()


class Format:
    def __init__(self, baud, text):
        self.baud, self.data, self.parity, self.stop = baud, int(text[0]), text[1], int(text[2])

    def bits(self, octet):
        data = [octet >> i & 1 for i in range(self.data)]
        parity = [] if self.parity == "N" else [sum(data) % 2 ^ (self.parity == "O")]
        return [0] + data + parity + [1] * self.stop

    def time(self, octets):
        return len(self.bits(0)) * len(octets) / self.baud


def heard(octets, line, tap, exchanged=False):
    """What a receiver set to `tap` makes of these octets on the line; it waits for an edge after each character."""
    levels = [bit ^ exchanged for octet in octets for bit in line.bits(octet)]
    idle = 1 ^ exchanged  # biased
    ratio = line.baud / tap.baud  # bits of the line in one of the tap
    level = lambda at: levels[int(at)] if 0 <= at < len(levels) else idle
    length = 1 + tap.data + (tap.parity != "N")
    found, at, end = [], -1.0, len(levels) + 1
    while at < end:
        while at < end and level(at) == 0:
            at = int(at) + 1
        while at < end and level(at) == 1:
            at = int(at) + 1
        if at >= end:
            break
        start = max(at, 0)
        if level(start + ratio / 2) == 1:
            at = start + ratio / 2
            continue
        found.append(sum(level(start + (1.5 + i) * ratio) << i for i in range(tap.data)))
        at = start + (length + 0.5) * ratio
    return bytes(found)


class Bus:
    """A master that polls, heard by whoever has the near end open."""

    def __init__(self, line, rng, gap=0.25, ascii_frames=False, exchanged=False):
        self.far, self.near = os.openpty()
        tty.setraw(self.near)  # a new terminal echoes until somebody makes it raw
        self.name = os.ttyname(self.near)
        self.line, self.gap, self.exchanged, self.sent = line, gap, exchanged, 0
        self.talk = [[ascii_of(f) if ascii_frames else f for f in pair] for pair in polls(rng)]
        self.end = threading.Event()
        self.thread = threading.Thread(target=self.run)
        os.set_blocking(self.far, False)
        self.thread.start()

    def tap(self):
        state = fcntl.ioctl(self.far, TCGETS2, bytes(44))
        flags, speed = struct.unpack_from("<I", state, 8)[0], struct.unpack_from("<I", state, 40)[0]
        parity = "N" if not flags & PARENB else "O" if flags & PARODD else "E"
        return Format(max(speed, 50), f"{7 if flags & CSIZE == CS7 else 8}{parity}1")

    def say(self, octets):
        time.sleep(self.line.time(octets))
        try:
            os.write(self.far, heard(octets, self.line, self.tap(), self.exchanged))
        except BlockingIOError:
            pass  # nobody listens
        self.sent += 1

    def run(self):
        while not self.end.wait(self.gap):
            request, answer = self.talk[(self.sent // 2) % len(self.talk)]
            self.say(request)
            time.sleep(0.005)
            self.say(answer)

    def came_back(self):
        try:
            return os.read(self.far, 65536)
        except OSError:
            return b""

    def close(self):
        self.end.set()
        self.thread.join()
        os.close(self.near)
        os.close(self.far)


def detect(bus, *more):
    began = time.monotonic()
    done = subprocess.run([TOOL, "detect", "--serial", bus.name, *more], capture_output=True, text=True, timeout=120, check=False)
    return done, time.monotonic() - began


def right(said, line, ascii_frames=False):
    """The rate, and the line's format among those that are told. Where the adapter tells no errors these may be three."""
    first = said.splitlines()[0]
    return (f": {line.baud} " in first and f"{line.data}{line.parity}{line.stop}" in re.findall(r"[78][NEO][12]", first)
            and ("ASCII" in first) == ascii_frames)


def settings_are_found():
    for baud, text in [(19200, "8N1"), (9600, "8N1"), (9600, "8E1"), (38400, "8O1"), (115200, "8N2"), (2400, "8E1")]:
        bus = Bus(Format(baud, text), random.Random(baud))
        done, seconds = detect(bus)
        expect(done.returncode == 0 and right(done.stdout, bus.line), f"{baud} {text}: found in {seconds:.1f} s\n{done.stdout}")
        expect(f"buswitness capture --serial {bus.name},{baud}," in done.stdout and "a pseudo-terminal has no rate" in done.stdout, "... the next command is told, and what a pseudo-terminal is")
        expect("8N1, 8N2, 8E1 or 8O1" in done.stdout and "takes no parity" in done.stdout, "... and that it takes no parity")
        expect(bus.came_back() == b"", "... nothing came out of the port")
        bus.close()
    bus = Bus(Format(9600, "7E1"), random.Random(7), ascii_frames=True)
    done, _ = detect(bus)
    expect(done.returncode == 0 and right(done.stdout, bus.line, True) and ",9600,7E1 -w" in done.stdout, f"ASCII with seven bits\n{done.stdout}")
    bus.close()
    bus = Bus(Format(19200, "8E1"), random.Random(8), exchanged=True, gap=0.1)
    done, _ = detect(bus)
    expect(done.returncode == 0 and "A and B exchanged" in done.stdout and "exchange A and B at the tap" in done.stdout, f"exchanged wires\n{done.stdout}")
    bus.close()


def silence_is_silence():
    far, near = os.openpty()
    done = subprocess.run([TOOL, "detect", "--serial", os.ttyname(near), "--duration", "1", "-q"], capture_output=True, text=True, timeout=60, check=False)
    expect(done.returncode == 0 and "nothing was heard in 1 s; that tells nothing" in done.stdout and done.stderr == "", f"silence: exit 0, said as silence\n{done.stdout}{done.stderr}")
    tool = Tool([TOOL, "detect", "--serial", os.ttyname(near)], ready="listening on", stdout=subprocess.PIPE)
    status = tool.end(signal.SIGINT)
    expect(status == 0, "Ctrl+C: exit 0")
    os.close(near)
    os.close(far)
    far, near = os.openpty()
    tool = Tool([TOOL, "detect", "--serial", os.ttyname(near)], ready="listening on")
    os.close(near)
    os.close(far)
    expect(tool.process.wait(timeout=20) == 4, "unplugged: exit 4")


def noise_is_no_modbus():
    rng = random.Random(9)
    bus = Bus(Format(19200, "8N1"), rng, gap=0.05)
    bus.talk = [[rng.randbytes(20), rng.randbytes(9)] for _ in range(997)]
    done, _ = detect(bus, "--duration", "8")
    expect(done.returncode == 0 and "no settings explain" in done.stdout and "capture --serial" not in done.stdout, f"random octets: nothing is claimed\n{done.stdout}")
    bus.close()


def auto(folder):
    bus = Bus(Format(9600, "8E1"), random.Random(3), gap=0.1)
    out = os.path.join(folder, "auto.pcapng")
    tool = Tool([TOOL, "capture", "--serial", bus.name + ",auto", "-w", out], ready="")
    expect(tool.wait_for("capturing on", 30), "auto: the capture begins")
    time.sleep(1.5)
    status, said = tool.end(), tool.said()
    rows = subprocess.run([TOOL, "list", "--frames", "-T", "jsonl", out], capture_output=True, text=True, check=False).stdout.splitlines()
    good = sum('"crc":"good"' in row.replace(" ", "") for row in rows)
    expect(status == 0 and f"{bus.name[5:]}: 9600 8N1, 8N2, 8E1 or 8O1, Modbus RTU, certain; listening with 9600 8N1" in said and good >= 6 and len(rows) - good <= 1, f"... with the settings found; {good} of {len(rows)} frames\n{said}")
    expect(not Tool([TOOL, "capture", "--serial", bus.name + ",auto", "-w", out, "-q"], ready="").process.wait(timeout=60) == 0, "... an existing file is refused as ever")
    bus.close()
    far, near = os.openpty()
    tool = Tool([TOOL, "monitor", "--serial", os.ttyname(near) + ",auto", "--duration", "1"], ready="")
    expect(tool.process.wait(timeout=30) == 4 and "the settings of" in tool.said(), "monitor with auto on a silent line, with a limit: exit 4, told why")
    os.close(near)
    os.close(far)


def measure(runs):
    rng = random.Random(2024)
    times, wrong = [], 0
    for number in range(runs):
        line = Format(rng.choice([9600, 9600, 19200, 19200, 38400, 57600, 115200, 4800, 2400, 1200]), rng.choice(["8N1", "8N2", "8E1", "8O1"]))
        bus = Bus(line, random.Random(number))
        time.sleep(rng.random() * 0.3)
        done, seconds = detect(bus)
        ok = right(done.stdout, line)
        times.append(seconds)
        wrong += not ok
        print(f"{line.baud} 8{line.parity}{line.stop}: {seconds:.2f} s{'' if ok else ' WRONG ' + done.stdout + done.stderr}")
        bus.close()
    times.sort()
    print(f"{runs} lines, {wrong} wrong; median {statistics.median(times):.2f} s, p90 {times[int(runs * 0.9)]:.2f} s, longest {times[-1]:.2f} s")


FORBIDDEN = "TIOCSBRK TCSBRK TCSBRKP TCXONC TIOCSTI TIOCMBIS TIOCMSET TIOCSRS485".split()


def traced():
    bus = Bus(Format(9600, "8E1"), random.Random(5))
    with tempfile.NamedTemporaryFile("r", errors="replace") as log:
        done = subprocess.run(["strace", "-f", "-y", "-e", "trace=openat,ioctl,write,writev,pwrite64,sendfile,splice", "-o", log.name, TOOL, "detect", "--serial", bus.name],
                              capture_output=True, text=True, timeout=120, check=False)
        calls = [call for call in log if bus.name in call]
    bad = [call for call in calls if any(re.search(rf"\b{word}\b", call) for word in FORBIDDEN)]
    bad += [call for call in calls if re.search(rf"\b(write|writev|pwrite64|sendfile|splice)\(\d+<{re.escape(bus.name)}", call)]
    bad += [call for call in calls if "openat(" in call and "O_RDONLY" not in call]
    bad += [call for call in calls if re.search(r"TCSETS.*c_lflag=[A-Z|]*ECHO", call)]
    changes = sum("TCSETS" in call for call in calls)
    expect(right(done.stdout, bus.line) and changes >= 3 and not bad, f"{changes} changes of settings: nothing that could send among {len(calls)} calls on the port {bad[:1]}")
    expect(sum("openat(" in call for call in calls) <= 2, "... and it is opened no more often than by a capture")
    expect(bus.came_back() == b"", "... nothing came out of the port")
    bus.close()
    live.finish()


if arguments == ["traced"]:
    traced()
if arguments:
    measure(int(arguments[0]))
    sys.exit(0)
settings_are_found()
silence_is_silence()
noise_is_no_modbus()
with tempfile.TemporaryDirectory() as name:
    auto(name)
live.finish()
