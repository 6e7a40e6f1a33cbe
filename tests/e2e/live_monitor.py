#!/usr/bin/env python3
"""live_monitor.py PROGRAM LAB - buswitness monitor beside real peers: how soon each fault is told, and that the recording
says the same afterwards. Needs root, mbpoll, libmodbus and nftables; skips itself without.
"""
import fcntl
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

import live
from live import Tool, expect, ip

TOOL = os.path.abspath(sys.argv[1])
LAB = pathlib.Path(sys.argv[2]).resolve()
SERVER = "10.9.0.2"


def far(*words, **options):
    """A program in the namespace of the servers."""
    return subprocess.Popen(["ip", "netns", "exec", "far", *map(str, words)], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                            stderr=subprocess.DEVNULL, **options)


def far_peer(*options):
    """A Modbus server of ours there, once it takes connections: Python may need seconds to start on a busy machine."""
    peer = far(sys.executable, LAB / "modbus_peer.py", "--bind", SERVER, *options)
    place = socket.inet_aton(SERVER)[::-1].hex().upper() + ":01F6"  # as the kernel writes it: address, port 502
    end = time.monotonic() + 10
    while time.monotonic() < end and peer.poll() is None:
        rows = pathlib.Path(f"/proc/{peer.pid}/net/tcp").read_text(encoding="ascii").split("\n")[1:]
        if any(row.split()[1] == place and row.split()[3] == "0A" for row in rows if row):
            break
        time.sleep(0.05)
    return peer


def poll(host, unit=1, reference=1, count=10, timeout=1):
    return subprocess.run(["mbpoll", "-m", "tcp", "-a", str(unit), "-r", str(reference), "-c", str(count), "-t", "4", "-o", str(timeout), "-1", host],
                          capture_output=True, check=False, timeout=60)


def lay_network():
    subprocess.run(["mkdir", "-p", "/run/netns"], check=True)
    subprocess.run(["mount", "-t", "tmpfs", "tmpfs", "/run/netns"], check=True)
    ip("netns", "add", "far")
    ip("link", "add", "tap0", "type", "veth", "peer", "name", "far0", "netns", "far")
    ip("addr", "add", "10.9.0.1/24", "dev", "tap0")
    ip("link", "set", "tap0", "up")
    for last in (2, 3, 4, 5):
        ip("-n", "far", "addr", "add", f"10.9.0.{last}/24", "dev", "far0")
    ip("-n", "far", "link", "set", "far0", "up")
    ip("-n", "far", "link", "set", "lo", "up")
    rules = """table ip t { chain c {
        type filter hook input priority 0
        ip daddr 10.9.0.3 tcp dport 502 drop
        ip daddr 10.9.0.4 tcp dport 502 reject with icmp type admin-prohibited
    }
    }"""
    subprocess.run(["ip", "netns", "exec", "far", "nft", "-f", "-"], input=rules, text=True, check=True)


class Lines:
    """The JSON lines as they come, each with the moment at which it was seen."""

    def __init__(self, path):
        self.path, self.seen = path, {}

    def wait(self, finding, server, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for text in self.path.read_text().splitlines() if self.path.exists() else []:
                line = json.loads(text)
                told = line.get("finding", {})
                if told.get("id") in finding.split() and str(told.get("server") or "").startswith(server):
                    return line
            time.sleep(0.02)
        return None


def scenarios(lines):
    """(name, finding, server, fault): fault() returns the moment at which the evidence was complete."""

    def after(action):
        def run():
            action()
            return time.monotonic()

        return run

    def dropped():
        client = subprocess.Popen(["mbpoll", "-m", "tcp", "-1", "-o", "4", "10.9.0.3"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(1.05)  # the SYN has been repeated
        children.append(client)
        return time.monotonic()

    def host_down():
        client = subprocess.Popen(["mbpoll", "-m", "tcp", "-1", "-o", "4", "10.9.0.9"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(2.1)  # asked three times, a second apart
        children.append(client)
        return time.monotonic()

    def silent_unit():
        poll(SERVER, unit=1)
        poll(SERVER, unit=9)
        poll(SERVER, unit=1)
        poll(SERVER, unit=9)
        return time.monotonic()

    children = []
    return [
        ("refused", "tcp-connection-refused", "10.9.0.2:502", after(lambda: poll(SERVER)), None),
        ("dropped by a firewall", "tcp-connect-timeout tcp-firewall-drop", "10.9.0.3:502", dropped, None),
        ("rejected with ICMP", "tcp-firewall-reject", "10.9.0.4:502", after(lambda: poll("10.9.0.4")), None),
        ("host down", "tcp-host-down arp-unanswered", "10.9.0.9", host_down, None),
        ("unit silent", "modbus-unit-silent", "10.9.0.2:502", silent_unit, "peer"),
        ("exception", "modbus-exception", "10.9.0.5:502", after(lambda: poll("10.9.0.5", reference=300)), None),
    ], children


def watch(folder):
    record, report, jsonl = folder / "live.pcapng", folder / "live.json", folder / "lines.jsonl"
    incidents = folder / "incidents"
    incidents.mkdir()
    server = far(folder / "mbserver", "10.9.0.5", "502")
    tool = Tool([TOOL, "monitor", "-i", "tap0", "-w", record, "-o", report, "--jsonl", jsonl, "--jsonl-intervals", "--interval", "1",
                 "--metrics", "127.0.0.1:19502", "--incidents", incidents, "--fail-on", "error"], ready="", stdout=(folder / "out").open("wb"))
    ip("link", "set", "lo", "up")
    time.sleep(1)
    lines = Lines(jsonl)
    cases, children = scenarios(lines)
    programs = [server]
    slowest = 0
    for name, finding, where, fault, needs in cases:
        if needs == "peer":
            programs.append(far_peer("--units", "1,2"))
        complete = fault()
        line = lines.wait(finding, where, 8)
        delay = time.monotonic() - complete
        slowest = max(slowest, delay)
        expect(line is not None and delay <= 2.0, f"{name}: {line['finding']['id'] if line else finding} told {max(delay, 0):.2f} s after the evidence was complete")
    metrics_answer(folder)
    for child in children:
        child.wait(timeout=20)
    # Silence after the last packet counts as well: live, and in the recording.
    time.sleep(1.5)
    status = tool.end(signal.SIGINT)
    for program in programs:
        program.kill()
        program.wait()
    expect(status == 1, f"--fail-on error: exit {status}")
    expect("tcp-connection-refused" in (folder / "out").read_text(), "plain lines on standard output")
    expect(any('"type":"interval"' in text for text in jsonl.read_text().splitlines()), "an object per interval")
    files = sorted(incidents.iterdir())
    good = all(subprocess.run([TOOL, "report", "-q", f], capture_output=True, check=False).returncode == 0 for f in files)
    expect(1 <= len(files) <= 8 and good and "tcp-connection-refused" in files[0].name, f"{len(files)} incidents are recorded, readable, named by what happened")
    same_afterwards(folder, record, report)


def same_afterwards(folder, record, report):
    done = subprocess.run([TOOL, "report", "--format", "json", record], capture_output=True, text=True, check=False)
    expect(done.returncode == 0, "the recording is read without error")
    (folder / "post.json").write_text(done.stdout)
    expect(done.stdout == report.read_text(), "the recording gives the same JSON afterwards, byte for byte")
    if done.stdout != report.read_text():
        subprocess.run(["diff", str(report), str(folder / "post.json")], check=False)


def metrics_answer(folder):
    text = urllib.request.urlopen("http://127.0.0.1:19502/metrics", timeout=5).read().decode()
    expect("buswitness_modbus_requests_total" in text and 'buswitness_findings{severity="error"}' in text, "the metrics answer")
    requests = next(line.split()[1] for line in text.splitlines() if line.startswith("buswitness_modbus_requests_total"))
    expect(float(requests) >= 3, f"... and count {requests} requests")
    if shutil.which("promtool"):
        done = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, text=True, check=False)
        expect(done.returncode == 0 and not done.stderr, f"... and promtool accepts them {done.stderr}")
    if shutil.which("prometheus"):
        scraped(folder)


def scraped(folder):
    config = folder / "prometheus.yml"
    config.write_text("global: {scrape_interval: 1s, scrape_timeout: 1s}\nscrape_configs: [{job_name: b, static_configs: [{targets: ['127.0.0.1:19502']}]}]\n")
    server = subprocess.Popen(["prometheus", f"--config.file={config}", f"--storage.tsdb.path={folder}/tsdb", "--web.listen-address=127.0.0.1:19090"],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    value = None
    end = time.monotonic() + 30
    while value is None and time.monotonic() < end:
        time.sleep(0.5)
        try:
            query = urllib.request.urlopen("http://127.0.0.1:19090/api/v1/query?query=buswitness_packets_total", timeout=2).read()
            result = json.loads(query)["data"]["result"]
            value = result[0]["value"][1] if result else None
        except OSError:
            pass
    server.terminate()
    server.wait(timeout=20)
    expect(value is not None and float(value) > 0, f"Prometheus scrapes them: {value} packets")


def waits_for_nobody(folder):
    """A request that is never answered is told although no further packet comes."""
    jsonl = folder / "silence.jsonl"
    peer = far_peer("--mute")
    tool = Tool([TOOL, "monitor", "-i", "tap0", "--jsonl", jsonl, "-q", "--duration", "30"], ready="", stdout=subprocess.DEVNULL)
    time.sleep(0.7)
    client = subprocess.Popen(["mbpoll", "-m", "tcp", "-1", "-o", "10", SERVER], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    began = time.monotonic()
    line = Lines(jsonl).wait("modbus-no-response", SERVER, 9.5)
    waited = time.monotonic() - began
    expect(line is not None and 4.5 < waited < 7.5, f"a request without an answer is told after {waited:.1f} s, without another packet (the rule waits 5 s)")
    client.kill()
    client.wait()
    tool.end()
    peer.kill()
    peer.wait()


def pipe_input(folder, samples):
    sample = samples / "tcp-connection-refused" / "capture.pcap"
    done = subprocess.run([TOOL, "monitor", "-r", "-", "--jsonl", "-"], stdin=sample.open("rb"), capture_output=True, text=True, check=False, timeout=30)
    ids = [json.loads(line)["finding"]["id"] for line in done.stdout.splitlines()]
    expect(done.returncode == 0 and "tcp-connection-refused" in ids, f"-r -: {ids}")
    done = subprocess.run([TOOL, "monitor", "-r", sample, "--fail-on", "error", "-q"], capture_output=True, text=True, check=False, timeout=30)
    expect(done.returncode == 1, "-r FILE --fail-on error: exit 1")
    # A stream that stays open: what is proven is told although the pipe gives nothing more.
    so_far = folder / "so_far.json"
    tool = subprocess.Popen([TOOL, "monitor", "-r", "-", "--jsonl", "-", "-q", "-o", so_far], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=False)
    tool.stdin.write(sample.read_bytes())
    tool.stdin.flush()
    began = time.monotonic()
    first = tool.stdout.readline()
    expect(b"tcp-" in first and time.monotonic() - began < 3, "an open stream is judged while it is open")
    tool.send_signal(signal.SIGTERM)
    expect(tool.wait(timeout=10) == 0, "... and SIGTERM ends it: exit 0")
    tool.stdin.close()
    tool.stdout.close()
    capture = json.loads(so_far.read_text())["capture"]
    read = capture["files"][0]
    expect(read["packets"] > 0 and read["octets"] > 0 and not read["complete"] and capture["interfaces"], f"... and the report tells what was read: {read}")
    cut = folder / "cut.pcap"
    cut.write_bytes(sample.read_bytes()[:-10])
    done = subprocess.run([TOOL, "monitor", "-r", cut, "-q"], capture_output=True, text=True, check=False, timeout=30)
    expect(done.returncode == 3 and "octet" in done.stderr, "a cut file: exit 3, and where")


def nobody_reads(samples):
    """Standard output is a full pipe whose reader does not read: Ctrl+C waits for it, a second one does not."""
    end, far_end = os.pipe()
    fcntl.fcntl(far_end, fcntl.F_SETPIPE_SZ, 4096)
    tool = subprocess.Popen([TOOL, "monitor", "-r", samples / "healthy" / "capture.pcapng", "--jsonl", "-", "--jsonl-transactions", "-q"], stdout=far_end)
    os.close(far_end)
    time.sleep(1)
    tool.send_signal(signal.SIGINT)
    time.sleep(0.5)
    expect(tool.poll() is None, "a full pipe is waited for")
    tool.send_signal(signal.SIGINT)
    try:
        expect(tool.wait(timeout=5) == 0, "... until Ctrl+C comes a second time")
    except subprocess.TimeoutExpired:
        expect(False, "... until Ctrl+C comes a second time")
        tool.kill()
        tool.wait()
    os.close(end)


def main():
    live.enter_namespaces()
    missing = [name for name in ("mbpoll", "nft", "cc") if not shutil.which(name)]
    if missing or subprocess.run(["pkg-config", "--exists", "libmodbus"], check=False).returncode != 0:
        print("missing:", missing or "libmodbus")
        sys.exit(live.SKIPPED)
    lay_network()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        flags = subprocess.run(["pkg-config", "--cflags", "--libs", "libmodbus"], capture_output=True, text=True, check=True).stdout.split()
        subprocess.run(["cc", "-O1", "-o", str(folder / "mbserver"), str(LAB / "mbserver.c"), *flags], check=True)
        pipe_input(folder, LAB.parent.parent / "samples")
        nobody_reads(LAB.parent.parent / "samples")
        watch(folder)
        waits_for_nobody(folder)
    live.finish()


main()
