"""Small networks made of namespaces, veth cables, bridges and routers, with tcpdump or dumpcap on any of their interfaces.

Every interface lives in a namespace of the Lab; nothing of the machine's own network is touched. Leaving the `with`
block ends the programs that the lab started, and only those, then deletes its namespaces.
"""
import contextlib
import itertools
import os
import pathlib
import signal
import struct
import subprocess
import tempfile
import time

MARK = "bwlab"
serial_numbers = itertools.count(1)


class LabError(RuntimeError):
    pass


def command(*words, timeout=20, text=None, check=True):
    """Runs a short command to its end; returns what it printed."""
    done = subprocess.run([str(w) for w in words], input=text, capture_output=True, text=True, timeout=timeout, check=False)
    if check and done.returncode != 0:
        raise LabError(f"{' '.join(map(str, words))}: {(done.stderr or done.stdout).strip()}")
    return done.stdout + done.stderr


def delete_leftovers():
    """Removes the namespaces of labs whose process is gone (killed before it could clean up)."""
    for line in command("ip", "netns", "list").splitlines():
        name = line.split()[0]
        if name.startswith(MARK + "-") and not os.path.exists(f"/proc/{name.split('-')[1]}"):
            command("ip", "netns", "del", name, check=False)


class Program:
    """A long-running process of a host, in its own process group; what it prints is in `log`."""

    def __init__(self, lab, host, words):
        self.words = [str(w) for w in words]
        self.log = lab.directory / f"{len(lab.programs)}-{host.name}-{pathlib.Path(self.words[0]).name}.log"
        with self.log.open("wb") as out:
            self.process = subprocess.Popen(["ip", "netns", "exec", host.namespace, *self.words], stdin=subprocess.DEVNULL,
                                            stdout=out, stderr=out, start_new_session=True)
        lab.programs.append(self)

    def output(self):
        return self.log.read_text(errors="replace")

    def wait_for(self, word, seconds=10):
        """Waits until the program has printed this word."""
        end = time.monotonic() + seconds
        while word not in self.output():
            if self.process.poll() is not None or time.monotonic() > end:
                raise LabError(f"{self.words}: no '{word}' in: {self.output()}")
            time.sleep(0.05)
        return self

    def wait(self, seconds):
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.stop()
        return self

    def stop(self, how=signal.SIGTERM, patience=4):
        if self.process.poll() is not None:
            return
        for attempt in (how, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, attempt)
            try:
                self.process.wait(patience)
                return
            except subprocess.TimeoutExpired:
                continue


class Host:
    """A namespace: a computer, a device, a switch or a router."""

    def __init__(self, lab, name):
        self.lab, self.name, self.namespace = lab, name, f"{MARK}-{os.getpid()}-{lab.number}-{name}"
        command("ip", "netns", "add", self.namespace)
        lab.hosts.append(self)
        self.ip = None
        self.ports = 0
        self.plug = None
        self.run("ip", "link", "set", "lo", "up")

    def run(self, *words, seconds=20, text=None, check=False):
        return command("ip", "netns", "exec", self.namespace, *words, timeout=seconds, text=text, check=check)

    def start(self, *words):
        return Program(self.lab, self, words)

    def sysctl(self, **settings):
        """sysctl(net__ipv4__ip_forward=1): two underscores stand for a dot."""
        for name, value in settings.items():
            self.run("sysctl", "-qw", f"{name.replace('__', '.')}={value}", check=True)

    def firewall(self, hook, rule):
        """One nft rule in the chain of this hook (input, output, forward)."""
        self.run("nft", "-f", "-", check=True, text=f"""table inet lab {{
            chain {hook} {{ type filter hook {hook} priority 0; policy accept; {rule}; }}
        }}""")

    def ping(self, address):
        return self.run("ping", "-n", "-c", "1", "-W", "1", address)

    def pull_plug(self):
        """The cable is pulled at the switch: the host's own interface does not notice."""
        switch, port = self.plug
        switch.run("ip", "link", "set", port, "nomaster", check=True)

    def plug_in_again(self):
        switch, port = self.plug
        self.pull_plug()
        switch.run("ip", "link", "set", port, "master", "br0", check=True)


class Lab:
    """`with Lab(v6=False) as lab:` - the network of one scenario."""

    def __init__(self, v6=False):
        self.v6, self.number = v6, next(serial_numbers)
        self.hosts, self.programs = [], []
        self.scratch = None
        self.directory = None

    def __enter__(self):
        self.scratch = tempfile.TemporaryDirectory(prefix=MARK)
        self.directory = pathlib.Path(self.scratch.name)
        return self

    def __exit__(self, *_):
        for program in reversed(self.programs):
            program.stop(patience=1)
        for host in self.hosts:
            command("ip", "netns", "del", host.namespace, check=False)
        self.scratch.cleanup()

    def _node(self, name, v6):
        host = Host(self, name)
        for scope in ("all", "default"):
            if v6:
                host.run("sysctl", "-qw", f"net.ipv6.conf.{scope}.accept_dad=0", f"net.ipv6.conf.{scope}.router_solicitations=0")
            else:
                host.run("sysctl", "-qw", f"net.ipv6.conf.{scope}.disable_ipv6=1")
        return host

    def switch(self, name="switch"):
        switch = self._node(name, v6=False)
        switch.run("ip", "link", "add", "br0", "type", "bridge", "mcast_snooping", "0", check=True)
        switch.run("ip", "link", "set", "br0", "up", check=True)
        return switch

    def connect(self, host, interface, switch, address, mac):
        """A cable from the host's interface to the next port of the switch. Address: "10.1.2.3/24"; several: a list."""
        switch.ports += 1
        port = f"port{switch.ports}"
        command("ip", "link", "add", interface, "netns", host.namespace, "type", "veth", "peer", "name", port, "netns", switch.namespace)
        # No offloads: what is captured is what a cable would carry.
        for node, name in ((host, interface), (switch, port)):
            node.run("ethtool", "-K", name, "tx", "off", "tso", "off", "gso", "off", "gro", "off")
        host.run("ip", "link", "set", interface, "address", mac, check=True)
        switch.run("ip", "link", "set", port, "master", "br0", check=True)
        switch.run("ip", "link", "set", port, "up", check=True)
        host.run("ip", "link", "set", interface, "up", check=True)
        for one in [address] if isinstance(address, str) else address:
            host.run("ip", "address", "add", one, "dev", interface, *(["nodad"] if ":" in one else []), check=True)
            host.ip = host.ip or one.split("/")[0]
        host.plug = (switch, port)

    def host(self, name, switch, address, mac, gateway=None):
        host = self._node(name, self.v6)
        self.connect(host, "eth0", switch, address, mac)
        if gateway:
            host.run("ip", "-6" if ":" in gateway else "-4", "route", "add", "default", "via", gateway, check=True)
        return host

    def router(self, name, *legs):
        """legs: (switch, address, mac), which become eth0, eth1, ..."""
        router = self._node(name, self.v6)
        for i, (switch, address, mac) in enumerate(legs):
            self.connect(router, f"eth{i}", switch, address, mac)
        router.sysctl(net__ipv4__ip_forward=1)
        if self.v6:
            router.sysctl(net__ipv6__conf__all__forwarding=1)
        return router

    @contextlib.contextmanager
    def record(self, host, file, interface="eth0", capture_filter="", settle=1.3):
        """Records while the block runs. A file named .pcapng is written by dumpcap, any other by tcpdump.

        Not in immediate mode, which loses bursts; so the last packets need `settle` seconds to arrive."""
        if self.v6:
            time.sleep(2.5)  # the kernel's own multicast reports, once per new address
        if str(file).endswith(".pcapng"):
            words = ["dumpcap", "-q", "-i", interface, "-w", file] + (["-f", capture_filter] if capture_filter else [])
            ready = "File:"
        else:
            words = ["tcpdump", "-Z", "root", "-n", "-U", "-s", "65535", "-i", interface, "-w", file] + ([capture_filter] if capture_filter else [])
            ready = "listening on"
        recorder = host.start(*words).wait_for(ready)
        time.sleep(0.3)
        try:
            yield
            time.sleep(settle)
        finally:
            recorder.stop(signal.SIGINT)
        if str(file).endswith(".pcapng"):
            forget_machine(file)


def forget_machine(file):
    """Removes hardware, operating system and application options from the pcapng blocks that carry them."""
    data, out, at = pathlib.Path(file).read_bytes(), bytearray(), 0
    while at < len(data):
        kind, length = struct.unpack_from("<II", data, at)
        fixed = {0x0A0D0D0A: 16, 1: 8}.get(kind)
        block = data[at:at + length]
        if fixed is not None:
            drop = {2, 3, 4} if kind != 1 else {12, 15}
            body, options = block[8:8 + fixed], b""
            option = 8 + fixed
            while option + 4 <= length - 4:
                code, size = struct.unpack_from("<HH", block, option)
                end = option + 4 + (size + 3) // 4 * 4
                if code not in drop:
                    options += block[option:end]
                option = end
                if code == 0:
                    break
            whole = 12 + len(body) + len(options)
            block = struct.pack("<II", kind, whole) + body + options + struct.pack("<I", whole)
        out += block
        at += length
    pathlib.Path(file).write_bytes(out)
