#!/usr/bin/env python3
"""How fast telemetry is stored: Fixlevel beside VictoriaMetrics, and many clients with small uploads.

The same two million samples, as files in the text format of Prometheus, go to both servers in turn over
four connections. Both have both cores; the load is sendfile and takes next to nothing. Fixlevel answers
when the samples are on disk; VictoriaMetrics answers before, so that its time until they are is shown,
too. Each round begins with an empty data directory. Prints the tables of BENCHMARKS.md.
"""

import argparse
import datetime
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import tempfile
import threading
import time

from bench_http import free_port, milliseconds, process, resident_megabytes, spread, wait_until_ready
from fleet_load import PROCESSES, START, TELEMETRY, connect, post, server, token, write_parts

HOSTS, SAMPLES, PARTS, CONNECTIONS = 200, 2000, 8, 4
VICTORIA_METRICS = "victoria-metrics"

# Each request has three new samples of one of a thousand hosts.
SMALL_UPLOADS = """
wrk.method = "POST"
wrk.headers["Authorization"] = "Bearer %(token)s"
wrk.headers["Content-Type"] = "text/plain; version=0.0.4"
local number = 0
request = function()
  number = number + 1
  local host, lines = number %% 1000, {}
  for n, name in ipairs({"winlogon", "EXTRA", "services"}) do
    lines[n] = string.format(
      'windows_process_handles{instance="PLC-%%05d:9182",process="%%s"} %%d %%d\\n',
      host, name, 500 + number %% 97, %(start)d + 60000 * math.floor(number / 1000))
  end
  return wrk.format(nil, "%(path)s", nil, table.concat(lines))
end
"""


def send_all(port, path, files, fields, accepted):
    """Seconds until all files are answered."""
    waiting, faults, lock = list(files), [], threading.Lock()

    def run():
        with connect(port) as connection:
            while True:
                with lock:
                    if not waiting:
                        return
                    file = waiting.pop(0)
                status, text = post(connection, path, file, fields)
                if status not in accepted:
                    faults.append(f"{status}: {text[:200]!r}")
                    return

    threads = [threading.Thread(target=run) for _ in range(CONNECTIONS)]
    begin = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.monotonic() - begin
    if faults:
        raise SystemExit(faults[0])
    return seconds


def folder_bytes(folder):
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def fixlevel(program, files, folder):
    """Seconds until all is acknowledged, and on disk; bytes on disk; MB resident."""
    data = folder / "fixlevel"
    secret = token(program, data)
    with server(program, data) as (running, port):
        seconds = send_all(port, TELEMETRY, files, {
            "Authorization": f"Bearer {secret}", "Content-Type": "text/plain; version=0.0.4"}, {200})
        memory = resident_megabytes(running.pid)
    size = (data / "fleet.sqlite").stat().st_size
    shutil.rmtree(data)
    return seconds, seconds, size, memory


def victoria_metrics(files, folder):
    data, port = folder / "victoria-metrics", free_port()
    with process(
            VICTORIA_METRICS, f"-storageDataPath={data}", f"-httpListenAddr=127.0.0.1:{port}",
            "-retentionPeriod=100y", "-loggerLevel=ERROR", stderr=subprocess.DEVNULL) as running:
        wait_until_ready(port, "/health")
        begin = time.monotonic()
        seconds = send_all(port, "/api/v1/import/prometheus", files, {}, {200, 204})
        with connect(port) as connection:
            post(connection, "/internal/force_flush", b"", {})
        flushed = time.monotonic() - begin
        memory = resident_megabytes(running.pid)
    size = folder_bytes(data)
    shutil.rmtree(data)
    return seconds, flushed, size, memory


def small_uploads(program, folder, clients, seconds):
    data = folder / "small"
    secret = token(program, data)
    script = folder / "upload.lua"
    script.write_text(SMALL_UPLOADS % {"token": secret, "start": START, "path": TELEMETRY})
    with server(program, data) as (_, port):
        output = subprocess.run(
            ["wrk", "-t", "1", "-c", str(clients), "-d", f"{seconds}s", "--latency", "-s",
             str(script), f"http://127.0.0.1:{port}"],
            check=True, capture_output=True, text=True).stdout
    shutil.rmtree(data)
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", output)
    if bad:
        raise SystemExit(f"{bad.group(1)} uploads were refused")
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", output).group(1))
    return rate, milliseconds(output, "50%"), milliseconds(output, "99%")


def sync_milliseconds(folder, times=200):
    """What a write of 4 KiB with its fdatasync takes here: the median and the 99th of a hundred."""
    taken = []
    file = os.open(folder / "sync", os.O_RDWR | os.O_CREAT)
    try:
        for number in range(times):
            begin = time.monotonic()
            os.pwrite(file, b"x" * 4096, 4096 * (number % 64))
            os.fdatasync(file)
            taken.append((time.monotonic() - begin) * 1000)
    finally:
        os.close(file)
    return statistics.median(taken), sorted(taken)[times * 99 // 100]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", required=True)
    parser.add_argument("--folder", type=pathlib.Path, default=".build/bench-ingest")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--only", choices=["samples", "uploads"])
    options = parser.parse_args()
    files = write_parts(options.folder, HOSTS, len(PROCESSES), SAMPLES, PARTS)
    count = HOSTS * len(PROCESSES) * SAMPLES
    text = sum(file.stat().st_size for file in files)
    print(f"{datetime.date.today()}, {count:,} samples, {text / 1e6:.0f} MB in {PARTS} bodies over "
          f"{CONNECTIONS} connections, {os.cpu_count()} cores\n")
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        folder = pathlib.Path(name)
        if options.only != "uploads":
            compare(options, files, count, folder)
        if options.only != "samples":
            print("| Clients | Acknowledged uploads a second | p50, ms | p99, ms |")
            print("|---|---|---|---|")
            syncs = sync_milliseconds(folder)
            for clients in (1, 8, 64):
                runs = [small_uploads(options.program, folder, clients, options.seconds)
                        for _ in range(options.rounds)]
                rates, medians, highs = zip(*runs)
                print(f"| {clients} | {spread(rates, 0)} | {spread(medians)} | {spread(highs)} |",
                      flush=True)
            print(f"\nA write of 4 KiB with fdatasync takes {syncs[0]:.2f} ms here, 99 of 100 at most "
                  f"{syncs[1]:.2f} ms.")


def compare(options, files, count, folder):
    for file in files:
        file.read_bytes()  # brings it into the page cache
    rounds = [(fixlevel(options.program, files, folder), victoria_metrics(files, folder))
              for _ in range(options.rounds)]
    print("| | Samples a second, acknowledged | on disk | Ratio of the acknowledged "
          "| Bytes a sample on disk | Resident, MB |")
    print("|---|---|---|---|---|---|")
    for side, name in enumerate(("Fixlevel", "VictoriaMetrics")):
        runs = [row[side] for row in rounds]
        ratios = [row[1][0] / row[side][0] for row in rounds]
        print(f"| {name} | {spread([count / run[0] for run in runs], 0)} | "
              f"{spread([count / run[1] for run in runs], 0)} | {spread(ratios)} | "
              f"{spread([run[2] / count for run in runs])} | {spread([run[3] for run in runs], 0)} |")
    print()


if __name__ == "__main__":
    main()
