#!/usr/bin/python3
"""A plain-socket Modbus client for what mbpoll and pymodbus do not do: pipelining, Modbus/UDP, ASCII over TCP, idle holders.

Reads holding registers of the given units in turn, on one connection (or UDP socket), and prints what came.
"""
import argparse
import contextlib
import socket
import struct
import time


def parse_arguments():
    a = argparse.ArgumentParser(description=__doc__)
    a.add_argument("host")
    a.add_argument("--port", type=int, default=502)
    a.add_argument("--udp", action="store_true")
    a.add_argument("--ascii", action="store_true", help="Modbus ASCII frames on TCP")
    a.add_argument("--units", default="1")
    a.add_argument("--address", type=int, default=0)
    a.add_argument("--quantity", type=int, default=10)
    a.add_argument("--rounds", type=int, default=5)
    a.add_argument("--pipeline", type=int, default=1, help="requests sent together")
    a.add_argument("--one-segment", action="store_true", help="pipelined requests leave in one write")
    a.add_argument("--interval", type=float, default=0.5)
    a.add_argument("--timeout", type=float, default=1.0)
    a.add_argument("--stay", type=float, default=0.0, help="keep the connection open so long at the end")
    return a.parse_args()


def request(o, tid, unit, address):
    pdu = struct.pack(">BHH", 3, address, o.quantity)
    body = bytes([unit]) + pdu
    if o.ascii:
        return b":" + (body + bytes([-sum(body) & 0xFF])).hex().upper().encode() + b"\r\n"
    return struct.pack(">HHH", tid, 0, len(body)) + body


def poll(o, link):
    units = [int(u) for u in o.units.split(",")]
    tid = 0x4A10
    for _ in range(o.rounds):
        for unit in units:
            adus = []
            for i in range(o.pipeline):
                tid += 1
                adus.append(request(o, tid, unit, o.address + i * o.quantity))
            for adu in [b"".join(adus)] if o.one_segment else adus:
                link.sendall(adu)
            expected = 0 if o.ascii else (9 + 2 * o.quantity) * o.pipeline
            received, end = b"", time.monotonic() + o.timeout
            with contextlib.suppress(TimeoutError):
                while (not received.endswith(b"\r\n")) if o.ascii else len(received) < expected:
                    link.settimeout(max(0.01, end - time.monotonic()))
                    octets = link.recv(65536)
                    if not octets:
                        print("closed by the server")
                        return
                    received += octets
            print(f"unit {unit}: {len(received)} octets", flush=True)
            time.sleep(o.interval)
    time.sleep(o.stay)


def main():
    o = parse_arguments()
    family = socket.AF_INET6 if ":" in o.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM if o.udp else socket.SOCK_STREAM) as link:
        link.settimeout(o.timeout)
        link.connect((o.host, o.port))
        if not o.udp:
            link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        poll(o, link)


if __name__ == "__main__":
    main()
