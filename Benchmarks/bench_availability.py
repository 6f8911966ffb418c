#!/usr/bin/env python3
"""Whether pages stay quick while others keep the server busy.

Twice eight clients ask for a page at a low rate and wrk notes how long each answer takes: while four
clients upload logs of 5 MB in a loop, and while slowhttptest holds 1,000 connections in each of its
four modes. The server has its default settings and both sides share the machine's cores.
"""

import argparse
import pathlib
import random
import re
import subprocess
import tempfile
import threading
import time
import urllib.request

from bench_http import free_port, milliseconds, process, wait_until_ready

PAGE = "/kb/Q179827"
DIAGNOSES = "/api/v1/diagnoses?product=windows-nt-server-4.0&service_pack=SP3"
LOG_BYTES = 5_000_000

# Eight connections that ask some 100 times a second each: enough to see waits, too few to make them.
DELAY = "function delay() return math.random(0, 20) end"

SLOW_MODES = {
    "slow headers": ["-H", "-i", "2", "-t", "GET"],
    "slow body": ["-B", "-i", "2", "-t", "POST", "-s", "8192"],
    "range header": ["-R", "-t", "HEAD", "-a", "10", "-b", "3000"],
    "slow read": ["-X", "-w", "512", "-y", "1024", "-n", "5", "-z", "32", "-k", "3"],
}


def make_log(seed):
    """A CSV log of about 5 MB: 20 processes, a sample a minute, one of them leaking."""
    source = random.Random(seed)
    lines, size, minute = ["timestamp,host,process,handles"], 0, 0
    while size < LOG_BYTES:
        day, rest = divmod(minute, 1440)
        time_text = f"2026-11-{day + 1:02}T{rest // 60:02}:{rest % 60:02}:00Z"
        for number in range(20):
            count = 800 + 3 * number + source.randint(0, 20) + (minute // 3 if number == 3 else 0)
            lines.append(f"{time_text},PLC-07,process-{number},{count}")
            size += len(lines[-1]) + 1
        minute += 1
    return "\n".join(lines).encode() + b"\n"


def page_latency(port, seconds, folder):
    """p50, p99 and the longest wait of a page, in milliseconds, and how many answers were bad."""
    script = folder / "delay.lua"
    script.write_text(DELAY)
    output = subprocess.run(
        ["wrk", "-t", "1", "-c", "8", "-d", f"{seconds}s", "--latency", "-s", str(script),
         f"http://127.0.0.1:{port}{PAGE}"],
        check=True, capture_output=True, text=True).stdout
    number, unit = re.search(r"Latency(?:\s+\S+){2}\s+([\d.]+)(us|ms|s)\b", output).groups()
    longest = float(number) * {"us": 0.001, "ms": 1, "s": 1000}[unit]
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", output)
    errors = re.search(r"Socket errors: (.*)", output)
    faults = " ".join(match.group(0) for match in (bad, errors) if match)
    return milliseconds(output, "50%"), milliseconds(output, "99%"), longest, faults


def upload_in_a_loop(port, log, stop, counts):
    while not stop.is_set():
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}{DIAGNOSES}", data=log, headers={"Content-Type": "text/csv"})
        with urllib.request.urlopen(request) as answer:
            answer.read()
        counts.append(1)


def row(what, target, latency, note):
    p50, p99, longest, faults = latency
    print(f"| {what} | {p50:.2f} | {p99:.2f} | {longest:.1f} | {target} | {faults or note} |",
          flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", default=".build/release/fixlevel")
    parser.add_argument("--seconds", type=int, default=10)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder, port = pathlib.Path(name), free_port()
        with process(options.program, "serve", "--port", str(port), "--data-dir", name + "/data",
                     stderr=subprocess.DEVNULL):
            wait_until_ready(port)
            measure(port, options.seconds, folder)


def measure(port, seconds, folder):
    print("| While | p50, ms | p99, ms | longest, ms | target of p99 | |\n|---|---|---|---|---|---|")
    row("nothing else happens", "", page_latency(port, seconds, folder), "")

    stop, counts, log = threading.Event(), [], make_log(seed=1)
    threads = [threading.Thread(target=upload_in_a_loop, args=(port, log, stop, counts))
               for _ in range(4)]
    for thread in threads:
        thread.start()
    time.sleep(1)
    latency = page_latency(port, seconds, folder)
    stop.set()
    for thread in threads:
        thread.join()
    row("four clients upload 5 MB in a loop", 10, latency, f"{len(counts)} uploads")

    for mode, flags in SLOW_MODES.items():
        path = DIAGNOSES if mode == "slow body" else PAGE
        attack = subprocess.Popen(
            ["slowhttptest", "-c", "1000", "-r", "500", "-l", str(seconds + 4), "-p", "3", *flags,
             "-u", f"http://127.0.0.1:{port}{path}"],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        time.sleep(3)
        latency = page_latency(port, seconds, folder)
        output, _ = attack.communicate(timeout=seconds + 60)
        plain = re.sub(r"\x1b\[[\d;]*[A-Za-z]", "", output)
        available = re.findall(r"service available:\s*(YES|NO)", plain)
        connected = max(map(int, re.findall(r"connected:\s*(\d+)", plain)), default=0)
        row(f"slowhttptest, {mode}", 50, latency,
            f"up to {connected} connections held; available in {available.count('YES')} of "
            f"{len(available)} looks of slowhttptest")


if __name__ == "__main__":
    main()
