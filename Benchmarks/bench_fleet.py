#!/usr/bin/env python3
"""A fleet of ten thousand hosts: how long lists take, what the server keeps in memory, and whether the
diagnoses keep up.

Each host has three processes with a thousand samples, a minute apart; the second process of each tenth
host leaks. The lists are asked for while the server diagnoses the hosts in the background, after that, and while
hosts go on sending samples. /healthz, which does nothing, is asked for in turn with them and shows what of their
time is the machine's; so does the share of the cores that others had. Prints the table of BENCHMARKS.md.
"""

import argparse
import datetime
import json
import multiprocessing
import os
import pathlib
import random
import re
import tempfile
import time

import paced
from bench_http import cpu_seconds, resident_megabytes
from fleet_load import PROCESSES, START, STEP, TELEMETRY, connect, post, server, token

GROUP = 20  # hosts of an upload
KINDS = 10  # different uploads; the names of the hosts make them the hosts' own
PLACE = "GGGG"  # where the number of the group stands in a host's name
RATE = 50  # requests a second of each list
PAUSE = 0.04  # seconds between two uploads of hosts that go on: ten thousand hosts send every 20 s
LATER = 5  # samples of each series in such an upload


def make_upload(kind, samples, first=0):
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
                    f"{START // 1000 + (first + number) * STEP // 1000},PLC-{PLACE}-{host:02},{process},{count}")
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


def other_seconds(pid):
    """Seconds of all cores that neither this program nor the server used, so far."""
    fields = [int(field) for field in pathlib.Path("/proc/stat").read_text().split("\n")[0].split()[1:9]]
    busy = (sum(fields) - fields[3] - fields[4]) / os.sysconf("SC_CLK_TCK")
    return busy - cpu_seconds(pid) - time.process_time() - sum(
        cpu_seconds(child.pid) for child in multiprocessing.active_children())


def lists(port, pid, secret, seconds, when):
    page = get(port, secret, "/api/v1/hosts?limit=100")
    second = f"/api/v1/hosts?limit=100&cursor={page['next']}"
    paths = ["/healthz", "/api/v1/fleet", "/api/v1/hosts", second, "/api/v1/hosts?finding=leaking&limit=100"]
    before = other_seconds(pid)
    times = paced.measure(port, paths, {"Authorization": f"Bearer {secret}"}, seconds, RATE)
    others = (other_seconds(pid) - before) / seconds / os.cpu_count()
    for path, taken in zip(paths, times):
        shown = re.sub(r"cursor=.*", "cursor=…", path)
        target = "" if path == "/healthz" else "20"
        print(f"| `{shown}` {when} | {paced.quantile(taken, 0.5):.2f} | {paced.quantile(taken, 0.99):.2f} | "
              f"{taken[-1]:.2f} | {len(taken)} | {target} | {others:.0%} |", flush=True)


def send_on(port, secret, groups, samples):
    """Uploads of all groups in turn, a few samples each, until it is ended."""
    fields = {"Authorization": f"Bearer {secret}", "Content-Type": "text/csv"}
    with connect(port) as connection:
        due = time.monotonic()
        for number in range(1 << 30):
            first = samples + number // groups * LATER
            body = make_upload(number % KINDS, LATER, first).replace(
                PLACE.encode(), f"{number % groups:0{len(PLACE)}}".encode())
            status, text = post(connection, TELEMETRY, body, fields)
            if status != 200:
                raise SystemExit(f"{status}: {text[:200]!r}")
            due += PAUSE
            time.sleep(max(0, due - time.monotonic()))


def undiagnosed(port, secret):
    return get(port, secret, "/api/v1/fleet")["not_diagnosed"]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", required=True)
    parser.add_argument("--hosts", type=int, default=10_000)
    parser.add_argument("--samples", type=int, default=1_000)
    parser.add_argument("--seconds", type=int, default=12, help="of the lists while hosts are diagnosed")
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
            print("| List | p50, ms | p99, ms | longest, ms | answers | Target of p99 | the cores' time that "
                  "others had |")
            print("|---|---|---|---|---|---|---|")
            if undiagnosed(port, secret):
                lists(port, running.pid, secret, options.seconds, "while hosts are diagnosed")
            while undiagnosed(port, secret):
                time.sleep(0.2)
            diagnosed = time.monotonic() - begin
            used = cpu_seconds(running.pid)
            lists(port, running.pid, secret, 2 * options.seconds, "after")
            sender = multiprocessing.Process(
                target=send_on, args=(port, secret, groups, options.samples), daemon=True)
            sender.start()
            lists(port, running.pid, secret, 2 * options.seconds, "while hosts send")
            if not sender.is_alive():
                raise SystemExit("the hosts that went on sending failed")
            sender.terminate()
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
