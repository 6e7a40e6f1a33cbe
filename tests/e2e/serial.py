#!/usr/bin/env python3
"""serial.py PROGRAM - capture from serial ports, on pseudo-terminals: what is recorded, what is said, every way to end."""
import json
import os
import pathlib
import pty
import random
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time
import tty

import live
from live import Tool, checked, expect

TOOL = os.path.abspath(sys.argv[1])
RAW_CHUNK = 0x80574243
OCTETS_LOST = 8
os.environ["ASAN_OPTIONS"] = os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0"  # stops threads with ptrace


def poll(number):
    """A request and its answer, with octets that a terminal doubles (ff) and that it likes to act on (11 13 03 04 1a)."""
    values = struct.pack(">HHHH", number & 0xFFFF, 0xFF00, 0x1113, 0x041A)
    return checked(bytes([1, 3, 0, number & 0xFF, 0, 4])), checked(bytes([1, 3, 8]) + values)


class Line:
    """A serial line: a pseudo-terminal whose far end is this process."""

    def __init__(self):
        self.far, self.near = pty.openpty()
        tty.setraw(self.far)
        self.name = os.ttyname(self.near)
        os.set_blocking(self.far, False)
        self.sent = b""

    def say(self, octets):
        os.write(self.far, octets)
        self.sent += octets

    def polls(self, count, pause=0.004):
        for number in range(count):
            for octets in poll(number):
                self.say(octets)
                time.sleep(pause)

    def came_back(self):
        try:
            return os.read(self.far, 65536)
        except OSError:
            return b""

    def settings(self):
        return termios.tcgetattr(self.near)

    def unplug(self):
        os.close(self.near)
        os.close(self.far)

    close = unplug


def run(*words, **options):
    return subprocess.run([TOOL, *map(str, words)], capture_output=True, text=True, timeout=60, check=False, **options)


def capture(line, out, *more, **options):
    return Tool([TOOL, "capture", "--serial", line if isinstance(line, str) else line.name + ",19200,8E1", "-w", out, *more], **options)


def heard_in(path):
    """The octets of the raw chunks in a file; ValueError when it is cut."""
    octets = b""
    for kind, body in live.blocks(path):
        if kind == RAW_CHUNK:
            (length,) = struct.unpack_from("<I", body, 16)
            (count,) = struct.unpack_from(">H", body, 20)
            marks = body[22 + count : 20 + length]
            assert body[:4] == b"BWRC" and set(marks) <= {0, OCTETS_LOST}, "a pseudo-terminal marks nothing, the tap losses"
            octets += body[22 : 22 + count]
    return octets


def losses_in(path):
    """Raw chunks before which octets were lost."""
    lost = 0
    for kind, body in live.blocks(path):
        if kind == RAW_CHUNK:
            (count,) = struct.unpack_from(">H", body, 20)
            (length,) = struct.unpack_from("<I", body, 16)
            lost += length > 2 + count and body[22 + count] == OCTETS_LOST
    return lost


def records_in(path):
    """(event, octets) of each RTAC record."""
    found = []
    for kind, body in live.blocks(path):
        if kind == 6:
            (length,) = struct.unpack_from("<I", body, 12)
            found.append((body[28], body[32 : 20 + length]))
    return found


def processor_ticks(tool):
    return sum(map(int, pathlib.Path(f"/proc/{tool.process.pid}/stat").read_text().rsplit(")", 1)[1].split()[11:13]))


def nothing_to_start_with(folder):
    out = folder / "none.pcapng"
    cases = [
        ("/dev/ttyNONE7", "serial-port-missing: there is no such port"),
        ("ttyNONE7", "cannot listen on /dev/ttyNONE7"),
        ("/dev/null", "it is no serial port"),
        (str(folder), "it is no serial port"),
    ]
    for port, words in cases:
        done = run("capture", "--serial", port, "-w", out)
        expect(done.returncode == 4 and words in done.stderr and not out.exists(), f"{port}: exit 4, told: {words}, no file")
    without_sys = ["unshare", "--mount", "--propagation", "private", "sh", "-c", 'mount -t tmpfs none /sys && exec "$0" "$@"']
    if shutil.which("unshare") and subprocess.run([*without_sys, "true"], capture_output=True, check=False).returncode == 0:
        done = subprocess.run([*without_sys, TOOL, "capture", "--serial", "/dev/null", "-w", str(out)], capture_output=True, text=True, timeout=60, check=False)
        expect(done.returncode == 4 and "it is no serial port" in done.stderr and not out.exists(), "/dev/null where /sys is not there, as in a container: the same")
    done = run("detect", "--serial", "/dev/ttyNONE7")
    expect(done.returncode == 4 and "buswitness explain serial-port-missing tells more" in done.stderr and done.stdout == "", "detect: exit 4, the finding that explains it")
    for port_problem in ("missing", "busy", "permission"):
        expect(run("explain", "serial-port-" + port_problem).returncode == 0, f"... explain knows serial-port-{port_problem}")

    line = Line()
    holder = subprocess.Popen(["sleep", "60"], stdin=line.near)
    done = run("capture", "--serial", line.name, "-w", out)
    expect(done.returncode == 4 and f"serial-port-busy: sleep (process {holder.pid}) has it" in done.stderr and not out.exists(),
           "busy: exit 4, the holder is named, no file")
    holder.kill()
    holder.wait()
    if os.geteuid() == 0 and shutil.which("setpriv"):
        os.chown(line.name, 0, 20)
        os.chmod(line.name, 0o660)
        as_nobody = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", TOOL]
        done = subprocess.run([*as_nobody, "capture", "--serial", line.name, "-w", "/tmp/never.pcapng"], capture_output=True, text=True, timeout=60, check=False)
        expect(done.returncode == 4 and "serial-port-permission" in done.stderr and "usermod -aG dialout nobody" in done.stderr, "no permission: exit 4, the cure")
    line.close()


def records_everything(folder, how):
    out = folder / f"{how.name}.pcapng"
    line = Line()
    before = threading.active_count()
    tool = capture(line, out)
    line.polls(60)
    time.sleep(0.05)  # as long as a chunk may be on its way
    status = tool.end(how)
    expect(status == 0 and heard_in(out) == line.sent, f"{how.name}: exit 0, all {len(line.sent)} octets are in the raw chunks")
    frames = [octets for number in range(60) for octets in poll(number)]
    records = records_in(out)
    expect([octets for _, octets in records] == frames, "... each frame is a record")
    expect([event for event, _ in records] == [1, 2] * 60, "... requests as TX_START, responses as RX_START")
    expect(line.came_back() == b"", "... nothing came out of the port")
    left = line.settings()
    expect(left[3] == 0 and left[1] == 0 and not left[0] & (termios.IXON | termios.IXOFF), "... it is left raw, without echo")
    said = tool.said()
    expect(f"{len(line.sent)} octets" in said and "120 packets written" in said and "losses are not known" in said, "... the summary says so")
    rows = run("list", "--frames", "-T", "jsonl", out).stdout.splitlines()
    expect(len(rows) == 120 and all('"crc":"good"' in row.replace(" ", "") for row in rows), "... list --frames reads them again from the chunks")
    expect(threading.active_count() == before, "... (no thread of the test is left)")
    line.close()
    return out


def wireshark_reads(out):
    tshark = shutil.which("tshark")
    if not tshark:
        print("skipped tshark: not installed")
        return
    done = subprocess.run([tshark, "-r", str(out), "-d", "rtacser.data,mbrtu", "-o", "mbrtu.crc_verification:TRUE", "-T", "fields", "-e", "modbus.func_code",
                           "-e", "mbrtu.crc16.status", "-e", "rtacser.eventtype", "-e", "frame.interface_name"],
                          capture_output=True, text=True, timeout=60, check=False)
    rows = [row.split("\t") for row in done.stdout.splitlines()]
    expect(done.returncode == 0 and len(rows) == 120 and all(row[0] == "3" and row[1] in ("1", "Good") for row in rows), "tshark dissects all frames as Modbus RTU, every CRC good")
    expect(all(row[3].startswith("pts/") for row in rows), "... and knows the port's name")
    words = subprocess.run([tshark, "-r", str(out), "-c", "2", "-V", "-d", "rtacser.data,mbrtu"], capture_output=True, text=True, timeout=60, check=False).stdout
    expect("frame, request" in words and "frame, response" in words and "Interface description: 19200 8E1" in words, "... with our reading as comment and the settings of the tap")


def unplugged(folder):
    out = folder / "unplugged.pcapng"
    line = Line()
    tool = capture(line, out)
    line.polls(10)
    time.sleep(0.1)
    sent = line.sent
    line.unplug()
    began = time.monotonic()
    status = tool.process.wait(timeout=10)
    expect(status == 4 and "disappeared (unplugged)" in tool.said() and time.monotonic() - began < 1.5, f"unplugged: told, exit 4 after {time.monotonic() - began:.2f} s")
    expect(heard_in(out) == sent and len(records_in(out)) == 20, "... everything before it is in the file")


def comes_back(folder):
    out = folder / "back.pcapng"
    port = folder / "port"
    line = Line()
    port.symlink_to(line.name)
    tool = capture(f"{port},19200,8E1", out, "--wait")
    line.polls(10)
    time.sleep(0.1)
    first = line.sent
    line.unplug()
    port.unlink()
    expect(tool.wait_for("disappeared", 3), "--wait: unplugged is told")
    before = processor_ticks(tool)
    time.sleep(1.5)
    expect(processor_ticks(tool) - before <= 20, f"... waiting costs little ({processor_ticks(tool) - before} ticks in 1.5 s)")
    line = Line()
    port.symlink_to(line.name)
    expect(tool.wait_for("is back after", 5), "... it goes on when the port returns")
    line.polls(10)
    time.sleep(0.1)
    status = tool.end()
    expect(status == 0 and heard_in(out) == first + line.sent, "... and all octets of both times are in the file")
    expect(b"disappeared" in out.read_bytes() and b"is back" in out.read_bytes(), "... the gap is a comment in it")
    expect(losses_in(out) == 1, "... and a mark at the first octet behind it: whoever seems silent before may have answered")
    line.close()


def killed(folder, times=6):
    rng = random.Random(7)
    lost, whole, read = [], 0, 0
    for number in range(times):
        out = folder / f"kill{number}.pcapng"
        line = Line()
        tool = capture(line, out, "-q", ready="")
        while not out.exists():
            time.sleep(0.01)
        time.sleep(0.3)
        end = time.monotonic() + 0.3 + rng.random() * 0.5
        while time.monotonic() < end:
            line.polls(1, 0.002)
        tool.process.kill()
        tool.process.wait()
        try:
            heard = heard_in(out)
            whole += 1
            lost.append(len(line.sent) - len(heard))
            expect(line.sent.startswith(heard), "... what is in the file is what was sent")
        except ValueError:
            lost.append(len(line.sent))
        read += run("list", "--frames", out).returncode == 0
        expect(line.came_back() == b"", "... killed, and nothing came out of the port")
        line.close()
    # A tenth of a second of this traffic is about 600 octets.
    expect(whole == times and read == times and max(lost) <= 600, f"SIGKILL: {whole} of {times} files whole, {read} read; octets lost: {sorted(lost)}")


def watched(folder, polls):
    """monitor --serial: its report finds what a report of the recording finds, also on a line where nobody speaks."""
    out, report = folder / f"watched{polls}.pcapng", folder / f"watched{polls}.json"
    line = Line()
    tool = Tool([TOOL, "monitor", "--serial", line.name + ",19200,8E1", "-w", out, "-o", report, "-q"], ready="", stdout=subprocess.DEVNULL)
    while not out.exists():
        time.sleep(0.01)
    time.sleep(1.5)
    line.polls(polls)
    time.sleep(0.3)
    status = tool.end()
    live_report = json.loads(report.read_text())
    afterwards = json.loads(run("report", "--format", "json", out).stdout)
    found, found_afterwards = ([(one["id"], one["severity"], one["summary"]) for one in told["findings"]] for told in (live_report, afterwards))
    expect(status == 0 and found == found_afterwards, f"monitor finds what the recording shows: {found} {found_afterwards}")
    expect(live_report["totals"]["requests"] == afterwards["totals"]["requests"] and live_report["totals"]["requests"]["total"] == polls, "... and counts the same requests")
    expect(("rtu-no-traffic" in [one[0] for one in found]) == (polls == 0), "... nothing heard is told where nothing was")
    line.close()


def limits(folder):
    line = Line()
    end = threading.Event()

    def talk():
        number = 0
        while not end.is_set():
            for octets in poll(number):
                os.write(line.far, octets)
                time.sleep(0.005)
            number += 1

    talker = threading.Thread(target=talk)
    talker.start()
    port = line.name + ",19200,8E1"
    done = run("capture", "--serial", port, "-w", folder / "c.pcapng", "-c", "30", "-q")
    expect(done.returncode == 0 and len(records_in(folder / "c.pcapng")) == 30 and done.stderr == "", "-c 30: exactly 30 frames, silent with -q")
    ring = folder / "ring"
    ring.mkdir()
    done = run("capture", "--serial", port, "-w", ring / "r.pcapng", "-b", "packets:20", "-b", "files:3", "-a", "duration:3")
    files = sorted(ring.iterdir())
    heard = b"".join(map(heard_in, files))
    frames = re.findall(rb"\x01\x03\x00.\x00\x04..", heard, re.DOTALL)
    numbers = [frame[3] for frame in frames]
    expect(done.returncode == 0 and len(files) == 3 and len(numbers) >= 60 and all((b - a) % 256 == 1 for a, b in zip(numbers, numbers[1:])),
           "a ring keeps the newest three files, without a gap between them")
    done = subprocess.run([TOOL, "capture", "--serial", port, "-w", "-", "-c", "10", "-q"], capture_output=True, check=False, timeout=30)
    (folder / "pipe.pcapng").write_bytes(done.stdout)
    expect(done.returncode == 0 and len(records_in(folder / "pipe.pcapng")) == 10, "-w - writes to standard output")
    end.set()
    talker.join()
    line.close()


def beside_a_network(folder):
    """Datagrams and serial polls in turn, 30 ms apart, into one file."""
    out = folder / "both.pcapng"
    line = Line()
    tool = capture(line, out, "-i", "lo", "-f", "udp port 15020", ready="")
    if not tool.wait_for("capturing on lo, pts/"):
        print("skipped capturing on lo and a port: " + tool.said().strip())
        tool.end()
        line.close()
        return
    sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    for number in range(20):
        sender.sendto(b"datagram %d" % number, ("127.0.0.1", 15020))
        time.sleep(0.015)
        for octets in poll(number):
            line.say(octets)
        time.sleep(0.015)
    time.sleep(0.1)
    status = tool.end()
    order = ""
    for kind, body in live.blocks(out):
        if kind == RAW_CHUNK:
            order += "s"
        elif kind == 6 and b"datagram" in body:
            order += "n"
    expect(status == 0 and heard_in(out) == line.sent, "a network interface and a serial port in one file: all octets")
    # Each datagram is seen twice on lo, by some kernels once.
    expect(re.fullmatch(r"(n{1,2}s+){20}", order), f"... in the order of their time ({order})")
    expect(sum(kind == 1 for kind, _ in live.blocks(out)) == 2 and sum(kind == 5 for kind, _ in live.blocks(out)) == 2, "... with a block and statistics for each")
    line.close()


def denied(folder):
    line = Line()
    tool = capture(line, folder / "denied.pcapng")
    states = [pathlib.Path(f"/proc/{tool.process.pid}/task/{task}/status").read_text() for task in os.listdir(f"/proc/{tool.process.pid}/task")]
    expect(len(states) >= 2 and all("Seccomp:\t2" in state and "NoNewPrivs:\t1" in state for state in states), "every thread is restricted")
    expect(all(int(state.split("CapEff:")[1].split()[0], 16) & ~2 == 0 for state in states), "... and none has the right to capture")
    with open(f"/proc/{tool.process.pid}/maps", encoding="utf-8") as maps:
        expect("libQt6Gui" not in maps.read(), "... Qt Gui is not loaded")
    tool.end()
    line.close()


FORBIDDEN = "TIOCSBRK TCSBRK TCSBRKP TCXONC TIOCSTI TIOCMBIS TIOCMSET TIOCSRS485".split()


def traced(folder, how):
    """What the program asks of the port in the worst moments: unplugged, and killed."""
    if not shutil.which("strace"):
        print("skipped strace: not installed")
        return
    line = Line()
    name = line.name
    log = folder / "trace"
    tool = Tool(["strace", "-f", "-y", "-e", "trace=openat,ioctl,write,writev,pwrite64,sendfile,splice", "-o", str(log), TOOL, "capture", "--serial", name, "-w", str(folder / f"traced-{how}.pcapng")])
    line.polls(5)
    if how == "unplugged":
        line.unplug()
    else:
        children = pathlib.Path(f"/proc/{tool.process.pid}/task/{tool.process.pid}/children").read_text().split()
        os.kill(int(children[0]), signal.SIGKILL)
    tool.process.wait(timeout=20)
    calls = [call for call in log.read_text(errors="replace").splitlines() if name in call]
    bad = [call for call in calls if any(re.search(rf"\b{word}\b", call) for word in FORBIDDEN)]
    bad += [call for call in calls if re.search(rf"\b(write|writev|pwrite64|sendfile|splice)\(\d+<{re.escape(name)}", call)]
    bad += [call for call in calls if "openat(" in call and "O_RDONLY" not in call]
    bad += [call for call in calls if re.search(r"TCSETS.*c_lflag=[A-Z|]*ECHO", call)]
    expect(len(calls) > 4 and not bad, f"{how}: nothing that could send among {len(calls)} calls on the port {bad[:1]}")


def ports_are_listed():
    done = run("interfaces")
    expect(done.returncode == 0 and "Serial ports" in done.stdout, "interfaces lists the serial ports")


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        nothing_to_start_with(folder)
        out = records_everything(folder, signal.SIGINT)
        records_everything(folder, signal.SIGTERM)
        wireshark_reads(out)
        denied(folder)
        unplugged(folder)
        comes_back(folder)
        watched(folder, 0)
        watched(folder, 20)
        limits(folder)
        beside_a_network(folder)
        for how in ("unplugged", "killed"):
            traced(folder, how)
        killed(folder)
        ports_are_listed()
    live.finish()


main()
