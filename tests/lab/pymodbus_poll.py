#!/usr/bin/python3
"""A poll loop on pymodbus: holding registers, input registers, coils and discrete inputs of unit 1 in turn.

A failed connect counts as a request.
"""
import argparse
import itertools
import time

from pymodbus.client import ModbusTcpClient
from pymodbus.exceptions import ModbusException
from pymodbus.transaction import ModbusRtuFramer, ModbusSocketFramer


def main():
    a = argparse.ArgumentParser(description=__doc__)
    a.add_argument("host")
    a.add_argument("--port", type=int, default=502)
    a.add_argument("--requests", type=int, default=8)
    a.add_argument("--interval", type=float, default=0.3)
    a.add_argument("--timeout", type=int, default=1)
    a.add_argument("--rtu", action="store_true", help="RTU frames on TCP")
    o = a.parse_args()
    client = ModbusTcpClient(o.host, port=o.port, framer=ModbusRtuFramer if o.rtu else ModbusSocketFramer, timeout=o.timeout, retries=1)
    reads = itertools.cycle([(client.read_holding_registers, 0, 8), (client.read_input_registers, 16, 4),
                             (client.read_coils, 0, 12), (client.read_discrete_inputs, 3, 9)])
    for read, address, count in itertools.islice(reads, o.requests):
        try:
            print(read(address, count, slave=1) if client.connect() else "connect failed", flush=True)
        except (ModbusException, OSError) as problem:
            print(problem, flush=True)
        time.sleep(o.interval)
    client.close()


if __name__ == "__main__":
    main()
