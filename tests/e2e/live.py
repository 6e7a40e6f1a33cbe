"""What the live tests share: a private network namespace with a cable, frames sent at a rate, programs watched.

The test re-executes itself in new network and mount namespaces, which vanish with it; nothing of the machine's own
network is touched. Exit status 77 where that is not permitted.
"""
import os
import pathlib
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time

SKIPPED = 77
failures = []


def checked(frame):
    """The RTU frame with its CRC."""
    crc = 0xFFFF
    for octet in frame:
        crc ^= octet
        for _ in range(8):
            crc = crc >> 1 ^ 0xA001 if crc & 1 else crc >> 1
    return frame + struct.pack("<H", crc)


def enter_namespaces():
    if os.environ.get("BUSWITNESS_LIVE_TEST") == "inside":
        return
    if os.geteuid() != 0 or not shutil.which("ip") or not shutil.which("unshare"):
        print("needs root and iproute2")
        sys.exit(SKIPPED)
    if subprocess.run(["unshare", "--net", "--mount", "true"], check=False, capture_output=True).returncode != 0:
        print("no namespaces here")
        sys.exit(SKIPPED)
    os.environ["BUSWITNESS_LIVE_TEST"] = "inside"
    # LeakSanitizer stops threads with ptrace, which the sandbox denies.
    os.environ["ASAN_OPTIONS"] = os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0"
    os.execvp("unshare", ["unshare", "--net", "--mount", "--propagation", "private", sys.executable, *sys.argv])


def ip(*words):
    subprocess.run(["ip", *words], check=True, capture_output=True, timeout=10)


def lay_cable(tap="tap0", far="far0"):
    ip("link", "add", tap, "type", "veth", "peer", "name", far)
    for name in (tap, far):
        pathlib.Path(f"/proc/sys/net/ipv6/conf/{name}/disable_ipv6").write_text("1")
        ip("link", "set", name, "up")


def expect(truth, text):
    if not truth:
        failures.append(text)
    print(("ok      " if truth else "FAILED  ") + text, flush=True)


def finish():
    print(f"{len(failures)} expectations failed" if failures else "all well")
    sys.exit(1 if failures else 0)


def frame(number, port=502, tags=0):
    """A UDP datagram to a Modbus port that carries its own number."""
    payload = struct.pack(">HHHBBHHI", number & 0xFFFF, 0, 10, 1, 3, 0, 1, number)
    udp = struct.pack(">HHHH", 40000, port, 8 + len(payload), 0) + payload
    packet = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), number & 0xFFFF, 0, 64, 17, 0, bytes([10, 9, 0, 1]), bytes([10, 9, 0, 2]))
    return bytes.fromhex("020000000002020000000001") + bytes.fromhex("81000064") * tags + b"\x08\x00" + packet + udp


class Sender(threading.Thread):
    """Sends numbered frames at a steady rate until stopped; `sent` is how many have left."""

    def __init__(self, rate, interface="far0", limit=None):
        super().__init__(daemon=True)
        self.rate, self.limit, self.sent, self.on = rate, limit, 0, True
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
        self.socket.bind((interface, 0))

    def run(self):
        began = time.monotonic()
        while self.on and (self.limit is None or self.sent < self.limit):
            due = int((time.monotonic() - began) * self.rate)
            if self.limit is not None:
                due = min(due, self.limit)
            while self.sent < due:
                self.socket.send(frame(self.sent))
                self.sent += 1
            time.sleep(0.001)

    def stop(self):
        self.on = False
        self.join()
        return self.sent


class Tool:
    """The program under test in the background; what it says on standard error is in `said`."""

    def __init__(self, words, ready="capturing on", **options):
        self.log = tempfile.TemporaryFile()
        self.process = subprocess.Popen([str(w) for w in words], stdin=subprocess.DEVNULL, stderr=self.log, **options)
        self.wait_for(ready)

    def said(self):
        # Without moving the position at which the program writes.
        return os.pread(self.log.fileno(), 1 << 20, 0).decode(errors="replace")

    def wait_for(self, word, seconds=20):
        end = time.monotonic() + seconds
        while word not in self.said() and self.process.poll() is None and time.monotonic() < end:
            time.sleep(0.01)
        return word in self.said()

    def end(self, how=signal.SIGINT, seconds=30):
        if self.process.poll() is None:
            self.process.send_signal(how)
        return self.process.wait(timeout=seconds)


def blocks(path):
    """(type, body) of each pcapng block; raises ValueError where the file is cut."""
    data = pathlib.Path(path).read_bytes()
    at = 0
    while at < len(data):
        if len(data) - at < 12:
            raise ValueError("cut")
        kind, length = struct.unpack_from("<II", data, at)
        if length < 12 or at + length > len(data) or struct.unpack_from("<I", data, at + length - 4)[0] != length:
            raise ValueError("cut")
        yield kind, data[at + 8 : at + length - 4]
        at += length


def numbers_in(path):
    """The numbers of the frames in a file, in its order."""
    return [struct.unpack(">I", body[20:][: struct.unpack_from("<I", body, 12)[0]][-4:])[0] for kind, body in blocks(path) if kind == 6]


def dropped_in(path):
    """What the statistics blocks say was lost."""
    lost = 0
    for kind, body in blocks(path):
        at = 12
        while kind == 5 and at + 4 <= len(body):
            code, length = struct.unpack_from("<HH", body, at)
            if code == 0:
                break
            if code in (5, 7):
                lost += struct.unpack_from("<Q", body, at + 4)[0]
            at += 4 + (length + 3) // 4 * 4
    return lost
