#!/usr/bin/env bash
# serial_witness.sh PROGRAM WITNESS_FOLDER CYCLES - opens and closes the tap 100 times on an emulated 16550 and an emulated
# FTDI adapter of a guest with a real kernel, while the bus talks, and counts what comes out of the ports. A port that
# the kernel still echoes on when it is opened may send a few octets before anybody can stop it: shown, not counted.
#
# Needs qemu-system-x86, gcc and a Debian kernel: installed, or unpacked (dpkg -x) in the folder BUSWITNESS_KERNEL, as
# from: apt-get download linux-image-6.1.0-NN-amd64
set -euo pipefail
witness=$2/witness.py
kernel=${BUSWITNESS_KERNEL:-/}
if [ ! -e "$witness" ] || ! command -v qemu-system-x86_64 >/dev/null || ! command -v gcc >/dev/null; then
    echo "needs $witness, qemu-system-x86 and gcc"
    exit 77
fi
if ! ls "$kernel"/lib/modules/*/kernel/drivers/usb/serial/ftdi_sio.ko >/dev/null 2>&1 || ! ls "$kernel"/boot/vmlinuz-* >/dev/null 2>&1; then
    echo "needs a kernel in $kernel: see BUSWITNESS_KERNEL in this script"
    exit 77
fi
if ldd "$3" | grep -q libasan; then
    echo "a program with sanitizers does not fit into the guest"
    exit 77
fi
python3 "$witness" --time 400 --kernel-dir "$kernel" -- "$3" "{port},19200,8N1" 100
