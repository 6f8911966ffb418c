#!/usr/bin/env python3
"""A fleet of ten thousand hosts: how long lists take, what the server keeps in memory, and whether the
diagnoses keep up.

Each host has three processes with a thousand samples, a minute apart; the second process of each tenth
host leaks. The lists are asked for while the server diagnoses the hosts in the background, and after; /healthz,
which does nothing, shows what of their time is the machine's. Prints the table of BENCHMARKS.md.
"""

import argparse
import datetime
import json
import os
import pathlib
import random
import re
import subprocess
import tempfile
import time

from bench_http import cpu_seconds, free_port, milliseconds, resident_megabytes
from fleet_load import PROCESSES, START, STEP, TELEMETRY, connect, post, server, token

GROUP = 20  # hosts of an upload
KINDS = 10  # different uploads; the names of the hosts make them the hosts' own
PLACE = "GGGG"  # where the number of the group stands in a host's name


def make_upload(kind, samples):
    """CSV of a group of hosts."""
    source = random.Random(kind)
    lines = ["timestamp,host,process,handles"]
    for host in range(GROUP):
        for process in PROCESSES[:3]:
            leaks = host % 10 == 0 and process == PROCESSES[1]
            count = source.randint(50, 900)
            for number in range(samples):
                moved = source.random()
                count += (1 if moved < (0.6 if leaks else 0.2) else
                          -1 if moved > 0.8 and count > 20 and not leaks else 0)
                lines.append(
                    f"{START // 1000 + number * STEP // 1000},PLC-{PLACE}-{host:02},{process},{count}")
    return ("\n".join(lines) + "\n").encode()


def get(port, secret, path):
    """The JSON of an answer."""
    with connect(port) as connection:
        connection.sendall((f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                            f"Authorization: Bearer {secret}\r\n\r\n").encode())
        received = b""
        while part := connection.recv(1 << 16):
            received += part
    return json.loads(received.partition(b"\r\n\r\n")[2])


def latency(port, secret, path, folder, seconds):
    """p50 and p99 of a list in milliseconds, for four clients who ask some 25 times a second each."""
    script = folder / "delay.lua"
    script.write_text("function delay() return math.random(0, 80) end")
    output = subprocess.run(
        ["wrk", "-t", "1", "-c", "4", "-d", f"{seconds}s", "--latency", "-s", str(script), "-H",
         f"Authorization: Bearer {secret}", f"http://127.0.0.1:{port}{path}"],
        check=True, capture_output=True, text=True).stdout
    if re.search(r"Non-2xx or 3xx responses: (\d+)", output):
        raise SystemExit(f"not all answers of {path} were 200")
    return milliseconds(output, "50%"), milliseconds(output, "99%")


def lists(port, secret, folder, seconds, when):
    page = get(port, secret, "/api/v1/hosts?limit=100")
    second = f"/api/v1/hosts?limit=100&cursor={page['next']}"
    for path in ("/healthz", "/api/v1/fleet", "/api/v1/hosts", second, "/api/v1/hosts?finding=leaking&limit=100"):
        median, high = latency(port, secret, path, folder, seconds)
        shown = re.sub(r"cursor=.*", "cursor=…", path)
        target = "" if path == "/healthz" else "20"
        print(f"| `{shown}` {when} | {median:.2f} | {high:.2f} | {target} |", flush=True)


def undiagnosed(port, secret):
    return get(port, secret, "/api/v1/fleet")["not_diagnosed"]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", required=True)
    parser.add_argument("--hosts", type=int, default=10_000)
    parser.add_argument("--samples", type=int, default=1_000)
    parser.add_argument("--seconds", type=int, default=4)
    options = parser.parse_args()
    templates = [make_upload(kind, options.samples) for kind in range(KINDS)]
    groups = options.hosts // GROUP
    count = groups * GROUP * 3 * options.samples
    with tempfile.TemporaryDirectory(dir=".build") as name:
        folder = pathlib.Path(name)
        data = folder / "data"
        secret = token(options.program, data)
        with server(options.program, data) as (running, port):
            fields = {"Authorization": f"Bearer {secret}", "Content-Type": "text/csv"}
            begin = time.monotonic()
            with connect(port) as connection:
                for group in range(groups):
                    body = templates[group % KINDS].replace(
                        PLACE.encode(), f"{group:0{len(PLACE)}}".encode())
                    status, text = post(connection, TELEMETRY, body, fields)
                    if status != 200:
                        raise SystemExit(f"{status}: {text[:200]!r}")
            loaded = time.monotonic() - begin
            print(f"{datetime.date.today()}, {groups * GROUP:,} hosts, {count:,} samples, "
                  f"{os.cpu_count()} cores\n")
            print("| List | p50, ms | p99, ms | Target of p99 |")
            print("|---|---|---|---|")
            if undiagnosed(port, secret):
                lists(port, secret, folder, options.seconds, "while hosts are diagnosed")
            while undiagnosed(port, secret):
                time.sleep(0.2)
            diagnosed = time.monotonic() - begin
            used = cpu_seconds(running.pid)
            lists(port, secret, folder, options.seconds, "")
            memory = resident_megabytes(running.pid)
            peak = int(re.search(r"VmHWM:\s+(\d+)", pathlib.Path(
                f"/proc/{running.pid}/status").read_text()).group(1)) / 1024
            fleet = get(port, secret, "/api/v1/fleet")
        size = (data / "fleet.sqlite").stat().st_size
        print(f"\nOne client loaded it in {loaded:.1f} s, all hosts were diagnosed after "
              f"{diagnosed:.1f} s, {used:.1f} s of CPU in all. Resident {memory:.0f} MB, at most "
              f"{peak:.0f} MB (target 300). {size / 1e6:.0f} MB on disk, {size / count:.2f} bytes a "
              f"sample with the diagnoses. Findings: {fleet['by_finding']}")


if __name__ == "__main__":
    main()
