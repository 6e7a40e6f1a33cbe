#!/usr/bin/python3
"""Records the captures of samples/ anew: make_samples.py [-j JOBS] [-o FOLDER] [NAME...]   (as root, about two minutes)

Each scenario is a short network with real peers: mbpoll and pymodbus as clients, mbserver (libmodbus) as a healthy server,
modbus_peer.py where a device must misbehave. The README.md beside each capture is written by hand and is left alone.
Debian: iproute2 nftables ethtool tcpdump tshark mbpoll libmodbus-dev gcc pkgconf python3-pymodbus python3-serial-asyncio
socat openssl curl dnsmasq-base bind9-dnsutils iputils-ping
"""
import argparse
import concurrent.futures
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import zlib

import lab as network

HERE = pathlib.Path(__file__).resolve().parent
SAMPLES = HERE.parent.parent / "samples"
PYTHON = "/usr/bin/python3"
VENDORS = {"siemens": "28:63:36", "rockwell": "00:00:bc", "schneider": "00:80:f4", "phoenix": "00:a0:45", "moxa": "00:90:e8",
           "dell": "18:66:da", "lenovo": "8c:16:45", "hirschmann": "00:80:63", "abb": "00:24:59", "beckhoff": "00:01:05"}
mbserver = None     # path of the compiled server
scenarios = {}      # name -> (file name, IPv6, function)


def sample(name, file="capture.pcap", v6=False):
    def register(function):
        scenarios[name] = (file, v6, function)
        return function
    return register


# ---------------------------------------------------------------- parts of scenarios

def mac(vendor, address):
    low = f"{zlib.crc32(address.encode()) & 0xFFFFFF:06x}"
    return f"{VENDORS[vendor]}:{low[:2]}:{low[2:4]}:{low[4:]}"


def add(lab, name, switch, address, vendor, gateway=None):
    return lab.host(name, switch, address, mac(vendor, address), gateway)


def pair(lab, client, server, client_vendor="dell", server_vendor="siemens"):
    """Two hosts on one switch."""
    switch = lab.switch()
    return add(lab, "client", switch, client, client_vendor), add(lab, "server", switch, server, server_vendor)


def routed(lab, client, client_gateway, server, server_gateway, server_gateway_set=None):
    """Client and server behind a router; returns client, router, server."""
    office, plant = lab.switch("office"), lab.switch("plant")
    router = lab.router("router", (office, client_gateway, mac("hirschmann", client_gateway)), (plant, server_gateway, mac("hirschmann", server_gateway)))
    return (add(lab, "client", office, client, "dell", client_gateway.split("/")[0]), router,
            add(lab, "server", plant, server, "schneider", server_gateway_set or server_gateway.split("/")[0]))


def healthy_server(host, port=502, bind=None, limit=0, reset_after=0):
    bind = bind or ("::" if ":" in host.ip else "0.0.0.0")
    return host.start(mbserver, bind, port, limit, reset_after).wait_for("ready")


def peer(host, *options):
    bind = "::" if ":" in host.ip else "0.0.0.0"
    return host.start(PYTHON, HERE / "modbus_peer.py", "--bind", bind, *options).wait_for("ready")


def start_mbpoll(host, server, *options):
    return host.start("mbpoll", "-m", "tcp", *options, getattr(server, "ip", server))


def poll_for(seconds, host, server, *options):
    """Polls every second on one connection."""
    program = start_mbpoll(host, server, *options)
    time.sleep(seconds)
    program.stop(signal.SIGINT)


def poll_once(host, server, *options, pause=0.6):
    start_mbpoll(host, server, "-1", *options).wait(30)
    time.sleep(pause)


def write(host, server, kind, first, *values):
    host.start("mbpoll", "-m", "tcp", "-t", kind, "-r", first, server.ip, *values).wait(10)


def pymodbus(host, server, *options):
    host.start(PYTHON, HERE / "pymodbus_poll.py", getattr(server, "ip", server), *options).wait(40)


def connect_patiently(host, server, attempts=2, seconds=6):
    """mbpoll gives up a connect after half a second, before the first SYN is repeated; pymodbus can wait."""
    pymodbus(host, server, "--requests", attempts, "--timeout", seconds, "--interval", 0.8)


def raw_poll(host, server, *options):
    return host.start(PYTHON, HERE / "modbus_poll.py", server.ip, *options)


# ---------------------------------------------------------------- connection phase

@sample("tcp-connection-refused")
def _(lab, file):
    hmi, plc = pair(lab, "10.20.4.21/24", "10.20.4.60/24", "phoenix", "siemens")
    with lab.record(hmi, file):
        for _ in range(3):
            poll_once(hmi, plc, "-r", "1", "-c", "10", pause=1)


@sample("tcp-connection-refused-restart")
def _(lab, file):
    hmi, plc = pair(lab, "10.20.5.21/24", "10.20.5.60/24", "phoenix", "rockwell")
    server = healthy_server(plc)
    with lab.record(hmi, file):
        for _ in range(3):
            poll_once(hmi, plc, "-c", "6")
        server.stop()
        for _ in range(3):
            poll_once(hmi, plc, "-c", "6")
        healthy_server(plc)
        for _ in range(3):
            poll_once(hmi, plc, "-c", "6")


@sample("tcp-wrong-port")
def _(lab, file):
    switch = lab.switch()
    scada = add(lab, "scada", switch, "192.168.14.10/24", "dell")
    laptop = add(lab, "laptop", switch, "192.168.14.87/24", "lenovo")
    plc = add(lab, "plc", switch, "192.168.14.33/24", "schneider")
    healthy_server(plc)
    with lab.record(plc, file):
        good = start_mbpoll(scada, plc, "-c", "4")
        time.sleep(1)
        for _ in range(3):
            poll_once(laptop, plc, "-p", "1502", "-c", "10", pause=1)
        good.stop(signal.SIGINT)


@sample("tcp-firewall-drop", "capture.pcapng")
def _(lab, file):
    scada, plc = pair(lab, "10.20.31.12/24", "10.20.31.140/24")
    healthy_server(plc)
    plc.firewall("input", "tcp dport 502 drop")
    with lab.record(scada, file):
        scada.ping(plc.ip)
        connect_patiently(scada, plc)
        scada.ping(plc.ip)


@sample("tcp-firewall-reject")
def _(lab, file):
    scada, router, plc = routed(lab, "172.16.40.5/24", "172.16.40.1/24", "10.60.2.15/24", "10.60.2.1/24")
    healthy_server(plc)
    router.firewall("forward", "tcp dport 502 reject with icmpx type admin-prohibited")
    with lab.record(scada, file):
        for _ in range(3):
            poll_once(scada, plc, pause=1)


@sample("tcp-unreachable", v6=True)
def _(lab, file):
    scada, router, plc = routed(lab, "fd20:a1:10::5/64", "fd20:a1:10::1/64", "fd20:a1:77::15/64", "fd20:a1:77::1/64")
    plc.pull_plug()
    with lab.record(scada, file):
        connect_patiently(scada, plc)


@sample("tcp-host-down")
def _(lab, file):
    hmi, _ = pair(lab, "192.168.77.30/24", "192.168.77.46/24", "phoenix", "siemens")
    with lab.record(hmi, file):
        connect_patiently(hmi, "192.168.77.45")


@sample("tcp-host-down-v6", v6=True)
def _(lab, file):
    hmi, _ = pair(lab, "fd20:b2:31::30/64", "fd20:b2:31::46/64", "phoenix", "siemens")
    with lab.record(hmi, file):
        connect_patiently(hmi, "fd20:b2:31::45")


@sample("tcp-connect-timeout")
def _(lab, file):
    scada, router, plc = routed(lab, "10.20.90.12/24", "10.20.90.1/24", "10.33.1.20/24", "10.33.1.1/24")
    healthy_server(plc)
    router.firewall("forward", "drop")
    scada.sysctl(net__ipv4__tcp_syn_linear_timeouts=0)  # the times of an older Linux
    with lab.record(scada, file):
        connect_patiently(scada, plc, seconds=8)


@sample("tcp-no-return-route", "capture.pcapng")
def _(lab, file):
    scada, router, plc = routed(lab, "172.16.52.9/24", "172.16.52.1/24", "10.61.8.15/24", "10.61.8.1/24", "10.61.8.254")
    healthy_server(plc)
    with lab.record(plc, file):
        connect_patiently(scada, plc)


def six_clients(lab, prefix, first, length, vendor):
    switch = lab.switch()
    clients = [add(lab, f"client{i}", switch, f"{prefix}{first + i}/{length}", "dell" if i % 2 else "phoenix") for i in range(6)]
    return clients, add(lab, "server", switch, f"{prefix}40/{length}", vendor)


def crowd(lab, clients, server, file):
    """Four poll and stay, two more try and fail; the second of the four leaves, and one of the two gets in."""
    with lab.record(server, file):
        holders = []
        for client in clients[:4]:
            holders.append(start_mbpoll(client, server, "-c", "3"))
            time.sleep(0.3)
        time.sleep(1)
        for _ in range(2):
            for client in clients[4:]:
                poll_once(client, server, "-c", "3", pause=0.4)
        holders[1].stop(signal.SIGINT)
        time.sleep(0.5)
        poll_for(2.5, clients[4], server, "-c", "3")
        for holder in holders:
            holder.stop(signal.SIGINT)


@sample("tcp-connection-limit")
def _(lab, file):
    clients, drive = six_clients(lab, "192.168.200.", 11, 24, "abb")
    healthy_server(drive)
    drive.firewall("input", "tcp dport 502 ct state new ct count over 4 reject with tcp reset")
    crowd(lab, clients, drive, file)


@sample("tcp-connection-limit-close", v6=True)
def _(lab, file):
    clients, plc = six_clients(lab, "fd20:c3:5::", 11, 64, "beckhoff")
    healthy_server(plc, limit=4)
    crowd(lab, clients, plc, file)


@sample("tcp-connection-evicted")
def _(lab, file):
    switch = lab.switch()
    clients = [add(lab, f"client{i}", switch, f"10.20.61.{20 + i}/24", "dell") for i in range(3)]
    meter = add(lab, "meter", switch, "10.20.61.80/24", "schneider")
    peer(meter, "--limit", "2", "--over-limit", "evict")
    with lab.record(meter, file):
        for _ in range(2):
            for client in clients:
                raw_poll(client, meter, "--rounds", "2", "--interval", "0.4", "--stay", "6")
                time.sleep(1.2)


@sample("tcp-accept-then-close")
def _(lab, file):
    laptop, rtu = pair(lab, "10.20.11.31/24", "10.20.11.90/24", "lenovo", "abb")
    peer(rtu, "--only-from", "10.20.11.5")
    with lab.record(laptop, file):
        for _ in range(3):
            poll_once(laptop, rtu, "-c", "10", pause=1)


@sample("tcp-loopback-only")
def _(lab, file):
    hmi, server = pair(lab, "192.168.121.7/24", "192.168.121.20/24", "phoenix", "dell")
    healthy_server(server, bind="127.0.0.1")
    with lab.record(server, file, "any"):
        poll_once(server, "127.0.0.1", "-c", "4")
        for _ in range(3):
            poll_once(hmi, server, "-c", "4")
        poll_once(server, "127.0.0.1", "-c", "4")


@sample("tcp-local-only-firewall")
def _(lab, file):
    hmi, server = pair(lab, "192.168.122.7/24", "192.168.122.21/24", "phoenix", "dell")
    healthy_server(server)
    server.firewall("input", 'iifname != "lo" tcp dport 502 drop')
    with lab.record(server, file, "any"):
        poll_once(server, "127.0.0.1", "-c", "4")
        connect_patiently(hmi, server, seconds=4)
        poll_once(server, "127.0.0.1", "-c", "4")


@sample("udp-port-unreachable")
def _(lab, file):
    scada, drive = pair(lab, "10.20.66.4/24", "10.20.66.70/24", "dell", "abb")
    healthy_server(drive)
    with lab.record(scada, file):
        for _ in range(3):
            raw_poll(scada, drive, "--udp", "--rounds", "1").wait(10)
            time.sleep(0.5)


@sample("duplicate-ip")
def _(lab, file):
    switch = lab.switch()
    hmi = add(lab, "hmi", switch, "192.168.35.9/24", "phoenix")
    old = lab.host("old", switch, "192.168.35.50/24", mac("siemens", "old"))
    new = lab.host("new", switch, "192.168.35.50/24", mac("siemens", "new"))
    healthy_server(old)
    with lab.record(hmi, file):
        for i in range(5):
            hmi.run("ip", "neighbour", "flush", "all")
            (old, new)[i % 2].plug_in_again()  # the switch floods to the newest port first: that device is heard first
            poll_once(hmi, old, "-c", "4", pause=1.2)


# ---------------------------------------------------------------- session phase

@sample("tcp-connection-lost")
def _(lab, file):
    scada, plc = pair(lab, "172.16.8.12/24", "172.16.8.33/24")
    healthy_server(plc)
    with lab.record(scada, file):
        poll = start_mbpoll(scada, plc, "-c", "8")
        time.sleep(3.4)
        plc.pull_plug()
        time.sleep(8)
    poll.stop(signal.SIGINT)


@sample("tcp-connection-reset")
def _(lab, file):
    scada, plc = pair(lab, "172.16.9.12/24", "172.16.9.34/24", "dell", "rockwell")
    healthy_server(plc, reset_after=5)
    with lab.record(scada, file):
        pymodbus(scada, plc, "--requests", 20, "--interval", 0.2)


@sample("tcp-idle-close")
def _(lab, file):
    hmi, io = pair(lab, "172.16.10.3/24", "172.16.10.44/24", "phoenix", "beckhoff")
    peer(io, "--idle-close", "2")
    with lab.record(hmi, file):
        for _ in range(3):
            raw_poll(hmi, io, "--rounds", "3", "--interval", "0.2", "--stay", "3").wait(8)


@sample("modbus-no-response", "capture.pcapng")
def _(lab, file):
    scada, plc = pair(lab, "10.20.17.8/24", "10.20.17.50/24", "dell", "schneider")
    peer(plc, "--mute")
    with lab.record(scada, file):
        poll_for(6.5, scada, plc, "-c", "10", "-o", "0.8")


@sample("modbus-unit-silent")
def _(lab, file):
    scada, gateway = pair(lab, "192.168.60.4/24", "192.168.60.200/24", "dell", "moxa")
    peer(gateway, "--units", "1,2", "--delay", "0.03")
    with lab.record(scada, file):
        poll_for(6.5, scada, gateway, "-a", "1,2,5", "-c", "6", "-o", "0.7", "-l", "400")


@sample("modbus-unit-silent-udp")
def _(lab, file):
    scada, gateway = pair(lab, "192.168.62.4/24", "192.168.62.200/24", "dell", "moxa")
    peer(gateway, "--udp", "--units", "1,2", "--delay", "0.02")
    with lab.record(scada, file):
        raw_poll(scada, gateway, "--udp", "--units", "1,2,3", "--rounds", "4", "--interval", "0.2", "--timeout", "0.8").wait(20)


@sample("modbus-exception")
def _(lab, file):
    scada, plc = pair(lab, "10.20.19.8/24", "10.20.19.51/24", "dell", "abb")
    peer(plc, "--exception", "4:4", "--exception", "6:1")
    with lab.record(scada, file):
        for _ in range(3):
            poll_once(scada, plc, "-t", "4", "-c", "4", pause=0.2)
            poll_once(scada, plc, "-t", "3", "-c", "4", pause=0.2)
            write(scada, plc, "4", "20", "1500")


@sample("modbus-address-notation")
def _(lab, file):
    laptop, plc = pair(lab, "10.20.18.77/24", "10.20.18.50/24", "lenovo", "siemens")
    healthy_server(plc)
    with lab.record(laptop, file):
        for first in ("40001", "40011", "40021"):
            poll_once(laptop, plc, "-0", "-t", "4", "-r", first, "-c", "10")
        poll_once(laptop, plc, "-0", "-t", "4", "-r", "0", "-c", "10")


@sample("modbus-gateway-no-response")
def _(lab, file):
    scada, gateway = pair(lab, "192.168.61.4/24", "192.168.61.201/24", "dell", "moxa")
    peer(gateway, "--units", "1,3", "--missing", "0b", "--missing-after", "0.5", "--delay", "0.03")
    with lab.record(scada, file):
        poll_for(6, scada, gateway, "-a", "1,3,7", "-c", "4", "-l", "400")


@sample("modbus-gateway-path")
def _(lab, file):
    scada, gateway = pair(lab, "192.168.63.4/24", "192.168.63.202/24", "dell", "schneider")
    peer(gateway, "--units", "11,12", "--missing", "0a")
    with lab.record(scada, file):
        poll_for(4, scada, gateway, "-a", "11,12,21", "-c", "4", "-l", "400")


@sample("modbus-late-response")
def _(lab, file):
    scada, rtu = pair(lab, "10.20.23.8/24", "10.20.23.60/24", "dell", "abb")
    peer(rtu, "--delay", "1.5")
    with lab.record(scada, file):
        poll_for(10.5, scada, rtu, "-c", "5", "-o", "1")
        time.sleep(1)


@sample("modbus-duplicate-response")
def _(lab, file):
    scada, gateway = pair(lab, "10.20.24.8/24", "10.20.24.61/24", "dell", "moxa")
    peer(gateway, "--twice")
    with lab.record(scada, file):
        pymodbus(scada, gateway)


@sample("modbus-transaction-mismatch")
def _(lab, file):
    scada, meter = pair(lab, "172.16.70.8/24", "172.16.70.91/24", "dell", "schneider")
    peer(meter, "--tid", "0")
    with lab.record(scada, file):
        for _ in range(2):
            poll_for(3.5, scada, meter, "-c", "6")


@sample("modbus-malformed")
def _(lab, file):
    scada, meter = pair(lab, "172.16.71.8/24", "172.16.71.92/24", "dell", "phoenix")
    peer(meter, "--length-error", "-1")
    with lab.record(scada, file):
        poll_for(4.5, scada, meter, "-c", "6")


@sample("modbus-rtu-over-tcp")
def _(lab, file):
    scada, plc = pair(lab, "192.168.88.15/24", "192.168.88.30/24", "dell", "siemens")
    healthy_server(plc, 4001)
    with lab.record(scada, file):
        pymodbus(scada, plc, "--port", 4001, "--rtu", "--requests", 4)


@sample("modbus-ascii-over-tcp")
def _(lab, file):
    scada, gateway = pair(lab, "192.168.89.15/24", "192.168.89.31/24", "dell", "moxa")
    peer(gateway, "--port", "4001", "--framing", "ascii", "--delay", "0.05")
    with lab.record(scada, file):
        raw_poll(scada, gateway, "--port", "4001", "--ascii", "--units", "1,2", "--rounds", "4", "--interval", "0.3").wait(15)


@sample("modbus-not-modbus")
def _(lab, file):
    scada, server = pair(lab, "10.20.44.8/24", "10.20.44.25/24", "dell", "dell")
    web_server(lab, server, 502)
    with lab.record(scada, file):
        for _ in range(3):
            poll_once(scada, server, "-c", "10", pause=1)


@sample("modbus-first-request-ignored")
def _(lab, file):
    scada, gateway = pair(lab, "10.20.45.8/24", "10.20.45.26/24", "dell", "moxa")
    peer(gateway, "--ignore-first", "--delay", "0.02")
    with lab.record(scada, file):
        for _ in range(3):
            poll_for(3.2, scada, gateway, "-c", "6", "-o", "0.6")


@sample("modbus-pipelining-unanswered")
def _(lab, file):
    scada, plc = pair(lab, "10.20.46.8/24", "10.20.46.27/24", "dell", "rockwell")
    peer(plc, "--one-at-a-time")
    with lab.record(scada, file):
        raw_poll(scada, plc, "--pipeline", "3", "--one-segment", "--rounds", "4", "--interval", "0.2").wait(20)
        raw_poll(scada, plc, "--rounds", "4", "--interval", "0.2").wait(20)


# ---------------------------------------------------------------- TLS

def certificate(lab, name):
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "3650",
               "-subj", f"/O=Example Plant/CN={name}", "-keyout", lab.directory / f"{name}.key", "-out", lab.directory / f"{name}.crt"]
    network.command(*command)
    return lab.directory / f"{name}.crt", lab.directory / f"{name}.key"


@sample("tls-handshake-failed")
def _(lab, file):
    scada, plc = pair(lab, "10.20.80.8/24", "10.20.80.20/24", "dell", "schneider")
    crt, key = certificate(lab, "plc20.example")
    plc.start("openssl", "s_server", "-accept", "802", "-tls1_2", "-cert", crt, "-key", key, "-CAfile", crt, "-Verify", "1", "-verify_return_error", "-quiet")
    time.sleep(1)
    with lab.record(scada, file):
        for _ in range(2):
            scada.start("openssl", "s_client", "-connect", f"{plc.ip}:802", "-quiet").wait(5)
            time.sleep(1)


@sample("modbus-tls")
def _(lab, file):
    scada, plc = pair(lab, "10.20.81.8/24", "10.20.81.21/24", "dell", "schneider")
    crt, key = certificate(lab, "plc21.example")
    mine, my_key = certificate(lab, "scada.example")
    healthy_server(plc, bind="127.0.0.1")
    plc.start("socat", f"OPENSSL-LISTEN:802,reuseaddr,fork,cert={crt},key={key},cafile={mine},verify=1", "TCP:127.0.0.1:502")
    scada.start("socat", "TCP-LISTEN:1502,reuseaddr,fork,bind=127.0.0.1", f"OPENSSL:{plc.ip}:802,cert={mine},key={my_key},cafile={crt},commonname=plc21.example")
    time.sleep(1)
    with lab.record(scada, file):
        poll_for(4, scada, "127.0.0.1", "-p", "1502", "-c", "6")


# ---------------------------------------------------------------- the capture itself

@sample("capture-one-sided")
def _(lab, file):
    scada, plc = pair(lab, "10.20.50.8/24", "10.20.50.20/24")
    healthy_server(plc)
    with lab.record(scada, file, capture_filter="dst port 502"):
        poll_for(6, scada, plc, "-c", "6")


@sample("capture-midstream")
def _(lab, file):
    scada, plc = pair(lab, "10.20.51.8/24", "10.20.51.20/24")
    healthy_server(plc)
    poll = start_mbpoll(scada, plc, "-c", "6")
    time.sleep(6.5)
    with lab.record(scada, file):
        time.sleep(5)
    poll.stop(signal.SIGINT)


@sample("capture-loss")
def _(lab, file):
    scada, plc = pair(lab, "10.20.52.8/24", "10.20.52.20/24")
    healthy_server(plc)
    whole = lab.directory / "whole.pcap"
    with lab.record(scada, whole):
        pymodbus(scada, plc, "--requests", 16, "--interval", 0.1)
    answers = packets(whole, "modbus && tcp.srcport == 502")
    requests = packets(whole, "modbus && tcp.dstport == 502")
    missing = [answers[2], answers[3], answers[8], requests[11]]
    network.command("editcap", "-F", "pcap", whole, file, *missing)


@sample("capture-truncated")
def _(lab, file):
    scada, plc = pair(lab, "10.20.53.8/24", "10.20.53.20/24")
    healthy_server(plc)
    whole = lab.directory / "whole.pcap"
    with lab.record(scada, whole):
        pymodbus(scada, plc, "--requests", 12, "--interval", 0.1)
    answer = packets(whole, "modbus && tcp.srcport == 502")[7]
    head = lab.directory / "head.pcap"
    network.command("editcap", "-F", "pcap", "-r", whole, head, f"1-{answer}")
    file.write_bytes(head.read_bytes()[:-9])


@sample("capture-duplicates")
def _(lab, file):
    scada, router, plc = routed(lab, "172.16.41.5/24", "172.16.41.1/24", "10.60.3.15/24", "10.60.3.1/24")
    healthy_server(plc)
    with lab.record(router, file, "any"):
        poll_for(4, scada, plc, "-c", "6")


def packets(file, display_filter):
    numbers = network.command("tshark", "-n", "-r", file, "-Y", display_filter, "-T", "fields", "-e", "frame.number", timeout=60)
    return [int(n) for n in numbers.split() if n.isdigit()]


def web_server(lab, host, port):
    site = lab.directory / "site"
    site.mkdir()
    (site / "index.html").write_text("<html><head><title>Line 4</title></head><body>Line 4: running</body></html>\n")
    host.start(PYTHON, "-u", "-m", "http.server", port, "--directory", site).wait_for("Serving")


@sample("capture-no-modbus")
def _(lab, file):
    office, server = pair(lab, "192.168.5.31/24", "192.168.5.2/24", "lenovo", "dell")
    web_server(lab, server, 80)
    server.start("dnsmasq", "--no-daemon", "--no-resolv", "--no-hosts", "--conf-file=/dev/null", "--pid-file=", "--user=root",
                 "--address=/historian.plant.example/192.168.5.2").wait_for("started")
    with lab.record(office, file):
        for _ in range(2):
            office.run("dig", "+short", "@192.168.5.2", "historian.plant.example")
            office.run("curl", "-s", "--connect-to", "::192.168.5.2:80", "http://historian.plant.example/")
            time.sleep(0.5)


# ---------------------------------------------------------------- nothing wrong

@sample("healthy", "capture.pcapng")
def _(lab, file):
    switch = lab.switch()
    scada = add(lab, "scada", switch, "10.20.70.8/24", "dell")
    plc = add(lab, "plc", switch, "10.20.70.30/24", "siemens")
    gateway = add(lab, "gateway", switch, "10.20.70.40/24", "moxa")
    healthy_server(plc)
    peer(gateway, "--units", "1,2,3", "--delay", "0.04")
    with lab.record(scada, file):
        poll = start_mbpoll(scada, gateway, "-a", "1,2,3", "-r", "1", "-c", "8")
        pymodbus(scada, plc, "--interval", 0.1)
        for kind, values in (("0", ["1"]), ("0", ["1", "0", "1"]), ("4", ["2200"]), ("4", ["2200", "2300"])):
            write(scada, plc, kind, "50", *values)
        time.sleep(1)
        poll.stop(signal.SIGINT)


@sample("healthy-v6", v6=True)
def _(lab, file):
    scada, plc = pair(lab, "fd20:d4:9::8/64", "fd20:d4:9::30/64", "dell", "rockwell")
    healthy_server(plc)
    with lab.record(scada, file):
        for _ in range(4):
            poll_once(scada, plc, "-c", "6")
        poll_for(3, scada, plc, "-t", "3", "-c", "6")


@sample("healthy-pipelined")
def _(lab, file):
    scada, plc = pair(lab, "10.20.71.8/24", "10.20.71.31/24", "dell", "beckhoff")
    peer(plc, "--delay", "0.02")
    with lab.record(scada, file):
        raw_poll(scada, plc, "--pipeline", "6", "--rounds", "5", "--interval", "0.2").wait(20)
        raw_poll(scada, plc, "--pipeline", "4", "--one-segment", "--rounds", "3", "--interval", "0.2").wait(20)


# ---------------------------------------------------------------- all of them

def record(name, folder):
    file_name, v6, scenario = scenarios[name]
    target = folder / name / file_name
    target.parent.mkdir(parents=True, exist_ok=True)
    with network.Lab(v6) as lab:
        new = lab.directory / file_name
        scenario(lab, new)
        target.write_bytes(new.read_bytes())
    return target


def main():
    global mbserver
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("names", nargs="*", metavar="NAME", help="only these samples")
    a.add_argument("-j", "--jobs", type=int, default=4)
    a.add_argument("-o", "--output", type=pathlib.Path, default=SAMPLES)
    o = a.parse_args()
    unknown = [n for n in o.names if n not in scenarios]
    if unknown:
        sys.exit(f"no such sample: {' '.join(unknown)}; there are: {' '.join(scenarios)}")
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    network.delete_leftovers()
    failed = 0
    with tempfile.TemporaryDirectory() as build:
        mbserver = pathlib.Path(build) / "mbserver"
        flags = network.command("pkg-config", "--cflags", "--libs", "libmodbus").split()
        network.command("gcc", "-O1", "-Wall", "-Wextra", "-o", mbserver, HERE / "mbserver.c", *flags, timeout=60)
        pool = concurrent.futures.ThreadPoolExecutor(o.jobs)
        try:
            waiting = {pool.submit(record, name, o.output): name for name in o.names or scenarios}
            for done in concurrent.futures.as_completed(waiting):
                try:
                    file = done.result()
                    print(f"{waiting[done]}: {file.stat().st_size} octets", flush=True)
                except (network.LabError, OSError, subprocess.SubprocessError, LookupError) as problem:
                    failed += 1
                    print(f"{waiting[done]}: FAILED: {problem}", flush=True)
        finally:
            # Interrupted: the scenarios that run finish (some seconds) and clean up, the others do not begin.
            pool.shutdown(wait=True, cancel_futures=True)
    return 1 if failed else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit("interrupted")
