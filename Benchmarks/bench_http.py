#!/usr/bin/env python3
"""Fixlevel beside nginx, in turn, on the same core with the same bytes.

The server is pinned to core 0 with one thread, the load (wrk) to core 1. A time on a shared machine
means little alone, so each row is a ratio of two runs that follow each other, five rounds, with the
median and the spread. Prints the table of BENCHMARKS.md.
"""

import argparse
import contextlib
import os
import pathlib
import re
import resource
import shutil
import signal
import socket
import statistics
import subprocess
import tempfile
import time
import urllib.request

PAGE = "/kb/Q179827"
FIX = "/api/v1/articles/Q179827/fix?product=windows-nt-server-4.0&service_pack=SP3"
CONNECTIONS = 64

NGINX = """
daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 16384; }}
http {{
  access_log off; sendfile on; tcp_nopush on; tcp_nodelay on;
  keepalive_requests 100000000; keepalive_timeout 60s; open_file_cache max=100;
  client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
  uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  types {{ }}
  server {{
    listen 127.0.0.1:{port}; root {folder}/root; etag on;
    location = {page} {{ default_type "text/html; charset=utf-8"; }}
    location = {fix} {{ default_type application/json; }}
  }}
}}
"""

PIPELINE = """
init = function(args)
  local request = {}
  for i = 1, 16 do request[i] = wrk.format() end
  batch = table.concat(request)
end
request = function() return batch end
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def get(port, path):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}") as answer:
        return answer.read()


def wait_until_ready(port, path="/"):
    deadline = time.monotonic() + 10
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
                connection.sendall(f"GET {path} HTTP/1.0\r\nHost: x\r\n\r\n".encode())
                if connection.recv(12):
                    return
        except OSError:
            pass
        if time.monotonic() > deadline:
            raise SystemExit(f"nothing answers on port {port}")
        time.sleep(0.0005)


@contextlib.contextmanager
def process(*command, **options):
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, **options)
    try:
        yield running
    finally:
        running.terminate()
        running.wait(15)


def fixlevel(program, folder, port):
    return process(
        "taskset", "-c", "0", program, "serve", "--port", str(port), "--threads", "1",
        "--workers", "1", "--data-dir", str(folder), stderr=subprocess.DEVNULL)


def wrk(port, path, seconds, script=None, close=False, delay_ms=None, folder=None):
    command = ["taskset", "-c", "1", "wrk", "-t", "1", "-c", str(CONNECTIONS), "-d", f"{seconds}s",
               "--latency"]
    if close:
        command += ["-H", "Connection: close"]
    if delay_ms is not None:
        script = f"function delay() return math.random(0, {2 * delay_ms}) end"
    if script:
        file = pathlib.Path(folder) / "script.lua"
        file.write_text(script)
        command += ["-s", str(file)]
    output = subprocess.run(command + [f"http://127.0.0.1:{port}{path}"], check=True,
                            capture_output=True, text=True).stdout
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", output)
    if bad:
        raise SystemExit(f"{bad.group(1)} answers of {path} were no 2xx")
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", output).group(1))
    return rate, milliseconds(output, "50%"), milliseconds(output, "99%")


def milliseconds(output, share):
    number, unit = re.search(rf"{share}\s+([\d.]+)(us|ms|s)\b", output).groups()
    return float(number) * {"us": 0.001, "ms": 1, "s": 1000}[unit]


def resident_megabytes(pid):
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status).group(1)) / 1024


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def spread(values, digits=2):
    return (f"{statistics.median(values):.{digits}f} "
            f"({min(values):.{digits}f}–{max(values):.{digits}f})")


def compare(number, what, target, ours, theirs, rounds):
    """One row: the two sides in turn, their rates, the ratio round by round, and the share of its
    core that each side used: one below 100 % waits for the load generator."""
    pairs = [(ours(), theirs()) for _ in range(rounds)]
    ratios = [a[0] / b[0] for a, b in pairs]
    busy = [statistics.median(side[1] for side in sides) for sides in zip(*pairs)]
    print(f"| {number} | {what} | {spread([a[0] for a, _ in pairs], 0)} | "
          f"{spread([b[0] for _, b in pairs], 0)} | {spread(ratios)} | {target} | "
          f"{busy[0]:.0%}, {busy[1]:.0%} |", flush=True)


def processes(pid):
    """A process and its children: nginx answers in a child."""
    children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *map(int, children)]


def idle_connections(program, folder, count):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(count + 1000, hard), hard))
    port = free_port()
    with fixlevel(program, folder, port) as server:
        wait_until_ready(port)
        sockets = []
        for index in range(count):
            connection = socket.create_connection(("127.0.0.1", port))
            if index % 2:
                connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            sockets.append(connection)
        time.sleep(2)
        memory = resident_megabytes(server.pid)
        before = cpu_seconds(server.pid)
        time.sleep(10)
        used = cpu_seconds(server.pid) - before
        for connection in sockets:
            connection.close()
    return memory, used


def allocations(program, folder, requests=100_000):
    """Calls of the allocator for each further request on a connection, after warm-up."""
    source = pathlib.Path(__file__).with_name("count_allocations.c")
    library = folder / "count_allocations.so"
    subprocess.run(["cc", "-O1", "-shared", "-fPIC", "-o", library, source], check=True)
    port = free_port()
    request = f"GET {PAGE} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
    size = None

    def exchange(connection, times):
        nonlocal size
        for _ in range(times):
            connection.sendall(request)
            if size is None:
                answer = connection.recv(1 << 20)
                head, _, body = answer.partition(b"\r\n\r\n")
                size = len(head) + 4 + int(re.search(rb"Content-Length: (\d+)", head).group(1))
                missing = size - len(answer)
            else:
                missing = size
            while missing > 0:
                missing -= len(connection.recv(missing))

    with process(program, "serve", "--port", str(port), "--threads", "1", "--data-dir", folder / "data",
                 env={**os.environ, "LD_PRELOAD": str(library)}, stderr=subprocess.PIPE) as server:
        wait_until_ready(port)
        with socket.create_connection(("127.0.0.1", port)) as connection:
            exchange(connection, 1000)
            server.send_signal(signal.SIGUSR2)
            time.sleep(0.2)
            exchange(connection, requests)
            server.send_signal(signal.SIGUSR2)
            time.sleep(0.2)
        server.send_signal(signal.SIGTERM)
        lines = [line for line in server.stderr.read().decode().splitlines() if line.isdigit()]
    return (int(lines[1]) - int(lines[0])) / requests


def start(program, folder):
    port = free_port()
    begin = time.monotonic()
    with fixlevel(program, folder, port) as server:
        wait_until_ready(port, "/healthz")
        ready = (time.monotonic() - begin) * 1000
        time.sleep(1)
        before = cpu_seconds(server.pid)
        time.sleep(2)
        return ready, resident_megabytes(server.pid), cpu_seconds(server.pid) - before


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", default=".build/release/fixlevel")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=4)
    options = parser.parse_args()
    program = shutil.which(options.program) or options.program
    with tempfile.TemporaryDirectory() as name:
        measure(program, pathlib.Path(name), options)


def measure(program, folder, options):
    data = folder / "data"
    port, nginx_port = free_port(), free_port()
    fix_file = "/fix.json"
    with fixlevel(program, data, port) as server:
        wait_until_ready(port)
        page, fix = get(port, PAGE), get(port, FIX)
        root = folder / "root"
        (root / "kb").mkdir(parents=True)
        (root / PAGE.lstrip("/")).write_bytes(page)
        (root / fix_file.lstrip("/")).write_bytes(fix)
        os.chmod(folder, 0o755)
        configuration = folder / "nginx.conf"
        configuration.write_text(
            NGINX.format(folder=folder, port=nginx_port, page=PAGE, fix=fix_file))
        with process("taskset", "-c", "0", "nginx", "-c", str(configuration),
                     stderr=subprocess.DEVNULL) as nginx:
            wait_until_ready(nginx_port, PAGE)

            def rate(side, side_port, path, **how):
                """A run that gives requests a second and the share of its core the side used."""
                def run():
                    before = sum(map(cpu_seconds, processes(side.pid)))
                    requests = wrk(side_port, path, options.seconds, folder=folder, **how)[0]
                    used = sum(map(cpu_seconds, processes(side.pid))) - before
                    return requests, used / options.seconds
                return run

            print("| # | What | Fixlevel, requests a second | nginx | Ratio | Target | Core used |")
            print("|---|---|---|---|---|---|---|")
            rows = [
                (1, f"`GET {PAGE}`, {len(page):,} bytes, {CONNECTIONS} connections", "1.2", PAGE,
                 PAGE, {}),
                (2, "the same, 16 requests pipelined", "3", PAGE, PAGE, {"script": PIPELINE}),
                (3, "the same, a new connection per request", "0.9", PAGE, PAGE, {"close": True}),
                (4, f"`GET …/fix?product=…&service_pack=SP3`, {len(fix):,} bytes", "1", FIX,
                 fix_file, {}),
            ]
            for number, what, target, ours, theirs, how in rows:
                compare(number, what, target, rate(server, port, ours, **how),
                        rate(nginx, nginx_port, theirs, **how), options.rounds)

            print("\nLatency at half load (`wrk` with a delay between requests):\n")
            for side, side_port in [("Fixlevel", port), ("nginx", nginx_port)]:
                full = wrk(side_port, PAGE, options.seconds)[0]
                delay = max(1, round(CONNECTIONS / (full / 2) * 1000))
                load, median, high = wrk(side_port, PAGE, options.seconds, delay_ms=delay,
                                         folder=folder)
                print(f"- {side}: {load:.0f} of {full:.0f} requests a second, "
                      f"p50 {median:.2f} ms, p99 {high:.2f} ms")

    memory, used = idle_connections(program, data, 10_000)
    print(f"\n| 5 | 10,000 idle connections | {memory:.1f} MB resident, {used:.2f} s of CPU in "
          "10 s | | | 60 MB | |")
    print(f"\nCalls of the allocator for each request of a cached page: "
          f"{allocations(program, folder):.3f}\n")
    starts = [start(program, data) for _ in range(options.rounds)]
    print(f"| 12 | start to ready; resident; CPU when idle | {spread([s[0] for s in starts], 0)} ms; "
          f"{spread([s[1] for s in starts], 1)} MB; {max(s[2] for s in starts):.2f} s in 2 s "
          "| | | 100 ms; 40 MB | |")


if __name__ == "__main__":
    main()
