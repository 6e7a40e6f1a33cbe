#!/usr/bin/python3
"""A Modbus server that misbehaves as told: mute, late, deaf units, wrong MBAP fields, too few connections, gateways.

Without options it is a healthy Modbus/TCP server with 200 coils, inputs and registers behind every unit.
"""
import argparse
import itertools
import selectors
import socket
import struct
import time

POINTS = 200


def parse_arguments():
    a = argparse.ArgumentParser(description=__doc__)
    a.add_argument("--bind", default="0.0.0.0")
    a.add_argument("--port", type=int, default=502)
    a.add_argument("--udp", action="store_true", help="Modbus/UDP")
    a.add_argument("--framing", choices=["mbap", "rtu", "ascii"], default="mbap")
    who = a.add_argument_group("who is answered")
    who.add_argument("--mute", action="store_true", help="read everything, answer nothing")
    who.add_argument("--units", type=numbers, help="only these units exist")
    who.add_argument("--missing", choices=["silent", "0a", "0b"], default="silent", help="what a request to another unit gets")
    who.add_argument("--missing-after", type=float, default=0.0, help="seconds before 0a or 0b is sent")
    who.add_argument("--functions", type=numbers, help="other functions are ignored in silence")
    who.add_argument("--ignore-first", action="store_true", help="no answer to the first request of a connection")
    who.add_argument("--one-at-a-time", action="store_true", help="of the requests in one segment only the first is answered")
    when = a.add_argument_group("when and how")
    when.add_argument("--delay", type=float, default=0.0, help="seconds before each answer")
    when.add_argument("--twice", action="store_true", help="each answer twice")
    when.add_argument("--tid", type=int, help="transaction id of every answer")
    when.add_argument("--protocol", type=int, default=0, help="protocol id of every answer")
    when.add_argument("--length-error", type=int, default=0, help="added to the MBAP length of every answer")
    when.add_argument("--answer-as-unit", type=int, help="unit id of every answer")
    when.add_argument("--exception", action="append", default=[], metavar="FUNCTION:CODE", help="answer this function so")
    connections = a.add_argument_group("connections")
    connections.add_argument("--only-from", help="connections from any other address are accepted and closed")
    connections.add_argument("--limit", type=int, help="connections open at a time")
    connections.add_argument("--over-limit", choices=["close", "evict", "unlisten"], default="close")
    connections.add_argument("--idle-close", type=float, help="close connections idle for so many seconds")
    o = a.parse_args()
    o.exception = {int(f): int(c) for f, c in (e.split(":") for e in o.exception)}
    return o


def numbers(text):
    return {int(n) for n in text.split(",")}


def crc16(octets):
    crc = 0xFFFF
    for octet in octets:
        crc ^= octet
        for _ in range(8):
            crc = crc >> 1 ^ 0xA001 if crc & 1 else crc >> 1
    return struct.pack("<H", crc)


def register(unit, address):
    return 1800 + unit * 100 + address * 37 % 900


def bit(address):
    return address % 3 == 0


def answer_pdu(unit, pdu):
    """What a healthy device answers."""
    function = pdu[0]
    if function not in (1, 2, 3, 4, 5, 6, 15, 16):
        return bytes([function | 0x80, 1])
    address, value = struct.unpack(">HH", pdu[1:5])
    quantity = 1 if function in (5, 6) else value
    if not 1 <= quantity <= (2000 if function in (1, 2, 15) else 125):
        return bytes([function | 0x80, 3])
    if address + quantity > POINTS:
        return bytes([function | 0x80, 2])
    if function in (1, 2):
        octets = bytearray((quantity + 7) // 8)
        for i in range(quantity):
            octets[i // 8] |= bit(address + i) << i % 8
        return bytes([function, len(octets)]) + octets
    if function in (3, 4):
        return bytes([function, 2 * quantity]) + b"".join(struct.pack(">H", register(unit, address + i)) for i in range(quantity))
    return pdu[:5]


class Peer:
    def __init__(self, options):
        self.o = options
        self.family = socket.AF_INET6 if ":" in options.bind else socket.AF_INET
        self.selector = selectors.DefaultSelector()
        self.listener = None
        self.open = {}          # connection -> what was received and is not yet read
        self.seen = {}          # connection -> number of requests
        self.used = {}          # connection -> time of its last octets
        self.later = []         # (when, order, send function, octets)
        self.order = itertools.count()

    # ---- framing
    def take(self, octets):
        """One request from the front: (transaction, unit, PDU, rest), or None while it is incomplete."""
        if self.o.framing == "mbap":
            if len(octets) < 8:
                return None
            tid, _, length, unit = struct.unpack(">HHHB", octets[:7])
            return (tid, unit, octets[7:6 + length], octets[6 + length:]) if len(octets) >= 6 + length else None
        if self.o.framing == "rtu":
            if len(octets) < 8:
                return None
            size = 9 + octets[6] if octets[1] in (15, 16) else 8
            return (0, octets[0], octets[1:size - 2], octets[size:]) if len(octets) >= size else None
        line, end, rest = octets.partition(b"\r\n")
        if not end:
            return None
        frame = bytes.fromhex(line[1:].decode("ascii"))
        return 0, frame[0], frame[1:-1], rest

    def wrap(self, tid, unit, pdu):
        unit = unit if self.o.answer_as_unit is None else self.o.answer_as_unit
        body = bytes([unit]) + pdu
        if self.o.framing == "rtu":
            return body + crc16(body)
        if self.o.framing == "ascii":
            return b":" + (body + bytes([-sum(body) & 0xFF])).hex().upper().encode() + b"\r\n"
        tid = tid if self.o.tid is None else self.o.tid
        return struct.pack(">HHH", tid, self.o.protocol, len(body) + self.o.length_error) + body

    # ---- answering
    def react(self, key, tid, unit, pdu, send):
        self.seen[key] = self.seen.get(key, 0) + 1
        wait = self.o.delay
        if self.o.mute or (self.o.ignore_first and self.seen[key] == 1) or (self.o.functions and pdu[0] not in self.o.functions):
            return
        if self.o.units and unit not in self.o.units:
            if self.o.missing == "silent":
                return
            wait, answer = self.o.missing_after, bytes([pdu[0] | 0x80, int(self.o.missing, 16)])
        elif pdu[0] in self.o.exception:
            answer = bytes([pdu[0] | 0x80, self.o.exception[pdu[0]]])
        else:
            answer = answer_pdu(unit, pdu)
        adu = self.wrap(tid, unit, answer)
        for i in range(2 if self.o.twice else 1):
            self.later.append((time.monotonic() + wait + 0.005 * i, next(self.order), send, adu))
        self.later.sort(key=lambda item: item[:2])

    def send_due(self):
        while self.later and self.later[0][0] <= time.monotonic():
            _, _, send, adu = self.later.pop(0)
            try:
                send(adu)
            except OSError:
                pass

    # ---- connections
    def listen(self):
        kind = socket.SOCK_DGRAM if self.o.udp else socket.SOCK_STREAM
        self.listener = socket.socket(self.family, kind)
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.listener.bind((self.o.bind, self.o.port))
        if not self.o.udp:
            self.listener.listen(8)
        self.selector.register(self.listener, selectors.EVENT_READ, self.datagram if self.o.udp else self.accept)

    def accept(self, _):
        connection, source = self.listener.accept()
        full = self.o.limit and len(self.open) >= self.o.limit
        if (self.o.only_from and source[0] != self.o.only_from) or (full and self.o.over_limit == "close"):
            connection.close()
            return
        if full and self.o.over_limit == "evict":
            self.drop(next(iter(self.open)))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.open[connection], self.used[connection] = b"", time.monotonic()
        self.selector.register(connection, selectors.EVENT_READ, self.read)
        if self.o.over_limit == "unlisten" and self.o.limit == len(self.open):
            self.selector.unregister(self.listener)
            self.listener.close()
            self.listener = None

    def drop(self, connection):
        self.selector.unregister(connection)
        connection.close()
        for table in (self.open, self.used, self.seen):
            table.pop(connection, None)
        if self.listener is None:
            self.listen()

    def read(self, connection):
        try:
            octets = connection.recv(65536)
        except OSError:
            octets = b""
        if not octets:
            self.drop(connection)
            return
        self.used[connection] = time.monotonic()
        self.open[connection] += octets
        while request := self.take(self.open[connection]):
            tid, unit, pdu, rest = request
            self.open[connection] = b"" if self.o.one_at_a_time else rest
            self.react(connection, tid, unit, pdu, connection.sendall)

    def datagram(self, listener):
        octets, source = listener.recvfrom(2048)
        if request := self.take(octets):
            self.react(source, *request[:3], lambda adu: listener.sendto(adu, source))

    def serve(self):
        self.listen()
        print("ready", flush=True)
        while True:
            wait = max(0.0, self.later[0][0] - time.monotonic()) if self.later else 0.1
            for key, _ in self.selector.select(min(wait, 0.1)):
                key.data(key.fileobj)
            self.send_due()
            if self.o.idle_close:
                for connection in [c for c, t in self.used.items() if time.monotonic() - t > self.o.idle_close]:
                    self.drop(connection)


if __name__ == "__main__":
    Peer(parse_arguments()).serve()
