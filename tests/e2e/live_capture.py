#!/usr/bin/env python3
"""live_capture.py PROGRAM - buswitness capture against every fault it must survive. Needs root; skips itself without."""
import os
import pathlib
import random
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

import live
from live import Sender, Tool, expect, ip, numbers_in

TOOL = os.path.abspath(sys.argv[1])


def run(*words, **options):
    return subprocess.run([TOOL, *map(str, words)], capture_output=True, text=True, timeout=60, check=False, **options)


def capture(out, *more, **options):
    return Tool([TOOL, "capture", "-i", "tap0", "-w", out, *more], **options)


def nothing_to_start_with(folder):
    out = folder / "none.pcapng"
    cases = [
        (4, "there is no such interface", ["-i", "nope0"]),
        (2, "syntax error", ["-i", "tap0", "-f", "tcp prt 502"]),
        (4, "No such file", ["-i", "tap0", "-w", folder / "missing" / "x.pcapng"]),
    ]
    for status, words, arguments in cases:
        done = run("capture", *([] if "-w" in arguments else ["-w", out]), *arguments)
        expect(done.returncode == status and words in done.stderr, f"{arguments[-1]}: exit {status}, told: {words}")
        expect(not out.exists(), "... and no file is left behind")
    done = subprocess.run(["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", TOOL, "capture", "-i", "tap0", "-w", str(out)],
                          capture_output=True, text=True, timeout=60, check=False)
    expect(done.returncode == 4 and "setcap cap_net_raw+ep" in done.stderr and not out.exists(), "without permission: exit 4, the cure, no file")
    done = run("capture", "-i", "tap0", "-w", "/dev/full")
    expect(done.returncode == 4 and "No space left" in done.stderr, "/dev/full: exit 4 at once")
    out.write_text("precious")
    done = run("capture", "-i", "tap0", "-w", out)
    expect(done.returncode == 2 and out.read_text() == "precious", "an existing file is not touched: exit 2")
    link = folder / "link.pcapng"
    link.symlink_to(out)
    done = run("capture", "-i", "tap0", "-w", link, "--force")
    expect(done.returncode == 4 and out.read_text() == "precious", "a symbolic link is not followed, even with --force: exit 4")


def ends_cleanly(folder, how):
    out = folder / f"{how.name}.pcapng"
    tool = capture(out)
    sender = Sender(400)
    sender.start()
    time.sleep(1.2)
    sent = sender.stop()
    status = tool.end(how)
    expect(status == 0, f"{how.name}: exit 0")
    expect(numbers_in(out) == list(range(sent)), f"... all {sent} packets are there, none doubled")
    expect(f"{sent} packets written" in tool.said() and "0 dropped" in tool.said(), "... and counted in the summary")


def nothing_is_sent(folder):
    def sent():
        line = next(line for line in pathlib.Path("/proc/net/dev").read_text().splitlines() if "tap0:" in line)
        return line.split(":")[1].split()[9]

    before = sent()
    tool = capture(folder / "passive.pcapng")
    status = pathlib.Path(f"/proc/{tool.process.pid}/status").read_text()
    rights = int(status.split("CapEff:")[1].split()[0], 16) | int(status.split("CapPrm:")[1].split()[0], 16)
    expect(rights & ~2 == 0, "while it runs it has no right to capture")
    expect("Seccomp:\t2" in status and "NoNewPrivs:\t1" in status, "... and its system calls are restricted")
    time.sleep(0.3)
    tool.end()
    expect(sent() == before, "nothing was sent on the interface")


def killed(folder, times=12):
    lost = []
    whole = read_by_us = read_by_tshark = 0
    tshark = shutil.which("tshark")
    rng = random.Random(4)
    for i in range(times):
        out = folder / f"kill{i}.pcapng"
        tool = capture(out, "-q", ready="")
        sender = Sender(5000)
        time.sleep(0.4)
        sender.start()
        time.sleep(0.4 + rng.random() * 0.6)
        tool.process.kill()
        sent = sender.sent
        tool.process.wait()
        sender.stop()
        try:
            numbers = numbers_in(out)
            whole += 1
            lost.append(sent - (numbers[-1] + 1 if numbers else 0))
        except ValueError:
            lost.append(sent)
        read_by_us += run("report", "--format", "json", out).returncode == 0
        if tshark:
            read_by_tshark += subprocess.run([tshark, "-r", str(out)], capture_output=True, check=False, timeout=60).returncode == 0
    print(f"        lost: {sorted(lost)}")
    expect(whole == times and read_by_us == times, f"SIGKILL at 5,000 packets/s: {whole} of {times} files whole, {read_by_us} read by us")
    if tshark:
        expect(read_by_tshark == times, f"... {read_by_tshark} read by tshark")
    expect(statistics.median(lost) <= 250 and max(lost) <= 1000, f"... median loss {statistics.median(lost)}, largest {max(lost)}")


def disk_full(folder):
    small = folder / "small"
    small.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=128k", "tmpfs", str(small)], check=True)
    out = small / "full.pcapng"
    tool = capture(out)
    sender = Sender(2000)
    sender.start()
    try:
        status = tool.process.wait(timeout=20)
    finally:
        sender.stop()
    count = len(numbers_in(out))
    expect(status == 4 and "No space left" in tool.said(), "disk full: stops by itself, says so, exit 4")
    expect(f"{count} packets written" in tool.said() and count > 100, f"... the file is whole and has the {count} packets it says")
    expect(run("report", out).returncode == 0, "... and can be read")
    subprocess.run(["umount", str(small)], check=True)


def sleepy_reader(folder):
    out = folder / "slept.pcapng"
    pipe_out, pipe_in = os.pipe()
    tool = Tool([TOOL, "capture", "-i", "tap0", "-w", "-"], stdout=pipe_in)
    os.close(pipe_in)
    sender = Sender(400)
    sender.start()
    time.sleep(5)
    reader = subprocess.Popen(["cat"], stdin=pipe_out, stdout=out.open("wb"))
    os.close(pipe_out)
    time.sleep(1)
    sent = sender.stop()
    status = tool.end()
    reader.wait(timeout=20)
    numbers = numbers_in(out)
    expect(status == 0 and len(numbers) + live.dropped_in(out) >= sent, f"a reader that sleeps 5 s: {len(numbers)} of {sent} packets, the rest is in the statistics")
    expect(numbers == list(range(sent)), "... and none is missing")


def reader_leaves():
    pipe_out, pipe_in = os.pipe()
    tool = Tool([TOOL, "capture", "-i", "tap0", "-w", "-", "-q"], ready="", stdout=pipe_in)
    os.close(pipe_in)
    time.sleep(0.3)
    os.close(pipe_out)
    sender = Sender(100)
    sender.start()
    status = tool.process.wait(timeout=10)
    sender.stop()
    expect(status == 0 and tool.said() == "", "a reader that leaves ends the capture quietly")


def interface_faults(folder):
    out = folder / "down.pcapng"
    tool = capture(out)
    Sender(1000, limit=5).run()
    time.sleep(0.2)
    began = time.monotonic()
    ip("link", "set", "tap0", "down")
    expect(tool.wait_for("tap0 went down", 2), f"interface down: told after {time.monotonic() - began:.2f} s")
    expect(tool.process.wait(timeout=5) == 4 and len(numbers_in(out)) == 5, "... ends with exit 4, all packets are kept")
    ip("link", "set", "tap0", "up")

    out = folder / "wait.pcapng"
    tool = capture(out, "--wait")
    Sender(1000, limit=5).run()
    ip("link", "set", "tap0", "down")
    tool.wait_for("tap0 went down", 2)
    time.sleep(0.5)
    before = os.times()
    ip("link", "set", "tap0", "up")
    expect(tool.wait_for("tap0 is up again", 3), "--wait: goes on when it is up again")
    time.sleep(0.3)
    Sender(1000, limit=5).run()
    time.sleep(0.2)
    expect(tool.process.poll() is None, "... still runs")
    ip("link", "del", "tap0")
    expect(tool.wait_for("tap0 disappeared", 2), "deleted: told")
    live.lay_cable()
    expect(tool.wait_for("tap0 is back", 3), "... opened again when it returns")
    Sender(1000, limit=5).run()
    time.sleep(0.2)
    status = tool.end()
    expect(status == 0 and len(numbers_in(out)) == 15, f"... {len(numbers_in(out))} of 15 packets over all of it, exit {status}")
    comments = b"".join(body for kind, body in live.blocks(out) if kind == 6)
    expect(b"tap0 went down" in comments and b"tap0 disappeared" in comments, "... and the gaps are comments in the file")

    out = folder / "gone.pcapng"
    tool = capture(out)
    Sender(1000, limit=5).run()
    time.sleep(0.2)
    ip("link", "del", "tap0")
    expect(tool.process.wait(timeout=5) == 4 and "disappeared" in tool.said() and len(numbers_in(out)) == 5, "deleted without --wait: exit 4, all packets are kept")
    live.lay_cable()


def idle_costs_nothing(folder):
    tool = capture(folder / "idle.pcapng", "--wait")
    ip("link", "set", "tap0", "down")
    time.sleep(2)
    ticks = sum(map(int, pathlib.Path(f"/proc/{tool.process.pid}/stat").read_text().rsplit(")", 1)[1].split()[11:13]))
    tool.end()
    ip("link", "set", "tap0", "up")
    expect(ticks <= 20, f"an interface that is down costs {ticks * 5} ms of CPU per second")


def file_deleted(folder):
    out = folder / "deleted.pcapng"
    tool = capture(out)
    out.unlink()
    expect(tool.process.wait(timeout=5) == 4 and "deleted" in tool.said(), "a file deleted meanwhile is noticed: exit 4")


def limits(folder):
    sender = Sender(2000)
    sender.start()
    done = run("capture", "-i", "tap0", "-w", folder / "c.pcapng", "-c", "100", "-q")
    expect(done.returncode == 0 and len(numbers_in(folder / "c.pcapng")) == 100 and done.stderr == "", "-c 100: exactly 100 packets, silent with -q")
    began = time.monotonic()
    run("capture", "-i", "tap0", "-w", folder / "a.pcapng", "-a", "duration:1")
    expect(0.9 < time.monotonic() - began < 4, "-a duration:1 ends after a second")
    run("capture", "-i", "tap0", "-w", folder / "s.pcapng", "-a", "filesize:20")
    expect(20_000 <= (folder / "s.pcapng").stat().st_size < 21_000, "-a filesize:20 ends at 20 kB")
    ring = folder / "ring"
    ring.mkdir()
    done = run("capture", "-i", "tap0", "-w", ring / "r.pcapng", "-b", "packets:100", "-b", "files:3", "-a", "packets:1000")
    files = sorted(ring.iterdir())
    numbers = [n for f in files for n in numbers_in(f)]
    expect(len(files) == 3 and len(numbers) == 300 and numbers == list(range(numbers[0], numbers[0] + 300)), "-b packets:100 -b files:3: the newest three, without a gap between them")
    expect("1000 packets written to 10 files" in done.stderr, "... and the summary counts all")
    for kept in ([], ["-b", "files:2"]):
        ended = folder / f"ended{len(kept)}"
        ended.mkdir()
        done = run("capture", "-i", "tap0", "-w", ended / "r.pcapng", "-b", "packets:100", *kept, "-a", "files:2")
        expect(done.returncode == 0 and [len(numbers_in(f)) for f in sorted(ended.iterdir())] == [100, 100], f"-a files:2 {' '.join(kept)}: two full files, and no third")
    done = subprocess.run([TOOL, "capture", "-i", "tap0", "-w", "-", "-c", "50", "-q"], capture_output=True, check=False, timeout=30)
    (folder / "pipe.pcapng").write_bytes(done.stdout)
    expect(len(numbers_in(folder / "pipe.pcapng")) == 50, "-w - writes to standard output")
    run("capture", "-i", "tap0", "-w", folder / "c.pcapng", "-c", "7", "--force", "-s", "64")
    expect(len(list(live.blocks(folder / "c.pcapng"))) == 10, "--force replaces; -s 64 keeps going")
    sender.stop()


def tagged(folder):
    out = folder / "tagged.pcapng"
    tool = capture(out)
    sender = Sender(1)
    for tags in (0, 1, 2):
        sender.socket.send(live.frame(7, tags=tags))
        sender.socket.send(live.frame(8, port=9, tags=tags))
    time.sleep(0.2)
    tool.end()
    expect(numbers_in(out) == [7, 7, 7], "the default filter takes Modbus behind no, one and two VLAN tags, and nothing else")


def two_interfaces(folder):
    live.lay_cable("tap1", "far1")
    out = folder / "two.pcapng"
    tool = capture(out, "-i", "tap1")
    one, other = Sender(1, "far0"), Sender(1, "far1")
    for number in range(0, 100, 2):
        one.socket.send(live.frame(number))
        other.socket.send(live.frame(number + 1))
    tool.end()
    expect(numbers_in(out) == list(range(100)), "two interfaces in one file, in the order of time")
    expect(sum(kind == 1 for kind, _ in live.blocks(out)) == 2 and sum(kind == 5 for kind, _ in live.blocks(out)) == 2, "... with a block and statistics for each")


def main():
    live.enter_namespaces()
    live.lay_cable()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        nothing_to_start_with(folder)
        ends_cleanly(folder, signal.SIGINT)
        ends_cleanly(folder, signal.SIGTERM)
        nothing_is_sent(folder)
        limits(folder)
        tagged(folder)
        two_interfaces(folder)
        file_deleted(folder)
        disk_full(folder)
        reader_leaves()
        interface_faults(folder)
        idle_costs_nothing(folder)
        sleepy_reader(folder)
        killed(folder)
    live.finish()


main()
